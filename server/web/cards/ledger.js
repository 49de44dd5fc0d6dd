/** The seat's payoff, line by line: a waterfall of each resolved round and of all together. A seat's own. */
import { waterfall } from "../core/charts.js";
import { html } from "../core/html.js";
import { bn, percent, signedBn } from "../core/format.js";
import { EN } from "../core/texts.en.js";
import { named, t } from "../core/texts.js";

/** The ledger's order: that of the texts, since a stored log has the lines by name. */
const LINES = Object.keys(EN).filter((key) => key.startsWith("line."));
export const inLedgerOrder = (one, other) => LINES.indexOf(`line.${one}`) - LINES.indexOf(`line.${other}`);

/** Own lines of a round in the ledger's order, those that are zero left out. */
export function linesOf(lines) {
  return Object.entries(lines)
    .filter(([, musd]) => musd !== 0)
    .sort(([one], [other]) => inLedgerOrder(one, other))
    .map(([line, musd]) => ({ label: named(`line.${line}`, line), hint: named(`line.${line}.hint`, ""), musd }));
}

/** All rounds of a seat added up, line by line. */
export function summed(rounds, seat) {
  const sums = {};
  for (const round of rounds) {
    for (const [line, musd] of Object.entries(round.lines_musd[seat] ?? {})) sums[line] = (sums[line] ?? 0) + musd;
  }
  return sums;
}

export function ledgerCard(view) {
  const seat = view.own.seat;
  const rounds = view.rounds.filter((round) => round.lines_musd[seat]);
  if (!rounds.length) return "";
  const last = rounds[rounds.length - 1];
  const label = (round) => t("ledger.round", { n: round.round, stability: percent(Math.round(round.stability * 1000)) });
  const ofRound = (round) => waterfall(linesOf(round.lines_musd[seat]), t("payoff.sum"), label(round));
  const together = () => waterfall(linesOf(summed(rounds, seat)), t("payoff.sum"), t("ledger.together"));
  return html`<section class="card" data-card="ledger" data-key="ledger" aria-labelledby="ledger-title">
    <h2 id="ledger-title">${t(view.clock.ending ? "ledger.over" : "ledger.title")}</h2>
    <p class="gap-words"><span class="big">${signedBn(view.own.total_musd)}</span> ${t("ledger.total", { n: rounds.length })}</p>
    ${view.clock.ending ? together() : ofRound(last)}
    ${
      rounds.length > 1
        ? html`<details data-key="ledger-all"><summary>${t("ledger.all")}</summary>${view.clock.ending ? ofRound(last) : together()} ${[...rounds.slice(0, -1)].reverse().map(ofRound)}</details>`
        : ""
    }
  </section>`;
}

/** What was reached, and what it brought everybody: the open end of a session. */
export function endCard(view) {
  if (!view.debrief) return "";
  const totals = view.debrief.totals_musd;
  const most = Math.max(1, ...Object.values(totals).map(Math.abs));
  return html`<section class="card" data-card="end" data-key="end" aria-labelledby="end-title">
    <h2 id="end-title">${t(`ending.${view.clock.ending}`)}</h2>
    <ul class="facts">${view.rounds.map((round) => html`<li>${t("end.round", { n: round.round, drawn: bn(round.effective_musd), need: bn(round.need_musd), stability: percent(Math.round(round.stability * 1000)) })}</li>`)}</ul>
    <table class="plain totals">
      <caption>${t("end.totals")}</caption>
      <tbody>
        ${view.seats.map(
          (card) =>
            html`<tr class="${card.id === view.own?.seat ? "own" : ""}"><th scope="row">${card.name}</th><td class="number">${signedBn(totals[card.id] ?? 0)}</td>
              <td class="chart"><svg width="100%" height="14" aria-hidden="true"><line class="zero" x1="50%" x2="50%" y1="0" y2="14"></line><rect class="${totals[card.id] < 0 ? "fall-down" : "fall-up"}" x="${50 + Math.min(0, (50 * totals[card.id]) / most)}%" width="${Math.abs((50 * totals[card.id]) / most)}%" y="2" height="10"></rect></svg></td></tr>`,
        )}
      </tbody>
    </table>
    ${view.debrief.history && html`<details data-key="history"><summary>${t("end.history")}</summary><div class="prose">${paragraphs(view.debrief.history)}</div></details>`}
  </section>`;
}

/** A text of a scenario as paragraphs. */
export function paragraphs(text) {
  return text.split(/\n\s*\n/).map((part) => html`<p>${part.replace(/\s+/g, " ").trim()}</p>`);
}
