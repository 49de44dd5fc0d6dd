/** The round's money: what is needed, what is promised or drawn, what is missing. Public. */
import { gapBar } from "../core/charts.js";
import { bn, percent } from "../core/format.js";
import { html } from "../core/html.js";
import { openRound, promisedOf } from "../core/store.js";
import { t } from "../core/texts.js";

/** Who pays what of the round, in fixed order: the Fund's side first, then governments. */
export function gapParts(view, own) {
  const round = openRound(view);
  const fund = round
    ? [
        { id: "fund", name: t("gap.fund"), musd: round.tranche_musd },
        { id: "ifi", name: t("gap.ifi"), musd: round.ifi_musd },
        { id: "regional", name: t("gap.regional"), musd: round.advanced?.regional_musd ?? 0 },
        { id: "reserves", name: t("gap.reserves"), musd: round.advanced?.reserves_used_musd ?? 0 },
      ]
    : [{ id: "fund", name: t("gap.fund"), musd: view.gap.tranche_musd }];
  const governments = view.seats
    .filter((card) => card.role === "government")
    .map((card) => ({
      id: card.id,
      name: card.id === own ? t("gap.you", { name: card.name }) : card.name,
      musd: round ? (round.drawn_musd[card.id] ?? 0) : (promisedOf(card) ?? 0),
      kind: card.id === own ? "own" : "other",
    }));
  return [...fund.map((part) => ({ ...part, kind: "fund" })), ...governments];
}

/** What is needed, there and missing. */
export function gapNumbers(view) {
  const round = openRound(view);
  const need = round ? round.need_musd : view.gap.scheduled_need_musd;
  const total = round ? round.effective_musd : view.gap.promised_musd + view.gap.tranche_musd;
  return { round, need, total, missing: Math.max(0, need - total) };
}

/** The headline of the gap, in words. */
export function gapWords(view) {
  const { round, need, total, missing } = gapNumbers(view);
  return html`<p class="gap-words">
    <span class="big">${bn(total)}</span> ${t(round ? "gap.drawn" : "gap.promised", { need: bn(need) })}
    <span class="missing">${missing ? t(round ? "gap.missing" : "gap.unpromised", { missing: bn(missing) }) : t("gap.complete")}</span>
  </p>`;
}

export function gapCard(view) {
  const { round, need } = gapNumbers(view);
  const own = view.own?.seat;
  return html`<section class="card" data-card="gap" data-key="gap" aria-labelledby="gap-title">
    <h2 id="gap-title">${t("gap.title", { round: view.clock.round })}</h2>
    ${gapWords(view)} ${gapBar({ key: "gap", needMusd: need, parts: gapParts(view, own), solid: Boolean(round) })}
    <ul class="facts">
      ${round && html`<li>${t("gap.stability", { stability: percent(Math.round(round.stability * 1000)) })}</li>`}
      ${round && !round.released && html`<li>${t("gap.withheld")}</li>`}
      ${!round && view.gap.claims_due_musd > 0 && html`<li>${t("gap.claims", { claims: bn(view.gap.claims_due_musd) })}</li>`}
      ${!round && view.gap.ordinary_access_musd > 0 && view.scenario.phases.includes("vote") && html`<li>${t("gap.access", { ordinary: bn(view.gap.ordinary_access_musd), most: bn(view.gap.exceptional_access_musd) })}</li>`}
      ${round?.advanced?.accepted === false && html`<li>${t("gap.declined")}</li>`}
      ${round?.advanced?.cross_default && html`<li>${t("gap.crossdefault")}</li>`}
      ${round?.advanced?.refunded && html`<li>${t("gap.refunded")}</li>`}
      ${round?.advanced?.defaulted && html`<li>${t("gap.defaulted")}</li>`}
    </ul>
    ${conditionFacts(view)}
  </section>`;
}

/** The terms of the programme in force, in words; nothing without one. */
export function termsWords(view) {
  const terms = view.gap.advanced?.terms_permille;
  return terms?.length ? t("gap.terms", { terms: terms.map((term, at) => `${view.scenario.advanced.term_names[at]} ${percent(term)}`).join(", ") }) : "";
}

/** What else pays or leaves, where the advanced rules have such a thing. */
function conditionFacts(view) {
  const gap = view.gap.advanced;
  const rules = view.scenario.advanced;
  if (!gap || !rules) return "";
  const { condition } = gap;
  const words = {
    panic: t("gap.crowd", { amount: bn(gap.crowd_leaving_musd) }),
    reserves: t("gap.spare", { amount: bn(gap.spare_reserves_musd) }),
    second_line: gap.second_line_musd > 0 && t("gap.secondline", { amount: bn(gap.second_line_musd) }),
    regional_fund: t("gap.regionalaccess", { amount: bn(gap.regional_access_musd) }),
    programmes: gap.tranches_musd.length > 0 && t(gap.on_track ? "gap.ontrack" : "gap.offtrack"),
    arrears: condition && t("gap.arrears", { amount: bn(condition.arrears_musd) }),
    moral_hazard: condition?.moral_hazard > 0 && t("gap.hazard", { share: percent(Math.round(condition.moral_hazard * 1000)) }),
    terms: termsWords(view),
  };
  const facts = Object.entries(words).filter(([rule, fact]) => fact && rules.switches.includes(rule));
  return facts.length ? html`<ul class="facts">${facts.map(([rule, fact]) => html`<li data-rule="${rule}">${fact}</li>`)}</ul>` : "";
}
