/**
 * The socket: hello, resume, requests with ids, coming back by itself.
 *
 * Knows messages and close codes, no game and no DOM. What comes is handed to `onMessage`; how
 * the connection is to `onState`. Every request is answered exactly once, also over a lost
 * connection: it is asked again under its id, and the server does it once. Only a change of
 * seats is answered `lost`: after it the server may know somebody else here.
 */

/** Close codes after which the server wants nobody back by himself. */
const FINAL = new Set([4400, 4401, 4409, 4410]);
const PAUSES_MS = [300, 700, 1500, 3000, 5000];
const ALIVE_MS = 4000;
/** Not to be asked twice. */
const ONCE = new Set(["choose_seat", "leave"]);

/** An id that no other request of the seat has. Works without a secure context. */
export function newId() {
  return [...crypto.getRandomValues(new Uint8Array(9))]
    .map((byte) => byte.toString(36).padStart(2, "0"))
    .join("");
}

export class Connection {
  /**
   * @param {object} hello what to say first, without `kind`
   * @param {(message: object) => void} onMessage
   * @param {(state: "waiting" | "open" | "refused" | "closed", detail?: object) => void} onState
   */
  constructor(hello, onMessage, onState) {
    this.hello = hello;
    this.onMessage = onMessage;
    this.onState = onState;
    this.waiting = new Map();
    this.tries = 0;
    this.ended = false;
    this.welcomed = false;
    this.wake = () => this.checkAlive();
    document.addEventListener("visibilitychange", this.wake);
    window.addEventListener("online", this.wake);
    window.addEventListener("pageshow", this.wake);
    this.open();
  }

  open() {
    clearTimeout(this.timer);
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/`, ["backstop.v1"]);
    this.socket = socket;
    socket.onopen = () => socket.send(JSON.stringify({ kind: "hello", versions: [1], ...this.hello }));
    socket.onmessage = (event) => this.socket === socket && this.receive(JSON.parse(event.data));
    socket.onclose = (event) => this.socket === socket && this.closed(event.code);
  }

  /** End for good. */
  close() {
    this.ended = true;
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.wake);
    window.removeEventListener("online", this.wake);
    window.removeEventListener("pageshow", this.wake);
    this.socket.onclose = null;
    this.socket.close();
  }

  receive(message) {
    if (message.kind === "welcome") this.welcome(message);
    if (message.kind === "accepted" || message.kind === "refused") {
      this.answer(message);
      return;
    }
    if ("seq" in message) this.hello = { ...this.hello, epoch: message.epoch, last_seq: message.seq };
    this.onMessage(message);
  }

  welcome(message) {
    this.welcomed = true;
    this.tries = 0;
    if (message.token) this.hello = { ...this.hello, token: message.token };
    this.onState("open", message);
    for (const { request } of this.waiting.values()) this.socket.send(JSON.stringify(request));
  }

  answer(message) {
    const asked = message.id === null ? undefined : this.waiting.get(message.id);
    if (asked) {
      this.waiting.delete(message.id);
      asked.resolve(message);
    } else if (message.kind === "refused" && !this.welcomed) {
      this.onState("refused", message);
    }
  }

  closed(code) {
    this.welcomed = false;
    for (const [id, { request, resolve }] of this.waiting) {
      if (!ONCE.has(request.kind) && !FINAL.has(code)) continue;
      this.waiting.delete(id);
      resolve({ kind: "refused", id, code: "lost", message: "", field: null, allowed: null });
    }
    if (this.ended) return;
    if (FINAL.has(code)) {
      this.onState("closed", { code });
      return;
    }
    this.onState("waiting", { code });
    const pause = PAUSES_MS[Math.min(this.tries, PAUSES_MS.length - 1)];
    this.tries += 1;
    // Not all of a class at the same moment.
    this.timer = setTimeout(() => this.open(), pause * (0.7 + 0.6 * Math.random()));
  }

  /**
   * Ask for something.
   * @param {object} request with its kind; the id is made here
   * @returns {Promise<object>} `accepted` or `refused`
   */
  ask(request) {
    const id = newId();
    return new Promise((resolve) => {
      const sent = { ...request, id };
      this.waiting.set(id, { request: sent, resolve });
      if (this.welcomed && this.socket.readyState === 1) this.socket.send(JSON.stringify(sent));
    });
  }

  /** After sleep a socket may look open and be dead: ask it something, or open at once. */
  checkAlive() {
    if (document.visibilityState === "hidden" || this.ended) return;
    if (this.socket.readyState === 3) {
      this.open();
      return;
    }
    if (!this.welcomed) return;
    const socket = this.socket;
    const timer = setTimeout(() => {
      if (this.socket !== socket) return;
      socket.onclose = null;
      socket.close();
      this.closed(1006);
      this.open();
    }, ALIVE_MS);
    // Refused or not: an answer is an answer.
    this.ask({ kind: "room_status", room: "" }).then(() => clearTimeout(timer));
  }
}
