/** A room while it is open: how people come in, a row for each table, and what the host can do. */
import { gapBar } from "../core/charts.js";
import { clockTime } from "../core/format.js";
import { html } from "../core/html.js";
import { invitation } from "../core/invite.js";
import { problem } from "../core/page.js";
import { t } from "../core/texts.js";
import { actsCard, cardsOf } from "./acts.js";
import { sessionName, studyCard } from "./experiment.js";
import { roleName } from "./open.js";

export function roomScreen(state) {
  const { room } = state;
  const waiting = room.tables.some((table) => table.status === "lobby");
  const running = room.tables.filter((table) => table.status === "running");
  const seats = room.tables.flatMap((table) => table.seats);
  const people = state.study ? state.study.participants.map((one) => ({ present: one.present, participant: "person" })) : seats;
  return html`<main class="host">
    <header class="host-head"><div><p class="over"><button type="button" class="quiet" data-do="rooms">${t("host.back")}</button></p><h1>${room.title}</h1>
      <p>${t("host.present", { here: people.filter((seat) => seat.present).length, people: people.filter((seat) => seat.participant === "person" || seat.name).length })}${room.missing.length > 0 ? html` ${t("wait.missing", { names: room.missing.join(", ") })}` : ""}</p></div>
      <p class="room-code" aria-label="${t("invite.code")}">${room.room}</p></header>
    <section class="card controls" aria-labelledby="all-title"><h2 id="all-title">${t("host.all")}</h2>
      <div class="buttons">
        ${waiting && !room.study ? html`<button type="button" data-key="start" data-do="start">${t("host.start")}</button>` : ""}
        ${hostButtons("", running)}
        <a class="button second" href="/board?g=${room.room}" target="_blank" rel="noopener">${t("host.board")}</a>
        <button type="button" class="second" data-do="download" data-what="ledger/${room.room}.csv">${t("host.ledger")}</button>
        ${room.tables.some((table) => table.now) ? html`<a class="button ${running.length || waiting ? "second" : ""}" href="/replay?g=${room.room}">${t(room.tables.length > 1 ? "debrief.of.class" : "debrief.of.table")}</a>
        <button type="button" class="second" data-do="report" data-session="">${t(state.working ? "debrief.making" : "host.report")}</button>` : ""}
        <button type="button" class="danger" data-do="closeRoom">${t("host.close")}</button>
      </div>
      ${waiting && !room.study ? html`<p class="hint">${t("host.start.hint")}</p>` : ""}
      ${announceForm(null)} ${problem(state, "all")}
    </section>
    ${studyCard(state)}
    <details class="card" data-key="invite-${waiting || !room.tables.length ? "first" : "later"}" ${waiting || !room.tables.length ? html`open` : ""}><summary><h2>${t("host.invite")}</h2></summary>
      ${state.addresses.length > 1 ? html`<label class="inline"><span>${t("host.address")}</span><select data-do="address">${state.addresses.map((one) => html`<option value="${one}" ${one === state.at ? html`selected` : ""}>${one}</option>`)}</select></label>` : ""}
      ${invitation(room.room, state.at)}</details>
    <ol class="rows">${room.tables.map((table) => tableItem(state, table))}</ol>
    ${state.issued ? issuedNote(state) : ""}
    ${actsCard(state)}
  </main>`;
}

/**
 * Pause or resume, more time, next phase: for one table that runs, or for all with an empty
 * session. Both pause and resume where some stand still and others do not.
 */
function hostButtons(session, running) {
  if (!running.length) return "";
  const clock = [running.some((table) => !table.now.paused) && "pause", running.some((table) => table.now.paused) && "resume"].filter(Boolean);
  // The one button of the clock stays the same, so that the focus does when its word changes.
  const key = (what) => (clock.length === 1 && clock.includes(what) ? "clock" : what);
  return [...clock, "extend", "next_phase"].map((what) => html`<button type="button" class="second" data-key="${key(what)}" data-do="hostAct" data-what="${what}" data-session="${session}">${t(`host.${what}`)}</button>`);
}

/** A word to one table, or to all without one. */
function announceForm(table) {
  const session = table?.session ?? "";
  return html`<form class="say" data-do="announce" data-session="${session}" novalidate>
    <label class="away" for="announce-${session}">${table ? `${t("table.n", { n: table.number })}: ${t("host.message.one")}` : t("host.message")}</label>
    <input id="announce-${session}" name="text" maxlength="500" autocomplete="off" placeholder="${t(session ? "host.message.one" : "host.message")}">
    <button type="submit" class="second">${t("talk.send")}</button></form>`;
}

function tableItem(state, table) {
  const { now } = table;
  const away = table.seats.filter((seat) => seat.name && !seat.present);
  const name = (id) => table.seats.find((seat) => seat.seat === id)?.seat_name ?? id;
  return html`<li class="card host-table" data-key="table-${table.session}">
    <div class="row-of-table"><h2>${t("table.n", { n: table.number })} ${sessionOf(state, table)}<small>${t(`status.${table.status}`)}</small></h2>
    ${
      now
        ? html`<div>${gapBar({ key: `t${table.number}`, needMusd: now.need_musd, parts: [{ id: "all", name: t(now.revealed ? "table.drawn" : "table.promised"), musd: now.money_musd, kind: "other" }], solid: now.revealed })}</div>
          <p>${now.ending ? t(`ending.${now.ending}`) : `${t("round.n", { n: now.round })}: ${t(`phase.${now.phase}`)}`} <b>${now.ending ? "" : now.paused ? t("paused") : now.left_ms === null ? t("host.noclock") : clockTime(now.left_ms)}</b></p>
          <p>${now.ending ? "" : now.undecided.length ? t("now.waiting", { names: now.undecided.map(name).join(", ") }) : t("now.nobody")}${away.length && !now.ending ? html`<br><b>${t("host.away", { names: away.map((seat) => seat.name).join(", ") })}</b>` : ""}</p>`
        : html`<p>${t("table.lobby", { n: table.seats.filter((seat) => seat.name).length })}</p>`
    }</div>
    ${table.announcement ? html`<p class="hint">${t("host.said", { text: table.announcement })}</p>` : ""}
    <details data-key="more-${table.session}"><summary>${t("host.table.more")}</summary>
      <div class="buttons">${hostButtons(table.session, table.status === "running" ? [table] : [])}
        ${now ? html`<button type="button" class="second" data-do="look" data-session="${table.session}" aria-pressed="${state.looking === table.session ? "true" : "false"}">${t("host.look")}</button>` : ""}
        ${now ? html`<button type="button" class="second" data-do="download" data-what="log/${table.session}.jsonl">${t("host.log")}</button>
        <a class="button second" href="/replay?g=${state.room.room}&amp;s=${table.session}#debrief">${t("debrief.of.table")}</a>
        <button type="button" class="second" data-do="report" data-session="${table.session}">${t(state.working ? "debrief.making" : "host.report")}</button>` : ""}
        ${table.status === "running" ? html`<button type="button" class="danger" data-do="hostAct" data-what="close_session" data-session="${table.session}">${t("host.close_session")}</button>` : ""}</div>
      ${cards(state, table)} ${announceForm(table)} ${problem(state, table.session)}
      <ul class="seats">${table.seats.map((seat) => seatItem(state, table, seat))}</ul></details>
    ${state.looking === table.session && state.mirror ? html`<div class="mirror" data-key="mirror">${state.mirror}</div>` : ""}
  </li>`;
}

/** Of a study: which session and group a table is, under which treatment. */
function sessionOf(state, table) {
  const own = state.study?.sessions.find((one) => one.session === table.session);
  return own ? html`<small>${t("exp.table", { name: sessionName(state.study, own.number), group: own.group })}${own.treatment ? ` · ${own.treatment}` : ""}</small>` : "";
}

function cards(state, table) {
  const known = cardsOf(state);
  if (!known.length || table.status !== "running") return "";
  return html`<p class="hint">${t("host.cards")}</p><div class="buttons">${known.map((card) => html`<button type="button" class="second" data-do="hostAct" data-what="play_card" data-card="${card.name}" data-session="${table.session}" title="${card.text}">${card.title}</button>`)}</div>`;
}

/** Whether anybody may still come to a table, or be moved. */
const isOpen = (table) => table.status === "lobby" || table.status === "running";

function seatItem(state, table, seat) {
  const free = state.room.tables.flatMap((other) =>
    isOpen(other) ? other.seats.filter((one) => !one.name).map((one) => ({ value: `${other.session} ${one.seat}`, text: t("host.move.to", { n: other.number, name: one.seat_name }) })) : [],
  );
  const open = isOpen(table);
  const data = (what) => html`data-do="${what}" data-session="${table.session}" data-seat="${seat.seat}"`;
  return html`<li data-key="seat-${table.session}-${seat.seat}"><span class="seat-name"><b>${seat.seat_name}</b><small>${roleName(seat.role)}</small></span>
    <span class="seat-standing">${seat.name ?? t(`participant.${seat.participant}`)}${seat.name && !seat.present ? ` (${t("away")})` : ""}${seat.name && seat.participant === "bot" ? ` · ${t("participant.bot")}` : ""}</span>
    <span class="buttons">
      ${open ? giveButton(data, seat) : ""}
      ${state.room.study ? "" : html`<button type="button" class="quiet" ${data("reissue")}>${t("host.reissue")}<span class="away"> ${seat.seat_name}</span></button>`}
      ${open && seat.name && free.length && !state.room.study ? html`<label class="inline"><span class="away">${t("host.move", { name: seat.name })}</span><select ${data("movePerson")}><option value="">${t("host.move.short")}</option>${free.map((one) => html`<option value="${one.value}">${one.text}</option>`)}</select></label>` : ""}
    </span></li>`;
}

function giveButton(data, seat) {
  const back = seat.participant === "bot";
  return html`<button type="button" class="quiet" ${data(back ? "giveBack" : "giveBot")}>${t(back ? "host.give.back" : "host.give.bot")}<span class="away"> ${seat.seat_name}</span></button>`;
}

function issuedNote(state) {
  const { seat, table, word, link } = state.issued;
  return html`<section class="card note issued" tabindex="-1" id="issued" aria-labelledby="issued-title"><h2 id="issued-title">${t("host.issued", { seat, n: table })}</h2>
    <p>${t("back.word")}: <b class="word">${word}</b></p><p><code class="link-text">${link}</code></p>
    <button type="button" class="second" data-do="issuedDone">${t("host.issued.done")}</button></section>`;
}
