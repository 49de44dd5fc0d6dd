/** Demands, favours and lobbying between two seats, and what happened outside the table. Advanced rules. */
import { bn, percent } from "../core/format.js";
import { html } from "../core/html.js";
import { problem } from "../core/page.js";
import { nameOf } from "../core/store.js";
import { t } from "../core/texts.js";

/** What happened outside the table, newest first; everybody sees it. */
export function eventsCard(view) {
  if (!view.event_cards.length) return "";
  return html`<section class="card" data-card="events" data-key="events" aria-labelledby="events-title">
    <h2 id="events-title">${t("events.title")}</h2>
    ${[...view.event_cards].reverse().map(
      (card) => html`<article class="package" data-key="event-${card.name}"><h3>${card.title} <small>${t("round.n", { n: card.round })}</small></h3><p>${card.text}</p></article>`,
    )}
  </section>`;
}

/** Shown only where one of these rules is on and is the seat's. */
export function dealsCard(state) {
  const { view } = state;
  const may = view.own.may;
  const mine = view.deals.filter((deal) => deal.crisis === view.clock.crisis);
  if (!mine.length && !may.includes("press") && !may.includes("offer_favour")) return "";
  return html`<section class="card" data-card="deals" data-key="deals" aria-labelledby="deals-title">
    <h2 id="deals-title">${t("deals.title")}</h2>
    ${mine.length ? html`<ul class="facts">${[...mine].reverse().map((deal) => html`<li>${dealWords(view, deal)}</li>`)}</ul>` : html`<p class="empty-note">${t("deals.none")}</p>`}
    ${may.includes("press") ? pressForm(state) : ""} ${may.includes("offer_favour") ? favourForm(state) : ""}
  </section>`;
}

function dealWords(view, deal) {
  return t(`deal.${deal.kind}`, {
    round: deal.round,
    name: nameOf(view, deal.seat),
    on: nameOf(view, deal.on),
    amount: bn(deal.amount_musd),
    share: percent(deal.permille),
  });
}

function pressForm(state) {
  const others = state.view.seats.filter((card) => card.role === "government" && card.id !== state.view.own.seat);
  return html`<details class="form-fold"><summary>${t("press.title")}</summary>
    <form data-do="press" novalidate>
      <p class="hint">${t("press.hint")}</p>
      <div class="fields">
        <label><span>${t("press.on")}</span><select name="on">${others.map((card) => html`<option value="${card.id}">${card.name}</option>`)}</select></label>
        <label><span>${t("press.ask")}</span><span class="unit-field"><input name="ask" inputmode="decimal" autocomplete="off"><span class="unit">${t("usd.bn")}</span></span></label>
      </div>
      <button type="submit" class="second">${t("press.submit")}</button> ${problem(state, "press")}
    </form></details>`;
}

function favourForm(state) {
  const banks = state.view.seats.filter((card) => card.home === state.view.own.seat);
  return html`<details class="form-fold"><summary>${t("favour.title")}</summary>
    <form data-do="favour" novalidate>
      <div class="fields">
        <label><span>${t("favour.bank")}</span><select name="bank">${banks.map((card) => html`<option value="${card.id}">${card.name}</option>`)}</select></label>
        <label><span>${t("favour.amount")}</span><span class="unit-field"><input name="amount" inputmode="decimal" autocomplete="off"><span class="unit">${t("usd.bn")}</span></span></label>
        <label><span>${t("favour.share")}</span><span class="unit-field"><input name="share" inputmode="decimal" autocomplete="off" value="0"><span class="unit">%</span></span></label>
      </div>
      <button type="submit" class="second">${t("favour.submit")}</button> ${problem(state, "favour")}
    </form></details>`;
}
