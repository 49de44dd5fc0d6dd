/** "Continue from here": the form that opens a room which goes on from an event. The host's alone. */
import { html } from "../core/html.js";
import { problem } from "../core/page.js";
import { t } from "../core/texts.js";

export function forkForm(state) {
  const { seen, event, bots } = state;
  if (!seen || !bots) return "";
  if (seen.clock.ending) return html`<section class="card"><h2>${t("fork.title")}</h2><p>${t("fork.over")}</p></section>`;
  return html`<details class="card" id="fork" data-key="fork"><summary><h2>${t("fork.title")}</h2></summary>
    <p>${t("fork.lead", { n: event })}</p>
    <form data-do="fork" novalidate>
      <div class="fields">
        <label><span>${t("open.room")}</span><input name="title" maxlength="120" autocomplete="off" placeholder="${seen.scenario.title}"></label>
        <label><span>${t("open.tables")}</span><input name="tables" inputmode="numeric" value="1" autocomplete="off"></label>
        ${seen.seats.map(
          (seat) =>
            html`<label data-key="plan-${seat.id}"><span>${seat.name}</span><select name="plan:${seat.id}"><option value="">${t("open.person")}</option>
              ${(bots[seat.role] ?? []).map((bot, at) => html`<option value="${bot.name}" title="${bot.summary}" ${at === 0 && seat.participant === "bot" ? html`selected` : ""}>${t("open.bot", { name: bot.name })}</option>`)}<option value="-nobody">${t("participant.nobody")}</option></select></label>`,
        )}
      </div>
      <label class="check"><input type="checkbox" name="timed" value="yes" checked><span>${t("open.timed")}</span></label>
      <button type="submit">${t("fork.submit")}</button>${problem(state, "fork")}
    </form></details>`;
}

/** What is asked of the server. */
export function forkRequest(state, data) {
  const plans = Object.entries(data).filter(([key, who]) => key.startsWith("plan:") && who);
  return {
    kind: "open_room",
    scenario: state.replay.scenario,
    fork: { session: state.session, event: state.event },
    title: data.title.trim(),
    tables: Number(data.tables) || 0,
    timed: data.timed === "yes",
    seats: Object.fromEntries(plans.map(([key, who]) => [key.slice(5), who === "-nobody" ? { participant: "nobody" } : { participant: "bot", bot: who }])),
  };
}
