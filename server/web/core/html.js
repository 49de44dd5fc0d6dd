/**
 * Markup from values, safely, and a page brought up to it without losing focus or typed text.
 *
 * `html` escapes everything that is put into it unless it came from `html` itself, so that words
 * of people can never become markup. `patch` may run at any time and any number of times: it
 * changes only what is different, keeps what somebody typed, moves what carries a `data-key`,
 * and leaves the focus where it was, or beside it where that is gone. Owns no state.
 */

/** Markup that may stand as it is. */
class Markup {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
  }
  toString() {
    return this.text;
  }
}

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** @param {unknown} value */
export const escaped = (value) => String(value).replace(/[&<>"']/g, (sign) => ENTITIES[sign]);

function inserted(value) {
  if (value === null || value === undefined || value === false || value === true) return "";
  if (value instanceof Markup) return value.text;
  if (Array.isArray(value)) return value.map(inserted).join("");
  return escaped(value);
}

/**
 * A tagged template: html`<p>${anything}</p>`. Lists are joined; null, undefined and booleans
 * are nothing, so that `condition && html`...`` works.
 */
export function html(parts, ...values) {
  return new Markup(parts.reduce((text, part, at) => text + inserted(values[at - 1]) + part));
}

/**
 * Bring the children of `root` to what the markup says.
 * @param {Element} root
 * @param {Markup} markup
 */
export function patch(root, markup) {
  const template = document.createElement("template");
  template.innerHTML = String(markup);
  const around = root.contains(document.activeElement) ? upwards(document.activeElement, root) : [];
  patchChildren(root, template.content);
  if (around.length && !root.contains(document.activeElement)) focusNearest(around, root);
}

/** An element and all that it stands in, up to the root. */
function upwards(element, root) {
  const path = [];
  for (let at = element; at && at !== root; at = at.parentElement) path.push(at);
  return path;
}

/** Whoever works by keyboard or ear goes on where they were, not at the top of the page. */
function focusNearest(around, root) {
  const left = around.find((element) => root.contains(element)) ?? root.querySelector("main");
  if (!left) return;
  // What was only moved can be focused as it is; a card or a list can for this once.
  if (left !== around[0]) left.tabIndex = -1;
  left.focus({ preventScroll: true });
}

const keyOf = (node) => (node.nodeType === 1 ? node.id || node.dataset?.key || "" : "");

function patchChildren(old, wanted) {
  const keys = new Set([...wanted.children].map(keyOf));
  const keyed = new Map();
  for (const child of [...old.children]) {
    const key = keyOf(child);
    if (key && !keys.has(key)) child.remove();
    else if (key) keyed.set(key, child);
  }
  let at = old.firstChild;
  for (const node of [...wanted.childNodes]) {
    const key = keyOf(node);
    const same = key ? keyed.get(key) : isAlike(at, node) && at;
    if (!same || !isAlike(same, node, true)) {
      old.insertBefore(document.importNode(node, true), at);
    } else {
      if (same === at) at = at.nextSibling;
      else old.insertBefore(same, at);
      patchNode(same, node);
    }
  }
  while (at) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
}

function isAlike(old, wanted, keyed = false) {
  return old && old.nodeName === wanted.nodeName && (keyed || !keyOf(old));
}

function patchNode(old, wanted) {
  if (old.nodeType !== 1) {
    if (old.nodeValue !== wanted.nodeValue) old.nodeValue = wanted.nodeValue;
    return;
  }
  patchAttributes(old, wanted);
  patchChildren(old, wanted);
}

function patchAttributes(old, wanted) {
  // Whether details are open is the reader's business once they are there.
  const kept = old.nodeName === "DETAILS" || old.nodeName === "DIALOG" ? "open" : "";
  for (const { name } of [...old.attributes]) {
    if (wanted.hasAttribute(name) || name === kept) continue;
    // Without it, what was focused in place of something gone would lose the focus again.
    if (name === "tabindex" && old === document.activeElement) continue;
    old.removeAttribute(name);
  }
  for (const { name, value } of wanted.attributes) {
    if (old.getAttribute(name) !== value && name !== kept) old.setAttribute(name, value);
  }
}
