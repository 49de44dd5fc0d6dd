/**
 * Numbers and times as people read them, in the page's language. Pure.
 *
 * The wire counts whole US$ millions and thousandths; people read US$ bn and per cent.
 */
import { language, t } from "./texts.js";

/** An amount in US$ bn: 2600 -> "2.6"; to the million below 10 bn, to ten millions above. */
export function bn(musd) {
  const digits = Math.abs(musd) < 10_000 ? 3 : 2;
  return (musd / 1000).toLocaleString(language(), { maximumFractionDigits: digits });
}

/** As `bn`, with its sign: "+0.043", "−0.5"; 0 is "0". */
export function signedBn(musd) {
  const amount = bn(Math.abs(musd));
  return musd > 0 ? `+${amount}` : musd < 0 ? `−${amount}` : amount;
}

/** A whole amount of US$ millions with its sign. */
export function signedMillions(musd) {
  const amount = Math.abs(musd).toLocaleString(language());
  return musd > 0 ? `+${amount}` : musd < 0 ? `−${amount}` : amount;
}

/** A share of thousandths: 125 -> "12.5 %", not to be broken before its unit. */
export function percent(permille) {
  return `${(permille / 10).toLocaleString(language(), { maximumFractionDigits: 1 })}\u00a0%`;
}

/** A share between 0 and 1. */
export function share(number) {
  return percent(Math.round(number * 1000));
}

/** What somebody typed, as a number; NaN if it is none. A comma is a decimal point. */
export function typed(text) {
  const plain = String(text).trim().replace(",", ".").replace("−", "-");
  return plain === "" ? NaN : Number(plain);
}

/** A number for an input, as it may be typed in the page's language. */
export function toType(number) {
  const text = String(Math.round(number * 1e6) / 1e6);
  return language() === "de" ? text.replace(".", ",") : text;
}

/** A clock: 125000 -> "2:05". */
export function clockTime(leftMs) {
  const seconds = Math.max(0, Math.ceil(leftMs / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** A time to be spoken. */
export function spokenTime(leftMs) {
  const seconds = Math.max(0, Math.round(leftMs / 1000));
  const minutes = Math.round(seconds / 60);
  if (seconds < 60) return t("time.seconds", { n: seconds });
  return minutes === 1 ? t("time.minute") : t("time.minutes", { n: minutes });
}

/** Names as people list them: "A, B and C". */
export function listed(names) {
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} ${t("and")} ${names[names.length - 1]}`;
}
