/**
 * The seat's own decision, by role: a government's pledge, a bank's withdrawal, the Fund's word
 * on its tranche, the debtor's on the programme; with what one more step would change, line by
 * line, as the server computed it. A seat's own.
 */
import { bn, percent, share, signedBn, signedMillions, toType } from "../core/format.js";
import { html } from "../core/html.js";
import { problem } from "../core/page.js";
import { nameOf } from "../core/store.js";
import { named, t } from "../core/texts.js";
import { termsWords } from "./gap.js";

const rulesOn = (view, name) => view.scenario.advanced?.switches.includes(name) ?? false;

/** What stands, until when, and what happens if nothing is decided. */
export function whatStands(view) {
  const { own } = view;
  const may = new Set(own.may);
  const until = t("stands.until");
  if (may.has("pledge")) {
    if (own.pledge_musd === null) return t("stands.pledge.none");
    return `${t(own.final ? "stands.pledge.final" : "stands.pledge.draft", { amount: bn(own.pledge_musd) })} ${until}`;
  }
  if (may.has("withdraw")) {
    if (own.withdrawn_permille === null) return t("stands.withdraw.none");
    return `${t(own.final ? "stands.withdraw.final" : "stands.withdraw.draft", { share: percent(own.withdrawn_permille) })} ${until}`;
  }
  if (may.has("decide_tranche")) {
    if (own.release === null) return t("stands.release.none");
    return `${t(own.release ? "stands.release.yes" : "stands.release.no")} ${until}`;
  }
  if (may.has("decide_programme")) {
    if (own.advanced.accept === null) return t("stands.accept.none");
    return `${t(own.advanced.accept ? "stands.accept.yes" : "stands.accept.no")} ${until}`;
  }
  if (may.has("vote")) {
    const open = view.proposals.filter((one) => !own.ballots[one.proposal]).length;
    return open ? t("stands.vote.open", { n: open }) : `${t("stands.vote.done")} ${until}`;
  }
  return t(`stands.phase.${view.clock.phase}`);
}

const SEALED = ["pledge", "withdraw", "decide_tranche", "decide_programme"];

/** Whether a sealed decision of the seat is open in this phase. */
export const decidesNow = (view) => SEALED.some((kind) => view.own.may.includes(kind));

/** Who is not done yet. */
export function awaited(view) {
  const waiting = view.seats.filter((card) => !card.done && card.id !== view.own.seat);
  return html`<p class="hint">${waiting.length ? t("now.waiting", { names: waiting.map((card) => card.name).join(", ") }) : t("now.nobody")}</p>`;
}

/** Whether a decision of this round is still to be made, or is being made. */
export const isToDecide = (view) => !["resolve", "disburse"].includes(view.clock.phase);

/** The card of the role; nothing once the round's decisions are open. */
export function decisionCard(state) {
  const { view } = state;
  if (!isToDecide(view)) return "";
  const role = view.seats.find((card) => card.id === view.own.seat).role;
  const part = { government: pledgePart, bank: bankPart, imf: fundPart, debtor: debtorPart }[role];
  const now = decidesNow(view);
  return html`<section class="card decision ${now ? "now" : ""}" data-card="decision" data-key="decision" id="decision" tabindex="-1" aria-labelledby="decision-title">
    <h2 id="decision-title">${t(`decision.${role}`)}</h2>
    ${part(state)} ${now ? awaited(view) : ""}
  </section>`;
}

function pledgePart(state) {
  const { view } = state;
  const { own } = view;
  const may = own.may.includes("pledge");
  return html`${may ? html`<p class="stands">${whatStands(view)}</p>` : html`<p class="hint">${t("pledge.later", { most: bn(own.largest_pledge_musd) })}</p>`}
    ${may ? pledgeForm(state) : own.may.includes("declare_intention") ? intentionForm(state) : ""}
    ${stepTable(state, t("step.pledge", { step: bn(view.scenario.pledge_step_musd) }))}`;
}

const supposedOf = (state) =>
  state.supposed ?? state.view.own.pledge_musd ?? state.whatIf?.base?.pledges_musd[state.view.own.seat] ?? 0;

function pledgeForm(state) {
  const { view } = state;
  const { own } = view;
  const amount = supposedOf(state);
  const least = own.advanced?.smallest_pledge_musd ?? 0;
  return html`<form data-do="pledge" data-live="suppose" novalidate>
    <label for="pledge-amount"><span>${t("pledge.amount")}</span></label>
    <div class="amount">
      <button type="button" class="step" data-do="stepDown" aria-label="${t("pledge.less", { step: bn(view.scenario.pledge_step_musd) })}">−</button>
      <span class="unit-field"><input id="pledge-amount" name="pledge" inputmode="decimal" autocomplete="off" value="${toType((own.pledge_musd ?? 0) / 1000)}" aria-describedby="pledge-range problem-pledge"><span class="unit">${t("usd.bn")}</span></span>
      <button type="button" class="step" data-do="stepUp" aria-label="${t("pledge.more", { step: bn(view.scenario.pledge_step_musd) })}">+</button>
    </div>
    <p class="hint" id="pledge-range">${t("pledge.range", { least: bn(least), most: bn(own.largest_pledge_musd), step: bn(view.scenario.pledge_step_musd) })}</p>
    ${advancedFields(view)}
    <div class="buttons">
      <button type="submit" name="final" value="yes">${t("pledge.submit", { amount: bn(amount) })}</button>
      <button type="submit" class="second" name="final" value="">${t("draft")}</button>
    </div>
    ${problem(state, "pledge")}
  </form>`;
}

/** The parts of a pledge that advanced rules add, each on its switch. */
function advancedFields(view) {
  const own = view.own.advanced;
  if (!own) return "";
  const field = (name, label, value, unit, hint) =>
    html`<label data-key="field-${name}"><span>${label}</span><span class="unit-field"><input name="${name}" inputmode="decimal" autocomplete="off" value="${value}"><span class="unit">${unit}</span></span>${hint && html`<small>${hint}</small>`}</label>`;
  const parts = [
    rulesOn(view, "clauses") && field("others", t("pledge.clause"), toType(own.others_at_least_musd / 1000), t("usd.bn"), t("pledge.clause.hint")),
    rulesOn(view, "second_line") && field("second", t("pledge.second"), toType(own.second_line_musd / 1000), t("usd.bn"), t("pledge.second.hint", { most: bn(own.largest_second_line_musd) })),
    rulesOn(view, "second_line") &&
      html`<label class="check" data-key="field-calls"><input type="checkbox" name="calls" value="yes" ${own.pays_calls ? html`checked` : ""}><span>${t("pledge.calls")}</span></label>`,
    rulesOn(view, "terms") && field("strictness", t("pledge.strictness"), own.strictness_permille === null ? "" : toType(own.strictness_permille / 10), "%", t("pledge.strictness.hint")),
    rulesOn(view, "guidance") && field("guidance", t("pledge.guidance"), toType(own.guidance_permille / 10), "%", t("pledge.guidance.hint")),
  ].filter(Boolean);
  return parts.length ? html`<div class="fields">${parts}</div>` : "";
}

function intentionForm(state) {
  const { view } = state;
  const said = view.seats.find((card) => card.id === view.own.seat).intention_musd;
  return html`<form data-do="declare" data-live="suppose" novalidate>
    <label for="intention-amount"><span>${t("intention.amount")}</span></label>
    <div class="amount">
      <span class="unit-field"><input id="intention-amount" name="pledge" inputmode="decimal" autocomplete="off" value="${said === null ? "" : toType(said / 1000)}" aria-describedby="problem-declare"><span class="unit">${t("usd.bn")}</span></span>
      <button type="submit" class="second">${t("intention.submit")}</button>
    </div>
    <p class="hint">${said === null ? t("intention.none") : t("intention.stands", { amount: bn(said) })}</p>
    ${problem(state, "declare")}
  </form>`;
}

function bankPart(state) {
  const { view } = state;
  const { own } = view;
  const due = view.seats.find((card) => card.id === own.seat).claims_due_musd;
  const choices = [0, 250, 500, 750, 1000];
  return html`${
      own.may.includes("withdraw")
        ? html`<p class="stands">${whatStands(view)}</p>
            <form data-do="withdraw" data-live="suppose" novalidate>
              <label for="withdraw-share"><span>${t("withdraw.share", { due: bn(due) })}</span></label>
              <div class="amount"><span class="unit-field"><input id="withdraw-share" name="share" inputmode="decimal" autocomplete="off" value="${toType((own.withdrawn_permille ?? 0) / 10)}" aria-describedby="problem-withdraw"><span class="unit">%</span></span>
                ${choices.map((permille) => html`<button type="button" class="chip" data-do="setShare" data-share="${permille}">${percent(permille)}</button>`)}</div>
              <div class="buttons">
                <button type="submit" name="final" value="yes">${t("withdraw.submit", { share: percent(state.supposed ?? own.withdrawn_permille ?? 0), amount: bn(Math.round(((state.supposed ?? own.withdrawn_permille ?? 0) * due) / 1000)) })}</button>
                <button type="submit" class="second" name="final" value="">${t("draft")}</button>
              </div>
              ${problem(state, "withdraw")}
            </form>`
        : html`<p class="hint">${t("withdraw.later", { due: bn(due) })}</p>`
    }
    ${lobbyForm(state)} ${stepTable(state, t("step.withdraw"))}`;
}

function lobbyForm(state) {
  const { view } = state;
  if (!view.own.may.includes("lobby")) return "";
  return html`<form data-do="lobby" novalidate class="fields">
    <label><span>${t("lobby.force")}</span><span class="unit-field"><input name="force" inputmode="decimal" autocomplete="off" value="0"><span class="unit">%</span></span><small>${t("lobby.hint")}</small></label>
    <button type="submit" class="second">${t("lobby.submit")}</button>
    ${problem(state, "lobby")}
  </form>`;
}

function fundPart(state) {
  const { view } = state;
  const { own, gap } = view;
  const may = own.may.includes("decide_tranche");
  return html`${
      may
        ? html`<p class="stands">${whatStands(view)}</p>
            <p>${t("fund.granted", { amount: bn(gap.tranche_musd) })}</p>
            ${yesNo("release", t("fund.release"), t("fund.withhold"))}`
        : html`<p class="hint">${t(view.clock.phase === "propose" ? "fund.propose" : view.clock.phase === "pledge" ? "fund.nothing" : "fund.later")}</p>`
    }
    ${problem(state, "release")} ${stepTable(state, t(view.own.may.includes("decide_tranche") ? "step.withhold" : "step.fund", { step: bn(10 * view.scenario.pledge_step_musd) }))}`;
}

function debtorPart(state) {
  const { view } = state;
  const may = view.own.may.includes("decide_programme");
  return html`${
      may
        ? html`<p class="stands">${whatStands(view)}</p><p>${t("fund.granted", { amount: bn(view.gap.tranche_musd) })} ${termsWords(view)}</p>${yesNo("accept", t("debtor.accept"), t("debtor.decline"))}`
        : html`<p class="hint">${t(view.clock.phase === "pledge" ? "debtor.nothing" : "debtor.later")}</p>`
    }
    ${problem(state, "accept")} ${stepTable(state, t(view.own.may.includes("decide_programme") ? "step.decline" : "step.fund", { step: bn(10 * view.scenario.pledge_step_musd) }))}`;
}

function yesNo(what, yes, no) {
  return html`<div class="buttons">
    <button type="button" data-do="${what}" data-yes="yes">${yes}</button>
    <button type="button" class="second" data-do="${what}" data-yes="no">${no}</button>
  </div>`;
}

/** Own lines if it stays at this, and what one more step changes in each. */
export function stepTable(state, stepName) {
  const { base, more } = state.whatIf ?? {};
  if (!base) return "";
  const changeOf = (line) => (more ? more.lines_musd[line] - base.lines_musd[line] : 0);
  const all = Object.keys(base.lines_musd);
  const lines = all.filter((line) => base.lines_musd[line] || changeOf(line));
  const idle = all.filter((line) => !lines.includes(line)).map((line) => named(`line.${line}`, line));
  return html`<details class="what-if" ${decidesNow(state.view) ? html`open` : ""} data-key="what-if-${decidesNow(state.view) ? "now" : "later"}">
    <summary>${t("whatif.title")}</summary>
    <table class="changes">
      <caption>${t("whatif.caption", { stability: percent(Math.round(base.stability * 1000)) })}</caption>
      <thead><tr><th scope="col">${t("line")}</th><th scope="col" class="number">${t("whatif.now")}</th>${more && html`<th scope="col" class="number">${stepName}</th>`}</tr></thead>
      <tbody>
        ${lines.map(
          (line) =>
            html`<tr><th scope="row">${named(`line.${line}`, line)}<small>${named(`line.${line}.hint`, "")}</small></th><td class="number">${signedBn(base.lines_musd[line])}</td>${more && html`<td class="number">${signedMillions(changeOf(line))}</td>`}</tr>`,
        )}
        <tr class="sum"><th scope="row">${t("payoff.sum")}</th><td class="number">${signedBn(base.total_musd)}</td>${more && html`<td class="number">${signedMillions(more.total_musd - base.total_musd)}</td>`}</tr>
      </tbody>
    </table>
    ${idle.length > 0 && html`<p class="hint">${t("whatif.idle", { list: idle.join(", ") })}</p>`}
    <p class="hint">${assumed(state.view, base)}</p>
  </details>`;
}

/** What is assumed of the others, in words. */
export function assumed(view, asked) {
  const own = view.own.seat;
  const others = Object.entries(asked.pledges_musd)
    .filter(([seat]) => seat !== own)
    .map(([seat, musd]) => `${nameOf(view, seat)} ${bn(musd)}`);
  const banks = Object.entries(asked.withdrawn_permille)
    .filter(([seat]) => seat !== own)
    .map(([seat, permille]) => `${nameOf(view, seat)} ${percent(permille)}`);
  return [
    others.length > 0 && t("assumed.pledges", { list: others.join(", ") }),
    banks.length > 0 && t("assumed.banks", { list: banks.join(", ") }),
    asked.tranche_basis !== "none" && t(asked.tranche_musd ? `assumed.${asked.tranche_basis}` : "assumed.nothing", { amount: bn(asked.tranche_musd) }),
    asked.tranche_musd > 0 && view.scenario.ifi_share > 0 && t("assumed.ifi", { share: share(view.scenario.ifi_share) }),
    asked.left_out.length > 0 && t("assumed.leftout", { list: asked.left_out.map((line) => named(`line.${line}`, line)).join(", ") }),
  ]
    .filter(Boolean)
    .join(" ");
}
