/** What was played before and is stored: rooms that are closed, and sessions in no room. */
import { html } from "../core/html.js";
import { language, t } from "../core/texts.js";

/** The stored sessions by room, newest first, without the rooms that are open. */
export function playedRooms(stored, openRooms) {
  const open = new Set(openRooms.map((room) => room.room));
  const rooms = new Map();
  for (const one of stored) {
    if (open.has(one.room)) continue;
    const key = one.room ?? one.session;
    rooms.set(key, [...(rooms.get(key) ?? []), one]);
  }
  return [...rooms].map(([key, sessions]) => ({ key, sessions: sessions.sort((one, other) => one.table - other.table) }));
}

export function pastCard(state) {
  if (!state.stored || !state.rooms) return "";
  const rooms = playedRooms(state.stored, state.rooms);
  if (!rooms.length && !state.before) return "";
  return html`<section class="card" data-key="past" aria-labelledby="past-title"><h2 id="past-title">${t("past.title")}</h2>
    <p class="hint">${t("past.hint")}</p>
    <ul class="past-rooms">${rooms.map((room) => storedRoom(state, room))}</ul>
    ${state.before ? html`<button type="button" class="quiet" data-do="olderSessions">${t("past.more")}</button>` : ""}</section>`;
}

function storedRoom(state, { key, sessions }) {
  const [first] = sessions;
  const { room } = first;
  const scenario = state.scenarios?.find((one) => one.name === first.scenario)?.title ?? first.scenario;
  const title = first.title ?? scenario;
  const date = new Date(first.created_utc).toLocaleString(language(), { dateStyle: "medium", timeStyle: "short" });
  const away = html`<span class="away"> ${title}, ${room ?? key}</span>`;
  const look = room ? `g=${room}` : `s=${first.session}#debrief`;
  const file = (what, text) => html`<button type="button" class="quiet" data-do="download" data-what="${what}">${text}${away}</button>`;
  return html`<li data-key="past-${key}"><p><b>${title}</b> <small>${title === scenario ? "" : `${scenario}, `}${t(room ? "past.line" : "past.line.noroom", { code: room ?? key, date, n: sessions.length })}</small><br>${endings(sessions)}</p>
    <div class="buttons"><a class="button second" href="/replay?${look}">${t(sessions.length > 1 ? "debrief.of.class" : "debrief.of.table")}${away}</a>
      <button type="button" class="quiet" data-do="report" data-room="${room ?? ""}" data-session="${room ? "" : first.session}">${t(state.working ? "debrief.making" : "host.report")}${away}</button>
      ${room ? file(`ledger/${room}.csv`, t("host.ledger")) : ""} ${first.study ? file(`payments/${room}.csv`, t("exp.payments")) : ""}</div>
    <details data-key="tables-${key}"><summary>${t("past.tables")}${away}</summary><ul class="past-tables">${sessions.map(storedTable)}</ul></details></li>`;
}

/** How the sessions of a room ended, in numbers. */
function endings(sessions) {
  const count = (ending) => sessions.filter((one) => one.ending === ending).length;
  const told = [["past.ended", count("completed")], ["past.stopped", count("closed_by_host")], ["past.open", count(null)]];
  return told.filter(([, n]) => n).map(([key, n]) => t(key, { n })).join(", ");
}

function storedTable(one) {
  const away = html`<span class="away"> ${t("table.n", { n: one.table })}, ${one.room ?? one.session}</span>`;
  const of = `${one.room ? `g=${one.room}&` : ""}s=${one.session}`;
  return html`<li data-key="session-${one.session}"><p><b>${t("table.n", { n: one.table })}</b> ${t("round.n", { n: one.round })}. ${one.ending ? t(`ending.${one.ending}`) : t(`status.${one.status}`)}</p>
    <div class="buttons"><a class="button second" href="/replay?${of}#debrief">${t("debrief")}${away}</a>
      <a class="button second" href="/replay?${of}#event=1&as=board">${t("replay")}${away}</a>
      <button type="button" class="quiet" data-do="download" data-what="log/${one.session}.jsonl">${t("host.log")}${away}</button></div></li>`;
}
