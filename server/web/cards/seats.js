/** Everybody at the table: what they promised, whether they have decided, what came of it. Public. */
import { bn, percent, share } from "../core/format.js";
import { html } from "../core/html.js";
import { openRound, promisedOf } from "../core/store.js";
import { named, t } from "../core/texts.js";

/** What a seat has promised, pledged or taken out, in a few words. */
export function standing(view, card, round) {
  if (card.role === "bank") {
    if (!round) return t("seats.due", { amount: bn(card.claims_due_musd) });
    return t("seats.out", { share: percent(round.withdrawn_permille[card.id] ?? 0) });
  }
  if (card.role === "imf") return round ? t(round.released ? "seats.released" : "seats.withheld") : "";
  if (card.role === "debtor") return "";
  if (round) {
    return t("seats.drawn", { pledged: bn(round.pledges_musd[card.id] ?? 0), drawn: bn(round.drawn_musd[card.id] ?? 0) });
  }
  const promised = promisedOf(card);
  return promised === null ? t("seats.nothing") : t("seats.promises", { amount: bn(promised) });
}

export function seatsCard(view, room) {
  const round = openRound(view);
  const own = view.own?.seat;
  const people = new Map((room?.tables ?? []).flatMap((table) => table.seats.map((seat) => [seat.seat, seat])));
  return html`<section class="card" data-card="seats" data-key="seats" aria-labelledby="seats-title">
    <h2 id="seats-title">${t("seats.title")}</h2>
    <ul class="seats">
      ${view.seats.map((card) => {
        const person = people.get(card.id);
        return html`<li class="${card.id === own ? "own" : ""}" data-key="seat-${card.id}">
          <span class="seat-name"><b>${card.name}</b>${card.id === own ? html` <span class="tag">${t("you")}</span>` : ""}
            <small>${named(`role.${card.role}`, card.role)}${card.quota_share ? html`, ${t("seats.votes", { share: share(card.quota_share) })}` : ""}${whoSits(card, person)}</small></span>
          <span class="seat-standing">${standing(view, card, round)}${secondLine(card)}</span>
          <span class="done ${card.done ? "yes" : "no"}">${t(card.done ? "done.yes" : "done.no")}</span>
        </li>`;
      })}
    </ul>
  </section>`;
}

function whoSits(card, person) {
  if (card.participant === "bot") return html` · ${t("participant.bot")}`;
  if (card.participant === "nobody") return html` · ${t("participant.nobody")}`;
  if (!person?.name) return "";
  return html` · ${person.name}${person.present ? "" : html` (${t("away")})`}`;
}

function secondLine(card) {
  const line = card.advanced?.second_line_musd;
  return line ? html`<small>${t("seats.secondline", { amount: bn(line) })}</small>` : "";
}

/** Said, signed, pledged, paid: what each promise was worth, round by round. */
export function promisesCard(view) {
  if (!view.rounds.length) return "";
  const name = new Map(view.seats.map((card) => [card.id, card.name]));
  const amount = (musd) => (musd === null ? "–" : bn(musd));
  return html`<section class="card" data-card="promises" data-key="promises" aria-labelledby="promises-title">
    <h2 id="promises-title">${t("promises.title")}</h2>
    <div class="scroll" tabindex="0" role="group" aria-label="${t("promises.table")}">
      <table class="plain">
        <thead><tr><th scope="col">${t("seat")}</th>
          ${["said", "signed", "pledged", "paid"].map((key) => html`<th scope="col" class="number">${t(`promises.${key}`)}</th>`)}</tr></thead>
        ${[...view.rounds].reverse().map(
          (round) =>
            html`<tbody><tr class="part"><th colspan="5" scope="rowgroup">${t("round.n", { n: round.round })}</th></tr>
            ${round.promises.map(
              (one) =>
                html`<tr class="${one.seat === view.own?.seat ? "own" : ""}"><th scope="row">${name.get(one.seat)}</th>
                  <td class="number">${amount(one.said_musd)}</td><td class="number">${amount(one.signed_musd)}</td>
                  <td class="number">${amount(one.pledged_musd)}</td><td class="number">${amount(one.paid_musd)}</td></tr>`,
            )}</tbody>`,
        )}
      </table>
    </div>
    <p class="hint">${t("promises.hint")}</p>
  </section>`;
}
