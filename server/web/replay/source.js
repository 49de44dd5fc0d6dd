/**
 * Where a replay comes from: a server that is asked, or the data that stands in the file itself.
 *
 * Both answer the same requests, so that the page is the same in a browser without a network.
 */
import { Connection } from "../core/connection.js";
import { kept, keptInTab } from "../core/page.js";
import { patchedView } from "../core/store.js";

/** How somebody comes to the server: the host of this tab, the seat of this browser, else watching. */
export function helloFor(code, session) {
  const secret = keptInTab.get("host");
  if (secret) return { role: "host", host_secret: secret };
  const seat = kept.get("seat");
  // Beside the game's own page, which keeps its place.
  if (seat?.token && (!code || seat.room === code)) return { token: seat.token, share: true };
  return { role: "observer", code, ...(session ? { session } : {}) };
}

/** A connection whose `ask` is answered by the server. */
export function fromServer(hello, onState) {
  return new Connection(hello, () => {}, onState);
}

/** The data in the file, if there is any: what the server would answer, views as their changes. */
export async function fromFile() {
  const element = document.getElementById("replay-data");
  if (!element) return null;
  const bytes = Uint8Array.from(atob(element.textContent), (sign) => sign.charCodeAt(0));
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Recorded(await new Response(unpacked).json());
}

const refused = (code) => ({ kind: "refused", code, message: code, allowed: null });

class Recorded {
  /** @param {{session: string, replays: Record<string, {answer: object, first: object, changes: object[]}>}} data */
  constructor(data) {
    this.data = data;
    this.views = new Map();
  }

  async ask(request) {
    const replay = this.data.replays[request.seen_by];
    if (!replay) return refused("unknown_seat");
    if (request.kind === "read_replay") return { kind: "accepted", data: replay.answer };
    return { kind: "accepted", data: { event: request.event, view: this.view(request.seen_by, replay, request.event) } };
  }

  /** The view after an event: all up to the furthest that was asked for are kept. */
  view(seenBy, replay, event) {
    if (!this.views.has(seenBy)) this.views.set(seenBy, [replay.first]);
    const views = this.views.get(seenBy);
    while (views.length < event) {
      const notice = replay.answer.events[views.length].notice;
      views.push(patchedView(views[views.length - 1], { changed: replay.changes[views.length - 1], notices: notice ? [notice] : [] }));
    }
    return views[event - 1];
  }
}
