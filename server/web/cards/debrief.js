/**
 * The debrief: what came of a table or a class, beside theory and history. Draws what the server
 * found (`read_debrief`) and computes no measure.
 */
import { bn, percent, signedBn } from "../core/format.js";
import { html } from "../core/html.js";
import { dotRows, markedBars } from "../core/plots.js";
import { language, named, t } from "../core/texts.js";
import { linesOf, paragraphs } from "./ledger.js";
import { waterfall } from "../core/charts.js";

const orDash = (value, show) => (value === null || value === undefined ? "–" : show(value));
/** With a real minus, and not to be broken before its unit. */
const tidy = (text) => text.replace("-", "−").replace(" %", "\u00a0%");
const rounded = (value, digits) => tidy(value.toLocaleString(language(), { maximumFractionDigits: digits }));
const points = (value) => rounded(value, 0);
const correlation = (value) => rounded(value, 2);
const saved = (value) => tidy(percent(Math.round(value * 10)));
const shareOf = (value) => tidy(percent(Math.round(value * 1000)));
const roundLabel = (table, one) => (new Set(table.rounds.map((round) => round.crisis)).size > 1 ? t("debrief.crisis.round", { crisis: one.crisis, n: one.round }) : t("round.n", { n: one.round }));

/** What came of it, in words. */
export function resultWords({ measures }) {
  if (!measures.rounds) return t("debrief.nothing");
  const gaps = { drawn: bn(measures.effective_musd), need: bn(measures.need_musd), share: shareOf(measures.provision), n: measures.covered_rounds, of: measures.rounds };
  const held = measures.covered_rounds === measures.rounds ? "debrief.held" : measures.covered_rounds ? "debrief.partly" : "debrief.short";
  return `${t(held, gaps)} ${t("debrief.drawn", gaps)}`;
}

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
  const payoffs = table.seats.map((seat) => seat.score.payoff_musd);
  const low = Math.min(0, ...payoffs);
  const x = (musd) => (100 * (musd - low)) / Math.max(1, Math.max(0, ...payoffs) - low);
  return html`<section class="card" data-card="gains" data-key="gains" aria-labelledby="gains-title">
    <h2 id="gains-title">${t("debrief.gains.title")}</h2>
    <div class="scroll" tabindex="0" role="group" aria-label="${t("debrief.gains.title")}"><table class="plain">
      <caption>${t("debrief.gains.caption")}</caption>
      <thead><tr><th scope="col">${t("seat")}</th>${["gained_short", "saved", "index"].map((key) => html`<th scope="col" class="number">${t(`debrief.${key}`)}</th>`)}<th class="chart"><span class="away">${t("chart")}</span></th></tr></thead>
      <tbody>${table.seats.map(
        ({ seat, name, score }) => html`<tr class="${seat === own ? "own" : ""}"><th scope="row">${name}</th><td class="number">${signedBn(score.payoff_musd)}</td><td class="number">${orDash(score.saved_percent, saved)}</td><td class="number">${orDash(score.index, points)}</td>
          <td class="chart"><svg width="100%" height="14" aria-hidden="true"><line class="zero" x1="${x(0)}%" x2="${x(0)}%" y1="0" y2="14"></line><rect class="${score.payoff_musd < 0 ? "fall-down" : "fall-up"}" x="${x(Math.min(0, score.payoff_musd))}%" width="${x(Math.abs(score.payoff_musd)) - x(0)}%" y="2" height="10"></rect></svg></td></tr>`,
      )}</tbody></table></div></section>`;
}

/** The ledger of all seats by line, role by role: their lines differ. */
export function linesCard(table, own) {
  const roles = [...new Set(table.seats.map((seat) => seat.role))];
  return html`<section class="card" data-card="lines" data-key="lines" aria-labelledby="lines-title"><h2 id="lines-title">${t("debrief.lines.title")}</h2>
    ${roles.map((role) => linesTable(table.seats.filter((seat) => seat.role === role), role, own))}</section>`;
}

function linesTable(seats, role, own) {
  const lines = [...new Set(seats.flatMap((seat) => Object.keys(seat.lines_musd)))].filter((line) => seats.some((seat) => seat.lines_musd[line]));
  const title = t(`debrief.role.${role}`);
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${title}"><table class="plain">
    <caption>${title}</caption>
    <thead><tr><th scope="col">${t("line")}</th>${seats.map((seat) => html`<th scope="col" class="number ${seat.seat === own ? "own" : ""}">${seat.name}</th>`)}</tr></thead>
    <tbody>${lines.map((line) => html`<tr><th scope="row">${named(`line.${line}`, line)}</th>${seats.map((seat) => html`<td class="number">${line in seat.lines_musd ? signedBn(seat.lines_musd[line]) : "–"}</td>`)}</tr>`)}
      <tr class="sum"><th scope="row">${t("payoff.sum")}</th>${seats.map((seat) => html`<td class="number">${signedBn(seat.score.payoff_musd)}</td>`)}</tr></tbody></table></div>`;
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
  return html`<section class="card result" data-card="result" data-key="result" aria-labelledby="result-title"><h2 id="result-title">${t("debrief.result")}</h2>
    <p class="lead">${resultWords(table)}</p><p>${theoryWords(table)}</p>${table.ending === null ? html`<p class="hint">${t("debrief.unfinished")}</p>` : table.ending === "closed_by_host" ? html`<p class="hint">${t("debrief.closed")}</p>` : ""}</section>`;
}

/** One table, for the class that played it. */
export function tableDebrief(table, own) {
  return html`${resultCard(table)}
    ${table.measures.rounds ? [theoryCard(table), burdenCard(table, own), keepingCard(table, own), gainsCard(table, own), linesCard(table, own)] : ""} ${historyCard(table)}`;
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
    ${mine.others.length > 0 && othersTable(table, mine)}</section>`;
}

const MOST_OTHERS = 6;

function othersTable(table, mine) {
  const chosen = [...mine.others].sort((one, other) => Math.abs(other.change_musd) - Math.abs(one.change_musd)).slice(0, MOST_OTHERS);
  const shown = mine.others.filter((one) => chosen.includes(one));
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${t("debrief.others")}"><table class="plain">
    <caption>${t("debrief.others")}</caption>
    <thead><tr><th scope="col">${t("debrief.other")}</th>${["otherpledge", "raised", "change"].map((key) => html`<th scope="col" class="number">${t(`debrief.${key}`)}</th>`)}</tr></thead>
    <tbody>${shown.map((one) => html`<tr><th scope="row">${roundLabel(table, one)}: ${t(`debrief.other.${one.what}`)}</th><td class="number">${bn(one.pledge_musd)}</td><td class="number">${bn(one.effective_musd)}</td><td class="number">${signedBn(one.change_musd)}</td></tr>`)}</tbody></table></div>
    <p class="hint">${t("debrief.others.hint")}</p>`;
}

/** All tables of a class side by side. */
export function classDebrief(group, linkOf) {
  if (!group.tables.length) return html`<section class="card"><p>${t("debrief.nothing")}</p></section>`;
  const most = Math.max(1, ...group.tables.map((one) => one.measures.provision));
  const name = (one) => t("table.n", { n: one.number });
  const savedDots = Object.entries(group.seats).map(([seat, label]) => ({
    label,
    dots: group.tables.filter((one) => one.scores[seat] && one.scores[seat].saved_percent !== null).map((one) => ({ value: one.scores[seat].saved_percent, name: name(one) })),
  }));
  const values = savedDots.flatMap((row) => row.dots.map((dot) => dot.value));
  return html`<section class="card" data-card="class" data-key="class" aria-labelledby="class-title"><h2 id="class-title">${t("debrief.class.title")}</h2>
      ${markedBars({
        caption: t("debrief.class.caption"),
        head: t("debrief.table"),
        valueName: t("debrief.provision"),
        show: shareOf,
        most,
        marks: [
          { name: t("debrief.nash"), shape: "diamond" },
          { name: t("debrief.optimum"), shape: "triangle" },
        ],
        rows: group.tables.map((one) => ({ label: linkOf(one), value: one.measures.provision, marks: [one.nash_provision, one.optimum_provision] })),
      })}</section>
    <section class="card" data-card="class-table" data-key="class-table" aria-labelledby="tables-title"><h2 id="tables-title">${t("debrief.tables.title")}</h2>
      <div class="scroll" tabindex="0" role="group" aria-label="${t("debrief.tables.title")}"><table class="plain"><caption>${t("debrief.tables.caption")}</caption>
        <thead><tr><th scope="col">${t("debrief.table")}</th>${["rounds", "need", "raised", "efficiency", "ginishort", "freeridingshort", "keptshare"].map((key) => html`<th scope="col" class="number">${t(`debrief.${key}`)}</th>`)}</tr></thead>
        <tbody>${group.tables.map(
          (one) =>
            html`<tr><th scope="row">${name(one)}</th><td class="number">${t("debrief.nof", { n: one.measures.covered_rounds, of: one.measures.rounds })}</td><td class="number">${bn(one.measures.need_musd)}</td><td class="number">${bn(one.measures.effective_musd)}</td><td class="number">${orDash(one.measures.efficiency, shareOf)}</td>
              <td class="number">${orDash(one.sharing.gini, correlation)}</td><td class="number">${orDash(one.sharing.free_riding, shareOf)}</td><td class="number">${orDash(one.sharing.kept_share, shareOf)}</td></tr>`,
        )}</tbody></table></div></section>
    ${values.length > 0 && html`<section class="card" data-card="class-seats" data-key="class-seats" aria-labelledby="same-title"><h2 id="same-title">${t("debrief.same.title")}</h2>
      ${dotRows({ caption: t("debrief.same.caption"), low: Math.min(0, ...values), high: Math.max(100, ...values), show: saved, rows: savedDots.filter((row) => row.dots.length) })}
      <p class="hint">${t("debrief.same.hint")}</p></section>`}`;
}
