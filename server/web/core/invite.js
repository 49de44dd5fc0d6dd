/** How people come into a room: the QR code, the address in large letters, the spoken code. */
import { html } from "./html.js";
import { t } from "./texts.js";

/** Where phones reach this server: what the page's own address says, unless that is this machine. */
export async function joinAddresses() {
  const here = location.host;
  let known = [];
  try {
    known = await (await fetch("/addresses.json")).json();
  } catch {
    // Then the own address is all that is known.
  }
  const local = /^(localhost|127\.|\[::1\])/.test(here);
  const others = known.filter((one) => one !== here);
  return local ? [...others.filter((one) => !one.startsWith("127.")), here] : [here, ...others];
}

export function invitation(code, at) {
  return html`<div class="invitation">
    <img class="qr" src="/qr.svg?code=${code}&amp;at=${at}" width="320" height="320" alt="${t("invite.qr", { address: `${at}/?g=${code}` })}">
    <div><p class="over">${t("invite.open")}</p><p class="address">http://${at}</p>
      <p class="over">${t("invite.code")}</p><p class="room-code">${code}</p></div>
  </div>`;
}
