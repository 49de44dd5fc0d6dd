/**
 * What a board remembers of a crisis: how the money in the open went, change by change. Pure.
 *
 * A view says how things stand, not how they came; what is told with a time is noted here.
 * Times are milliseconds of the session, never of this computer.
 */
import { openRound } from "./store.js";

/** A round is drawn as if it took at least so long, so that its first change is no cliff. */
const SHORTEST_MS = 60_000;

/** The money that is in the open now: promised, and once the round is resolved, drawn. */
export function openMoney(view) {
  const round = openRound(view);
  return round ? round.effective_musd : view.gap.promised_musd + view.gap.tranche_musd;
}

/**
 * The record with the view's money, if that is a change.
 * @param {{crisis: number, round: number, beganMs: number, steps: {atMs: number, musd: number}[]}[]} record
 * @param {object} view
 * @param {number} atMs when it came about; never before what is recorded
 */
export function recorded(record, view, atMs) {
  const { crisis, round } = view.clock;
  const musd = openMoney(view);
  const last = record[record.length - 1];
  if (last?.crisis !== crisis || last.round !== round) return [...record, { crisis, round, beganMs: atMs, steps: [{ atMs, musd }] }];
  if (last.steps[last.steps.length - 1].musd === musd) return record;
  return [...record.slice(0, -1), { ...last, steps: [...last.steps, { atMs, musd }] }];
}

/** When the newest of what was told happened; what came before where nothing has a time. */
export function toldAt(message, beforeMs) {
  const times = [...(message.notices ?? []), ...(message.view?.messages ?? [])].map((one) => one.at_ms).filter(Number.isFinite);
  return Math.max(beforeMs, ...times);
}

/**
 * The rounds of the crisis for the chart: each with its steps at shares, 0 to 1, of its band.
 * A round that nobody watched is one level, as it ended.
 */
export function roundBands(view, record, nowMs) {
  const { crisis, round } = view.clock;
  const past = view.rounds.filter((one) => one.crisis === crisis);
  const resolved = past.map((one) => ({ round: one.round, needMusd: one.need_musd, moneyMusd: one.effective_musd, solid: true }));
  const running = { round, needMusd: view.gap.scheduled_need_musd, moneyMusd: openMoney(view), solid: false };
  const rounds = openRound(view) || (view.clock.ending && past.length) ? resolved : [...resolved, running];
  return rounds.map((one) => ({ ...one, steps: stepsOf(record.find((kept) => kept.crisis === crisis && kept.round === one.round), one, nowMs) }));
}

function stepsOf(kept, round, nowMs) {
  if (!kept) return [{ at: 0, musd: round.moneyMusd }];
  const lastMs = kept.steps[kept.steps.length - 1].atMs;
  // The last level must be seen too: it gets a tenth of the band, or the time since.
  const endMs = round.solid ? lastMs + (lastMs - kept.beganMs) / 9 : nowMs;
  const lengthMs = Math.max(SHORTEST_MS, endMs - kept.beganMs);
  return kept.steps.map(({ atMs, musd }) => ({ at: (atMs - kept.beganMs) / lengthMs, musd }));
}
