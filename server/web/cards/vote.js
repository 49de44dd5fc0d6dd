/** The Fund's board: proposals, the form for one, the vote and its count. Ballots are sealed until then. */
import { bn, percent, share } from "../core/format.js";
import { html } from "../core/html.js";
import { problem } from "../core/page.js";
import { nameOf } from "../core/store.js";
import { t } from "../core/texts.js";

/** Shown only where the game has a vote. */
export function voteCard(state) {
  const { view } = state;
  const may = view.own?.may ?? [];
  if (!view.scenario.phases.includes("vote")) return "";
  if (!view.proposals.length && !may.includes("propose_tranche")) return "";
  return html`<section class="card" data-card="vote" data-key="vote" id="vote" tabindex="-1" aria-labelledby="vote-title">
    <h2 id="vote-title">${t("vote.title")}</h2>
    ${view.proposals.map((one) => proposalItem(state, one))}
    ${may.includes("propose_tranche") ? proposeForm(state) : ""} ${may.includes("propose_regional") ? regionalForm(state) : ""}
  </section>`;
}

function proposalItem(state, one) {
  const { view } = state;
  const votes = view.own?.may.includes("vote");
  const mine = view.own?.ballots[one.proposal];
  return html`<article class="package" data-key="proposal-${one.proposal}">
    <h3>${t(one.regional ? "vote.regional" : "vote.proposal", { n: one.proposal, name: one.seat ? nameOf(view, one.seat) : t("gap.fund") })}</h3>
    <p class="terms">${t("vote.lend", { amount: bn(one.tranche_musd) })}${one.later_musd.length ? ` ${t("vote.then", { list: one.later_musd.map(bn).join(", ") })}` : ""}</p>
    ${one.terms_permille.length > 0 && html`<p>${t("vote.terms", { terms: one.terms_permille.map((term, at) => `${view.scenario.advanced.term_names[at]} ${percent(term)}`).join(", ") })}</p>`}
    <p class="hint">${t(one.exceptional ? "vote.needs85" : "vote.needs50")}</p>
    ${one.passed === null ? (votes ? ballot(one, mine) : "") : counted(view, one)}
    ${problem(state, `vote${one.proposal}`)}
  </article>`;
}

function ballot(one, mine) {
  return html`<div class="buttons" role="group" aria-label="${t("vote.yours")}">
      ${["yes", "no", "abstain"].map(
        (word) =>
          html`<button type="button" class="${word === "yes" ? "" : "second"}" data-do="vote" data-proposal="${one.proposal}" data-ballot="${word}" aria-pressed="${mine === word ? "true" : "false"}">${t(`ballot.${word}`)}</button>`,
      )}
    </div>
    <p class="stands">${mine ? t("vote.mine", { ballot: t(`ballot.${mine}`) }) : t("vote.none")}</p>`;
}

function counted(view, one) {
  const weight = (id) => view.seats.find((card) => card.id === id);
  return html`<p class="state ${one.passed ? "passed" : ""}">${t(one.passed ? "vote.passed" : "vote.failed")}</p>
    <ul class="answers">
      ${Object.entries(one.ballots).map(
        ([seat, word]) =>
          html`<li>${nameOf(view, seat)} (${share(one.regional ? weight(seat).advanced.regional_share : weight(seat).quota_share)}): <b>${t(`ballot.${word}`)}</b></li>`,
      )}
    </ul>`;
}

function proposeForm(state) {
  const { view } = state;
  const rules = view.scenario.advanced;
  const on = (name) => rules?.switches.includes(name);
  const left = (view.scenario.rounds ?? view.clock.round) - view.clock.round;
  return html`<details class="form-fold" data-key="propose-fold">
    <summary>${t("propose.title")}</summary>
    <form data-do="propose" data-live="supposeTranche" novalidate>
      <p class="hint">${t("propose.range", { ordinary: bn(view.gap.ordinary_access_musd), most: bn(view.gap.exceptional_access_musd) })}</p>
      <label><span>${t("propose.amount")}</span><span class="unit-field"><input name="tranche" inputmode="decimal" autocomplete="off" aria-describedby="problem-propose"><span class="unit">${t("usd.bn")}</span></span></label>
      ${on("terms") && rules.term_names.map((name, at) => html`<label data-key="term-${at}"><span>${t("propose.term", { name })}</span><span class="unit-field"><input name="term:${at}" inputmode="decimal" autocomplete="off" placeholder="${rules.standard_terms_permille[at] / 10}"><span class="unit">%</span></span></label>`)}
      ${on("programmes") && Array.from({ length: left }, (_, at) => html`<label data-key="later-${at}"><span>${t("propose.later", { n: view.clock.round + at + 1 })}</span><span class="unit-field"><input name="later:${at}" inputmode="decimal" autocomplete="off" placeholder="0"><span class="unit">${t("usd.bn")}</span></span></label>`)}
      <button type="submit">${t("propose.submit")}</button>
      ${problem(state, "propose")}
    </form>
  </details>`;
}

function regionalForm(state) {
  const { view } = state;
  return html`<details class="form-fold">
    <summary>${t("regional.title")}</summary>
    <form data-do="proposeRegional" novalidate>
      <label><span>${t("propose.amount")}</span><span class="unit-field"><input name="tranche" inputmode="decimal" autocomplete="off"><span class="unit">${t("usd.bn")}</span></span><small>${t("regional.most", { most: bn(view.gap.advanced.regional_access_musd) })}</small></label>
      <button type="submit">${t("propose.submit")}</button>
      ${problem(state, "proposeRegional")}
    </form>
  </details>`;
}
