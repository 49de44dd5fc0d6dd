/** The replay: the controls, the lanes, the list of events, and how things stood. */
import { eventsCard } from "../cards/deals.js";
import { gapCard } from "../cards/gap.js";
import { ledgerCard } from "../cards/ledger.js";
import { packagesCard } from "../cards/packages.js";
import { promisesCard, seatsCard } from "../cards/seats.js";
import { voteCard } from "../cards/vote.js";
import { signedBn } from "../core/format.js";
import { html } from "../core/html.js";
import { lanes } from "../core/plots.js";
import { nameOf } from "../core/store.js";
import { t } from "../core/texts.js";
import { eventWords, shapeOf } from "./words.js";

export const SPEEDS = ["1", "4", "real", "real10"];

/** What the viewer was told, the opening included: the stops of the replay. */
export const stops = (replay) => replay.events.filter((one) => one.notice || one.event === 1);

/** The stop at an event, or the last before it. */
export const stopAt = (replay, event) => stops(replay).findLastIndex((one) => one.event <= event);

/** A view that can only be looked at: nothing of it is open to be done. */
const lookedAt = (view) => ({ ...view, own: view.own && { ...view.own, may: [], packages_to_answer: [] } });

export function replayScreen(state) {
  const { replay, seen } = state;
  if (!replay.events.length) return html`${viewers(state)}<section class="card"><p>${t("replay.sealed")}</p></section>`;
  const view = seen && lookedAt(seen);
  return html`${controls(state)}
    ${view ? laneCard(state, view) : html`<p>${t("loading")}</p>`}
    ${view ? html`<div class="replay-columns"><div class="column">${standingNow(view)}</div><div class="column">${eventList(state, view)} ${packagesCard({ view, problems: {} })}</div></div>` : ""}`;
}

function viewers(state) {
  const { replay, as, seen } = state;
  const name = (id) => (["board", "host", "everything"].includes(id) ? t(`replay.as.${id}`) : (seen ? nameOf(seen, id) : id));
  return html`<label class="inline"><span>${t("replay.as")}</span><select data-do="seenBy">${replay.viewers.filter((id) => id !== "host" || state.isHost).map((id) => html`<option value="${id}" ${id === as ? html`selected` : ""}>${name(id)}</option>`)}</select></label>`;
}

function controls(state) {
  const { replay, event, playing, speed, hiding } = state;
  const shown = stops(replay);
  const at = stopAt(replay, event);
  const button = (what) => html`<button type="button" class="second" data-do="${what}" aria-label="${t(`replay.${what}`)}" title="${t(`replay.${what}`)}">${icon(what)}</button>`;
  return html`<section class="card replay-controls" aria-labelledby="controls-title"><h2 id="controls-title" class="away">${t("replay.controls")}</h2>
    <div class="replay-buttons">${button("first")}${button("backRound")}${button("back")}
      <button type="button" class="play" data-do="play" aria-pressed="${playing ? "true" : "false"}" aria-label="${t(playing ? "replay.pause" : "replay.play")}">${icon(playing ? "pause" : "play")}<span class="play-word"> ${t(playing ? "replay.pause" : "replay.play")}</span></button>
      ${button("forward")}${button("forwardRound")}${button("last")}</div>
    <input type="range" class="timeline" id="timeline" min="0" max="${shown.length - 1}" value="${at}" step="1" data-do="jumpTo" data-slides="jumpTo" aria-label="${t("replay.timeline")}" aria-valuetext="${t("replay.where", { n: at + 1, of: shown.length })}${state.seen && shown[at].notice ? `, ${t("round.n", { n: shown[at].round })}, ${eventWords(state.seen, shown[at].notice)}` : ""}">
    <p class="replay-now"><b>${t("replay.event", { n: shown[at].event })}</b> ${whereOf(shown[at])} <span class="soft">${sessionTime(shown[at].at_ms)}</span></p>
    <div class="replay-choices">${viewers(state)}
      <label class="inline"><span>${t("replay.speed")}</span><select data-do="speed">${SPEEDS.map((one) => html`<option value="${one}" ${one === speed ? html`selected` : ""}>${t(`replay.speed.${one}`)}</option>`)}</select></label>
      <label class="check"><input type="checkbox" data-do="hide" ${hiding ? html`checked` : ""}><span>${t("replay.hide")}</span></label></div>
    <details class="keys" data-key="keys"><summary>${t("replay.keys")}</summary><p>${t("replay.keys.text")}</p></details>
  </section>`;
}

/** Drawn here: not every font has these signs. */
const ICONS = {
  first: "M3 3 V15 M15 3 L6 9 L15 15 Z",
  backRound: "M9 3 L1 9 L9 15 Z M17 3 L9 9 L17 15 Z",
  back: "M13 3 L4 9 L13 15 Z",
  play: "M4 2 L15 9 L4 16 Z",
  pause: "M4 2 H7 V16 H4 Z M11 2 H14 V16 H11 Z",
  forward: "M5 3 L14 9 L5 15 Z",
  forwardRound: "M1 3 L9 9 L1 15 Z M9 3 L17 9 L9 15 Z",
  last: "M15 3 V15 M3 3 L12 9 L3 15 Z",
};
const icon = (what) => html`<svg class="icon" width="18" height="18" aria-hidden="true"><path d="${ICONS[what]}"></path></svg>`;

const whereOf = (one) => `${t("round.n", { n: one.round })}: ${t(`phase.${one.phase}`)}`;

const sessionTime = (ms) => `${Math.floor(ms / 60_000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, "0")}`;

function laneCard(state, view) {
  const shown = stops(state.replay);
  const place = (at) => 0.01 + (0.98 * at) / Math.max(1, shown.length - 1);
  const now = place(stopAt(state.replay, state.event));
  const events = shown.flatMap((one, at) => (one.notice?.seat && shapeOf(one.notice) ? [{ at: place(at), seat: one.notice.seat, shape: shapeOf(one.notice) }] : []));
  const rounds = shown.flatMap((one, at) => (at === 0 || one.round !== shown[at - 1].round || one.crisis !== shown[at - 1].crisis ? [{ at: place(at), label: t("replay.round", { n: one.round }) }] : []));
  return html`<section class="card" data-key="lanes" aria-labelledby="lanes-title"><h2 id="lanes-title">${t("replay.lanes.title")}</h2>
    ${lanes({ name: t("replay.lanes"), seats: view.seats, events, rounds, now, upTo: state.hiding ? now : 1, slots: shown.length })}</section>`;
}

const AROUND = 40;

/** The list beside the lanes: around now, and all on demand. */
function eventList(state, view) {
  const all = stops(state.replay);
  const at = stopAt(state.replay, state.event);
  const known = state.hiding ? all.slice(0, at + 1) : all;
  const from = state.allEvents ? 0 : Math.max(0, at - AROUND / 2);
  const shown = state.allEvents ? known : known.slice(from, from + AROUND);
  return html`<section class="card" data-key="events" aria-labelledby="events-title"><h2 id="events-title">${t("replay.events")}</h2>
    <ol class="event-list" tabindex="0" aria-label="${t("replay.events")}">${shown.map(
      (one) =>
        html`<li data-key="event-${one.event}"><button type="button" class="event ${one.notice?.kind === "phase_began" ? "phase" : ""}" data-do="go" data-event="${one.event}" ${one.event === all[at].event ? html`aria-current="true"` : ""}><span class="event-number">${one.event}</span> ${one.notice ? eventWords(view, one.notice) : t("event.opened")}</button></li>`,
    )}</ol>
    ${known.length > shown.length ? html`<button type="button" class="quiet" data-do="allEvents">${t("replay.all", { n: known.length })}</button>` : ""}</section>`;
}

/** Gap, promises, ledger as of the event. */
function standingNow(view) {
  return html`${gapCard(view)} ${seatsCard(view, null)} ${voteCard({ view, problems: {} })} ${eventsCard(view)} ${promisesCard(view)} ${view.own ? ledgerCard(view) : ledgerSoFar(view)}`;
}

/** What every seat has gained so far, as far as the viewer may know. */
function ledgerSoFar(view) {
  const sums = view.seats.map((card) => ({ card, rounds: view.rounds.filter((round) => round.lines_musd[card.id]) })).filter((one) => one.rounds.length);
  if (!sums.length) return "";
  const total = (one) => one.rounds.reduce((sum, round) => sum + Object.values(round.lines_musd[one.card.id]).reduce((of, musd) => of + musd, 0), 0);
  return html`<section class="card" data-key="sofar" aria-labelledby="sofar-title"><h2 id="sofar-title">${t("replay.ledger")}</h2>
    <table class="plain"><caption>${t("ledger.total", { n: view.rounds.length })}</caption><tbody>${sums.map((one) => html`<tr><th scope="row">${one.card.name}</th><td class="number">${signedBn(total(one))}</td></tr>`)}</tbody></table></section>`;
}
