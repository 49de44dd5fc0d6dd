/** A study's steps before and after play: consent, control questions, the wait, questionnaire, payment. */
import { paragraphs } from "../cards/ledger.js";
import { html } from "../core/html.js";
import { problem } from "../core/page.js";
import { language, t } from "../core/texts.js";
import { wordNote } from "./join.js";

/** Whether the study's own screen is to be shown, and not the game. */
export function isBesidePlay(state) {
  const { study, view } = state;
  if (!study) return false;
  if (["consent", "declined", "questions"].includes(study.step)) return true;
  return !view || (["questionnaire", "end"].includes(study.step) && Boolean(state.proceeded));
}

export function studyScreen(state) {
  const { study } = state;
  return html`<main class="narrow study" data-step="${study.step}">
    <header class="brand"><p class="over">${t("study.label", { label: study.label })}</p><h1>${t(`study.title.${study.step}`)}</h1></header>
    ${STEPS[study.step](state)}
    ${["declined", "end"].includes(study.step) ? "" : html`<section class="card" data-key="study-word">${wordNote(state)}</section>`}
  </main>`;
}

const STEPS = {
  consent: (state) => html`<section class="card" data-key="consent"><div class="prose">${paragraphs(state.study.text)}</div>
    <div class="buttons"><button type="button" class="large" data-do="consent" data-agreed="yes">${t("study.agree")}</button>
    <button type="button" class="second large" data-do="consent" data-agreed="">${t("study.decline")}</button></div>${problem(state, "consent")}</section>`,
  declined: () => html`<section class="card"><p>${t("study.declined")}</p></section>`,
  questions: (state) => html`<section class="card" data-key="questions"><p>${t("study.questions")}</p>
    <form data-do="answerControls" novalidate>
      ${state.study.questions.map((asked, at) => choiceOf(asked, `${at + 1}. ${asked.text}`, state.wrong?.[asked.key]))}
      <button type="submit" class="large">${t("study.check")}</button>${problem(state, "controls")}
    </form></section>`,
  wait: (state) => html`<section class="card"><p>${t("study.wait")} ${sessionWords(state.study)}</p></section>`,
  play: () => html`<p>${t("loading")}</p>`,
  questionnaire: (state) => html`<section class="card" data-key="questionnaire"><p>${t("study.questionnaire")}</p>
    <form data-do="handIn" novalidate>${state.study.items.map((item) => itemOf(item, state.wrong?.[item.key]))}
      <button type="submit" class="large">${t("study.handin")}</button>${problem(state, "questionnaire")}
    </form></section>`,
  end: (state) => html`<section class="card"><p>${t("study.thanks")}</p>${paymentLines(state.study.payment)}</section>`,
};

/** One of several, each with a label that is as wide as a thumb needs. */
function choiceOf(asked, legend, wrong) {
  return html`<fieldset class="asked" data-key="asked-${asked.key}" aria-describedby="wrong-${asked.key}"><legend>${legend}</legend>
    ${asked.choices.map((choice) => html`<label class="check"><input type="radio" name="${asked.key}" value="${choice}"><span>${choice}</span></label>`)}
    ${wrongNote(asked.key, wrong)}</fieldset>`;
}

function wrongNote(key, wrong) {
  return html`<p class="problem" id="wrong-${key}">${wrong ?? ""}</p>`;
}

function itemOf(item, wrong) {
  if (item.item === "choice") return choiceOf(item, item.text, wrong);
  if (item.item === "likert") return scaleOf(item, wrong);
  const field =
    item.item === "number"
      ? html`<input id="item-${item.key}" name="${item.key}" inputmode="decimal" autocomplete="off" aria-describedby="wrong-${item.key}">`
      : html`<textarea id="item-${item.key}" name="${item.key}" rows="3" maxlength="4000" aria-describedby="wrong-${item.key}"></textarea>`;
  return html`<div class="asked" data-key="asked-${item.key}"><label for="item-${item.key}"><span>${item.text}${item.required ? "" : html` <small>${t("study.optional")}</small>`}</span></label>${field}${wrongNote(item.key, wrong)}</div>`;
}

function scaleOf(item, wrong) {
  const [low = "", high = ""] = item.choices;
  const points = Array.from({ length: item.points }, (_, at) => at + 1);
  const said = (point) => (point === 1 ? low : point === item.points ? high : "");
  return html`<fieldset class="asked" data-key="asked-${item.key}" aria-describedby="wrong-${item.key}"><legend>${item.text}</legend>
    <div class="scale">${points.map((point) => html`<label><input type="radio" name="${item.key}" value="${point}"><span>${point}${said(point) ? html`<span class="away"> ${said(point)}</span>` : ""}</span></label>`)}</div>
    <p class="scale-ends" aria-hidden="true"><span>${low}</span><span>${high}</span></p>${wrongNote(item.key, wrong)}</fieldset>`;
}

function sessionWords({ session, sessions }) {
  if (session === null) return t("study.wait.first", { of: sessions });
  return session === 0 ? t("study.after.practice") : t("study.after", { n: session, of: sessions });
}

/** What stands over the game in a study: which session it is, and how it goes on after it. */
export function studyNote(state) {
  const { study, view } = state;
  if (!study || study.session === null) return "";
  const over = Boolean(view.clock.ending);
  if (over && ["questionnaire", "end"].includes(study.step))
    return html`<section class="card note study-note" data-key="study"><p>${t("study.over")}</p><button type="button" class="large" data-do="proceed">${t("study.proceed")}</button></section>`;
  const which = study.session === 0 ? t("study.practice") : t("study.session", { n: study.session, of: study.sessions });
  return html`<p class="note study-note" data-key="study">${over ? html`${sessionWords(study)} ${t("study.wait")}` : which}</p>`;
}

const inMoney = (text) => Number(text).toLocaleString(language(), { minimumFractionDigits: 2, maximumFractionDigits: 6 });

/** How a payment comes about, line by line. */
function paymentLines(paid) {
  const amount = (text) => html`${inMoney(text)} ${paid.currency}`;
  const isPaid = Number(paid.per_point) !== 0 || Number(paid.fixed_fee) !== 0 || Number(paid.minimum) !== 0;
  if (!isPaid) return html`<dl class="payment"><dt>${t("study.points")}</dt><dd>${paid.points.toLocaleString(language())}</dd></dl>`;
  return html`<dl class="payment">
    <dt>${paid.session === null ? t("study.points") : t("study.points.one", { n: paid.session })}</dt><dd>${paid.points.toLocaleString(language())}</dd>
    <dt>${t("study.rate")}</dt><dd>${amount(paid.per_point)}</dd>
    <dt>${t("study.fee")}</dt><dd>${amount(paid.fixed_fee)}</dd>
    ${Number(paid.minimum) ? html`<dt>${t("study.minimum")}</dt><dd>${amount(paid.minimum)}</dd>` : ""}
    <dt><b>${t("study.amount")}</b></dt><dd><b class="paid">${amount(paid.amount)}</b></dd>
  </dl>`;
}
