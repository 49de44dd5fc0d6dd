/** The host's first screen: the rooms there are, and the form that opens another one. */
import { html } from "../core/html.js";
import { problem } from "../core/page.js";
import { named, t } from "../core/texts.js";
import { paragraphs } from "../cards/ledger.js";
import { experimentFold } from "./experiment.js";
import { pastCard } from "./past.js";

export function loginForm(state) {
  return html`<main class="narrow"><header class="brand"><h1>${t("host.title")}</h1><p>${t("host.lead")}</p></header>
    <section class="card"><form data-do="login" novalidate>
      <label for="secret"><span>${t("host.secret")}</span></label>
      <input id="secret" name="secret" type="password" autocomplete="current-password" aria-describedby="problem-login">
      <p class="hint">${t("host.secret.hint")}</p>
      <button type="submit" class="large">${t("host.login")}</button>${problem(state, "login")}
    </form></section></main>`;
}

export function startScreen(state) {
  return html`<main class="host">
    <header class="brand"><h1>${t("host.title")}</h1></header>
    ${state.rooms?.length ? roomList(state.rooms) : ""} ${state.scenarios ? openForm(state) : html`<p>${t("loading")}</p>`}
    ${pastCard(state)} ${problem(state, "all")}
  </main>`;
}

function roomList(rooms) {
  return html`<section class="card" aria-labelledby="rooms-title"><h2 id="rooms-title">${t("host.rooms")}</h2>
    <ul class="seats open-rooms">${rooms.map(
      (room) =>
        html`<li data-key="room-${room.room}"><span class="seat-name"><b>${room.title}</b><small>${t("host.room.line", { code: room.room, n: room.tables.length })}</small></span>
          <span class="seat-standing">${t("host.room.people", { n: room.tables.flatMap((table) => table.seats).filter((seat) => seat.name).length })}</span>
          <button type="button" data-do="enter" data-room="${room.room}">${t("host.enter")}<span class="away"> ${room.room}</span></button></li>`,
    )}</ul></section>`;
}

/** All scenarios that can be opened: the server's, and those kept in this browser. */
export function choices(state) {
  const own = Object.values(state.own ?? {}).map((document) => ({
    name: document.name,
    title: document.title,
    rules: document.rules,
    situation: document.situation ?? "",
    rounds: document.rounds ?? 1,
    minutes: Math.round(((document.rounds ?? 1) * document.phases.reduce((sum, phase) => sum + (phase.seconds ?? 0), 0)) / 60),
    seats: document.seats.map((seat) => ({ id: seat.id, name: seat.name, role: seat.role })),
    advanced: Object.keys(document.switches ?? {}),
    mine: true,
  }));
  return [...own, ...state.scenarios];
}

function openForm(state) {
  const all = choices(state);
  const chosen = all.find((one) => one.name === state.chosen) ?? all.find((one) => one.rules === "L1") ?? all[0];
  return html`<section class="card" aria-labelledby="open-title"><h2 id="open-title">${t("open.title")}</h2>
    <form data-do="open" novalidate>
      ${["mine", "L1", "L2", "L0"].map((kind) => scenarioChoices(all.filter((one) => (one.mine ? "mine" : one.rules) === kind), kind, chosen))}
      <div class="chosen-scenario" data-key="about-${chosen.name}">
        <details><summary>${t("open.about")}</summary><div class="prose">${paragraphs(chosen.situation)}</div></details>
        <div class="buttons"><button type="button" class="second" data-do="edit" data-name="${chosen.name}">${t("open.change")}</button>
        ${chosen.mine ? html`<button type="button" class="quiet" data-do="forget" data-name="${chosen.name}">${t("open.forget")}</button>` : ""}</div>
      </div>
      <div class="fields">
        <label><span>${t("open.room")}</span><input name="title" maxlength="120" autocomplete="off" placeholder="${chosen.title}"></label>
        <div class="field"><label for="tables"><span>${t("open.tables")}</span></label><input id="tables" name="tables" inputmode="numeric" value="1" autocomplete="off">
          <span class="chips">${[2, 3, 4, 6, 8].map((n) => html`<button type="button" class="chip" data-do="setTables" data-n="${n}">${n}<span class="away"> ${t("open.tables")}</span></button>`)}</span></div>
        <label><span>${t("open.minutes")}</span><span class="unit-field"><input name="minutes" inputmode="numeric" autocomplete="off" placeholder="${chosen.minutes || "–"}"><span class="unit">min</span></span><small>${t("open.minutes.hint")}</small></label>
        <label><span>${t("open.takeover")}</span><span class="unit-field"><input name="takeover" inputmode="numeric" value="60" autocomplete="off"><span class="unit">s</span></span><small>${t("open.takeover.hint")}</small></label>
      </div>
      <label class="check"><input type="checkbox" name="more" value="yes" checked><span>${t("open.more")}</span></label>
      <label class="check"><input type="checkbox" name="timed" value="yes" checked><span>${t("open.timed")}</span></label>
      <details class="form-fold"><summary>${t("open.seats")}</summary>
        <p class="hint">${t("open.seats.hint")}</p>
        <div class="fields">${chosen.seats.map(
          (seat) =>
            html`<label data-key="plan-${seat.id}"><span>${seat.name}</span><select name="plan:${seat.id}"><option value="">${t("open.person")}</option>
              ${(state.bots?.[seat.role] ?? []).map((bot) => html`<option value="${bot.name}" title="${bot.summary}">${t("open.bot", { name: bot.name })}</option>`)}<option value="-nobody">${t("participant.nobody")}</option></select></label>`,
        )}</div></details>
      <details class="form-fold"><summary>${t("open.roster")}</summary>
        <label class="wide"><span>${t("open.roster.hint")}</span><textarea name="roster" rows="6"></textarea></label></details>
      ${experimentFold(state)}
      <button type="submit" class="large">${t("open.submit")}</button>${problem(state, "open")}
    </form></section>`;
}

/** The scenarios of one kind, to choose from; nothing where there is none. */
function scenarioChoices(some, kind, chosen) {
  if (!some.length) return "";
  const first = kind === "mine" || kind === "L1";
  const list = html`<fieldset class="scenarios"><legend ${first ? "" : html`class="away"`}>${t(`open.kind.${kind}`)}</legend>
    ${some.map(
      (one) =>
        html`<label class="scenario ${one === chosen ? "chosen" : ""}" data-key="scenario-${one.name}">
          <input type="radio" name="scenario" value="${one.name}" data-do="chooseScenario" ${one === chosen ? html`checked` : ""}>
          <span><b>${one.title}</b><small>${t("open.facts", { minutes: one.minutes, rounds: one.rounds, seats: one.seats.length })}</small></span></label>`,
    )}
  </fieldset>`;
  if (first) return html`<div data-key="kind-${kind}">${list}</div>`;
  return html`<details class="form-fold" data-key="kind-${kind}" ${some.includes(chosen) ? html`open` : ""}><summary>${t(`open.kind.${kind}`)} (${some.length})</summary>${list}</details>`;
}

export const roleName = (role) => named(`role.${role}`, role);
