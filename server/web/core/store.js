/**
 * What a page knows, outside the DOM, and how messages change it. The functions are pure.
 *
 * A `Store` holds one frozen picture of it and tells who listens when there is another one; at
 * most one telling a frame, however many messages came.
 */

export class Store {
  /** @param {object} state @param {(state: object) => void} onChange */
  constructor(state, onChange) {
    this.state = state;
    this.onChange = onChange;
    this.due = false;
  }

  /** Take over what is different. */
  set(changes) {
    this.state = { ...this.state, ...changes };
    if (this.due) return;
    this.due = true;
    const tell = () => {
      if (!this.due) return;
      this.due = false;
      clearTimeout(timer);
      this.onChange(this.state);
    };
    requestAnimationFrame(tell);
    // A page that is not looked at gets no frames, yet must be right when it is.
    const timer = setTimeout(tell, 100);
  }
}

/** The view after an update: changed sections are new, messages are appended. */
export function patchedView(view, update) {
  const { crisis, round } = view.clock;
  const said = update.notices
    .filter((notice) => notice.kind === "said")
    .map(({ seat, channel, to, text, at_ms }) => ({ seat, channel, to, text, crisis, round, at_ms }));
  return { ...view, ...update.changed, messages: [...view.messages, ...said] };
}

/**
 * What a message of the server changes in a page's state; an unknown one nothing.
 * @param {object} state
 * @param {object} message
 * @param {number} nowMs of `performance.now()`
 */
export function received(state, message, nowMs) {
  switch (message.kind) {
    case "view":
    case "resumed":
      return { view: message.view, leftMs: message.left_ms, leftAtMs: nowMs };
    case "update": {
      // A view has always come before; without one there is nothing to patch.
      if (!state.view) return {};
      return { view: patchedView(state.view, message), leftMs: message.left_ms, leftAtMs: nowMs };
    }
    case "room":
      return { room: message };
    case "study":
      return { study: message };
    case "parked":
      return { parked: true };
    case "ended":
      return { ended: message.ending };
    case "seat":
      return { participant: message.participant };
    default:
      return {};
  }
}

/** What is left on the clock now; null without one. A paused clock stands still. */
export function leftNow(state, nowMs) {
  if (state.leftMs === null || state.leftMs === undefined) return null;
  if (state.view && (state.view.clock.paused || state.view.clock.ending)) return state.leftMs;
  return Math.max(0, state.leftMs - (nowMs - state.leftAtMs));
}

/** The key under which messages of one conversation are kept together. */
export function channelOf(message, own) {
  if (message.channel !== "pair") return message.channel;
  return `pair:${message.seat === own ? message.to : message.seat}`;
}

/** How many messages of others came in each conversation since it was last read. */
export function unread(messages, own, read) {
  const counts = {};
  messages.forEach((message, at) => {
    const key = channelOf(message, own);
    if (message.seat !== own && at >= (read[key] ?? 0)) counts[key] = (counts[key] ?? 0) + 1;
  });
  return counts;
}

/** What a government has promised: the larger of what it said and what it signed; null: nothing. */
export function promisedOf(card) {
  if (card.intention_musd === null && card.signed_musd === null) return null;
  return Math.max(card.intention_musd ?? 0, card.signed_musd ?? 0);
}

/** The round that is resolved and still on the table, if it is. */
export function openRound(view) {
  const { crisis, round } = view.clock;
  return view.rounds.find((one) => one.crisis === crisis && one.round === round) ?? null;
}

export const nameOf = (view, id) => view.seats.find((card) => card.id === id)?.name ?? id;
