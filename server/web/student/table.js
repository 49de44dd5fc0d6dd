/** A running or finished session as its seat sees it: the header, the cards in their order, the bar. */
import { phaseSteps, whereWords } from "../cards/clock.js";
import { briefCard, isStart, situationCard } from "../cards/brief.js";
import { dealsCard, eventsCard } from "../cards/deals.js";
import { ownDebrief } from "../cards/debrief.js";
import { awaited, decidesNow, decisionCard, isToDecide, whatStands } from "../cards/decision.js";
import { gapCard } from "../cards/gap.js";
import { endCard, ledgerCard } from "../cards/ledger.js";
import { packagesCard, showsPackages } from "../cards/packages.js";
import { promisesCard, seatsCard } from "../cards/seats.js";
import { talkCard } from "../cards/talk.js";
import { voteCard } from "../cards/vote.js";
import { html } from "../core/html.js";
import { problem } from "../core/page.js";
import { nameOf, unread } from "../core/store.js";
import { t } from "../core/texts.js";
import { wordNote } from "./join.js";
import { studyNote } from "./study.js";

export function gameTable(state) {
  const { view } = state;
  const over = Boolean(view.clock.ending);
  const votes = ["propose", "vote"].includes(view.clock.phase);
  const early = isStart(view);
  return html`${tableHeader(state)}
    <main class="game" data-phase="${view.clock.phase}">
      ${studyNote(state)} ${notes(state)}
      <div class="column act">
        ${over ? [endCard(view), state.study ? "" : debriefed(state)] : nowCard(state)} ${early ? [situationCard(view), briefCard(view)] : ""}
        ${over ? "" : packagesCard(state)} ${votes ? voteCard(state) : ""} ${over ? "" : decisionCard(state)} ${talkCard(state)} ${dealsCard(state)} ${promisesCard(view)}
      </div>
      <div class="column see">
        ${gapCard(view)} ${votes ? "" : voteCard(state)} ${seatsCard(view, state.room)} ${eventsCard(view)} ${ledgerCard(view)}
        ${early ? "" : [briefCard(view), situationCard(view)]}
        <section class="card" data-card="word" data-key="word"><h2>${t("word.title")}</h2>${wordNote(state)}${state.study ? "" : html`<button type="button" class="quiet" data-do="leave">${t(over ? "wait.leave" : "leave")}</button>`}</section>
      </div>
    </main>
    ${over ? "" : bar(state)}`;
}

function tableHeader(state) {
  const { view } = state;
  const { clock, scenario } = view;
  return html`<header class="top">
    <div class="top-line"><h1>${scenario.title}</h1><span class="time">${clock.paused ? t("paused") : ""} <span data-clock role="timer" aria-label="${t("time")}"></span></span></div>
    <div class="top-line second-line">
      <b>${whereWords(view)}</b>
      <span>${t("you.are", { name: nameOf(view, view.own.seat) })}</span>
      <span class="link ${state.link}"><span class="link-word">${t(`link.${state.link}`)}</span></span>
    </div>
    ${phaseSteps(view)}
  </header>`;
}

function notes(state) {
  const table = state.room?.tables.find((one) => one.session === state.me.session);
  return html`${table?.announcement && html`<p class="note host-note" data-key="announcement"><b>${t("host.says")}</b> ${table.announcement}</p>`}
    ${state.parked && html`<p class="note bad" data-key="parked">${t("parked")}</p>`}
    ${state.link === "waiting" && html`<p class="note bad" data-key="lost">${t("link.lost")}</p>`}
    ${state.participant === "bot" && html`<p class="note" data-key="bot">${t("bot.plays")}</p>`}`;
}

/** The own debrief, once it was asked for, and the way to that of the table. */
function debriefed(state) {
  const { room, session, seat } = state.me;
  return html`${state.debrief ? ownDebrief(state.debrief, seat, false) : ""}
    <section class="card" data-card="debrief" data-key="debrief"><div class="buttons"><a class="button" href="/replay?g=${room}&amp;s=${session}#debrief">${t("debrief.open")}</a>
      ${state.debrief ? html`<button type="button" class="second" data-do="report">${t(state.working ? "debrief.making" : "debrief.report.own")}</button>` : ""}</div>${problem(state, "report")}</section>`;
}

/** What stands, until when, and the word that this seat has nothing more to do. */
function nowCard(state) {
  const { view } = state;
  const may = view.own.may;
  const done = view.seats.find((card) => card.id === view.own.seat).done;
  if (decidesNow(view)) return "";
  return html`<section class="card now" data-card="now" data-key="now" aria-labelledby="now-title">
    <h2 id="now-title">${t(`now.${view.clock.phase}`)}</h2>
    <p class="stands">${whatStands(view)}</p>
    ${may.includes("mark_ready") ? html`<button type="button" class="${done ? "second" : ""}" data-do="ready" data-ready="${done ? "" : "yes"}">${t(done ? "ready.undo" : "ready.do")}</button>` : ""}
    ${awaited(view)}
  </section>`;
}

/** On a phone: three ways to what is done most. */
function bar(state) {
  const { view } = state;
  const news = Object.values(unread(view.messages, view.own.seat, state.read)).reduce((sum, n) => sum + n, 0);
  return html`<nav class="bar" aria-label="${t("bar")}">
    ${isToDecide(view) ? html`<button type="button" data-do="go" data-to="decision">${t("bar.decide")}</button>` : ""}
    <button type="button" data-do="go" data-to="talk">${t("bar.talk")}${news ? html` <span class="badge">${news}</span>` : ""}</button>
    ${showsPackages(view) ? html`<button type="button" data-do="go" data-to="packages">${t("bar.propose")}</button>` : view.scenario.phases.includes("vote") ? html`<button type="button" data-do="go" data-to="vote">${t("bar.vote")}</button>` : ""}
  </nav>`;
}
