/**
 * Charts as markup: SVG in per cent of the width it gets, so that nothing is measured and
 * nothing shrinks, with every number and word beside it as text. Pure.
 *
 * Solid is drawn, striped is promised, empty is missing; never by colour alone.
 */
import { bn, signedBn } from "./format.js";
import { html } from "./html.js";
import { t } from "./texts.js";

const pct = (number) => `${Math.round(number * 10000) / 100}%`;

/**
 * The gap: from nothing to what is needed, in fixed order of who pays.
 * @param {{key: string, needMusd: number, parts: {id: string, name: string, musd: number,
 *   kind: "fund" | "own" | "other"}[], solid: boolean}} gap
 */
export function gapBar({ key, needMusd, parts, solid }) {
  const total = parts.reduce((sum, part) => sum + part.musd, 0);
  const scale = Math.max(needMusd, total, 1);
  let at = 0;
  const drawn = parts
    .filter((part) => part.musd > 0)
    .map((part) => {
      const rect = { part, x: at / scale, width: part.musd / scale };
      at += part.musd;
      return rect;
    });
  const words = solid ? t("gap.drawn.long", gapGaps(total, needMusd)) : t("gap.promised.long", gapGaps(total, needMusd));
  return html`<div class="gap-bar ${solid ? "solid" : "striped"}" data-key="bar-${key}">
    <svg class="gap-svg" width="100%" height="36" role="img" aria-label="${words}">
      <defs>
        ${["fund", "own", "other"].map(
          (kind) =>
            html`<pattern id="stripe-${key}-${kind}" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
              <rect class="stripe-ground" width="9" height="9"></rect><rect class="fill-${kind}" width="5.5" height="9"></rect>
            </pattern>`,
        )}
      </defs>
      <rect class="empty" x="0" y="8%" width="${pct(needMusd / scale)}" height="84%"></rect>
      ${drawn.map(
        ({ part, x, width }) =>
          html`<rect class="part ${solid ? `fill-${part.kind}` : ""} edge-${part.kind}" ${solid ? "" : html`fill="url(#stripe-${key}-${part.kind})"`} x="${pct(x)}" y="8%" width="${pct(width)}" height="84%"></rect>`,
      )}
      <line class="end" x1="${pct(needMusd / scale)}" x2="${pct(needMusd / scale)}" y1="0" y2="100%"></line>
    </svg>
    <ul class="legend">
      ${drawn.map(
        ({ part }) =>
          html`<li class="${part.kind === "own" ? "own" : ""}"><span class="swatch swatch-${part.kind}" aria-hidden="true"></span>${part.name} <b>${bn(part.musd)}</b></li>`,
      )}
    </ul>
  </div>`;
}

const gapGaps = (total, need) => ({ total: bn(total), need: bn(need), missing: bn(Math.max(0, need - total)) });

/**
 * Lines of a payoff one after the other, from one zero, the sum last.
 * @param {{label: string, hint?: string, musd: number}[]} lines
 * @param {string} sumLabel
 */
export function waterfall(lines, sumLabel, caption) {
  let at = 0;
  const bars = lines.map((line) => {
    const from = at;
    at += line.musd;
    return { ...line, from, to: at };
  });
  bars.push({ label: sumLabel, musd: at, from: 0, to: at, sum: true });
  const low = Math.min(0, ...bars.map((bar) => Math.min(bar.from, bar.to)));
  const high = Math.max(1, ...bars.map((bar) => Math.max(bar.from, bar.to)));
  const x = (musd) => (musd - low) / (high - low);
  return html`<table class="waterfall">
    <caption>${caption}</caption>
    <thead class="away"><tr><th scope="col">${t("line")}</th><th scope="col">${t("usd.bn")}</th><th scope="col">${t("chart")}</th></tr></thead>
    <tbody>
      ${bars.map(
        (bar) =>
          html`<tr class="${bar.sum ? "sum" : ""}">
            <th scope="row" title="${bar.hint ?? ""}">${bar.label}</th>
            <td class="number">${signedBn(bar.musd)}</td>
            <td class="chart">
              <svg width="100%" height="18" aria-hidden="true">
                <line class="zero" x1="${pct(x(0))}" x2="${pct(x(0))}" y1="0" y2="18"></line>
                <rect class="${bar.sum ? "fall-sum" : bar.musd < 0 ? "fall-down" : "fall-up"}" x="${pct(x(Math.min(bar.from, bar.to)))}" width="${pct(Math.abs(bar.to - bar.from) / (high - low))}" y="3" height="12"></rect>
              </svg>
            </td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

/** So many rounds have their words under them; of more, the words stand one after the other. */
const MOST_COLUMNS = 6;

/**
 * How the money of a crisis went: a step line over time, a band for each round, a dot for each
 * change, dashed what is needed. From nothing upwards; time is told within each round's band.
 * @param {{label: string, needMusd: number, moneyMusd: number, solid: boolean,
 *   steps: {at: number, musd: number}[]}[]} rounds `at` as a share of the round's band
 * @param {number} slots how many rounds there is room for
 */
export function moneySteps(rounds, slots) {
  const bands = Math.max(slots, rounds.length);
  const most = Math.max(1, ...rounds.flatMap((one) => [one.needMusd, ...one.steps.map((step) => step.musd)])) * 1.08;
  const x = (band, at) => pct((band + at) / bands);
  const y = (musd) => pct(1 - musd / most);
  return html`<div class="money-steps ${bands > MOST_COLUMNS ? "long" : ""}">
    <svg width="100%" height="100%" role="img" aria-label="${t("rounds.chart")}">
      ${Array.from({ length: bands }, (_, band) => html`<rect class="band ${band % 2 ? "odd" : ""}" x="${x(band, 0)}" y="0" width="${pct(1 / bands)}" height="100%"></rect>`)}
      ${rounds.map((one, band) => html`<line class="needed" x1="${x(band, 0)}" x2="${x(band, 1)}" y1="${y(one.needMusd)}" y2="${y(one.needMusd)}"></line>${levels(one, band)}`)}
      <line class="ground" x1="0" x2="100%" y1="100%" y2="100%"></line>
    </svg>
    <ol class="columns-text">
      ${rounds.map(
        (one) =>
          html`<li><b>${one.label}</b> ${t(one.solid ? "rounds.drawn" : "rounds.promised", { money: bn(one.moneyMusd), need: bn(one.needMusd) })}</li>`,
      )}
      ${bands > MOST_COLUMNS ? "" : Array.from({ length: bands - rounds.length }, () => html`<li aria-hidden="true"></li>`)}
    </ol>
  </div>`;

  function levels(one, band) {
    return one.steps.map((step, number) => {
      const next = one.steps[number + 1];
      const until = x(band, next?.at ?? 1);
      const drawn = one.solid && !next;
      return html`<line class="level" x1="${x(band, step.at)}" x2="${until}" y1="${y(step.musd)}" y2="${y(step.musd)}"></line>
        ${next && html`<line class="level" x1="${until}" x2="${until}" y1="${y(step.musd)}" y2="${y(next.musd)}"></line>`}
        <circle class="${drawn ? "drawn" : "promised"}" cx="${x(band, step.at)}" cy="${y(step.musd)}" r="6"></circle>`;
    });
  }
}
