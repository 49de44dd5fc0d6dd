/** How a session went, in its debrief: the money over time, and who acted when. */
import { moneySteps } from "../core/charts.js";
import { bn } from "../core/format.js";
import { html } from "../core/html.js";
import { lanes } from "../core/plots.js";
import { t } from "../core/texts.js";

/** A round by its number, with its crisis where there are several. */
export const roundLabel = (table, one) => (new Set(table.rounds.map((round) => round.crisis)).size > 1 ? t("debrief.crisis.round", { crisis: one.crisis, n: one.round }) : t("round.n", { n: one.round }));

/** Within a round's band: room for the first dot, and for what was drawn to stand. */
const inBand = (at) => 0.04 + 0.84 * at;
const clockOf = (ms) => `${Math.floor(ms / 60_000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, "0")}`;

export function courseCard(table) {
  const rounds = table.courses.map((one) => ({
    label: roundLabel(table, one),
    needMusd: one.need_musd,
    moneyMusd: one.changes[one.changes.length - 1].money_musd,
    solid: true,
    steps: one.changes.map((change) => ({ at: inBand(change.at), musd: change.money_musd })),
  }));
  return html`<section class="card" data-card="course" data-key="course" aria-labelledby="course-title"><h2 id="course-title">${t("debrief.course.title")}</h2>
    <div class="scroll" tabindex="0" role="group" aria-label="${t("debrief.course.title")}">${moneySteps(rounds, rounds.length)}</div>
    <p class="hint">${t("debrief.course.hint")}</p>
    <details data-key="course-table"><summary>${t("debrief.course.table")}</summary><table class="plain">
      <thead><tr><th scope="col">${t("debrief.round")}</th><th scope="col" class="number">${t("debrief.course.time")}</th><th scope="col" class="number">${t("debrief.course.money")}</th></tr></thead>
      <tbody>${table.courses.flatMap((one) => one.changes.map((change, at) => html`<tr><th scope="row">${roundLabel(table, one)}</th><td class="number">${clockOf(change.at_ms)}</td><td class="number">${t(at === one.changes.length - 1 ? "debrief.course.drawn" : "debrief.course.open", { amount: bn(change.money_musd) })}</td></tr>`))}</tbody></table></details>
  </section>`;
}

/** What an act is in the lanes. */
const ACT_SHAPES = { talk: "ring", decision: "square", proposal: "triangle", yes: "tick", no: "cross" };

/** Acts in their order within each round: the rounds are as wide as one another. */
export function actsCard(table) {
  if (!table.acts.length) return "";
  const keyOf = (act) => `${act.crisis}.${act.round}`;
  const rounds = [...new Map(table.acts.map((act) => [keyOf(act), act])).values()];
  const byRound = rounds.map((round) => table.acts.filter((act) => keyOf(act) === keyOf(round)));
  const place = (round, at) => 0.01 + (0.98 * (round + at)) / rounds.length;
  const most = Math.max(...byRound.map((acts) => acts.length));
  const told = (acts) => Object.keys(ACT_SHAPES).map((what) => [what, acts.filter((act) => act.what === what).length]).filter(([, n]) => n).map(([what, n]) => t(`debrief.act.${what}`, { n })).join(", ");
  return html`<section class="card" data-card="acts" data-key="acts-card" aria-labelledby="acts-title"><h2 id="acts-title">${t("replay.lanes.title")}</h2>
    ${lanes({
      name: t("debrief.acts.name"),
      seats: table.seats.map((one) => ({ id: one.seat, name: one.name })),
      events: byRound.flatMap((acts, round) => acts.map((act, at) => ({ at: place(round, (at + 1) / (acts.length + 1)), seat: act.seat, shape: ACT_SHAPES[act.what] }))),
      rounds: rounds.map((one, at) => ({ at: place(at, 0), label: t("replay.round", { n: one.round }) })),
      slots: rounds.length * (most + 1),
    })}
    <details data-key="acts-table"><summary>${t("debrief.acts.table")}</summary><div class="scroll" tabindex="0" role="group" aria-label="${t("debrief.acts.table")}"><table class="plain acts-table">
      <thead><tr><th scope="col">${t("seat")}</th>${rounds.map((one) => html`<th scope="col">${roundLabel(table, one)}</th>`)}</tr></thead>
      <tbody>${table.seats.map((seat) => html`<tr><th scope="row">${seat.name}</th>${byRound.map((acts) => html`<td>${told(acts.filter((act) => act.seat === seat.seat)) || "–"}</td>`)}</tr>`)}</tbody></table></div></details>
  </section>`;
}
