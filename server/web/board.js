/**
 * The projected board: read from eight metres, public facts alone.
 *
 * It joins as an observer, so the server sends it nothing that is anybody's own. One table is
 * shown large (`?t=2` for the second); several side by side as one row each, asked for once a
 * second.
 */
import { phaseSteps, whereWords } from "./cards/clock.js";
import { gapNumbers, gapParts, gapWords } from "./cards/gap.js";
import { standingWords, terms } from "./cards/packages.js";
import { classDebrief } from "./cards/class.js";
import { courseCard } from "./cards/course.js";
import { burdenCard, gainsCard, keepingCard, othersCard, resultCard, theoryCard } from "./cards/debrief.js";
import { endCard } from "./cards/ledger.js";
import { standing } from "./cards/seats.js";
import { gapBar, moneySteps } from "./core/charts.js";
import { startClock } from "./core/clock.js";
import { Connection } from "./core/connection.js";
import { bn, clockTime } from "./core/format.js";
import { html, patch } from "./core/html.js";
import { invitation, joinAddresses } from "./core/invite.js";
import { changeLanguage, foot, keptInTab, listen, problem, refusalText, speak, speakLanguage } from "./core/page.js";
import { recorded, roundBands, toldAt } from "./core/record.js";
import { saveReport } from "./core/save.js";
import { Store, nameOf, openRound, received } from "./core/store.js";
import { t } from "./core/texts.js";

const page = document.getElementById("page");
const wanted = new URLSearchParams(location.search);
const store = new Store({ code: (wanted.get("g") ?? "").toUpperCase(), table: Number(wanted.get("t")) || null, view: null, room: null, all: null, link: "closed", problems: {}, inviting: false, at: location.host }, draw);
let connection = null;

function draw(state = store.state) {
  patch(page, html`${screen(state)}${foot([t("help.board"), t("help.stripes")])}`);
  document.title = `${state.room?.title ?? "Backstop"} · ${t("board")}`;
  tick();
}

const tick = startClock(() => store.state, speak);

function screen(state) {
  if (!state.room) return codeForm(state);
  const tables = state.all?.tables ?? state.room.tables;
  const several = tables.length > 1 && !state.table;
  const started = tables.some((table) => table.now);
  if (!started) return lobby(state, tables);
  return html`${boardHeader(state, several)}${state.inviting ? html`<section class="card">${invitation(state.code, state.at)}</section>` : ""}
    ${several && state.group ? classOver(state) : several ? tableRows(tables) : state.view ? oneTable(state) : lobby(state, tables)}`;
}

function codeForm(state) {
  return html`<main class="narrow"><header class="brand"><h1>${t("board")}</h1></header><section class="card">
    <form data-do="watch" novalidate><label for="code"><span>${t("join.code")}</span></label>
      <input id="code" name="code" class="code" value="${state.code}" autocomplete="off" autocapitalize="characters" maxlength="12">
      <button type="submit" class="large">${t("board.watch")}</button>${problem(state, "watch")}</form></section></main>`;
}

function lobby(state, tables) {
  const seats = tables.flatMap((table) => table.seats);
  const people = seats.filter((seat) => seat.participant === "person");
  const names = seats.filter((seat) => seat.name);
  return html`<main class="board-lobby">
    <h1>${state.room.title}</h1>
    ${invitation(state.code, state.at)}
    <section aria-labelledby="here-title"><h2 id="here-title">${t("board.here", { n: names.length, of: people.length })}</h2>
      <ul class="names">${names.map((seat) => html`<li class="${seat.present ? "" : "gone"}">${seat.name} <small>${seat.seat_name}${seat.present ? "" : ` (${t("away")})`}</small></li>`)}</ul>
      ${state.room.missing.length > 0 && html`<p>${t("wait.missing", { names: state.room.missing.join(", ") })}</p>`}</section>
  </main>`;
}

function boardHeader(state, several) {
  const { view } = state;
  const one = view && !several;
  return html`<header class="top board-top">
    <div class="top-line"><h1>${state.room.title}${one && state.table ? html` <small>${t("table.n", { n: state.table })}</small>` : ""}</h1>
      ${one ? html`<b class="where">${whereWords(view)}</b>` : ""}
      ${state.link === "open" ? "" : html`<span class="link waiting">${t(`link.${state.link}`)}</span>`}
      ${one ? html`<span class="time">${view.clock.paused ? t("paused") : ""} <span data-clock role="timer" aria-label="${t("time")}"></span></span>` : ""}
      <button type="button" class="quiet" data-do="invite" aria-expanded="${state.inviting ? "true" : "false"}">${t("board.join")}</button></div>
    ${one ? phaseSteps(view) : ""}
  </header>`;
}

function oneTable(state) {
  const { view } = state;
  if (view.clock.ending && state.debrief) return tableOver(state);
  const { round, need } = gapNumbers(view);
  const gap = html`<section class="card board-gap" data-key="gap" aria-labelledby="gap-title"><h2 id="gap-title">${t("gap.title", { round: view.clock.round })}</h2>
      ${gapWords(view)} ${gapBar({ key: "gap", needMusd: need, parts: gapParts(view, null), solid: Boolean(round) })}</section>`;
  const rounds = html`<section class="card board-rounds" data-key="rounds" aria-labelledby="rounds-title"><h2 id="rounds-title">${t("rounds.title")}</h2>${moneySteps(roundsOf(state), Math.min(view.scenario.rounds ?? 4, 12))}</section>`;
  if (view.clock.ending) return html`<main class="board ended">${announcement(state)} ${endCard(view)} <div class="board-side">${gap} ${rounds}</div></main>`;
  const open = openPackages(view);
  return html`<main class="board ${open ? "" : "plain-board"}">${announcement(state)} ${gap} ${open}
    <section class="card board-seats" data-key="seats" aria-labelledby="seats-title"><h2 id="seats-title">${t("seats.title")}</h2>
      <ul class="seats">${view.seats.map((card) => html`<li data-key="seat-${card.id}"><b>${card.name}</b><span class="seat-standing">${standing(view, card, openRound(view))}</span><span class="done ${card.done ? "yes" : "no"}">${t(card.done ? "done.yes" : "done.no")}</span></li>`)}</ul></section>
    ${rounds}</main>`;
}

/** The debrief of the table, by itself when it is over. */
function tableOver(state) {
  const { debrief, code } = state;
  return html`<main class="board past-board">${announcement(state)} ${resultCard(debrief)} ${debrief.measures.rounds ? html`<div class="column">${courseCard(debrief)} ${theoryCard(debrief)} ${burdenCard(debrief)}</div><div class="column">${othersCard(debrief)} ${gainsCard(debrief)} ${keepingCard(debrief)}</div>` : ""}
    ${debriefLinks(state, `/replay?g=${code}&s=${debrief.session}#debrief`)}</main>`;
}

/** The debrief of the class, when no table plays any more. */
function classOver(state) {
  const { group, code } = state;
  return html`<main class="board past-board class">${classDebrief(group, (one) => html`<a href="/board?g=${code}&amp;t=${one.number}">${t("table.n", { n: one.number })}</a>`)}
    ${debriefLinks(state, `/replay?g=${code}`)}</main>`;
}

const debriefLinks = (state, address) => html`<p class="buttons links" data-key="links"><a class="button second" href="${address}">${t("debrief.of.table")}</a> <button type="button" class="second" data-do="report">${t(state.working ? "debrief.making" : "debrief.report")}</button></p>`;

/** The host's last word to this table. */
function announcement(state) {
  const table = state.room.tables.find((one) => one.number === (state.table ?? one.number));
  return hostNote(table?.announcement);
}

const hostNote = (words) => (words ? html`<p class="note host-note board-note"><b>${t("host.says")}</b> ${words}</p>` : "");

function roundsOf({ view, record, toldMs }) {
  return roundBands(view, record, toldMs).map((one) => ({ ...one, label: t("round.n", { n: one.round }) }));
}

/** What is open to be agreed: the newest package and the proposals before the Fund's board. */
function openPackages(view) {
  const { packages, phases } = view.scenario;
  // In a game that knows no packages and no vote there is no such place.
  if (!packages && !phases.includes("vote") && !view.event_cards.length) return "";
  const pack = view.packages[view.packages.length - 1];
  return html`<section class="card board-open" data-key="open" aria-labelledby="open-title"><h2 id="open-title">${t("board.open")}</h2>
    ${pack ? packageWords(view, pack) : ""}
    ${view.proposals.map((one) => html`<article class="package" data-key="proposal-${one.proposal}"><h3>${t("vote.proposal", { n: one.proposal, name: one.seat ? nameOf(view, one.seat) : t("gap.fund") })}</h3>
      <p class="terms">${t("vote.lend", { amount: bn(one.tranche_musd) })}</p>
      <p class="state">${one.passed === null ? t(one.exceptional ? "vote.needs85" : "vote.needs50") : t(one.passed ? "vote.passed" : "vote.failed")}</p></article>`)}
    ${!pack && !view.proposals.length ? html`<p class="empty-note">${t("package.none")}</p>` : ""}
    ${view.event_cards.slice(-1).map((card) => html`<article class="package"><h3>${card.title}</h3><p>${card.text}</p></article>`)}
  </section>`;
}

function packageWords(view, pack) {
  return html`<article class="package ${pack.stands ? "stands" : ""}" data-key="package-${pack.package}"><h3>${t("package.of", { n: pack.package, name: nameOf(view, pack.seat) })}</h3>
    <p class="terms">${terms(view, pack)}.</p>
    <p class="state">${standingWords(view, pack)}</p></article>`;
}

/** A row for each table; what the host says to all stands once above them. */
function tableRows(tables) {
  const words = tables[0].announcement;
  const toAll = tables.every((table) => table.announcement === words);
  return html`<main class="board-rows ${tables.length > 5 ? "many" : tables.length < 4 ? "few" : ""}">${toAll ? hostNote(words) : ""}
    <ol class="rows">${tables.map((table) => tableRow(table, toAll ? "" : table.announcement))}</ol></main>`;
}

function tableRow(table, words) {
  const { now } = table;
  const number = html`<h2><a href="?g=${store.state.code}&amp;t=${table.number}">${t("table.n", { n: table.number })}</a></h2>`;
  if (!now) return html`<li data-key="table-${table.session}" class="card row-of-table">${number}<p>${t("table.lobby", { n: table.seats.filter((seat) => seat.name).length })}</p></li>`;
  const part = { id: "all", name: t(now.revealed ? "table.drawn" : "table.promised"), musd: now.money_musd, kind: "other" };
  const missing = Math.max(0, now.need_musd - now.money_musd);
  return html`<li data-key="table-${table.session}" class="card row-of-table">${number}
    <div>${gapBar({ key: `t${table.number}`, needMusd: now.need_musd, parts: [part], solid: now.revealed })}</div>
    <p class="row-money"><b>${bn(now.money_musd)}</b> ${t(now.revealed ? "gap.drawn" : "gap.promised", { need: bn(now.need_musd) })}<br><span class="missing">${missing ? t(now.revealed ? "gap.missing" : "gap.unpromised", { missing: bn(missing) }) : t("gap.complete")}</span></p>
    <p>${now.ending ? t("over") : html`${t("round.n", { n: now.round })}: ${t(`phase.${now.phase}`)} <b>${now.paused ? t("paused") : now.left_ms === null ? "" : clockTime(now.left_ms)}</b><br>${t("table.decided", { n: table.seats.length - now.undecided.length, of: table.seats.length })}`}</p>
    ${hostNote(words)}
  </li>`;
}

// --- the connection ----------------------------------------------------------------------

function watch(code) {
  connection?.close();
  connection = new Connection({ code, role: "observer" }, take, (link, detail) => {
    if (link === "refused") {
      connection.close();
      store.set({ room: null, problems: { watch: refusalText(detail) } });
    } else if (link === "closed") {
      store.set({ room: null, view: null, problems: { watch: t(`closed.${detail.code}`) } });
    } else {
      store.set({ link });
    }
  });
}

function take(message) {
  store.set(received(store.state, message, performance.now()));
  if (message.kind === "view" || message.kind === "resumed" || message.kind === "update") note(message);
}

/** Keep how the money went, also over a reload of this tab. */
function note(message) {
  const { view } = store.state;
  if (!view) return;
  const key = `record.${message.epoch}`;
  const before = keptInTab.get(key) ?? { record: [], toldMs: 0 };
  const toldMs = toldAt(message, before.toldMs);
  const record = recorded(before.record, view, toldMs);
  keptInTab.set(key, { record, toldMs });
  store.set({ record, toldMs });
}

/** All tables of the room, once a second. */
async function askAll() {
  if (connection && store.state.link === "open" && store.state.room) {
    const answer = await connection.ask({ kind: "room_status", room: store.state.code });
    if (answer.kind === "accepted") {
      store.set({ all: answer.data });
      followTable(answer.data);
      await askDebrief(answer.data.tables);
    }
  }
}

/** What is shown when it is over: asked for once. */
async function askDebrief(tables) {
  const { view, debrief, group, table, code } = store.state;
  const several = tables.length > 1 && !table;
  const over = several ? tables.every((one) => one.status === "ended" || one.status === "parked") : Boolean(view?.clock.ending);
  if (!over || debrief || group || asked) return;
  asked = true;
  const session = connection.hello.session ?? tables[0].session;
  const answer = await connection.ask({ kind: "read_debrief", ...(several ? { room: code } : { session }) });
  if (answer.kind === "accepted") store.set(several ? { group: answer.data.class } : { debrief: answer.data.table });
  asked = false;
}

let asked = false;

/** Watch the table that the address names, once it is known. */
function followTable(room) {
  const table = room.tables.find((one) => one.number === store.state.table);
  if (!table || connection.hello.session === table.session) return;
  connection.close();
  connection = new Connection({ code: store.state.code, role: "observer", session: table.session }, take, (link) => store.set({ link }));
  store.set({ view: null });
}

speakLanguage();
listen({
  watch({ code }) {
    store.set({ code: code.trim().toUpperCase(), problems: {} });
    watch(code.trim());
  },
  invite() {
    store.set({ inviting: !store.state.inviting });
  },
  async report() {
    const { debrief, code } = store.state;
    await saveReport(store, connection, debrief ? { session: debrief.session } : { room: code });
  },
  language({ value }) {
    changeLanguage(value, draw);
  },
});
setInterval(askAll, 1000);
joinAddresses().then(([at]) => store.set({ at }));
if (store.state.code) watch(store.state.code);
draw();
