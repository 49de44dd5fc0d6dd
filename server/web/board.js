/**
 * The projected board: read from eight metres, public facts alone.
 *
 * It joins as an observer, so the server sends it nothing that is anybody's own. One table is
 * shown large (`?t=2` for the second); several side by side as one row each, asked for once a
 * second.
 */
import { phaseSteps, whereWords } from "./cards/clock.js";
import { gapNumbers, gapParts, gapWords } from "./cards/gap.js";
import { answers, terms } from "./cards/packages.js";
import { burdenCard, classDebrief, gainsCard, keepingCard, resultCard, theoryCard } from "./cards/debrief.js";
import { endCard } from "./cards/ledger.js";
import { standing } from "./cards/seats.js";
import { gapBar, roundColumns } from "./core/charts.js";
import { startClock } from "./core/clock.js";
import { Connection } from "./core/connection.js";
import { bn, clockTime } from "./core/format.js";
import { html, patch } from "./core/html.js";
import { invitation, joinAddresses } from "./core/invite.js";
import { changeLanguage, foot, listen, problem, refusalText, speak, speakLanguage } from "./core/page.js";
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
    ${several && state.group ? classOver(state) : several ? tableRows(state, tables) : state.view ? oneTable(state) : lobby(state, tables)}`;
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
  return html`<header class="top board-top">
    <div class="top-line"><h1>${state.room.title}</h1>
      ${several || !view ? "" : html`<span class="time">${view.clock.paused ? t("paused") : ""} <span data-clock role="timer" aria-label="${t("time")}"></span></span>`}
      <button type="button" class="quiet" data-do="invite" aria-expanded="${state.inviting ? "true" : "false"}">${t("board.join")}</button></div>
    ${several || !view ? "" : html`<div class="top-line second-line"><b>${whereWords(view)}</b>${state.link === "open" ? "" : html`<span class="link waiting">${t(`link.${state.link}`)}</span>`}</div>${phaseSteps(view)}`}
  </header>`;
}

function oneTable(state) {
  const { view } = state;
  if (view.clock.ending && state.debrief) return tableOver(state);
  const { round, need } = gapNumbers(view);
  return html`<main class="board">
    ${announcement(state)}
    <section class="card board-gap" aria-labelledby="gap-title"><h2 id="gap-title">${t("gap.title", { round: view.clock.round })}</h2>
      ${gapWords(view)} ${gapBar({ key: "gap", needMusd: need, parts: gapParts(view, null), solid: Boolean(round) })}</section>
    ${view.clock.ending ? endCard(view) : openPackages(view)}
    <section class="card board-seats" aria-labelledby="seats-title"><h2 id="seats-title">${t("seats.title")}</h2>
      <ul class="seats">${view.seats.map((card) => html`<li data-key="seat-${card.id}"><b>${card.name}</b><span class="seat-standing">${standing(view, card, openRound(view))}</span><span class="done ${card.done ? "yes" : "no"}">${t(card.done ? "done.yes" : "done.no")}</span></li>`)}</ul></section>
    <section class="card board-rounds" aria-labelledby="rounds-title"><h2 id="rounds-title">${t("rounds.title")}</h2>${roundColumns("rounds", roundsOf(view), Math.min(view.scenario.rounds ?? 4, 12))}</section>
  </main>`;
}

/** The debrief of the table, by itself when it is over. */
function tableOver(state) {
  const { debrief, code } = state;
  return html`<main class="board past-board">${announcement(state)} ${resultCard(debrief)} <div class="column">${theoryCard(debrief)} ${burdenCard(debrief)}</div><div class="column">${gainsCard(debrief)} ${keepingCard(debrief)}</div>
    ${debriefLinks(state, `/replay?g=${code}&s=${debrief.session}#debrief`)}</main>`;
}

/** The debrief of the class, when no table plays any more. */
function classOver(state) {
  const { group, code } = state;
  return html`<main class="board past-board class">${classDebrief(group, (one) => html`<a href="/board?g=${code}&amp;t=${one.number}">${t("table.n", { n: one.number })}</a>`)}
    ${debriefLinks(state, `/replay?g=${code}`)}</main>`;
}

const debriefLinks = (state, address) => html`<p class="buttons links" data-key="links"><a class="button second" href="${address}">${t("debrief.of.table")}</a> <button type="button" class="second" data-do="report">${t(state.working ? "debrief.making" : "debrief.report")}</button></p>`;

const announcement = (state) => {
  const words = state.room.tables[0]?.announcement;
  return words ? html`<p class="note host-note board-note"><b>${t("host.says")}</b> ${words}</p>` : "";
};

function roundsOf(view) {
  const label = (round) => t("round.n", { n: round });
  const past = view.rounds.filter((one) => one.crisis === view.clock.crisis).map((one) => ({ label: label(one.round), needMusd: one.need_musd, moneyMusd: one.effective_musd, solid: true }));
  if (openRound(view) || view.clock.ending) return past.length ? past : [nowRound(view, label)];
  return [...past, nowRound(view, label)];
}

const nowRound = (view, label) => ({ label: label(view.clock.round), needMusd: view.gap.scheduled_need_musd, moneyMusd: view.gap.promised_musd + view.gap.tranche_musd, solid: false });

/** What is open to be agreed: the newest package and the proposals before the Fund's board. */
function openPackages(view) {
  const pack = view.packages[view.packages.length - 1];
  return html`<section class="card board-open" aria-labelledby="open-title"><h2 id="open-title">${t("board.open")}</h2>
    ${pack ? packageWords(view, pack) : ""}
    ${view.proposals.map((one) => html`<article class="package" data-key="proposal-${one.proposal}"><h3>${t("vote.proposal", { n: one.proposal, name: one.seat ? nameOf(view, one.seat) : t("gap.fund") })}</h3>
      <p class="terms">${t("vote.lend", { amount: bn(one.tranche_musd) })}</p>
      <p class="state">${one.passed === null ? t(one.exceptional ? "vote.needs85" : "vote.needs50") : t(one.passed ? "vote.passed" : "vote.failed")}</p></article>`)}
    ${!pack && !view.proposals.length ? html`<p class="empty-note">${t("package.none")}</p>` : ""}
    ${view.event_cards.slice(-1).map((card) => html`<article class="package"><h3>${card.title}</h3><p>${card.text}</p></article>`)}
  </section>`;
}

function packageWords(view, pack) {
  const words = answers(view, pack);
  return html`<article class="package ${pack.stands ? "stands" : ""}" data-key="package-${pack.package}"><h3>${t("package.of", { n: pack.package, name: nameOf(view, pack.seat) })}</h3>
    <p class="terms">${terms(view, pack)}.</p>
    <p class="state">${pack.stands ? t("package.stands") : t("package.accepted", { n: words.filter((one) => one.accepts).length, of: words.length })}</p></article>`;
}

function tableRows(state, tables) {
  return html`<main class="board-rows"><ol class="rows">${tables.map((table) => tableRow(table))}</ol></main>`;
}

function tableRow(table) {
  const { now } = table;
  return html`<li data-key="table-${table.session}" class="card row-of-table">
    <h2>${t("table.n", { n: table.number })}</h2>
    ${
      now
        ? html`<div>${gapBar({ key: `t${table.number}`, needMusd: now.need_musd, parts: [{ id: "all", name: t(now.revealed ? "table.drawn" : "table.promised"), musd: now.money_musd, kind: "other" }], solid: now.revealed })}</div>
            <p>${now.ending ? t("over") : `${t("round.n", { n: now.round })}: ${t(`phase.${now.phase}`)}`}<br><b>${now.paused ? t("paused") : now.left_ms === null ? "" : clockTime(now.left_ms)}</b></p>
            <p>${now.ending ? "" : t("table.decided", { n: table.seats.length - now.undecided.length, of: table.seats.length })}</p>`
        : html`<p>${t("table.lobby", { n: table.seats.filter((seat) => seat.name).length })}</p>`
    }
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
