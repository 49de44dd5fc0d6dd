/**
 * The debrief: what came of a table or a class, beside theory and history. Draws what the server
 * found (`read_debrief`) and computes no measure.
 */
import { bn, signedBn } from "../core/format.js";
import { html } from "../core/html.js";
import { correlation, orDash, points, saved, shareOf } from "../core/measures.js";
import { markedBars } from "../core/plots.js";
import { named, t } from "../core/texts.js";
import { actsCard, courseCard, roundLabel } from "./course.js";
import { linesOf, paragraphs } from "./ledger.js";
import { waterfall } from "../core/charts.js";

/** What came of it, in a few words: the title of the debrief. */
export function headline({ measures }) {
  if (!measures.rounds) return t("debrief.nothing");
  const held = measures.covered_rounds === measures.rounds ? "debrief.held" : measures.covered_rounds ? "debrief.partly" : "debrief.short";
  return t(held, { n: measures.covered_rounds, of: measures.rounds });
}

function drawnWords({ measures }) {
  return measures.rounds ? t("debrief.drawn", { drawn: bn(measures.effective_musd), need: bn(measures.need_musd), share: shareOf(measures.provision) }) : "";
}

/** The same with what was raised. */
export const resultWords = (table) => `${headline(table)} ${drawnWords(table)}`.trim();

/** What theory expected of it, in words. */
function theoryWords({ measures }) {
  if (!measures.rounds) return "";
  const gaps = { nash: bn(measures.nash_effective_musd), optimum: bn(measures.optimum_effective_musd), gained: orDash(measures.efficiency, shareOf), alone: orDash(measures.nash_efficiency, shareOf) };
  return `${t("debrief.theory", gaps)} ${measures.efficiency === null ? t("debrief.nogain") : t("debrief.gained", gaps)}`;
}

/** The rounds beside theory: the bar is what was drawn. */
export function theoryCard(table) {
  return html`<section class="card" data-card="theory" data-key="theory" aria-labelledby="theory-title">
    <h2 id="theory-title">${t("debrief.theory.title")}</h2>
    ${markedBars({
      caption: t("debrief.theory.caption"),
      head: t("debrief.round"),
      valueName: t("debrief.raised"),
      show: bn,
      marks: [
        { name: t("debrief.nash"), shape: "diamond" },
        { name: t("debrief.optimum"), shape: "triangle" },
        { name: t("debrief.need"), shape: "bar" },
      ],
      rows: table.rounds.map((one) => ({ label: roundLabel(table, one), value: one.effective_musd, marks: [one.nash_musd, one.optimum_musd, one.need_musd] })),
    })}
    <p class="hint">${t("debrief.theory.hint")}${table.rounds.some((one) => one.nash_high_musd !== one.nash_musd) ? ` ${t("debrief.twonash")}` : ""}</p>
  </section>`;
}

/** Who paid: the bar is the share of all payments, beside quota, stake and bank claims. */
export function burdenCard(table, own) {
  const governments = table.seats.filter((seat) => seat.burden);
  if (!governments.length) return "";
  const { sharing } = table;
  const ranks = [["quota", sharing.rank_with_quota], ["stake", sharing.rank_with_stake], ["exposure", sharing.rank_with_exposure]].filter(([, rank]) => rank !== null);
  return html`<section class="card" data-card="burden" data-key="burden" aria-labelledby="burden-title">
    <h2 id="burden-title">${t("debrief.burden.title")}</h2>
    ${markedBars({
      caption: t("debrief.burden.caption"),
      head: t("seat"),
      valueName: t("debrief.paidshare"),
      show: shareOf,
      marks: [
        { name: t("debrief.quota"), shape: "diamond" },
        { name: t("debrief.stake"), shape: "triangle" },
        { name: t("debrief.exposure"), shape: "bar" },
      ],
      rows: governments.map(({ seat, name, burden }) => ({ label: name, value: burden.paid_share ?? 0, own: seat === own, marks: [burden.quota_share, burden.stake_share, burden.exposure_share] })),
    })}
    <p>${sharing.gini === null ? t("debrief.nobodypaid") : t("debrief.gini", { gini: correlation(sharing.gini) })}
      ${sharing.free_riding === null ? "" : t("debrief.freeriding", { share: shareOf(sharing.free_riding) })}</p>
    ${ranks.length > 0 && html`<p class="hint">${t("debrief.ranks", { list: ranks.map(([key, rank]) => `${t(`debrief.rank.${key}`)} ${correlation(rank)}`).join(", ") })}</p>`}
  </section>`;
}

/** Whether words were kept, government by government. */
export function keepingCard(table, own) {
  const governments = table.seats.filter((seat) => seat.keeping);
  const { kept, kept_share } = table.sharing;
  return html`<section class="card" data-card="keeping" data-key="keeping" aria-labelledby="keeping-title">
    <h2 id="keeping-title">${t("debrief.keeping.title")}</h2>
    ${
      kept.rounds
        ? html`<p>${t("debrief.keeping", { share: shareOf(kept_share), n: kept.kept, of: kept.rounds })}</p>
      <div class="scroll" tabindex="0" role="group" aria-label="${t("debrief.keeping.title")}"><table class="plain">
        <thead><tr><th scope="col">${t("seat")}</th>${["promised", "covered", "keptshare", "keptrounds", "first"].map((key) => html`<th scope="col" class="number">${t(`debrief.${key}`)}</th>`)}</tr></thead>
        <tbody>${governments.map(
          ({ seat, name, keeping, kept_share: own_share, first_moves }) =>
            html`<tr class="${seat === own ? "own" : ""}"><th scope="row">${name}</th><td class="number">${bn(keeping.promised_musd)}</td><td class="number">${bn(keeping.covered_musd)}</td>
              <td class="number">${orDash(own_share, shareOf)}</td><td class="number">${t("debrief.nof", { n: keeping.kept, of: keeping.rounds })}</td><td class="number">${first_moves}</td></tr>`,
        )}</tbody></table></div>`
        : html`<p>${t("debrief.nopromise")}</p>`
    }</section>`;
}

/** What each seat gained, on one scale. */
export function gainsCard(table, own) {
  const bar = barOn(table.seats.map((seat) => seat.score.payoff_musd));
  return html`<section class="card" data-card="gains" data-key="gains" aria-labelledby="gains-title">
    <h2 id="gains-title">${t("debrief.gains.title")}</h2>
    <div class="scroll" tabindex="0" role="group" aria-label="${t("debrief.gains.title")}"><table class="plain">
      <caption>${t("debrief.gains.caption")}</caption>
      <thead><tr><th scope="col">${t("seat")}</th>${["gained_short", "saved", "index"].map((key) => html`<th scope="col" class="number">${t(`debrief.${key}`)}</th>`)}<th class="chart"><span class="away">${t("chart")}</span></th></tr></thead>
      <tbody>${table.seats.map(
        ({ seat, name, score }) => html`<tr class="${seat === own ? "own" : ""}"><th scope="row">${name}</th><td class="number">${signedBn(score.payoff_musd)}</td><td class="number">${orDash(score.saved_percent, saved)}</td><td class="number">${orDash(score.index, points)}</td>
          <td class="chart">${bar(score.payoff_musd)}</td></tr>`,
      )}</tbody></table></div></section>`;
}

/** The ledger of all seats by line, role by role: their lines differ. */
export function linesCard(table, own) {
  const roles = [...new Set(table.seats.map((seat) => seat.role))];
  const bar = barOn(table.seats.flatMap((seat) => [seat.score.payoff_musd, ...Object.values(seat.lines_musd)]));
  return html`<section class="card" data-card="lines" data-key="lines" aria-labelledby="lines-title"><h2 id="lines-title">${t("debrief.lines.title")}</h2>
    ${roles.map((role) => linesTable(table.seats.filter((seat) => seat.role === role), role, own, bar))}
    <p class="hint">${t("debrief.lines.hint")}</p></section>`;
}

/** A small bar for an amount, on a scale that holds all of them and zero. */
function barOn(amounts) {
  const low = Math.min(0, ...amounts);
  const high = Math.max(low + 1, ...amounts);
  const x = (musd) => (100 * (musd - low)) / (high - low);
  return (musd) => html`<svg class="small-bar" width="100%" height="8" aria-hidden="true"><line class="zero" x1="${x(0)}%" x2="${x(0)}%" y1="0" y2="8"></line><rect class="${musd < 0 ? "fall-down" : "fall-up"}" x="${x(Math.min(0, musd))}%" width="${x(Math.abs(musd)) - x(0)}%" y="1" height="6"></rect></svg>`;
}

function linesTable(seats, role, own, bar) {
  const lines = [...new Set(seats.flatMap((seat) => Object.keys(seat.lines_musd)))].filter((line) => seats.some((seat) => seat.lines_musd[line]));
  const title = t(`debrief.role.${role}`);
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${title}"><table class="plain lines-table">
    <caption>${title}</caption>
    <thead><tr><th scope="col">${t("line")}</th>${seats.map((seat) => html`<th scope="col" class="number ${seat.seat === own ? "own" : ""}">${seat.name}</th>`)}</tr></thead>
    <tbody>${lines.map((line) => html`<tr><th scope="row">${named(`line.${line}`, line)}</th>${seats.map((seat) => html`<td class="number">${line in seat.lines_musd ? [signedBn(seat.lines_musd[line]), bar(seat.lines_musd[line])] : "–"}</td>`)}</tr>`)}
      <tr class="sum"><th scope="row">${t("payoff.sum")}</th>${seats.map((seat) => html`<td class="number">${signedBn(seat.score.payoff_musd)}${bar(seat.score.payoff_musd)}</td>`)}</tr></tbody></table></div>`;
}

/** What history did beside the play, where the scenario knows it. */
export function historyCard(table) {
  if (!table.history.length && !table.histories.length) return "";
  const amount = (musd) => orDash(musd, bn);
  return html`<section class="card" data-card="history" data-key="past" aria-labelledby="past-title"><h2 id="past-title">${t("end.history")}</h2>
    ${
      table.history.length > 0 &&
      html`<div class="scroll" tabindex="0" role="group" aria-label="${t("end.history")}"><table class="plain">
      <caption>${t("debrief.history.caption")}</caption>
      <thead><tr><th scope="col">${t("debrief.who")}</th>${["pledged_then", "pledged_now", "paid_then", "paid_now"].map((key) => html`<th scope="col" class="number">${t(`debrief.${key}`)}</th>`)}</tr></thead>
      <tbody>${table.history.map((one) => html`<tr><th scope="row">${one.who}</th><td class="number">${amount(one.pledged_musd)}</td><td class="number">${amount(one.played_pledged_musd)}</td><td class="number">${amount(one.paid_musd)}</td><td class="number">${amount(one.played_paid_musd)}</td></tr>`)}</tbody></table></div>
      <details data-key="sources"><summary>${t("debrief.sources")}</summary><ul class="prose">${table.history.map((one) => html`<li><b>${one.who}</b>${one.day === null ? "" : ` (${t("debrief.day", { n: one.day })})`}: ${one.note} <small>${one.source}</small></li>`)}</ul></details>`
    }
    ${table.histories.map((text) => html`<div class="prose">${paragraphs(text)}</div>`)}</section>`;
}

/** The result in words, first. */
export function resultCard(table) {
  const hint = table.ending === null ? "debrief.unfinished" : table.ending === "closed_by_host" ? "debrief.closed" : null;
  return html`<section class="card result" data-card="result" data-key="result" aria-labelledby="result-title"><h2 id="result-title" class="headline">${headline(table)}</h2>
    <p class="lead">${drawnWords(table)}</p><p>${theoryWords(table)}</p>${hint && html`<p class="hint">${t(hint)}</p>`}</section>`;
}

/** One table, for the class that played it. */
export function tableDebrief(table, own) {
  return html`${resultCard(table)}
    ${table.measures.rounds ? [othersCard(table), courseCard(table), theoryCard(table), burdenCard(table, own), keepingCard(table, own), gainsCard(table, own), linesCard(table, own), actsCard(table)] : ""} ${historyCard(table)}`;
}

/** The debrief of one's own seat: what came of it, and what would have changed it. */
export function ownDebrief(table, own, withLines) {
  const mine = table.seats.find((seat) => seat.seat === own);
  if (!mine || !table.measures.rounds) return "";
  const { score, burden } = mine;
  return html`<section class="card" data-card="own-debrief" data-key="own-debrief" aria-labelledby="own-title"><h2 id="own-title">${t("debrief.own.title", { name: mine.name })}</h2>
    <p class="lead">${t(score.payoff_musd < 0 ? "debrief.own.lost" : "debrief.own.gained", { amount: bn(Math.abs(score.payoff_musd)) })} ${score.saved_percent === null ? "" : t("debrief.own.saved", { share: saved(score.saved_percent) })}</p>
    ${burden && html`<p>${t("debrief.own.part", { paid: bn(burden.paid_musd), part: bn(Math.round(burden.part_musd)), share: orDash(burden.paid_share, shareOf), stake: orDash(burden.stake_share, shareOf) })}</p>`}
    ${withLines && waterfall(linesOf(mine.lines_musd), t("payoff.sum"), t("ledger.together"))}
    ${mine.others.length > 0 && html`<h3>${t("debrief.others.title")}</h3>${othersList(table, mine.others, true)}`}</section>`;
}

/** Single decisions that would have helped all most. */
export function othersCard(table) {
  if (!table.others.length) return "";
  return html`<section class="card" data-card="others" data-key="others" aria-labelledby="others-title"><h2 id="others-title">${t("debrief.others.title")}</h2>${othersList(table, table.others, false)}</section>`;
}

function othersList(table, others, isOwn) {
  const name = (one) => table.seats.find((seat) => seat.seat === one.seat).name;
  const amounts = (one) => (one.made_musd === null ? bn(one.amount_musd) : t("debrief.instead", { amount: bn(one.amount_musd), made: bn(one.made_musd) }));
  return html`<ul class="others">${others.map(
    (one) => html`<li><b>${roundLabel(table, one)}${isOwn ? "" : `, ${name(one)}`}: ${t(`debrief.other.${one.what}`)} (${amounts(one)})</b>
      <span>${t("debrief.other.raised", { raised: bn(one.effective_musd), need: bn(one.need_musd) })} ${t(isOwn ? "debrief.other.own" : "debrief.other.itself", { change: signedBn(one.change_musd), together: signedBn(one.together_musd) })}</span></li>`,
  )}</ul>
    <p class="assumed">${t("debrief.others.hint")}</p>`;
}
