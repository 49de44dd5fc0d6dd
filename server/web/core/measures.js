/** Numbers of the debrief as text. Pure. */
import { percent } from "./format.js";
import { language } from "./texts.js";

export const orDash = (value, show) => (value === null || value === undefined ? "–" : show(value));
/** With a real minus. */
const tidy = (text) => text.replace("-", "−");
const rounded = (value, digits) => tidy(value.toLocaleString(language(), { maximumFractionDigits: digits }));
export const points = (value) => rounded(value, 0);
export const correlation = (value) => rounded(value, 2);
export const saved = (value) => tidy(percent(Math.round(value * 10)));
export const shareOf = (value) => tidy(percent(Math.round(value * 1000)));
