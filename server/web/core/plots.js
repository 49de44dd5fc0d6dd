/**
 * Charts of what is over: bars with marks, dots on one scale, lanes of events. Pure.
 *
 * As in `charts`: per cent of the width, every number beside its mark as text; marks that differ
 * in meaning differ in shape.
 */
import { html } from "./html.js";
import { t } from "./texts.js";

const part = (number) => `${Math.round(Math.max(0, number) * 10000) / 100}%`;

/** Shapes around nothing, some twelve pixels wide. */
const SHAPES = {
  diamond: "M0,-7 L7,0 L0,7 L-7,0 Z",
  triangle: "M0,-7 L7,6 L-7,6 Z",
  down: "M0,7 L7,-6 L-7,-6 Z",
  square: "M-6,-6 H6 V6 H-6 Z",
  ring: "M-5,0 a5,5 0 1,0 10,0 a5,5 0 1,0 -10,0 Z",
  tick: "M-6,0 L-2,5 L6,-6",
  cross: "M-5,-5 L5,5 M5,-5 L-5,5",
  bar: "M0,-9 V9",
};

/** A mark at a place of the width, as high as `y`. */
function mark(shape, at, y, name) {
  return html`<svg x="${part(at)}" y="${y}" width="1" height="1" aria-hidden="true"><path class="mark mark-${shape} ${name ?? ""}" d="${SHAPES[shape]}"></path></svg>`;
}

const sample = (shape, name) => html`<svg class="sample" width="18" height="18" aria-hidden="true">${mark(shape, 0.5, 9, name)}</svg>`;

/**
 * A table with a bar in each row and marks beside it, all on one scale from zero.
 * @param {{caption: string, head: string, valueName: string, show: (value: number) => unknown,
 *   marks: {name: string, shape: string}[], most?: number,
 *   rows: {label: unknown, value: number, marks: (number | null)[], own?: boolean}[]}} plot
 */
export function markedBars({ caption, head, valueName, show, marks, rows, most = 0 }) {
  const scale = Math.max(most, ...rows.flatMap((row) => [row.value, ...row.marks.map((one) => one ?? 0)]), 1e-9) * 1.02;
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${caption}"><table class="marked">
    <caption>${caption}</caption>
    <thead><tr><th scope="col">${head}</th><th scope="col" class="number"><span class="sample-bar" aria-hidden="true"></span> ${valueName}</th>
      ${marks.map((one) => html`<th scope="col" class="number">${sample(one.shape)} ${one.name}</th>`)}<th class="chart"><span class="away">${t("chart")}</span></th></tr></thead>
    <tbody>${rows.map(
      (row) =>
        html`<tr class="${row.own ? "own" : ""}"><th scope="row">${row.label}</th><td class="number">${show(row.value)}</td>${row.marks.map((one) => html`<td class="number">${one === null ? "–" : show(one)}</td>`)}
          <td class="chart"><svg width="100%" height="22" aria-hidden="true"><line class="zero" x1="0" x2="0" y1="0" y2="22"></line><rect class="fill-${row.own ? "own" : "other"}" x="0" y="5" width="${part(row.value / scale)}" height="12"></rect>
            ${row.marks.map((one, at) => (one === null ? "" : mark(marks[at].shape, one / scale, 11)))}</svg></td></tr>`,
    )}</tbody></table></div>`;
}

/** Dots nearer to each other than this part of the scale stand above one another. */
const NEAR = 0.04;

/** The dots of a row, each with its place above those that it would hide. */
function piled(dots, x) {
  const found = [];
  for (const dot of [...dots].sort((one, other) => one.value - other.value)) {
    const last = found[found.length - 1];
    found.push({ ...dot, pile: last && x(dot.value) - x(last.value) < NEAR ? last.pile + 1 : 0 });
  }
  return found;
}

const DOT_ROW = 28;
const DOT_STEP = 16;

/**
 * Rows of dots on one scale: every group is shown, none only as a part of a mean.
 * @param {{caption: string, low: number, high: number, show: (value: number) => unknown,
 *   rows: {label: string, dots: {value: number, name: string, open?: boolean}[]}[]}} plot
 */
export function dotRows({ caption, low, high, show, rows }) {
  const x = (value) => 0.02 + (0.96 * (value - low)) / (high - low || 1);
  return html`<table class="dots">
    <caption>${caption}</caption>
    <tbody>${rows.map((row) => {
      const dots = piled(row.dots, x);
      const height = DOT_ROW + DOT_STEP * Math.max(0, ...dots.map((dot) => dot.pile));
      return html`<tr><th scope="row">${row.label}</th><td class="chart"><svg width="100%" height="${height}" role="img" aria-label="${row.label}: ${row.dots.map((dot) => `${dot.name} ${show(dot.value)}`).join(", ")}">
          <line class="zero" x1="2%" x2="98%" y1="${height - 14}" y2="${height - 14}"></line>
          ${dots.map((dot) => html`<svg x="${part(x(dot.value))}" y="${height - 14 - dot.pile * DOT_STEP}" width="1" height="1" aria-hidden="true"><circle class="dot ${dot.open ? "open" : ""}" r="7"><title>${dot.name}: ${show(dot.value)}</title></circle></svg>`)}</svg></td></tr>`;
    })}</tbody>
    <tfoot><tr><td></td><td class="chart scale"><span>${show(low)}</span><span>${show(high)}</span></td></tr></tfoot></table>`;
}

/** Shapes that tell groups apart; then the same again, filled. */
const GROUP_SHAPES = ["ring", "square", "triangle", "diamond", "cross", "down"];
export const MOST_GROUPS = 2 * GROUP_SHAPES.length;
const shapeOfGroup = (at) => GROUP_SHAPES[at % GROUP_SHAPES.length];
const styleOfGroup = (at) => (Math.floor(at / GROUP_SHAPES.length) % 2 ? "group filled" : "group");

/**
 * Two measures of everybody: x from 0 to 1, y from its lowest, 0 included; a shape for each group.
 * A table beside it is its twin.
 * @param {{name: string, xName: string, yName: string, show: (value: number) => unknown,
 *   groups: string[], dots: {group: number, x: number, y: number, name: string}[]}} plot
 */
export function scatter({ name, xName, yName, show, groups, dots }) {
  const low = Math.min(0, ...dots.map((dot) => dot.y));
  const high = Math.max(0.01, ...dots.map((dot) => dot.y));
  const x = (share) => 0.02 + 0.96 * Math.min(1, share);
  const y = (value) => part(0.97 - (0.94 * (value - low)) / (high - low));
  return html`<div class="scatter">
    <p class="scatter-y"><span>${show(high)}</span><span>${low < 0 ? show(low) : show(0)}</span></p>
    <svg width="100%" height="100%" role="img" aria-label="${name}">
      ${[0, 0.25, 0.5, 0.75, 1].map((share) => html`<line class="lane" x1="${part(x(share))}" x2="${part(x(share))}" y1="0" y2="100%"></line>`)}
      <line class="zero" x1="0" x2="100%" y1="${y(0)}" y2="${y(0)}"></line>
      ${dots.map((dot) => html`<svg x="${part(x(dot.x))}" y="${y(dot.y)}" width="1" height="1" aria-hidden="true"><path class="mark mark-${shapeOfGroup(dot.group)} ${styleOfGroup(dot.group)}" d="${SHAPES[shapeOfGroup(dot.group)]}"><title>${dot.name}: ${show(dot.x)}, ${show(dot.y)}</title></path></svg>`)}
    </svg>
    <p class="scatter-x"><span>${show(0)}</span><b>${xName}</b><span>${show(1)}</span></p>
    <p class="scatter-name"><b>${yName}</b></p></div>
    <p class="legend-marks">${groups.map((group, at) => html`<span>${sample(shapeOfGroup(at), styleOfGroup(at))} ${group}</span>`)}</p>`;
}

/** So many events have room beside one another; of more, the lanes scroll. */
const FITTING = 120;

/**
 * One lane a seat, a mark an event; a list or table of them is its twin.
 * @param {{name: string, seats: {id: string, name: string}[], events: {at: number, seat: string, shape: string}[],
 *   rounds: {at: number, label: string}[], now?: number, upTo?: number, slots: number}} plot with
 *   places in 0 to 1, of which there are `slots`; a line at `now`; nothing after `upTo` is drawn
 */
export function lanes({ name, seats, events, rounds, now = null, upTo = 1, slots }) {
  const height = 26;
  const lane = new Map(seats.map((seat, at) => [seat.id, at]));
  return html`<div class="lanes"><ul class="lane-names" aria-hidden="true">${seats.map((seat) => html`<li>${seat.name}</li>`)}</ul>
    <div class="scroll lane-scroll" tabindex="0" role="group" aria-label="${t("replay.lanes.title")}"><svg class="lane-marks" width="${slots > FITTING ? slots * 7 : "100%"}" height="${seats.length * height + 20}" role="img" aria-label="${name}">
      ${seats.map((_, at) => html`<line class="lane" x1="0" x2="100%" y1="${at * height + height / 2}" y2="${at * height + height / 2}"></line>`)}
      ${rounds.filter((one) => one.at <= upTo).map((one) => html`<line class="round-line" x1="${part(one.at)}" x2="${part(one.at)}" y1="0" y2="${seats.length * height}"></line><text class="round-name" x="${part(one.at)}" y="${seats.length * height + 15}">${one.label}</text>`)}
      ${events.filter((one) => lane.has(one.seat) && one.at <= upTo).map((one) => mark(one.shape, one.at, lane.get(one.seat) * height + height / 2, now === null || one.at <= now ? "" : "later"))}
      ${now === null ? "" : html`<line class="now-line" x1="${part(now)}" x2="${part(now)}" y1="0" y2="${seats.length * height}"></line>`}
    </svg></div>
    <p class="legend-marks">${[["ring", "replay.talk"], ["square", "replay.decision"], ["triangle", "replay.package"], ["tick", "replay.yes"], ["cross", "replay.no"]].map(([shape, key]) => html`<span>${sample(shape)} ${t(key)}</span>`)}</p></div>`;
}
