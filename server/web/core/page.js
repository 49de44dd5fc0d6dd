/**
 * What all pages have in common: language, the spoken status, forms and buttons by name.
 *
 * A button or form says in `data-do` which action it means; a page hands in one object with a
 * function for each. Nothing else listens to the DOM, so that any part of a page may be drawn
 * anew at any time. Owns `localStorage` access, which may be switched off.
 */
import { bn, percent } from "./format.js";
import { html } from "./html.js";
import { LANGUAGES, chooseLanguage, language, t } from "./texts.js";

/** A storage of the browser as values by key; a private window may keep nothing. */
const keeping = (storage) => ({
  get(key) {
    try {
      return JSON.parse(storage().getItem(`backstop.${key}`));
    } catch {
      return null;
    }
  },
  set(key, value) {
    try {
      if (value === null) storage().removeItem(`backstop.${key}`);
      else storage().setItem(`backstop.${key}`, JSON.stringify(value));
    } catch {
      // Then it is only not there after a reload.
    }
  },
});

/** What this browser keeps for us. */
export const kept = keeping(() => localStorage);
/** What only this tab keeps, until it is closed. */
export const keptInTab = keeping(() => sessionStorage);

/** Set the page's language before anything is drawn. */
export function speakLanguage() {
  chooseLanguage(kept.get("language"), navigator.languages ?? []);
  document.documentElement.lang = language();
}

/**
 * Listen for the page's actions.
 * @param {Record<string, (data: Record<string, string>, element: HTMLElement) => void>} actions
 */
export function listen(actions) {
  const run = (element, data) => actions[element.dataset.do]?.(data, element);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button && button.tagName !== "FORM" && button.tagName !== "SELECT" && button.tagName !== "INPUT")
      run(button, { ...button.dataset });
  });
  document.addEventListener("submit", (event) => {
    event.preventDefault();
    const form = event.target;
    run(form, { ...form.dataset, ...formData(form, event.submitter) });
  });
  document.addEventListener("change", (event) => {
    const field = event.target.closest("select[data-do], input[data-do]");
    if (field) run(field, { ...field.dataset, value: field.type === "checkbox" ? field.checked : field.value });
  });
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form?.dataset.live) actions[form.dataset.live]?.({ ...form.dataset, ...formData(form) }, form);
  });
}

function formData(form, submitter) {
  const data = Object.fromEntries(new FormData(form));
  if (submitter?.name) data[submitter.name] = submitter.value;
  return data;
}

let lastSpoken = "";

/** Say something once to who cannot see the page. */
export function speak(text) {
  if (!text) return;
  // The same words twice would not be read again.
  lastSpoken = text === lastSpoken ? `${text}\u00a0` : text;
  const status = document.getElementById("status");
  if (status) status.textContent = lastSpoken;
}

/** The foot of every page: help and language, always in the same place, and what was said last. */
export function foot(help) {
  return html`<footer class="foot">
    <details class="help">
      <summary>${t("help")}</summary>
      <div class="prose">${help.map((line) => html`<p>${line}</p>`)}</div>
    </details>
    <label class="inline"
      ><span>${t("language")}</span>
      <select data-do="language">
        ${Object.entries(LANGUAGES).map(
          ([tag, { name }]) =>
            html`<option value="${tag}" lang="${tag}" ${tag === language() ? html`selected` : ""}>${name}</option>`,
        )}
      </select></label
    >
  </footer>
    <p id="status" role="status" class="away">${lastSpoken}</p>`;
}

/** The action of the language choice: texts are drawn anew. */
export function changeLanguage(tag, redraw) {
  kept.set("language", tag);
  chooseLanguage(tag, []);
  document.documentElement.lang = language();
  redraw();
}

/** The text of a refusal, in the page's language; the server's own words where there is none. */
export function refusalText(refusal) {
  const key = `refused.${refusal.code}`;
  const allowed = allowedText(refusal);
  const told = t(key, { allowed, message: refusal.message });
  if (told === key) return refusal.message;
  return allowed && !told.includes(allowed) ? `${told} ${t("refused.allowed", { allowed })}` : told;
}

/** What is allowed; a range of amounts or shares as people type it. */
function allowedText({ field, allowed }) {
  const range = /^(\d+) to (\d+)(?: in steps of (\d+))?/.exec(allowed ?? "");
  const shown = { musd: bn, permille: percent }[/(musd|permille)(\.|$)/.exec(field ?? "")?.[1]];
  if (!range || !shown) return allowed ?? "";
  const [low, high, step] = range.slice(1).map((number) => (number === undefined ? "" : shown(Number(number))));
  return t(shown === percent ? "refused.shares" : step ? "refused.steps" : "refused.amounts", { low, high, step });
}

/** What is wrong with a form, above its button; nothing if nothing is. */
export function problem(state, form) {
  const text = state.problems?.[form];
  return html`<p class="problem" id="problem-${form}" role="alert">${text ?? ""}</p>`;
}
