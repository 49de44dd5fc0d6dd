/** The audit trail in words: what hosts did in a room, with the names of seats, tables and events. */
import { html } from "../core/html.js";
import { language, t } from "../core/texts.js";

/** @param {{room: object, acts: object[] | null, scenarios: object[], own: object}} state */
export function actsCard(state) {
  return html`<details class="card" data-key="acts"><summary data-do="acts"><h2>${t("host.acts")}</h2></summary>
    <button type="button" class="quiet" data-do="acts">${t("host.acts.read")}</button>
    <ol class="acts">${(state.acts ?? []).map((act) => html`<li><time datetime="${act.at_utc}">${new Date(act.at_utc).toLocaleString(language(), { dateStyle: "short", timeStyle: "medium" })}</time> ${actWords(state, act)}</li>`)}</ol></details>`;
}

/** One act as a sentence; where it was done stands before it, if it was at a table. */
export function actWords(state, act) {
  const what = t(sentenceOf(act), {
    seat: seatName(state, act.session, act.seat),
    to: seatName(state, act.to_session, act.to_seat),
    n: tableOf(state, act.to_session)?.number ?? "",
    card: cardTitle(state, act.card),
    text: act.text ?? "",
    label: act.label ?? "",
    seconds: act.seconds ?? "",
  });
  if (act.session === undefined) return sentence(`${what[0].toUpperCase()}${what.slice(1)}`);
  const table = tableOf(state, act.session);
  return sentence(`${table ? t("table.n", { n: table.number }) : t("host.everywhere")}: ${what}`);
}

/** With its full stop, unless what was said ends with one. */
const sentence = (words) => (/[.!?…][”“]$/.test(words) ? words : `${words}.`);

function sentenceOf(act) {
  if (act.kind === "set_seat") return `act.set_seat.${act.plan.participant}`;
  if (act.kind === "announce" && !act.text.trim()) return "act.announce.nothing";
  if (act.kind === "move_person" && act.to_session !== act.session) return "act.move_person.away";
  return `act.${act.kind}`;
}

const tableOf = (state, session) => state.room.tables.find((one) => one.session === session);

/** What a seat is called at a table; its id, where the table is not there. */
export const seatName = (state, session, seat) => tableOf(state, session)?.seats.find((one) => one.seat === seat)?.seat_name ?? seat ?? "";

/** The event cards of a room's scenario: the server's, or those of one that this browser keeps. */
export function cardsOf(state) {
  const { scenario } = state.room;
  return state.scenarios?.find((one) => one.name === scenario)?.cards ?? state.own?.[scenario]?.cards ?? [];
}

const cardTitle = (state, name) => cardsOf(state).find((one) => one.name === name)?.title ?? name ?? "";
