/**
 * Looking back: the debrief of a class or a table, and the replay of a session.
 *
 * `/replay?g=CODE&s=SESSION#event=57&as=JP` is an event as a seat saw it, `#debrief` what came of
 * the table; without a session the class. Who may see what is the server's to say: each step
 * asks it for the view at an event. `replay/source` is who answers (a server, or the file that
 * this page stands in), `replay/screen` the replay, `cards/debrief` the debriefs.
 */
import { classDebrief } from "./cards/class.js";
import { headline, ownDebrief, resultWords, tableDebrief } from "./cards/debrief.js";
import { html, patch } from "./core/html.js";
import { changeLanguage, foot, kept, listen, problem, refusalText, speak, speakLanguage } from "./core/page.js";
import { saveReport } from "./core/save.js";
import { Store } from "./core/store.js";
import { t } from "./core/texts.js";
import { forkForm, forkRequest } from "./replay/fork.js";
import { replayScreen, stopAt, stops } from "./replay/screen.js";
import { fromFile, fromServer, helloFor } from "./replay/source.js";

const page = document.getElementById("page");
const query = new URLSearchParams(location.search);
const file = await fromFile();
const store = new Store(
  { code: (query.get("g") ?? "").toUpperCase(), session: file?.data.session ?? query.get("s"), mode: "debrief", event: 1, as: "board", replay: null, seen: null, tables: null, debrief: null, group: null, own: null, isHost: false, bots: null, playing: false, speed: "1", hiding: false, problems: {}, refused: "", link: "closed" },
  draw,
);
let source = file;
const views = new Map();

// --- drawing -----------------------------------------------------------------------------

function draw(state = store.state) {
  patch(page, html`${header(state)}<main class="past">${body(state)}</main>${foot([t("help.replay"), t("help.stripes"), t("replay.keys.text")])}`);
  showNow();
  const what = state.mode === "debrief" && state.debrief ? headline(state.debrief) : t(state.mode === "replay" ? "replay" : "debrief");
  document.title = `${title(state)} · ${what}`;
}

/** The list and the lanes go along with the replay. */
function showNow() {
  const list = document.querySelector(".event-list");
  const now = list?.querySelector("[aria-current]");
  if (now) list.scrollTop = now.offsetTop - list.clientHeight / 3;
  const line = document.querySelector(".now-line");
  const strip = line?.closest(".lane-scroll");
  if (strip) strip.scrollLeft = line.getBoundingClientRect().left - strip.firstElementChild.getBoundingClientRect().left - strip.clientWidth / 2;
}

const title = (state) => state.replay?.title ?? state.debrief?.title ?? state.title ?? "Backstop";

function header(state) {
  const tab = (mode, session, text) => html`<a class="button ${state.mode === mode ? "" : "second"}" href="${addressOf(state, mode, session)}" ${state.mode === mode ? html`aria-current="page"` : ""}>${text}</a>`;
  const tables = state.tables ?? [];
  const links = html`<nav class="buttons" aria-label="${t("replay.nav")}">${state.isHost ? html`<a class="button second" href="/host">${t("replay.host")}</a>` : ""}
      ${tables.length > 1 ? tab("class", null, t("debrief.class")) : ""}
      ${state.session ? [tab("debrief", state.session, t("debrief")), tab("replay", state.session, t("replay"))] : ""}
      ${tables.length > 1 ? html`<label class="inline"><span>${t("debrief.table")}</span><select data-do="table"><option value="">–</option>${tables.map((one) => html`<option value="${one.session}" ${one.session === state.session ? html`selected` : ""}>${t("table.n", { n: one.number })}</option>`)}</select></label>` : ""}
      ${state.refused || !(state.debrief || state.group || state.replay) ? "" : html`<button type="button" class="second" data-do="report">${t(state.working ? "debrief.making" : "debrief.report")}</button>`}</nav>`;
  return html`<header class="top"><div class="top-line"><h1>${title(state)}</h1>${state.number ? html`<b>${t("table.n", { n: state.number })}</b>` : ""}</div>${file ? "" : links}</header>`;
}

function addressOf(state, mode, session) {
  const of = `/replay?g=${state.code}${session ? `&s=${session}` : ""}`;
  return mode === "replay" ? `${of}#event=${state.event}&as=${state.as}` : `${of}#debrief`;
}

function body(state) {
  if (state.asking) return codeForm(state);
  if (state.refused) return html`<section class="card note"><p role="alert">${state.refused}</p></section>`;
  const told = problem(state, "report");
  if (state.mode === "replay") return state.replay ? html`${told}${replayScreen(state)}${state.isHost ? forkForm(state) : ""}` : html`<p>${t("loading")}</p>`;
  if (state.mode === "class") return state.group ? html`${told}${classDebrief(state.group, (one) => html`<a href="/replay?g=${state.code}&amp;s=${one.session}#debrief">${t("table.n", { n: one.number })}</a>`)}` : html`<p>${t("debrief.working")}</p>`;
  return state.debrief ? html`${told}${state.own ? ownDebrief(state.debrief, state.own, true) : ""}${tableDebrief(state.debrief, state.own)}` : html`<p>${t("debrief.working")}</p>`;
}

function codeForm(state) {
  return html`<section class="card narrow-card"><form data-do="code" novalidate><label for="code"><span>${t("join.code")}</span></label>
    <input id="code" name="code" class="code" value="${state.code}" autocomplete="off" autocapitalize="characters" maxlength="12">
    <button type="submit" class="large">${t("replay.show")}</button>${problem(state, "code")}</form></section>`;
}

// --- what is asked for -------------------------------------------------------------------

/** A refusal in words. Who comes too early is gone again, so that no seat counts as here for it. */
function refusal(answer) {
  if (answer.code !== "room_state") return refusalText(answer);
  source.close();
  return t("replay.closed");
}

/** Show what the address says. */
async function follow() {
  const hash = new URLSearchParams(location.hash.slice(1));
  const replaying = Boolean(store.state.session) && (Boolean(file) || hash.has("event") || hash.has("as"));
  const mode = replaying ? "replay" : store.state.session ? "debrief" : "class";
  const as = hash.get("as") ?? store.state.as;
  store.set({ mode, refused: "", as, event: Math.max(1, Math.trunc(Number(hash.get("event"))) || 1) });
  if (mode === "replay") await openReplay();
  else if (mode === "debrief") await openDebrief();
  else await openClass();
}

async function openDebrief() {
  const answer = await source.ask({ kind: "read_debrief", session: store.state.session });
  if (answer.kind === "refused") store.set({ refused: refusal(answer) });
  else {
    store.set({ debrief: answer.data.table, number: answer.data.table.number });
    speak(resultWords(answer.data.table));
  }
}

async function openClass() {
  const answer = await source.ask({ kind: "read_debrief", room: store.state.code });
  if (answer.kind === "refused") store.set({ refused: refusal(answer) });
  else store.set({ group: answer.data.class });
}

async function openReplay() {
  const { session, as } = store.state;
  const answer = await source.ask({ kind: "read_replay", session, seen_by: as });
  if (answer.kind === "refused") {
    store.set({ refused: refusal(answer) });
    return;
  }
  const replay = answer.data;
  store.set({ replay, number: replay.number, ...(replay.room && !store.state.code ? { code: replay.room } : {}) });
  if (replay.events.length) await goTo(Math.min(store.state.event, replay.events[replay.events.length - 1].event));
}

/** Go to an event: the view as of then, asked once. */
async function goTo(event) {
  const { session, as } = store.state;
  store.set({ event });
  // A page inside a file has no address.
  if (!file) history.replaceState(null, "", `#event=${event}&as=${as}`);
  const key = `${as} ${event}`;
  if (!views.has(key)) {
    const answer = await source.ask({ kind: "view_at", session, event, seen_by: as });
    if (answer.kind === "refused") {
      store.set({ refused: refusal(answer) });
      return;
    }
    views.set(key, answer.data.view);
  }
  // Who goes on quickly is shown the last event alone.
  if (store.state.event === event && store.state.as === as) store.set({ seen: views.get(key) });
}

function goToStop(at) {
  const shown = stops(store.state.replay);
  return goTo(shown[Math.max(0, Math.min(shown.length - 1, at))].event);
}

const here = () => stopAt(store.state.replay, store.state.event);
const by = (steps) => goToStop(here() + steps);

function byRound(direction) {
  const shown = stops(store.state.replay);
  const begins = shown.flatMap((one, at) => (at === 0 || one.round !== shown[at - 1].round || one.crisis !== shown[at - 1].crisis ? [at] : []));
  const now = here();
  goToStop(direction > 0 ? (begins.find((at) => at > now) ?? shown.length - 1) : (begins.findLast((at) => at < now) ?? 0));
}

// --- playing -----------------------------------------------------------------------------

const LONGEST_WAIT_MS = 8000;
let timer = null;

function play(playing) {
  clearTimeout(timer);
  store.set({ playing });
  if (playing) timer = setTimeout(next, pauseMs());
}

/** How long the event now stands before the next. */
function pauseMs() {
  const { replay, speed } = store.state;
  const shown = stops(replay);
  const at = here();
  if (!speed.startsWith("real")) return 1000 / Number(speed);
  const waited = (shown[at + 1]?.at_ms ?? shown[at].at_ms) - shown[at].at_ms;
  return Math.min(LONGEST_WAIT_MS, waited / (speed === "real10" ? 10 : 1));
}

async function next() {
  const shown = stops(store.state.replay);
  await by(1);
  if (!store.state.playing) return;
  if (here() >= shown.length - 1) play(false);
  else timer = setTimeout(next, pauseMs());
}

// --- actions -----------------------------------------------------------------------------

const complain = (form, text) => store.set({ problems: { ...store.state.problems, [form]: text } });

const actions = {
  code({ code }) {
    location.search = `?g=${code.trim().toUpperCase()}`;
  },
  table({ value }) {
    location.href = addressOf(store.state, value ? "debrief" : "class", value || null);
  },
  seenBy({ value }) {
    play(false);
    store.set({ as: value });
    openReplay();
  },
  speed({ value }) {
    store.set({ speed: value });
  },
  hide({ value }) {
    store.set({ hiding: value });
  },
  allEvents() {
    store.set({ allEvents: true });
  },
  play() {
    if (!store.state.playing && here() >= stops(store.state.replay).length - 1) goToStop(0);
    play(!store.state.playing);
  },
  first: () => goToStop(0),
  last: () => goToStop(Infinity),
  back: () => by(-1),
  forward: () => by(1),
  backRound: () => byRound(-1),
  forwardRound: () => byRound(1),
  jumpTo: ({ value }) => goToStop(Number(value)),
  go: ({ event }) => goTo(Number(event)),
  async report() {
    const { mode, session, code } = store.state;
    complain("report", "");
    const refused = await saveReport(store, source, mode === "class" ? { room: code } : { session });
    if (refused) complain("report", refusal(refused));
  },
  async fork(data) {
    complain("fork", "");
    const answer = await source.ask(forkRequest(store.state, data));
    if (answer.kind === "refused") complain("fork", refusalText(answer));
    else {
      kept.set("room", answer.data.room);
      location.href = "/host";
    }
  },
  language({ value }) {
    changeLanguage(value, draw);
  },
};

/** Keys of the replay, by name; with Shift the arrows go by round. */
const KEYS = { ArrowLeft: "back", ArrowRight: "forward", PageUp: "backRound", PageDown: "forwardRound", Home: "first", End: "last", " ": "play" };

function pressed(event) {
  const { target, key } = event;
  if (store.state.mode !== "replay" || !store.state.replay?.events.length || event.ctrlKey || event.altKey || event.metaKey) return;
  if (target.closest("select, textarea, input:not([type=range]):not([type=checkbox])")) return;
  if (key === "?") {
    const keys = document.querySelector(".keys");
    keys.open = !keys.open;
    return;
  }
  if (key === " " && target.closest("button, summary, a, input[type=checkbox]")) return;
  const what = event.shiftKey ? { ArrowLeft: "backRound", ArrowRight: "forwardRound" }[key] : KEYS[key];
  if (!what) return;
  event.preventDefault();
  actions[what]();
}

// --- start -------------------------------------------------------------------------------

async function entered(welcome) {
  const isHost = welcome.role === "host";
  const code = store.state.code || welcome.room || "";
  store.set({ link: "open", isHost, code, own: welcome.seat && welcome.session === store.state.session ? welcome.seat : null });
  if (code) await knowTables(code, welcome);
  if (isHost) {
    const answer = await source.ask({ kind: "list_scenarios" });
    if (answer.kind === "accepted") store.set({ bots: answer.data.bots });
  }
  await follow();
}

async function knowTables(code, welcome) {
  const answer = await source.ask({ kind: "room_status", room: code });
  if (answer.kind !== "accepted") return;
  const { tables } = answer.data;
  store.set({ tables, title: answer.data.title });
  if (!store.state.session && tables.length === 1) store.set({ session: tables[0].session, own: welcome.seat ?? null });
}

function linkChanged(link, detail) {
  const { code, session } = store.state;
  if (link === "open") entered(detail);
  else if (link === "refused" && source.hello.role !== "observer" && code) {
    // What this browser kept is of a seat or a server that is no more: then as anybody.
    source.close();
    source = fromServer({ role: "observer", code, ...(session ? { session } : {}) }, linkChanged);
  }
  else if (link === "refused") {
    source.close();
    store.set({ asking: true });
    complain("code", refusalText(detail));
  } else if (link === "closed") store.set({ refused: t(`closed.${detail.code}`) });
  else store.set({ link });
}

speakLanguage();
listen(actions);
document.addEventListener("keydown", pressed);
document.addEventListener("input", (event) => event.target.dataset.slides && actions[event.target.dataset.slides]({ value: event.target.value }));
window.addEventListener("hashchange", follow);
if (file) {
  follow();
} else {
  const hello = helloFor(store.state.code, store.state.session);
  if (hello.role === "observer" && !hello.code) store.set({ asking: true });
  else source = fromServer(hello, linkChanged);
}
draw();
