/** Before the game: the form to join or come back, and the wait with who is here and who is missing. */
import { html } from "../core/html.js";
import { problem } from "../core/page.js";
import { named, t } from "../core/texts.js";

/** Joining by code and name, with a word on what it is for who has no code yet; coming back by the seat's word. */
export function joinForm(state) {
  return html`<main class="narrow">
    <header class="brand"><h1>Backstop</h1>${state.code ? "" : html`<p>${t("join.lead")}</p>`}</header>
    <section class="card">
      <form data-do="join" novalidate>
        <label for="code"><span>${t("join.code")}</span></label>
        <input id="code" name="code" class="code" value="${state.code}" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="12" aria-describedby="problem-join">
        <label for="name"><span>${t("join.name")}</span></label>
        <input id="name" name="name" maxlength="60" autocomplete="name" value="${state.name}">
        <p class="hint">${t("join.name.hint")}</p>
        <button type="submit" class="large">${t("join.submit")}</button>
        ${problem(state, "join")}
      </form>
    </section>
    <section class="card">
      <details data-key="back" ${state.wordAsked ? html`open` : ""}>
        <summary><h2>${t("back.title")}</h2></summary>
        <form data-do="comeBack" novalidate>
          <p class="hint">${t("back.hint")}</p>
          <label for="back-code"><span>${t("join.code")}</span></label>
          <input id="back-code" name="code" class="code" value="${state.code}" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="12">
          <label for="word"><span>${t("back.word")}</span></label>
          <input id="word" name="word" autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="40" aria-describedby="problem-back">
          <label class="check"><input type="checkbox" name="share" value="yes"><span>${t("back.share")}</span></label>
          <label for="back-name"><span>${t("back.name")}</span></label>
          <input id="back-name" name="name" maxlength="60" autocomplete="off">
          <button type="submit" class="second large">${t("back.submit")}</button>
          ${problem(state, "back")}
        </form>
      </details>
    </section>
  </main>`;
}

/** Seated, and the session has not started. */
export function waitingRoom(state) {
  const table = state.room?.tables.find((one) => one.session === state.me.session);
  const mine = table?.seats.find((seat) => seat.seat === state.me.seat);
  const here = table?.seats.filter((seat) => seat.name && seat.present).length ?? 0;
  const people = table?.seats.filter((seat) => seat.participant === "person").length ?? 0;
  return html`<main class="narrow">
    <header class="brand"><p class="over">${t("wait.room", { code: state.me.room })}</p><h1>${state.room?.title ?? "Backstop"}</h1></header>
    <section class="card" aria-labelledby="wait-title">
      <h2 id="wait-title">${t("wait.you", { name: mine?.seat_name ?? state.me.seat })}</h2>
      <p>${t("wait.hint", { here, people, table: table?.number ?? 1 })}</p>
      ${wordNote(state)}
    </section>
    <section class="card" aria-labelledby="seats-title">
      <h2 id="seats-title">${t("wait.seats")}</h2>
      <ul class="seats">
        ${table?.seats.map(
          (seat) =>
            html`<li class="${seat.seat === state.me.seat ? "own" : ""}" data-key="seat-${seat.seat}">
              <span class="seat-name"><b>${seat.seat_name}</b><small>${named(`role.${seat.role}`, seat.role)}</small></span>
              <span class="seat-standing">${whoWaits(seat)}</span>
              <span>${seat.name || seat.seat === state.me.seat ? "" : html`<button type="button" class="quiet" data-do="choose" data-seat="${seat.seat}">${t("wait.take")}<span class="away"> ${seat.seat_name}</span></button>`}</span>
            </li>`,
        )}
      </ul>
      ${problem(state, "choose")}
      ${state.room?.missing.length > 0 && html`<p>${t("wait.missing", { names: state.room.missing.join(", ") })}</p>`}
      <button type="button" class="quiet" data-do="leave">${t("wait.leave")}</button>
    </section>
  </main>`;
}

function whoWaits(seat) {
  if (seat.name) return html`${seat.name}${seat.present ? "" : html` (${t("away")})`}`;
  if (seat.participant === "bot") return t("participant.bot");
  return html`<i>${t("wait.free")}</i>`;
}

/** The word that brings somebody back, once it is known to this browser. */
export function wordNote(state) {
  if (!state.me?.word) return "";
  return html`<p class="word-note">${t("word.yours")} <b class="word">${state.me.word}</b><br><small>${t("word.hint", { code: state.me.room })}</small></p>`;
}
