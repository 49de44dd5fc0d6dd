/** The situation that everybody reads, and the seat's private brief with its own numbers. */
import { bn, share } from "../core/format.js";
import { html } from "../core/html.js";
import { nameOf } from "../core/store.js";
import { named, t } from "../core/texts.js";
import { paragraphs } from "./ledger.js";

/** Whether it is the time to read: the first phase of all, whatever it is for. */
export const isStart = (view) => view.clock.crisis === 1 && view.clock.round === 1 && view.clock.phase === view.scenario.phases[0];

export function situationCard(view) {
  const first = isStart(view);
  return html`<section class="card" data-card="situation" data-key="situation" aria-labelledby="situation-title">
    <details ${first ? html`open` : ""} data-key="situation-text">
      <summary><h2 id="situation-title">${t("situation.title")}</h2></summary>
      <div class="prose">${paragraphs(view.scenario.situation)}</div>
      ${rulesThatAreOn(view)}
    </details>
  </section>`;
}

/** What holds in this game and not in a basic one, in the order of the switches. */
function rulesThatAreOn(view) {
  const rules = view.scenario.advanced?.switches ?? [];
  return rules.length ? html`<h3>${t("situation.rules")}</h3><ul class="sheet">${rules.map((rule) => html`<li data-rule="${rule}">${t(`rule.${rule}`)}</li>`)}</ul>` : "";
}

export function briefCard(view) {
  const first = isStart(view);
  return html`<section class="card private" data-card="brief" data-key="brief" aria-labelledby="brief-title">
    <details ${first ? html`open` : ""} data-key="brief-text">
      <summary><h2 id="brief-title">${t("brief.title")}</h2></summary>
      <p class="hint">${t("brief.private")}</p>
      <div class="prose">${paragraphs(view.own.brief)}</div>
      ${view.own.score_sheet.length > 0 && html`<h3>${t("brief.sheet")}</h3><ul class="sheet">${view.own.score_sheet.map((line) => html`<li>${line}</li>`)}</ul>`}
      ${numbers(view)} ${links(view)}
    </details>
  </section>`;
}

/** The own numbers, in the order of the scenario; amounts in US$ bn. */
function numbers(view) {
  const rows = Object.entries(view.own.parameters).filter(([name, value]) => value && name !== "rounds_divisor");
  return html`<details data-key="numbers"><summary>${t("brief.numbers")}</summary>
    <table class="plain"><tbody>${rows.map(
      ([name, value]) =>
        html`<tr><th scope="row">${name.startsWith("ideal_") ? t("brief.ideal", { name: name.slice("ideal_".length) }) : named(`number.${name}`, name)}</th><td class="number">${name.endsWith("_musd") ? `${bn(value)} ${t("usd.bn")}` : value}</td></tr>`,
    )}</tbody></table></details>`;
}

function links(view) {
  const rows = new Set([...Object.keys(view.own.economic_links), ...Object.keys(view.own.institutional_links)]);
  if (!rows.size) return "";
  return html`<details data-key="links"><summary>${t("brief.links")}</summary>
    <table class="plain"><thead><tr><th scope="col">${t("seat")}</th><th scope="col" class="number">${t("brief.economic")}</th><th scope="col" class="number">${t("brief.institutional")}</th></tr></thead>
    <tbody>${[...rows].map((id) => html`<tr><th scope="row">${nameOf(view, id)}</th><td class="number">${share(view.own.economic_links[id] ?? 0)}</td><td class="number">${share(view.own.institutional_links[id] ?? 0)}</td></tr>`)}</tbody></table>
    <p class="hint">${t("brief.links.hint")}</p></details>`;
}
