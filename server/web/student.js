/**
 * The student's page: wires connection, store and parts; decides nothing itself.
 *
 * Who owns what: `core/connection` the socket, `core/store` how messages change the state,
 * `cards/*` one card each (state in, markup out), `student/*` the screens made of them, this
 * file the actions of buttons and forms. Rules of the game are the server's: what an action
 * would change is asked of it (`what_if`) and shown as it was answered.
 */
import { startClock } from "./core/clock.js";
import { Connection } from "./core/connection.js";
import { typed } from "./core/format.js";
import { html, patch } from "./core/html.js";
import { changeLanguage, foot, kept, listen, refusalText, speak, speakLanguage } from "./core/page.js";
import { saveReport } from "./core/save.js";
import { Store, channelOf, nameOf, received } from "./core/store.js";
import { speakNeutrally, t } from "./core/texts.js";
import { joinForm, waitingRoom } from "./student/join.js";
import { isBesidePlay, studyScreen } from "./student/study.js";
import { gameTable } from "./student/table.js";

const page = document.getElementById("page");
const given = {
  code: (new URLSearchParams(location.search).get("g") ?? "").toUpperCase(),
  word: new URLSearchParams(location.hash.slice(1)).get("w") ?? "",
};
const store = new Store(
  { code: given.code, name: kept.get("name") ?? "", me: null, view: null, room: null, link: "closed", problems: {}, read: {}, channel: "plenary" },
  draw,
);
let connection = null;

// --- drawing -----------------------------------------------------------------------------

function draw(state = store.state) {
  const screen = !state.me ? joinForm(state) : isBesidePlay(state) ? studyScreen(state) : !state.view ? waitingRoom(state) : gameTable(state);
  patch(page, html`${screen}${foot([t("help.student"), t("help.payoff"), t("help.stripes"), t("help.word")])}`);
  document.title = state.view ? `${t(`phase.${state.view.clock.phase}`)} · ${state.view.scenario.title}` : "Backstop";
  tick();
}

const tick = startClock(() => store.state, speak);

function complain(form, text) {
  store.set({ problems: { ...store.state.problems, [form]: text } });
}

// --- the connection ----------------------------------------------------------------------

function connect(hello, form) {
  connection?.close();
  connection = new Connection(hello, take, (state, detail) => linkChanged(state, detail, form));
  store.set({ link: "waiting" });
}

function linkChanged(link, detail, form) {
  if (link === "open") welcome(detail);
  else if (link === "refused") refusedHello(detail, form);
  else if (link === "closed") closedForGood(detail.code);
  else store.set({ link });
}

function welcome({ room, session, seat, name, token, word }) {
  const before = kept.get("seat");
  const same = before?.room === room;
  const seatKept = {
    room,
    token: token ?? before?.token,
    word: word ?? (same ? before?.word : undefined),
    share: connection.hello.share || undefined,
  };
  kept.set("seat", seatKept);
  // From now on the token says who this is.
  connection.hello = { token: seatKept.token, share: Boolean(seatKept.share), epoch: connection.hello.epoch, last_seq: connection.hello.last_seq };
  const moved = store.state.me && store.state.me.session !== session;
  const read = same ? (kept.get("read") ?? {}) : {};
  store.set({ link: "open", me: { room, session, seat, name, word: seatKept.word }, problems: {}, read, ...(moved ? { view: null, proceeded: false } : {}) });
  if (location.hash || new URLSearchParams(location.search).get("g") !== room) history.replaceState(null, "", `/?g=${room}`);
}

function refusedHello(refusal, form) {
  connection.close();
  if (refusal.code === "bad_token") kept.set("seat", null);
  store.set({ me: null, view: null, study: null, link: "closed", wordAsked: form === "back" || refusal.code === "no_seat_left" || refusal.field === "name" });
  complain(form, helloRefused(refusal));
}

function helloRefused(refusal) {
  if (refusal.code === "no_seat_left") return t("join.full");
  if (refusal.field === "name") return t(refusal.code === "seat_taken" ? "study.taken" : "study.notlisted");
  return refusalText(refusal);
}

function closedForGood(code) {
  if (code === 4401 || code === 4410) kept.set("seat", null);
  connection.close();
  store.set({ me: null, view: null, room: null, study: null, link: "closed", wordAsked: code === 4401 || code === 4409 });
  complain("join", t(`closed.${code}`));
}

function take(message) {
  const before = store.state;
  if (message.kind === "study") speakNeutrally(message.neutral);
  store.set(received(before, message, performance.now()));
  if (message.kind === "update") announce(before, message);
  if (["view", "resumed", "update"].includes(message.kind)) {
    readNow();
    if (message.kind !== "update" || message.notices.some(({ kind }) => !MOOT.has(kind))) askWhatIf();
    askDebrief();
  }
  if (message.kind === "room") {
    const words = (room) => room?.tables[0].announcement;
    if (words(message) && words(message) !== words(before.room)) speak(`${t("host.says")} ${words(message)}`);
  }
}

/** What happened, in one sentence for all that came together. */
function announce(before, update) {
  const { view } = store.state;
  const said = update.notices.map((notice) => notices(view, notice)).filter(Boolean);
  if (said.length) speak(said.slice(-3).join(" "));
  if (update.notices.some((notice) => notice.kind === "phase_began")) store.set({ supposed: null, problems: {}, proposing: false });
}

function notices(view, notice) {
  const own = view.own?.seat;
  const name = notice.seat ? nameOf(view, notice.seat) : "";
  switch (notice.kind) {
    case "phase_began":
      return t("notice.phase", { round: notice.round, phase: t(`phase.${notice.phase}`) });
    case "said":
      return notice.seat === own ? "" : t("notice.said", { name, text: notice.text });
    case "package_tabled":
      return notice.seat === own ? "" : t("notice.package", { name });
    case "package_stood":
      return t("notice.stood", { n: notice.package });
    case "round_resolved":
      return t("notice.resolved", { n: notice.round });
    case "card_played":
      return t("notice.event");
    case "paused":
      return t("notice.paused");
    case "resumed":
      return t("notice.resumed");
    case "session_ended":
      return t("over");
    default:
      return "";
  }
}

/** What is shown of the open conversation counts as read, while the page is looked at. */
function readNow() {
  const { view, channel, read } = store.state;
  if (!view?.own || document.visibilityState === "hidden") return;
  const heard = view.messages.some((message, at) => at >= (read[channel] ?? 0) && channelOf(message, view.own.seat) === channel);
  if (!heard) return;
  const now = { ...read, [channel]: view.messages.length };
  kept.set("read", now);
  store.set({ read: now });
}

document.addEventListener("visibilitychange", readNow);

// --- what would change -------------------------------------------------------------------

let asking = null;
/** What happens without changing what a round would bring. */
const MOOT = new Set(["said", "ready_marked", "decision_made", "seat_occupied"]);

/** The debrief of the table, once it is over. */
async function askDebrief() {
  const { view, me, debrief, study } = store.state;
  if (!view?.clock.ending || study || debrief?.session === me.session) return;
  const answer = await connection.ask({ kind: "read_debrief", session: me.session });
  if (answer.kind === "accepted") store.set({ debrief: answer.data.table });
}

/** Ask the server what this round would bring, a moment after the last change. */
function askWhatIf() {
  clearTimeout(asking);
  asking = setTimeout(whatIf, 150);
}

async function whatIf() {
  const { view, supposed } = store.state;
  if (!view?.own || view.clock.ending || ["resolve", "disburse"].includes(view.clock.phase)) {
    store.set({ whatIf: null });
    return;
  }
  const role = view.seats.find((card) => card.id === view.own.seat).role;
  const ask = async (own) => {
    const answer = await connection.ask({ kind: "what_if", supposed: own });
    return answer.kind === "accepted" ? answer.data : null;
  };
  const base = await ask(supposition(role, supposed));
  if (!base) return;
  const packages = {};
  for (const pack of view.packages.slice(-4)) packages[pack.package] = await ask({ package: pack.package });
  store.set({ whatIf: { base, more: await ask(oneMore(role, view, base)), packages } });
}

function supposition(role, supposed) {
  if (supposed === null || supposed === undefined) return {};
  return { government: { pledge_musd: supposed }, bank: { withdrawn_permille: supposed }, imf: { tranche_musd: supposed } }[role] ?? {};
}

function oneMore(role, view, base) {
  const own = view.own.seat;
  const step = view.scenario.pledge_step_musd;
  if (role === "government") return { pledge_musd: base.pledges_musd[own] + step };
  if (role === "bank") return { withdrawn_permille: Math.min(1000, base.withdrawn_permille[own] + 100) };
  if (view.own.may.includes("decide_tranche")) return { tranche_musd: 0 };
  if (view.own.may.includes("decide_programme")) return { accept: false };
  return { tranche_musd: base.tranche_musd + 10 * step };
}

// --- actions -----------------------------------------------------------------------------

const address = ({ clock }) => ({ crisis: clock.crisis, round: clock.round, phase: clock.phase });

/** Do something in the game; what is refused is said at its form. */
async function act(form, action, done = () => {}) {
  complain(form, "");
  const answer = await connection.ask({ kind: "act", at: address(store.state.view), action });
  if (answer.kind === "refused") {
    // The seat may have gone to another device before the answer came.
    if (store.state.view) complain(form, actionRefused(form, answer));
    return;
  }
  done();
}

function actionRefused(form, answer) {
  const { own, scenario } = store.state.view;
  const amounts = { least: own.advanced?.smallest_pledge_musd ?? 0, most: own.largest_pledge_musd, step: scenario.pledge_step_musd };
  const bnText = Object.fromEntries(Object.entries(amounts).map(([key, musd]) => [key, (musd / 1000).toLocaleString(document.documentElement.lang)]));
  if (answer.field === "pledge_musd" && ["out_of_range", "not_a_step"].includes(answer.code)) return t("pledge.range", bnText);
  const field = fieldOf(form, answer.field ?? "");
  return field ? `${field}: ${refusalText(answer)}` : refusalText(answer);
}

/** The inputs by the names of what the wire makes of them. */
const INPUTS = {
  others_at_least_musd: "others", second_line_musd: "second", strictness_permille: "strictness", guidance_permille: "guidance",
  tranche_musd: "tranche", ask_musd: "ask", favour_musd: "amount", withdrawn_at_most_permille: "share", withdrawn_permille: "share",
  force_permille: "force", minimum_total_musd: "minimum", pledge_musd: "pledge",
};

/** What the field is called on the page that a refusal means; nothing where the form has none. */
function fieldOf(form, field) {
  const [name, seat] = field.split(".");
  const input = seat ? `${name === "pledges_musd" ? "pledge" : "bank"}:${seat}` : INPUTS[name];
  return document.querySelector(`form[data-do="${form}"]`)?.elements[input] ? labelOf(form, input) : "";
}

/** What a field of a form is called on the page. */
const labelOf = (form, name) => document.querySelector(`form[data-do="${form}"]`).elements[name].labels[0].querySelector("span").textContent;

/** A typed number in its unit as whole units of the wire; undefined where nothing is typed. */
function amount(form, data, name, factor) {
  const text = data[name];
  if (text === undefined || String(text).trim() === "") return undefined;
  const number = typed(text);
  if (Number.isNaN(number)) {
    complain(form, t("problem.number", { field: labelOf(form, name), text }));
    throw new RangeError(text);
  }
  return Math.round(number * factor);
}

/** The same where something must be typed. */
function required(form, data, name, factor) {
  const number = amount(form, data, name, factor);
  if (number !== undefined) return number;
  complain(form, t("problem.nothing", { field: labelOf(form, name) }));
  throw new RangeError(name);
}

const optional = (fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** Run an action's reading of its form; what cannot be read was already complained about. */
const reading = (action) => (data, element) => {
  try {
    action(data, element);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
};

function stepBy(direction) {
  const { view, supposed } = store.state;
  const field = document.getElementById("pledge-amount");
  const now = typed(field.value);
  const step = view.scenario.pledge_step_musd;
  const musd = Math.max(0, Math.min(view.own.largest_pledge_musd, (Number.isNaN(now) ? (supposed ?? 0) : Math.round(now * 1000)) + direction * step));
  field.value = (musd / 1000).toLocaleString(document.documentElement.lang, { useGrouping: false, maximumFractionDigits: 3 });
  store.set({ supposed: musd });
  askWhatIf();
}

const actions = {
  join({ code, name }) {
    kept.set("name", name.trim());
    store.set({ code: code.trim().toUpperCase(), name: name.trim() });
    if (!code.trim()) complain("join", t("join.nocode"));
    else if (!name.trim()) complain("join", t("join.noname"));
    else connect({ code: code.trim(), name: name.trim() }, "join");
  },
  comeBack({ code, word, share, name }) {
    store.set({ code: code.trim().toUpperCase() });
    if (!code.trim() || !word.trim()) complain("back", t("back.both"));
    else connect({ code: code.trim(), word: word.trim(), share: share === "yes", name: name.trim() || null }, "back");
  },
  async choose({ seat }) {
    const answer = await connection.ask({ kind: "choose_seat", seat });
    if (answer.kind === "refused") complain("choose", refusalText(answer));
    else store.set({ me: { ...store.state.me, ...answer.data }, problems: {} });
  },
  async leave() {
    if (store.state.view && !store.state.view.clock.ending && !confirm(t("leave.sure"))) return;
    await connection.ask({ kind: "leave" });
    connection.close();
    kept.set("seat", null);
    store.set({ me: null, view: null, room: null, link: "closed" });
  },
  async consent({ agreed }) {
    if (!agreed && !confirm(t("study.decline.sure"))) return;
    const answer = await connection.ask({ kind: "give_consent", agreed: agreed === "yes" });
    complain("consent", answer.kind === "refused" ? refusalText(answer) : "");
  },
  async answerControls({ do: _, ...answers }) {
    const open = store.state.study.questions.filter((asked) => !answers[asked.key]).map((asked) => asked.key);
    if (open.length) {
      markWrong("controls", open.map((key) => [key, t("study.unanswered")]), "study.unanswered.n");
      return;
    }
    const answer = await connection.ask({ kind: "answer_controls", answers });
    if (answer.kind === "refused") complain("controls", refusalText(answer));
    else markWrong("controls", Object.entries(answer.data.wrong).map(([key, why]) => [key, why || t("study.wrong")]), "study.wrong.n");
  },
  async handIn({ do: _, ...answers }) {
    const { items } = store.state.study;
    const open = items.filter((item) => item.required && !(answers[item.key] ?? "").trim()).map((item) => item.key);
    if (open.length) {
      markWrong("questionnaire", open.map((key) => [key, t("study.unanswered")]), "study.unanswered.n");
      return;
    }
    const given = Object.fromEntries(items.filter((item) => answers[item.key]).map((item) => [item.key, item.item === "number" ? answers[item.key].trim().replace(",", ".") : answers[item.key]]));
    const answer = await connection.ask({ kind: "hand_in", answers: given });
    if (answer.kind === "refused") markWrong("questionnaire", [[answer.field, t("study.allowed", { allowed: answer.allowed ?? "" })]], "study.unanswered.n");
    else store.set({ wrong: null, problems: {} });
  },
  proceed() {
    store.set({ proceeded: true });
    scrollTo(0, 0);
  },
  ready({ ready }) {
    act("ready", { kind: "mark_ready", ready: ready === "yes" });
  },
  go({ to }) {
    const card = document.getElementById(to);
    card?.scrollIntoView({ block: "start" });
    card?.focus({ preventScroll: true });
  },
  channel({ channel }) {
    store.set({ channel, allTalk: false });
    readNow();
  },
  allTalk() {
    store.set({ allTalk: true });
  },
  say({ channel, text }, form) {
    if (!text.trim()) return;
    const [name, to] = channel.split(":");
    act("say", { kind: "say", text, channel: name, ...(to ? { to } : {}) }, () => form.reset());
  },
  suppose({ pledge, share }) {
    const number = typed(pledge ?? share);
    store.set({ supposed: Number.isNaN(number) ? null : Math.max(0, Math.round(number * (share === undefined ? 1000 : 10))) });
    askWhatIf();
  },
  supposeTranche({ tranche }) {
    const number = typed(tranche);
    if (store.state.view?.seats.find((card) => card.id === store.state.view.own.seat)?.role !== "imf") return;
    store.set({ supposed: Number.isNaN(number) ? null : Math.max(0, Math.round(number * 1000)) });
    askWhatIf();
  },
  stepUp: () => stepBy(1),
  stepDown: () => stepBy(-1),
  declare: reading((data) => {
    act("declare", { kind: "declare_intention", pledge_musd: required("declare", data, "pledge", 1000) });
  }),
  pledge: reading((data, form) => {
    const parts = optional({
      others_at_least_musd: amount("pledge", data, "others", 1000),
      second_line_musd: amount("pledge", data, "second", 1000),
      pays_calls: form.elements.calls ? data.calls === "yes" : undefined,
      strictness_permille: amount("pledge", data, "strictness", 10),
      guidance_permille: amount("pledge", data, "guidance", 10),
    });
    const action = { kind: "pledge", pledge_musd: required("pledge", data, "pledge", 1000), final: data.final === "yes", ...parts };
    act("pledge", action, () => store.set({ supposed: null }));
  }),
  setShare({ share }) {
    document.getElementById("withdraw-share").value = String(Number(share) / 10);
    store.set({ supposed: Number(share) });
    askWhatIf();
  },
  withdraw: reading((data) => {
    const permille = required("withdraw", data, "share", 10);
    act("withdraw", { kind: "withdraw", withdrawn_permille: permille, final: data.final === "yes" }, () => store.set({ supposed: null }));
  }),
  release({ yes }) {
    act("release", { kind: "decide_tranche", release: yes === "yes" });
  },
  accept({ yes }) {
    act("accept", { kind: "decide_programme", accept: yes === "yes" });
  },
  vote({ proposal, ballot }) {
    act(`vote${proposal}`, { kind: "vote", proposal: Number(proposal), ballot });
  },
  propose: reading((data, form) => {
    const list = (prefix, factor) => {
      const keys = Object.keys(data).filter((key) => key.startsWith(prefix));
      const values = keys.map((key) => amount("propose", data, key, factor));
      return values.some((value) => value !== undefined) ? values : undefined;
    };
    const { advanced } = store.state.view.scenario;
    const terms = list("term:", 10)?.map((term, at) => term ?? advanced.standard_terms_permille[at]);
    const later = list("later:", 1000)?.map((musd) => musd ?? 0);
    const tranche = required("propose", data, "tranche", 1000);
    act("propose", { kind: "propose_tranche", tranche_musd: tranche, ...optional({ terms_permille: terms, later_musd: later }) }, () => form.reset());
  }),
  proposeRegional: reading((data, form) => {
    act("proposeRegional", { kind: "propose_regional", tranche_musd: required("proposeRegional", data, "tranche", 1000) }, () => form.reset());
  }),
  answer({ package: number, accept }) {
    act("package", { kind: "answer_package", package: Number(number), accept: accept === "yes" });
  },
  tablePackage: reading((data, form) => {
    const named = (prefix, factor) =>
      optional(Object.fromEntries(Object.keys(data).filter((key) => key.startsWith(prefix)).map((key) => [key.slice(prefix.length), amount("tablePackage", data, key, factor)])));
    const minimum = amount("tablePackage", data, "minimum", 1000);
    const action = {
      kind: "table_package",
      pledges_musd: named("pledge:", 1000),
      withdrawn_at_most_permille: named("bank:", 10),
      parent: data.parent ? Number(data.parent) : null,
      text: data.text ?? "",
      ...optional({ minimum_total_musd: minimum }),
    };
    act("tablePackage", action, () => form.reset());
  }),
  press: reading((data, form) => {
    act("press", { kind: "press", on: data.on, ask_musd: required("press", data, "ask", 1000) }, () => form.reset());
  }),
  favour: reading((data, form) => {
    const favour_musd = required("favour", data, "amount", 1000);
    const withdrawn_at_most_permille = required("favour", data, "share", 10);
    act("favour", { kind: "offer_favour", bank: data.bank, favour_musd, withdrawn_at_most_permille }, () => form.reset());
  }),
  lobby: reading((data) => {
    act("lobby", { kind: "lobby", force_permille: required("lobby", data, "force", 10) });
  }),
  async report() {
    const { session, seat } = store.state.me;
    const refused = await saveReport(store, connection, { session, seat });
    if (refused) complain("report", refusalText(refused));
  },
  language({ value }) {
    changeLanguage(value, draw);
  },
};

/** Say beside each question what is wrong with its answer, how many they are, and go to the first. */
function markWrong(form, marked, text) {
  store.set({ wrong: Object.fromEntries(marked) });
  complain(form, marked.length ? t(text, { n: marked.length }) : "");
  if (marked.length) requestAnimationFrame(() => document.querySelector(`[data-key="asked-${marked[0][0]}"] :is(input, textarea)`)?.focus());
}

// --- start -------------------------------------------------------------------------------

speakLanguage();
listen(actions);
const seatBefore = kept.get("seat");
if (given.code && given.word) connect({ code: given.code, word: given.word }, "back");
else if (seatBefore?.token && (!given.code || given.code === seatBefore.room)) connect({ token: seatBefore.token, share: Boolean(seatBefore.share) }, "join");
draw();
