/**
 * The countdown: what is left, shown every second and spoken at marks.
 *
 * Counts with `performance.now()`, so that a clock that somebody sets changes nothing; made anew
 * when the page is shown again. Owns only elements with `data-clock`.
 */
import { clockTime, spokenTime } from "./format.js";
import { leftNow } from "./store.js";
import { t } from "./texts.js";

/** When the time that is left is said. */
const MARKS_MS = [300_000, 120_000, 60_000, 30_000, 10_000];
export const LOW_MS = 30_000;

/** The mark that was passed between two looks at the clock; null for none. */
export function passedMark(beforeMs, nowMs) {
  if (beforeMs === null || nowMs === null) return null;
  return MARKS_MS.findLast((mark) => beforeMs > mark && nowMs <= mark) ?? null;
}

/** @param {() => object} stateOf @param {(text: string) => void} speak */
export function startClock(stateOf, speak) {
  let before = null;
  const tick = () => {
    const now = leftNow(stateOf(), performance.now());
    for (const element of document.querySelectorAll("[data-clock]")) {
      element.textContent = now === null ? "" : clockTime(now);
      element.classList.toggle("low", now !== null && now <= LOW_MS);
    }
    const mark = passedMark(before, now);
    if (mark !== null) speak(t("time.left", { time: spokenTime(mark) }));
    before = now;
  };
  setInterval(tick, 250);
  document.addEventListener("visibilitychange", tick);
  return tick;
}
