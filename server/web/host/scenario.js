/**
 * A scenario as a form: made from the JSON Schema that the server sends with it, checked by the
 * server in words, kept in this browser as the host's own. Knows no field by name but the few
 * that are shown first.
 */
import { html } from "../core/html.js";
import { problem } from "../core/page.js";
import { language, named, t } from "../core/texts.js";

const FIRST = ["name", "title", "situation", "need_musd", "sharpness", "rounds", "phases", "seats"];
/** Where figures come from, and what was measured of another scenario than the changed one. */
const LEFT = new Set(["sources", "choices", "extends", "difficulty"]);

export function scenarioForm(state) {
  const { document, schema, problems } = state.editing;
  const names = [...FIRST, ...Object.keys(schema.properties).filter((name) => !FIRST.includes(name) && !LEFT.has(name))];
  return html`<main class="host"><header class="brand"><h1>${t("edit.title", { title: document.title })}</h1><p>${t("edit.lead")}</p></header>
    <form data-do="saveScenario" novalidate class="card" id="scenario-form">
      ${problems?.length ? html`<div class="problem-list" role="alert"><p>${t("edit.problems", { n: problems.length })}</p><ul>${problems.map((one) => html`<li><b>${one.field}</b>: ${one.message}</li>`)}</ul></div>` : ""}
      ${names.filter((name) => schema.properties[name]).map((name) => field(schema, schema.properties[name], document[name], name))}
      <div class="buttons"><button type="submit">${t("edit.save")}</button><button type="button" class="second" data-do="checkScenario">${t("edit.check")}</button><button type="button" class="quiet" data-do="stopEditing">${t("edit.back")}</button></div>
      ${problem(state, "edit")}
    </form></main>`;
}

/** The schema that a reference or a choice with null stands for. */
export function resolved(schema, part) {
  if (part.$ref) return resolved(schema, schema.$defs[part.$ref.split("/").pop()]);
  const other = part.anyOf?.find((one) => one.type !== "null");
  return other ? { ...resolved(schema, other), default: part.default } : part;
}

const label = (name) => named(`number.${name}`, name.replace(/_/g, " "));

function field(schema, raw, value, path, key = path.split(".").pop()) {
  const part = resolved(schema, raw);
  if (part.type === "array" && Array.isArray(value) && value.every((one) => typeof one === "object" && !Array.isArray(one))) return list(schema, part, value, path, key);
  if (part.type === "object" && part.properties) return group(schema, part, value ?? {}, path, key);
  if (part.type === "boolean") return choice(path, key, value, ["", "true", "false"], part.default);
  if (part.enum) return choice(path, key, value, part.enum, part.default);
  if (part.const !== undefined) return html`<input type="hidden" name="${path}" value="${part.const}">`;
  if (part.type === "object" || part.type === "array") return json(path, key, value);
  return scalar(part, value, path, key);
}

function scalar(part, value, path, key) {
  const number = part.type === "number" || part.type === "integer";
  const shown = value ?? "";
  const usual = value === undefined && part.default !== undefined && part.default !== null ? String(part.default) : "";
  const long = !number && String(shown).length > 60;
  return html`<label class="${long ? "wide" : ""}" data-key="field-${path}"><span>${label(key)} ${range(part)}</span>${
    long ? html`<textarea name="${path}" rows="6">${shown}</textarea>` : html`<input name="${path}" ${number ? html`inputmode="decimal"` : ""} value="${shown}" placeholder="${usual}" autocomplete="off" data-type="${part.type ?? "string"}">`
  }</label>`;
}

function range(part) {
  const low = part.minimum ?? part.exclusiveMinimum;
  const high = part.maximum ?? part.exclusiveMaximum;
  if (low === undefined && high === undefined) return "";
  const shown = (number) => number?.toLocaleString(language());
  return html`<small>${high === undefined ? t("edit.from", { low: shown(low) }) : t("edit.range", { low: shown(low), high: shown(high) })}</small>`;
}

function choice(path, key, value, options, usual) {
  const now = value === undefined || value === null ? "" : String(value);
  const all = options.includes("") ? options : ["", ...options];
  const word = (one) => (one === "" ? t("edit.usual", { value: usual ?? "" }) : named(`edit.${one}`, one));
  return html`<label data-key="field-${path}"><span>${label(key)}</span><select name="${path}">${all.map((one) => html`<option value="${one}" ${one === now ? html`selected` : ""}>${word(one)}</option>`)}</select></label>`;
}

function json(path, key, value) {
  return html`<label class="wide" data-key="field-${path}"><span>${label(key)} <small>JSON</small></span><textarea name="${path}" rows="3" data-type="json" spellcheck="false">${value === undefined ? "" : JSON.stringify(value)}</textarea></label>`;
}

function group(schema, part, value, path, key) {
  return html`<details class="form-fold" data-key="group-${path}"><summary>${label(key)}</summary><div class="fields">${Object.keys(part.properties).map((name) => field(schema, part.properties[name], value[name], `${path}.${name}`))}</div></details>`;
}

function list(schema, part, value, path, key) {
  return html`<fieldset data-key="list-${path}"><legend>${label(key)}</legend>${value.map((one, at) => {
    const item = itemSchema(schema, part.items, one);
    return html`<details class="form-fold" data-key="item-${path}-${at}"><summary>${one.name ?? (one.phase ? t(`phase.${one.phase}`) : (one.id ?? at + 1))}</summary><div class="fields">${Object.keys(item.properties).map((name) => field(schema, item.properties[name], one[name], `${path}.${at}.${name}`))}</div></details>`;
  })}</fieldset>`;
}

/** Of a list whose items differ by role, the schema of this one. */
function itemSchema(schema, items, value) {
  const mapping = items.discriminator?.mapping;
  if (mapping) return resolved(schema, { $ref: mapping[value[items.discriminator.propertyName]] });
  return resolved(schema, items);
}

/**
 * The document as the form says it, over the one that it was made from; what was left empty is
 * left out. What is wrong is said by the server.
 */
export function documentFrom(form, before) {
  const document = structuredCloneOf(before);
  for (const element of form.elements) {
    if (!element.name) continue;
    const keys = element.name.split(".");
    const last = keys.pop();
    const value = fieldValue(element);
    const owner = keys.reduce((at, one) => (value === undefined ? at?.[one] : (at[one] ??= {})), document);
    if (value !== undefined) owner[last] = value;
    else if (owner) delete owner[last];
  }
  for (const name of LEFT) delete document[name];
  return document;
}

const structuredCloneOf = (value) => JSON.parse(JSON.stringify(value));

function fieldValue({ value, dataset, tagName }) {
  if (value.trim() === "") return undefined;
  if (tagName === "SELECT") return value === "true" ? true : value === "false" ? false : value;
  if (dataset.type === "json") {
    try {
      return JSON.parse(value);
    } catch {
      return value;
    }
  }
  if (dataset.type === "number" || dataset.type === "integer") {
    const number = Number(value.replace(",", "."));
    return Number.isNaN(number) ? value : number;
  }
  return value;
}
