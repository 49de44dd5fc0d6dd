/**
 * Packages: what is on the table, what each would change for the seat line by line, the answer
 * to it, and a form for a new one. What would change is computed by the server.
 */
import { bn, percent, signedBn } from "../core/format.js";
import { html } from "../core/html.js";
import { nameOf } from "../core/store.js";
import { named, t } from "../core/texts.js";
import { problem } from "../core/page.js";

/** The terms of a package, in one sentence. */
export function terms(view, pack) {
  return [
    ...Object.entries(pack.pledges_musd).map(([seat, musd]) => t("package.pays", { name: nameOf(view, seat), amount: bn(musd) })),
    ...Object.entries(pack.withdrawn_at_most_permille).map(([seat, permille]) => t("package.stays", { name: nameOf(view, seat), share: percent(permille) })),
  ].join("; ");
}

/** Who it names, with the word of each. */
export function answers(view, pack) {
  const seats = [...Object.keys(pack.pledges_musd), ...Object.keys(pack.withdrawn_at_most_permille)];
  return seats.map((seat) => ({
    seat,
    name: nameOf(view, seat),
    word: t(pack.answers[seat] === true ? "package.accepts" : pack.answers[seat] === false ? "package.rejects" : "package.waits"),
    accepts: pack.answers[seat] === true,
  }));
}

/** In these phases packages are tabled and answered. */
const MEETING = ["talk", "propose"];

/** Whether a package can no longer come to stand: the round has no meeting any more. */
function fallen(view, pack) {
  const { phases } = view.scenario;
  return !pack.stands && !phases.slice(phases.indexOf(view.clock.phase)).some((phase) => MEETING.includes(phase));
}

/** Whether a package stands, or how many have accepted it and whether more still may. */
export function standingWords(view, pack) {
  if (pack.stands) return t("package.stands");
  const words = answers(view, pack);
  return t(fallen(view, pack) ? "package.fallen" : "package.accepted", { n: words.filter((one) => one.accepts).length, of: words.length });
}

/** Whether there is something to be seen of packages: one on the table, or the time for one. */
export const showsPackages = (view) => view.scenario.packages && (view.packages.length > 0 || MEETING.includes(view.clock.phase));

export function packagesCard(state) {
  const { view } = state;
  if (!showsPackages(view)) return "";
  const may = view.own?.may ?? [];
  const open = [...view.packages].reverse();
  return html`<section class="card" data-card="packages" data-key="packages" id="packages" tabindex="-1" aria-labelledby="packages-title">
    <h2 id="packages-title">${t("package.title")}</h2>
    ${open.length ? open.map((pack) => packageItem(state, pack)) : html`<p class="empty-note">${t("package.none")}</p>`}
    ${problem(state, "package")} ${may.includes("table_package") ? packageForm(state) : ""}
  </section>`;
}

function packageItem(state, pack) {
  const { view } = state;
  const words = answers(view, pack);
  const lost = fallen(view, pack);
  const mine = view.own?.packages_to_answer.includes(pack.package) && view.own.may.includes("answer_package");
  const named_ = words.some((one) => one.seat === view.own?.seat);
  return html`<article class="package ${pack.stands ? "stands" : ""}" data-key="package-${pack.package}">
    <h3>${t("package.of", { n: pack.package, name: nameOf(view, pack.seat) })}${pack.parent ? html` <small>${t("package.counter", { n: pack.parent })}</small>` : ""}</h3>
    <p class="terms">${terms(view, pack)}.</p>
    ${pack.minimum_total_musd > 0 && html`<p>${t("package.minimum", { amount: bn(pack.minimum_total_musd) })}</p>`}
    ${pack.text && html`<blockquote>${pack.text}</blockquote>`}
    <p class="state">${standingWords(view, pack)}</p>
    <ul class="answers">${words.map((one) => html`<li>${one.name}: <b>${one.word}</b></li>`)}</ul>
    ${lost ? "" : changes(state.whatIf?.packages?.[pack.package], state.whatIf?.base, t("package.changes"))}
    ${
      mine
        ? html`<div class="buttons">
            <button type="button" data-do="answer" data-package="${pack.package}" data-accept="yes">${t("package.accept")}</button>
            <button type="button" class="second" data-do="answer" data-package="${pack.package}" data-accept="no">${t("package.reject")}</button>
          </div>`
        : named_ && !pack.stands && !lost
          ? html`<p class="hint">${t("package.answered")}</p>`
          : ""
    }
  </article>`;
}

/** Own lines under one supposition against another, those alone that differ; then the sum. */
export function changes(then, now, caption) {
  if (!then || !now) return "";
  const rows = Object.keys(then.lines_musd)
    .map((line) => ({ line, musd: then.lines_musd[line] - (now.lines_musd[line] ?? 0) }))
    .filter((row) => row.musd !== 0);
  const sum = then.total_musd - now.total_musd;
  return html`<table class="changes">
    <caption>${caption}</caption>
    <tbody>
      ${rows.map((row) => html`<tr><th scope="row">${named(`line.${row.line}`, row.line)}</th><td class="number">${signedBn(row.musd)}</td></tr>`)}
      <tr class="sum"><th scope="row">${t("payoff.change")}</th><td class="number">${signedBn(sum)}</td></tr>
    </tbody>
  </table>`;
}

function packageForm(state) {
  const { view } = state;
  const governments = view.seats.filter((card) => card.role === "government");
  const banks = view.seats.filter((card) => card.role === "bank");
  const minima = view.scenario.advanced?.switches.includes("package_minima");
  return html`<details class="form-fold" id="propose" ${state.proposing ? html`open` : ""}>
    <summary>${t("package.new")}</summary>
    <form data-do="tablePackage" novalidate>
      <p class="hint">${t("package.new.hint")}</p>
      <div class="fields">
        ${governments.map(
          (card) =>
            html`<label data-key="ask-${card.id}"><span>${t("package.ask", { name: card.name })}</span><span class="unit-field"><input name="pledge:${card.id}" inputmode="decimal" autocomplete="off" placeholder="–"><span class="unit">${t("usd.bn")}</span></span></label>`,
        )}
        ${banks.map(
          (card) =>
            html`<label data-key="ask-${card.id}"><span>${t("package.askbank", { name: card.name })}</span><span class="unit-field"><input name="bank:${card.id}" inputmode="decimal" autocomplete="off" placeholder="–"><span class="unit">%</span></span></label>`,
        )}
        ${minima && html`<label><span>${t("package.askminimum")}</span><span class="unit-field"><input name="minimum" inputmode="decimal" autocomplete="off" placeholder="–"><span class="unit">${t("usd.bn")}</span></span></label>`}
        ${
          view.packages.length > 0 &&
          html`<label><span>${t("package.instead")}</span><select name="parent"><option value="">${t("package.instead.none")}</option>${view.packages.map((pack) => html`<option value="${pack.package}">${t("package.n", { n: pack.package })}</option>`)}</select></label>`
        }
      </div>
      <label class="wide"><span>${t("package.words")}</span><input name="text" maxlength="2000" autocomplete="off"></label>
      <button type="submit">${t("package.table")}</button>
      ${problem(state, "tablePackage")}
    </form>
  </details>`;
}

