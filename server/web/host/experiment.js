/** A study on the host's page: the form of its settings, read from plain lines, and its progress. */
import { typed } from "../core/format.js";
import { html } from "../core/html.js";
import { problem } from "../core/page.js";
import { t } from "../core/texts.js";

/** The form's fold; what is left empty is off. */
export function experimentFold(state) {
  const on = Boolean(state.study_on);
  return html`<details class="form-fold" data-key="experiment"><summary>${t("exp.title")}</summary>
    <label class="check"><input type="checkbox" name="exp:on" value="yes" data-do="studyOn"><span>${t("exp.on")}</span></label>
    ${
      on
        ? html`<p class="hint">${t("exp.hint")}</p>
      <label class="wide"><span>${t("exp.participants")}</span><textarea name="exp:participants" id="exp-participants" rows="5"></textarea></label>
      <label class="wide"><span>${t("exp.file")}</span><input type="file" accept=".csv,.txt,text/csv,text/plain" data-do="readParticipants"></label>
      <label class="wide"><span>${t("exp.consent")}</span><textarea name="exp:consent" rows="4" maxlength="10000"></textarea></label>
      <label class="check"><input type="checkbox" name="exp:default_questions" value="yes" checked><span>${t("exp.defaults")}</span></label>
      <label class="wide"><span>${t("exp.questions")}</span><textarea name="exp:questions" rows="4"></textarea></label>
      <label class="check"><input type="checkbox" name="exp:practice" value="yes"><span>${t("exp.practice")}</span></label>
      <label class="check"><input type="checkbox" name="exp:neutral" value="yes"><span>${t("exp.neutral")}</span></label>
      <div class="fields">
        <label><span>${t("exp.language")}</span><select name="exp:language"><option value="en">English</option><option value="de">Deutsch</option></select></label>
        <label><span>${t("exp.sessions")}</span><input name="exp:sessions" inputmode="numeric" value="1"></label>
        <label><span>${t("exp.regrouping")}</span><select name="exp:regrouping"><option value="partner">${t("exp.partner")}</option><option value="stranger">${t("exp.stranger")}</option></select></label>
        <label><span>${t("exp.seed")}</span><input name="exp:seed" inputmode="numeric" autocomplete="off"></label>
      </div>
      <label class="wide"><span>${t("exp.treatments")}</span><textarea name="exp:treatments" rows="3"></textarea></label>
      <label class="wide"><span>${t("exp.questionnaire")}</span><textarea name="exp:questionnaire" rows="4"></textarea></label>
      <div class="fields">
        <label><span>${t("exp.currency")}</span><input name="exp:currency" value="EUR" maxlength="12"></label>
        <label><span>${t("exp.rate")}</span><input name="exp:per_point" inputmode="decimal" value="0"></label>
        <label><span>${t("exp.fee")}</span><input name="exp:fixed_fee" inputmode="decimal" value="0"></label>
        <label><span>${t("exp.minimum")}</span><input name="exp:minimum" inputmode="decimal" value="0"></label>
        <label><span>${t("exp.round")}</span><input name="exp:round_to" inputmode="decimal" value="0.01"></label>
        <label><span>${t("exp.paid")}</span><select name="exp:paid"><option value="all">${t("exp.paid.all")}</option><option value="one">${t("exp.paid.one")}</option></select></label>
      </div>`
        : ""
    }</details>`;
}

const typedLines = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);
const unquoted = (cell) => cell.trim().replace(/^"(.*)"$/, "$1").replaceAll('""', '"').trim();

/** Lines of a list or a CSV file, `label` or `label,name`; a head line is left out. */
export function participantsFrom(text) {
  const rows = typedLines(text.replace(/^\ufeff/, "")).map((line) => line.split(/[,;\t]/).map(unquoted));
  return rows
    .filter(([label], at) => label && !(at === 0 && ["label", "participant_label", "code"].includes(label.toLowerCase())))
    .map(([label, name]) => ({ label, name: name || null }));
}

/** Blocks of lines: the question, its choices, the right one after `*`, an explanation after `!`. */
export function questionsFrom(text) {
  return text.split(/\n\s*\n/).map(typedLines).filter((lines) => lines.length).map(([asked, ...rest], at) => {
    const choices = rest.filter((line) => !line.startsWith("!"));
    const right = choices.find((line) => line.startsWith("*"));
    if (!right || choices.length < 2) throw new RangeError(t("exp.problem.question", { text: asked }));
    const plain = (line) => line.replace(/^[*-]\s*/, "");
    const why = rest.find((line) => line.startsWith("!"));
    return { key: `q${at + 1}`, text: asked, choices: choices.map(plain), answer: plain(right), explanation: why ? why.slice(1).trim() : "" };
  });
}

/** Lines `kind: text | more | more`, such as `scale: I was free | not at all | fully`. */
export function itemsFrom(text) {
  const kinds = { text: "text", number: "number", choice: "choice", scale: "likert" };
  return typedLines(text).map((line, at) => {
    const [, kind, rest] = /^(text|number|choice|scale)\s*:\s*(.+)$/i.exec(line) ?? [];
    if (!kind) throw new RangeError(t("exp.problem.item", { text: line }));
    const [asked, ...more] = rest.split("|").map((part) => part.trim());
    const item = { key: `i${at + 1}`, text: asked, kind: kinds[kind.toLowerCase()] };
    if (item.kind === "number") {
      const [least, most] = [0, 1].map((end) => (more[end] ? typed(more[end]) : null));
      if (Number.isNaN(least) || Number.isNaN(most)) throw new RangeError(t("exp.problem.range", { text: line }));
      return { ...item, least, most };
    }
    return { ...item, choices: item.kind === "text" ? [] : more };
  });
}

/** Lines `name: scenario` or `name: field = value, table.field = value`. */
export function treatmentsFrom(text) {
  return typedLines(text).map((line) => {
    const [, name, rest] = /^([A-Za-z][\w-]*)\s*:\s*(.*)$/.exec(line) ?? [];
    if (!name) throw new RangeError(t("exp.problem.treatment", { text: line }));
    if (!rest.includes("=")) return { name, scenario: rest || null };
    const changes = {};
    for (const one of rest.split(",")) {
      const [path, value] = one.split("=").map((part) => part.trim());
      const keys = path.split(".");
      const last = keys.pop();
      let part = changes;
      for (const key of keys) part = part[key] ??= {};
      try {
        part[last] = JSON.parse(value);
      } catch {
        part[last] = value;
      }
    }
    return { name, changes };
  });
}

/** What the numbers of the form are called on the page, by their names in a settings file. */
const NUMBERS = { sessions: "exp.sessions", per_point: "exp.rate", fixed_fee: "exp.fee", minimum: "exp.minimum", round_to: "exp.round" };

/** What a field of the settings is called on the page; nothing where it is no number of the form. */
export const studyField = (name) => (NUMBERS[name] ? t(NUMBERS[name]) : "");

/** The settings of the form, with the names of a settings file; null where it is off. */
export function experimentFrom(data) {
  if (data["exp:on"] !== "yes") return null;
  const given = (name) => data[`exp:${name}`] ?? "";
  const decimal = (name) => {
    const text = given(name).trim() || "0";
    if (Number.isNaN(typed(text))) throw new RangeError(t("problem.number", { field: studyField(name), text }));
    return text.replace(",", ".");
  };
  const terms = ["per_point", "fixed_fee", "minimum", "round_to"].map((name) => [name, decimal(name)]);
  return {
    language: given("language"),
    participants: participantsFrom(given("participants")),
    consent: given("consent").trim(),
    default_questions: given("default_questions") === "yes",
    questions: questionsFrom(given("questions")),
    practice: given("practice") === "yes",
    neutral: given("neutral") === "yes",
    sessions: Number(decimal("sessions")),
    regrouping: given("regrouping"),
    treatments: treatmentsFrom(given("treatments")),
    questionnaire: itemsFrom(given("questionnaire")),
    payment: { currency: given("currency").trim() || "EUR", paid: given("paid"), ...Object.fromEntries(terms) },
  };
}

/** What a session of a study is called. */
export const sessionName = (study, number) => (number === 0 ? t("study.practice") : t("study.session", { n: number, of: study.periods.at(-1) }));

/** Who is where in the study, what they are paid, and what the host can do. */
export function studyCard(state) {
  const { study, room } = state;
  if (!study) return "";
  const running = room.tables.some((table) => table.status === "running");
  const waiting = room.tables.some((table) => table.status === "lobby");
  const next = study.number === null ? study.periods[0] : study.number + 1;
  const name = (number) => sessionName(study, number);
  return html`<section class="card controls" data-key="study" aria-labelledby="study-title"><h2 id="study-title">${t("exp.study")}</h2>
    <p>${study.number === null ? t("exp.notbegun") : name(study.number)}${study.missing.length ? html` ${t("wait.missing", { names: study.missing.join(", ") })}` : ""}</p>
    <div class="buttons">
      ${waiting ? html`<button type="button" data-key="begin-rest" data-do="start">${t("exp.start.rest")}</button>` : ""}
      ${!waiting && !running && study.periods.includes(next) ? html`<button type="button" data-key="begin" data-do="start">${t("exp.start", { name: name(next) })}</button>` : ""}
    </div>${problem(state, "study")}
    <div class="scroll" tabindex="0" role="region" aria-label="${t("exp.people")}"><table><thead><tr><th scope="col">${t("exp.label")}</th><th scope="col">${t("exp.step")}</th><th scope="col">${t("exp.attempts")}</th><th scope="col">${t("exp.group")}</th></tr></thead>
      <tbody>${study.participants.map(
        (one) => html`<tr data-key="person-${one.label}"><th scope="row">${one.label}${one.name ? html` <small>${one.name}</small>` : ""}${one.present ? "" : html` <small>(${t("away")})</small>`}</th>
          <td>${t(`exp.step.${one.step}`)} ${one.step === "questions" ? html`<button type="button" class="quiet" data-do="letIn" data-label="${one.label}">${t("exp.letin")}<span class="away"> ${one.label}</span></button>` : ""}</td>
          <td>${one.attempts}${one.let_in ? ` (${t("exp.wasletin")})` : ""}</td><td>${one.group ?? "–"}${one.treatment ? ` · ${one.treatment}` : ""}</td></tr>`,
      )}</tbody></table></div>
    ${paymentTable(study, room.room)}
  </section>`;
}

/** For each participant: points by session and in total, rate, fee, and what they come to. */
function paymentTable(study, code) {
  const paid = study.participants.filter((one) => one.step !== "declined");
  if (!paid.length) return "";
  const { payment } = paid[0];
  const sessions = study.periods.filter((number) => number > 0);
  const points = (number) => number?.toLocaleString(document.documentElement.lang) ?? "–";
  const head = (text) => html`<th scope="col" class="number">${text}</th>`;
  const cell = (text) => html`<td class="number">${text}</td>`;
  return html`<h3 class="paid-title">${t("exp.paid.screen")}</h3>
    <p class="hint">${t("exp.paid.terms", { fee: payment.fixed_fee, rate: payment.per_point, minimum: payment.minimum, currency: payment.currency })}${payment.session === null ? "" : ` ${t("exp.paid.drawn", { n: payment.session })}`}</p>
    <div class="scroll" tabindex="0" role="region" aria-label="${t("exp.paid.sessions")}"><table data-key="payments"><thead><tr><th scope="col">${t("exp.label")}</th>${sessions.map((number) => head(t("exp.paid.session", { n: number })))}${["exp.paid.total", "exp.paid.rate", "exp.paid.fee", "exp.amount"].map((key) => head(t(key)))}</tr></thead>
      <tbody>${paid.map(
        (one) => html`<tr data-key="paid-${one.label}"><th scope="row">${one.label}</th>${sessions.map((number) => cell(points(one.points.find((own) => own.session === number)?.points)))}
          ${cell(points(one.payment.points))}${cell(one.payment.per_point)}${cell(one.payment.fixed_fee)}${cell(`${one.payment.amount} ${one.payment.currency}`)}</tr>`,
      )}</tbody></table></div>
    <div class="buttons"><button type="button" class="second" data-do="download" data-what="payments/${code}.csv">${t("exp.payments")}</button></div>`;
}
