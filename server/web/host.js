/**
 * The host's page: opens rooms, runs them, changes scenarios.
 *
 * How the tables stand is asked for once a second while the page is looked at, so that closing
 * it changes nothing: the server runs the clocks. A table is looked into over a second
 * connection. `host/*` are the screens, this file the actions; every act is asked of the server,
 * which writes it into the room's audit trail.
 */
import { eventsCard } from "./cards/deals.js";
import { gapCard } from "./cards/gap.js";
import { packagesCard } from "./cards/packages.js";
import { seatsCard } from "./cards/seats.js";
import { voteCard } from "./cards/vote.js";
import { Connection } from "./core/connection.js";
import { html, patch } from "./core/html.js";
import { joinAddresses } from "./core/invite.js";
import { changeLanguage, foot, kept, keptInTab, listen, refusalText, speak, speakLanguage } from "./core/page.js";
import { saveFile, saveReport } from "./core/save.js";
import { Store, nameOf, received } from "./core/store.js";
import { named, t } from "./core/texts.js";
import { experimentFrom, participantsFrom, studyField } from "./host/experiment.js";
import { choices, loginForm, startScreen } from "./host/open.js";
import { seatName } from "./host/acts.js";
import { roomScreen } from "./host/room.js";
import { documentFrom, scenarioForm } from "./host/scenario.js";

const page = document.getElementById("page");
const store = new Store(
  { link: "closed", rooms: null, stored: null, before: null, room: null, code: kept.get("room"), scenarios: null, own: kept.get("scenarios") ?? {}, problems: {}, addresses: [location.host], at: location.host },
  draw,
);
let connection = null;
let secret = new URLSearchParams(location.hash.slice(1)).get("s") ?? keptInTab.get("host");
let mirror = null;

// --- drawing -----------------------------------------------------------------------------

function draw(state = store.state) {
  const screen = !state.connected ? loginForm(state) : state.editing ? scenarioForm(state) : state.room ? roomScreen({ ...state, mirror: mirrored(state) }) : startScreen(state);
  const lost = state.connected && state.link !== "open" ? html`<p class="note bad">${t("host.lost")}</p>` : "";
  patch(page, html`${lost}${screen}${foot([t("help.host"), t("help.host.closing"), t("help.stripes")])}`);
  document.title = state.room ? `${state.room.title} · ${t("host.title")}` : t("host.title");
}

/** What is on the table that the host looks into; also what is said in private, openly told to all. */
function mirrored(state) {
  const { seen } = state;
  if (!seen) return "";
  return html`<div class="mirror-cards">${gapCard(seen)} ${seatsCard(seen, null)} ${packagesCard({ view: seen, problems: {} })} ${voteCard({ view: seen, problems: {} })} ${eventsCard(seen)}
    <section class="card"><h2>${t("talk.title")}</h2><ol class="messages">${seen.messages.slice(-12).map((message) => html`<li><span class="speaker">${nameOf(seen, message.seat)}<small> ${message.channel === "pair" ? `→ ${nameOf(seen, message.to)}` : message.channel}</small></span><span class="said">${message.text}</span></li>`)}</ol></section></div>`;
}

const complain = (form, text) => store.set({ problems: { ...store.state.problems, [form]: text } });

// --- the connection ----------------------------------------------------------------------

function login() {
  connection?.close();
  connection = new Connection({ role: "host", host_secret: secret }, () => {}, (link, detail) => {
    if (link === "open") entered();
    else if (link === "refused") {
      connection.close();
      keptInTab.set("host", null);
      store.set({ connected: false, link: "closed", problems: { login: refusalText(detail) } });
    } else store.set({ link });
  });
}

async function entered() {
  keptInTab.set("host", secret);
  if (location.hash) history.replaceState(null, "", "/host");
  store.set({ link: "open", connected: true, problems: {} });
  const answer = await connection.ask({ kind: "list_scenarios" });
  if (answer.kind === "accepted") store.set(answer.data);
  await refresh();
  await listStored(null);
}

/** What is stored, from the newest; or what is older than a session, after what is there. */
async function listStored(before) {
  const answer = await connection.ask({ kind: "list_sessions", before });
  if (answer.kind !== "accepted") return;
  store.set({ stored: [...(before ? store.state.stored : []), ...answer.data.sessions], before: answer.data.before });
}

/** Ask how everything stands. */
async function refresh() {
  if (!connection?.welcomed || document.visibilityState === "hidden") return;
  const { code } = store.state;
  if (!code) {
    const answer = await connection.ask({ kind: "list_rooms" });
    if (answer.kind === "accepted") store.set({ rooms: answer.data.rooms, room: null });
    return;
  }
  const answer = await connection.ask({ kind: "room_status", room: code });
  if (answer.kind === "accepted" && answer.data.study) {
    const study = await connection.ask({ kind: "read_study", room: code });
    store.set({ room: answer.data, study: study.kind === "accepted" ? study.data : null });
  } else if (answer.kind === "accepted") store.set({ room: answer.data, study: null });
  else if (answer.code === "unknown_room") leaveRoom();
}

function leaveRoom() {
  kept.set("room", null);
  lookAway();
  store.set({ code: null, room: null, issued: null, acts: null, problems: {} });
  refresh();
  listStored(null);
}

/** Ask for something about the room; what is refused is said where it was asked. */
async function ask(form, request) {
  complain(form, "");
  const answer = await connection.ask(request);
  if (answer.kind === "refused") complain(form, refusalOf(form, answer));
  await refresh();
  return answer.kind === "accepted" ? (answer.data ?? {}) : null;
}

/** A refusal, with the name of the field that it means where the form to open a room has it. */
function refusalOf(form, answer) {
  const name = answer.field?.split(".").pop();
  const field = studyField(name) || named(`open.${name}`, "");
  return form === "open" && field ? `${field}: ${refusalText(answer)}` : refusalText(answer);
}

function lookAway() {
  mirror?.close();
  mirror = null;
  store.set({ looking: null, seen: null });
}

function lookInto(session) {
  lookAway();
  store.set({ looking: session });
  let seen = { view: null };
  mirror = new Connection({ role: "host", host_secret: secret, code: store.state.code, session }, (message) => {
    seen = { ...seen, ...received(seen, message, performance.now()) };
    store.set({ seen: seen.view });
  }, () => {});
}

// --- actions -----------------------------------------------------------------------------

const SURE = new Set(["next_phase", "close_session", "play_card"]);

/** A whole number that was typed; the usual one where nothing was. */
function whole(data, name, usual) {
  const text = data[name];
  if (text.trim() === "") return usual;
  if (!Number.isInteger(Number(text))) throw new RangeError(t("problem.whole", { field: t(`open.${name}`), text }));
  return Number(text);
}

function roomRequest(data) {
  const { own, chosen } = store.state;
  const scenario = data.scenario ?? chosen;
  const seats = {};
  for (const [key, bot] of Object.entries(data)) {
    if (key.startsWith("plan:") && bot) seats[key.slice(5)] = bot === "-nobody" ? { participant: "nobody" } : { participant: "bot", bot };
  }
  return {
    kind: "open_room",
    scenario,
    document: own[scenario] ?? null,
    title: data.title.trim(),
    tables: whole(data, "tables", 1),
    more_tables: data.more === "yes",
    timed: data.timed === "yes",
    minutes: whole(data, "minutes", null),
    takeover_after_s: whole(data, "takeover", null),
    roster: data.roster.split("\n").map((name) => name.trim()).filter(Boolean),
    seats,
    ...optionalStudy(data),
  };
}

function optionalStudy(data) {
  const experiment = experimentFrom(data);
  return experiment ? { experiment, seed: whole({ seed: data["exp:seed"] ?? "" }, "seed", null) } : {};
}

async function checked() {
  const { editing } = store.state;
  const document_ = documentFrom(document.getElementById("scenario-form"), editing.document);
  const answer = await connection.ask({ kind: "check_scenario", document: document_ });
  if (answer.kind === "refused") {
    complain("edit", refusalText(answer));
    return null;
  }
  store.set({ editing: { ...editing, problems: answer.data.problems } });
  complain("edit", answer.data.problems.length ? "" : t("edit.right"));
  return answer.data.problems.length ? null : document_;
}

/** The phase in which a table, or each of all that run, is shown: it may end by itself before the host's word arrives. */
function phaseOf(session) {
  const running = store.state.room.tables.filter((table) => table.status === "running" && (!session || table.session === session));
  const [first, ...others] = running.map(({ now: { crisis, round, phase } }) => ({ crisis, round, phase }));
  return others.every((other) => JSON.stringify(other) === JSON.stringify(first)) ? first : null;
}

const actions = {
  login({ secret: typedSecret }) {
    secret = typedSecret.trim();
    login();
  },
  enter({ room }) {
    kept.set("room", room);
    store.set({ code: room, problems: {} });
    refresh();
  },
  rooms: leaveRoom,
  chooseScenario({ value }, field) {
    store.set({ chosen: field.value });
  },
  setTables({ n }) {
    document.getElementById("tables").value = n;
  },
  async open(data) {
    let request;
    try {
      request = roomRequest(data);
    } catch (error) {
      complain("open", error.message);
      return;
    }
    const opened = await ask("open", request);
    if (opened) actions.enter({ room: opened.room });
  },
  studyOn({ value }) {
    store.set({ study_on: value });
  },
  async readParticipants(_, field) {
    const [file] = field.files;
    if (!file) return;
    const rows = participantsFrom(await file.text());
    document.getElementById("exp-participants").value = rows.map(({ label, name }) => (name ? `${label},${name}` : label)).join("\n");
  },
  async letIn({ label }) {
    await ask("study", { kind: "let_in", room: store.state.code, label });
  },
  async start() {
    await ask(store.state.study ? "study" : "all", { kind: "start", room: store.state.code });
  },
  async hostAct({ what, session, card }) {
    const more = what === "extend" ? { seconds: 60 } : what === "next_phase" ? { at: phaseOf(session) } : card ? { card } : {};
    if (SURE.has(what) && !confirm(t(`sure.${what}`))) return;
    await ask(session || "all", { kind: what, room: store.state.code, session: session || null, ...more });
  },
  async announce({ session, text }, form) {
    const done = await ask(session || "all", { kind: "announce", room: store.state.code, session: session || null, text });
    if (done) {
      form.reset();
      speak(t("host.sent"));
    }
  },
  async closeRoom() {
    if (confirm(t("sure.close_room"))) await ask("all", { kind: "close_room", room: store.state.code });
  },
  giveBot({ session, seat }) {
    ask(session, { kind: "set_seat", room: store.state.code, session, seat, plan: { participant: "bot" } });
  },
  giveBack({ session, seat }) {
    ask(session, { kind: "set_seat", room: store.state.code, session, seat, plan: { participant: "person" } });
  },
  async reissue({ session, seat }) {
    if (!confirm(t("sure.reissue"))) return;
    const issued = await ask(session, { kind: "reissue_seat", room: store.state.code, session, seat });
    if (!issued) return;
    store.set({ issued: { seat: seatName(store.state, session, seat), table: store.state.room.tables.find((one) => one.session === session)?.number, word: issued.word, link: `http://${store.state.at}/?g=${store.state.code}#w=${issued.word}` } });
    requestAnimationFrame(() => document.getElementById("issued")?.focus());
  },
  issuedDone() {
    store.set({ issued: null });
  },
  async movePerson({ session, seat, value }, field) {
    field.value = "";
    if (!value) return;
    const [toSession, toSeat] = value.split(" ");
    await ask(session, { kind: "move_person", room: store.state.code, session, seat, to_session: toSession, to_seat: toSeat });
  },
  look({ session }) {
    if (store.state.looking === session) lookAway();
    else lookInto(session);
  },
  async acts() {
    const answer = await connection.ask({ kind: "list_acts", room: store.state.code });
    if (answer.kind === "accepted") store.set({ acts: answer.data.acts });
  },
  address({ value }) {
    store.set({ at: value });
  },
  async download({ what }) {
    const answer = await fetch(`/download/${what}`, { headers: { Authorization: `Bearer ${secret}` } });
    if (!answer.ok) {
      complain("all", await answer.text());
      return;
    }
    saveFile(what.split("/").pop(), await answer.blob());
  },
  olderSessions() {
    listStored(store.state.before);
  },
  async report({ session, room }) {
    const refused = await saveReport(store, connection, session ? { session } : { room: room || store.state.code });
    if (refused) complain((store.state.code && session) || "all", refusalText(refused));
  },
  async edit({ name }) {
    const mine = store.state.own[name];
    const base = choices(store.state).some((one) => one.name === name && !one.mine) ? name : store.state.scenarios[0].name;
    const answer = await connection.ask({ kind: "read_scenario", name: base });
    if (answer.kind === "refused") return;
    const document_ = mine ?? { ...answer.data.document, name: `${name}-2`.slice(0, 40) };
    store.set({ editing: { document: document_, schema: answer.data.schema, problems: null }, problems: {} });
    scrollTo(0, 0);
  },
  async saveScenario() {
    const document_ = await checked();
    if (!document_) return;
    if (store.state.scenarios.some((one) => one.name === document_.name)) {
      complain("edit", t("edit.taken", { name: document_.name }));
      return;
    }
    const own = { ...store.state.own, [document_.name]: document_ };
    kept.set("scenarios", own);
    store.set({ own, chosen: document_.name, editing: null, problems: {} });
  },
  checkScenario: checked,
  stopEditing() {
    store.set({ editing: null, problems: {} });
  },
  forget({ name }) {
    if (!confirm(t("sure.forget"))) return;
    const own = { ...store.state.own };
    delete own[name];
    kept.set("scenarios", own);
    store.set({ own, chosen: null });
  },
  language({ value }) {
    changeLanguage(value, draw);
  },
};

speakLanguage();
listen(actions);
joinAddresses().then((addresses) => store.set({ addresses, at: addresses[0] }));
setInterval(refresh, 1000);
document.addEventListener("visibilitychange", refresh);
if (secret) login();
draw();
