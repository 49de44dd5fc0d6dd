/**
 * Which language the page speaks, and its texts by key.
 *
 * A language is one file of texts under the same keys. The choice is kept in this browser.
 */
import { DE } from "./texts.de.js";
import { EN } from "./texts.en.js";

export const LANGUAGES = { en: { name: "English", texts: EN }, de: { name: "Deutsch", texts: DE } };
let spoken = "en";
let neutral = false;

/** The page's language, as a tag such as `de`. */
export const language = () => spoken;

/** Choose the kept language, else the browser's if there is one, else English. */
export function chooseLanguage(kept, wished) {
  const found = [kept, ...wished].find((one) => one && LANGUAGES[one.slice(0, 2)]);
  spoken = (found || "en").slice(0, 2);
}

/** Speak of members and lenders from now on, not of governments and banks; or again of these. */
export function speakNeutrally(wanted) {
  neutral = wanted;
}

/** A text as it stands; undefined where there is none. */
function textOf(key) {
  const { texts } = LANGUAGES[spoken];
  return (neutral && (texts[`neutral.${key}`] ?? EN[`neutral.${key}`])) || (texts[key] ?? EN[key]);
}

/**
 * The text of a key, with its gaps filled.
 * @param {string} key
 * @param {Record<string, unknown>} [gaps]
 */
export function t(key, gaps = {}) {
  const text = textOf(key) ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => String(gaps[name] ?? ""));
}

/** The text of a key, or the fallback where there is none: for names that a scenario made up. */
export function named(key, fallback) {
  return textOf(key) ?? fallback;
}

/** What a group of seats is called: one that a host made up by its own words. */
export function groupName(id) {
  const words = id.replaceAll("-", " ");
  return named(`group.${id}`, words.charAt(0).toUpperCase() + words.slice(1));
}
