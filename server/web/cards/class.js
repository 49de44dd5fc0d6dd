/** The debrief of a class: all its tables beside one another. Draws what the server found. */
import { bn } from "../core/format.js";
import { html } from "../core/html.js";
import { correlation, orDash, saved, shareOf } from "../core/measures.js";
import { MOST_GROUPS, dotRows, markedBars, scatter } from "../core/plots.js";
import { t } from "../core/texts.js";

const tableName = (one) => t("table.n", { n: one.number });

/** In which round a table first closed its gap; null: in none. */
function closingWords(group, { closing }) {
  if (!closing) return null;
  const [crisis, n] = closing;
  return group.tables.some((one) => one.crises > 1) ? t("debrief.crisis.round", { crisis, n }) : t("round.n", { n });
}

/** How much each table raised, by the round that first closed its gap. */
function closingCard(group) {
  const order = (one) => (one.closing ? one.closing[0] * 1000 + one.closing[1] : Infinity);
  const rows = new Map();
  for (const one of [...group.tables].sort((a, b) => order(a) - order(b) || 0)) {
    const label = closingWords(group, one) ?? t("debrief.closing.never");
    rows.set(label, [...(rows.get(label) ?? []), { value: one.measures.provision, name: tableName(one), open: !one.closing }]);
  }
  return html`<section class="card" data-card="class-closing" data-key="class-closing" aria-labelledby="closing-title"><h2 id="closing-title">${t("debrief.closing.title")}</h2>
    ${dotRows({ caption: t("debrief.closing.caption"), low: 0, high: 1, show: shareOf, rows: [...rows].map(([label, dots]) => ({ label, dots })) })}</section>`;
}

/** What every seat pledged of the most it could, beside what it gained of its stake. */
function pledgesCard(group) {
  const share = (one, seat) => one.scores[seat].saved_percent / 100;
  const dots = group.tables.flatMap((one, at) => Object.keys(one.possible_share).filter((seat) => one.scores[seat].saved_percent !== null).map((seat) => ({ group: at, table: tableName(one), seat: group.seats[seat], x: one.possible_share[seat], y: share(one, seat), name: `${tableName(one)}, ${group.seats[seat]}` })));
  if (!dots.length) return "";
  return html`<section class="card" data-card="class-pledges" data-key="class-pledges" aria-labelledby="pledgenet-title"><h2 id="pledgenet-title">${t("debrief.pledgenet.title")}</h2>
    <p>${t("debrief.pledgenet.caption")} ${group.tables.length > MOST_GROUPS ? t("debrief.pledgenet.again") : ""}</p>
    ${scatter({ name: t("debrief.pledgenet.name"), xName: t("debrief.pledgenet.x"), yName: t("debrief.pledgenet.y"), show: shareOf, groups: group.tables.map(tableName), dots })}
    <p class="assumed">${t("debrief.pledgenet.hint")}</p>
    <details data-key="pledgenet-table"><summary>${t("debrief.astable")}</summary><div class="scroll" tabindex="0" role="group" aria-label="${t("debrief.pledgenet.title")}"><table class="plain">
      <thead><tr><th scope="col">${t("debrief.table")}</th><th scope="col">${t("seat")}</th><th scope="col" class="number">${t("debrief.pledgenet.x")}</th><th scope="col" class="number">${t("debrief.pledgenet.y")}</th></tr></thead>
      <tbody>${dots.map((dot) => html`<tr><td>${dot.table}</td><th scope="row">${dot.seat}</th><td class="number">${shareOf(dot.x)}</td><td class="number">${shareOf(dot.y)}</td></tr>`)}</tbody></table></div></details></section>`;
}

/** All tables of a class side by side. */
export function classDebrief(group, linkOf) {
  if (!group.tables.length) return html`<section class="card"><p>${t("debrief.nothing")}</p></section>`;
  const most = Math.max(1, ...group.tables.map((one) => one.measures.provision));
  const savedDots = Object.entries(group.seats).map(([seat, label]) => ({
    label,
    dots: group.tables.filter((one) => one.scores[seat] && one.scores[seat].saved_percent !== null).map((one) => ({ value: one.scores[seat].saved_percent, name: tableName(one) })),
  }));
  const values = savedDots.flatMap((row) => row.dots.map((dot) => dot.value));
  return html`<section class="card" data-card="class" data-key="class" aria-labelledby="class-title"><h2 id="class-title">${t("debrief.class.title")}</h2>
      ${markedBars({
        caption: t("debrief.class.caption"),
        head: t("debrief.table"),
        valueName: t("debrief.provision"),
        show: shareOf,
        most,
        marks: [
          { name: t("debrief.nash"), shape: "diamond" },
          { name: t("debrief.optimum"), shape: "triangle" },
        ],
        rows: group.tables.map((one) => ({ label: linkOf(one), value: one.measures.provision, marks: [one.nash_provision, one.optimum_provision] })),
      })}</section>
    ${closingCard(group)} ${pledgesCard(group)}
    ${values.length > 0 && html`<section class="card" data-card="class-seats" data-key="class-seats" aria-labelledby="same-title"><h2 id="same-title">${t("debrief.same.title")}</h2>
      ${dotRows({ caption: t("debrief.same.caption"), low: Math.min(0, ...values), high: Math.max(100, ...values), show: saved, rows: savedDots.filter((row) => row.dots.length) })}
      <p class="hint">${t("debrief.same.hint")}</p></section>`}
    <section class="card" data-card="class-table" data-key="class-table" aria-labelledby="tables-title"><h2 id="tables-title">${t("debrief.tables.title")}</h2>
      <div class="scroll" tabindex="0" role="group" aria-label="${t("debrief.tables.title")}"><table class="plain"><caption>${t("debrief.tables.caption")}</caption>
        <thead><tr><th scope="col">${t("debrief.table")}</th>${["rounds", "closing", "need", "raised", "efficiency", "ginishort", "freeridingshort", "keptshare"].map((key) => html`<th scope="col" class="number">${t(`debrief.${key}`)}</th>`)}</tr></thead>
        <tbody>${group.tables.map(
          (one) =>
            html`<tr><th scope="row">${tableName(one)}</th><td class="number">${t("debrief.nof", { n: one.measures.covered_rounds, of: one.measures.rounds })}</td><td class="number">${closingWords(group, one) ?? "–"}</td><td class="number">${bn(one.measures.need_musd)}</td><td class="number">${bn(one.measures.effective_musd)}</td><td class="number">${orDash(one.measures.efficiency, shareOf)}</td>
              <td class="number">${orDash(one.sharing.gini, correlation)}</td><td class="number">${orDash(one.sharing.free_riding, shareOf)}</td><td class="number">${orDash(one.sharing.kept_share, shareOf)}</td></tr>`,
        )}</tbody></table></div></section>`;
}
