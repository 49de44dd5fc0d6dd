/** The pure parts of the page, without a browser; run by tests/web/test_logic.py. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { passedMark } from "./core/clock.js";
import { bn, clockTime, percent, signedBn, typed } from "./core/format.js";
import { html } from "./core/html.js";
import { channelOf, leftNow, openRound, patchedView, promisedOf, received, unread } from "./core/store.js";
import { actWords } from "./host/acts.js";
import { itemsFrom, participantsFrom, questionsFrom, treatmentsFrom } from "./host/experiment.js";
import { playedRooms } from "./host/past.js";
import { DE } from "./core/texts.de.js";
import { EN } from "./core/texts.en.js";
import { chooseLanguage, groupName, t } from "./core/texts.js";

const gaps = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();

test("both languages have the same keys, with the same gaps in each text", () => {
  assert.deepEqual(Object.keys(DE).sort(), Object.keys(EN).sort());
  for (const key of Object.keys(EN)) assert.deepEqual(gaps(DE[key]), gaps(EN[key]), key);
});

test("a list of participants may be a CSV file with a head line, quotes and a byte order mark", () => {
  assert.deepEqual(participantsFrom('\ufefflabel;name\r\nA01;"Ann ""B"" C"\r\nA02\n\n'), [
    { label: "A01", name: 'Ann "B" C' },
    { label: "A02", name: null },
  ]);
});

test("questions, items and treatments are read from plain lines, and wrong lines are named", () => {
  assert.deepEqual(questionsFrom("Is it?\n- Yes\n* No\n! Because.\n\nAnd this?\n*a\nb"), [
    { key: "q1", text: "Is it?", choices: ["Yes", "No"], answer: "No", explanation: "Because." },
    { key: "q2", text: "And this?", choices: ["a", "b"], answer: "a", explanation: "" },
  ]);
  assert.throws(() => questionsFrom("Is it?\nYes\nNo"), /Is it\?/);
  assert.deepEqual(itemsFrom("scale: Fair? | no | yes\nnumber: Age | 18 |"), [
    { key: "i1", text: "Fair?", kind: "likert", choices: ["no", "yes"] },
    { key: "i2", text: "Age", kind: "number", least: 18, most: null },
  ]);
  assert.throws(() => itemsFrom("Age?"), /Age\?/);
  assert.throws(() => itemsFrom("number: Age | old | 120"), /number: Age \| old/);
  assert.deepEqual(treatmentsFrom("talk: korea-1997\nsilence: rounds = 2, switches.pair_talk = false"), [
    { name: "talk", scenario: "korea-1997" },
    { name: "silence", changes: { rounds: 2, switches: { pair_talk: false } } },
  ]);
});

test("what people wrote cannot become markup", () => {
  const text = String(html`<p title="${'" onclick="x'}">${"<img src=x>"}${[1, "&"]}${null}${false}</p>`);
  assert.equal(text, '<p title="&quot; onclick=&quot;x">&lt;img src=x&gt;1&amp;</p>');
});

test("markup inside markup stands as it is", () => {
  assert.equal(String(html`<ul>${["a", "b"].map((one) => html`<li>${one}</li>`)}</ul>`), "<ul><li>a</li><li>b</li></ul>");
});

test("amounts are US$ bn, to the million below ten", () => {
  chooseLanguage("en", []);
  assert.deepEqual([0, 5, 2600, 7333, 18333].map(bn), ["0", "0.005", "2.6", "7.333", "18.33"]);
  assert.deepEqual([-43, 0, 43].map(signedBn), ["−0.043", "0", "+0.043"]);
  assert.equal(percent(125), "12.5\u00a0%");
});

test("a typed number may have a comma, and nothing is no number", () => {
  assert.equal(typed(" 2,5 "), 2.5);
  assert.equal(typed("2.5"), 2.5);
  assert.ok(Number.isNaN(typed("")));
  assert.ok(Number.isNaN(typed("2.5.1")));
});

test("German texts and numbers follow the chosen language", () => {
  chooseLanguage("de", []);
  assert.equal(bn(2600), "2,6");
  assert.equal(t("round.n", { n: 2 }), "Runde 2");
  chooseLanguage(null, ["fr-FR", "de-AT", "en"]);
  assert.equal(t("seat"), "Platz");
  chooseLanguage(null, ["fr"]);
  assert.equal(t("seat"), "Seat");
});

const VIEW = {
  clock: { crisis: 1, round: 2, phase: "talk", paused: false, ending: null },
  gap: { promised_musd: 0 },
  messages: [{ seat: "US", channel: "plenary", to: null, text: "a" }],
  rounds: [{ crisis: 1, round: 1 }],
};

test("an update changes whole sections and appends what was said", () => {
  const update = {
    kind: "update",
    left_ms: 5000,
    notices: [{ kind: "said", seat: "JP", channel: "pair", to: "US", text: "b", at_ms: 7 }, { kind: "paused" }],
    changed: { gap: { promised_musd: 3 }, unheard: 1 },
  };
  const after = patchedView(VIEW, update);
  assert.equal(after.gap.promised_musd, 3);
  assert.deepEqual(after.messages[1], { seat: "JP", channel: "pair", to: "US", text: "b", at_ms: 7, crisis: 1, round: 2 });
  assert.equal(VIEW.messages.length, 1);
  assert.deepEqual(received({ view: null }, update, 0), {});
  assert.deepEqual(received({}, { kind: "something newer" }, 0), {});
});

test("what is left runs down, and stands while the host has stopped the clock", () => {
  const state = { view: VIEW, leftMs: 10_000, leftAtMs: 1_000 };
  assert.equal(leftNow(state, 4_000), 7_000);
  assert.equal(leftNow(state, 99_000), 0);
  assert.equal(leftNow({ ...state, view: { clock: { ...VIEW.clock, paused: true } } }, 4_000), 10_000);
  assert.equal(leftNow({ ...state, leftMs: null }, 4_000), null);
  assert.deepEqual([125_000, 59_001, 0].map(clockTime), ["2:05", "1:00", "0:00"]);
});

test("time is spoken at its marks, once each", () => {
  assert.equal(passedMark(61_000, 60_000), 60_000);
  assert.equal(passedMark(60_000, 59_000), null);
  assert.equal(passedMark(200_000, 5_000), 10_000);
  assert.equal(passedMark(null, 5_000), null);
});

test("unread are the words of others after the last look, by conversation", () => {
  const messages = [
    { seat: "US", channel: "plenary", to: null },
    { seat: "US", channel: "pair", to: "JP" },
    { seat: "JP", channel: "pair", to: "US" },
    { seat: "DE", channel: "g7", to: null },
  ];
  assert.equal(channelOf(messages[2], "JP"), "pair:US");
  assert.deepEqual(unread(messages, "JP", {}), { plenary: 1, "pair:US": 1, g7: 1 });
  assert.deepEqual(unread(messages, "JP", { plenary: 4, "pair:US": 2 }), { g7: 1 });
});

test("a promise is the larger of what was said and signed, and silence is none", () => {
  assert.equal(promisedOf({ intention_musd: null, signed_musd: null }), null);
  assert.equal(promisedOf({ intention_musd: 3, signed_musd: 5 }), 5);
  assert.equal(promisedOf({ intention_musd: 0, signed_musd: null }), 0);
});

test("a round is open to be looked at only while it is on the table", () => {
  assert.equal(openRound(VIEW), null);
  assert.equal(openRound({ ...VIEW, clock: { ...VIEW.clock, round: 1 } }), VIEW.rounds[0]);
});

test("every act of a host is told as a sentence with the names of seats and events", () => {
  const seats = [{ seat: "JP", seat_name: "Japan" }, { seat: "DE", seat_name: "Germany" }];
  const tables = [{ session: "s1", number: 1, seats }, { session: "s2", number: 2, seats }];
  const state = { room: { scenario: "mine", tables }, scenarios: [], own: { mine: { cards: [{ name: "default", title: "A default next door" }] } } };
  const told = (act) => actWords(state, { session: "s1", ...act });
  chooseLanguage("en", []);
  assert.equal(told({ kind: "set_seat", seat: "JP", plan: { participant: "bot" } }), "Table 1: gave Japan to a bot.");
  assert.equal(told({ kind: "set_seat", seat: "JP", plan: { participant: "person" } }), "Table 1: gave Japan to a person.");
  assert.equal(told({ kind: "set_seat", seat: "JP", plan: { participant: "nobody" } }), "Table 1: left Japan to nobody.");
  assert.equal(told({ kind: "reissue_seat", seat: "DE" }), "Table 1: issued a new word for Germany.");
  assert.equal(told({ kind: "move_person", seat: "JP", to_session: "s1", to_seat: "DE" }), "Table 1: moved the person at Japan to Germany.");
  assert.equal(told({ kind: "move_person", seat: "JP", to_session: "s2", to_seat: "DE" }), "Table 1: moved the person at Japan to table 2, Germany.");
  assert.equal(told({ kind: "play_card", card: "default" }), "Table 1: let “A default next door” happen.");
  assert.equal(told({ kind: "announce", text: " " }), "Table 1: took the last word away.");
  assert.equal(actWords(state, { kind: "pause", session: null }), "All tables: stopped the clock.");
  assert.equal(actWords(state, { kind: "open_room", tables: 2 }), "Opened the room.");
  assert.equal(actWords(state, { kind: "let_in", label: "A01" }), "Let A01 play without all control questions.");
});

test("stored sessions are put together by room, without the open rooms", () => {
  const stored = [
    { session: "c", room: "OLD22", table: 2 },
    { session: "x", room: null, table: 1 },
    { session: "b", room: "OLD22", table: 1 },
    { session: "a", room: "NOW22", table: 1 },
  ];
  const rooms = playedRooms(stored, [{ room: "NOW22" }]);
  assert.deepEqual(rooms.map(({ key, sessions }) => [key, sessions.map((one) => one.session)]), [["OLD22", ["b", "c"]], ["x", ["x"]]]);
});

test("a group is called by its words, also one that a host made up", () => {
  chooseLanguage("de", []);
  assert.equal(groupName("finance-ministers"), "Finanzministerien");
  assert.equal(groupName("gruppe-2"), "Gruppe 2");
  chooseLanguage("en", []);
  assert.equal(groupName("small-states"), "Small states");
});
