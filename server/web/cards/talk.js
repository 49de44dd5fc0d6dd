/** Talk: plenary, groups and pairs, with what is new marked. A seat's own; the board has none. */
import { html } from "../core/html.js";
import { channelOf, nameOf, unread } from "../core/store.js";
import { groupName, t } from "../core/texts.js";
import { problem } from "../core/page.js";

const SHOWN = 6;
/** In these phases people talk. */
const TALKING = ["talk", "propose"];

/** The conversations that are open to the viewer, as key and name. */
export function channels(view) {
  const own = view.own?.seat;
  const pairs = view.scenario.pair_talk && own ? view.seats.filter((card) => card.id !== own) : [];
  return [
    { key: "plenary", name: t("talk.plenary") },
    ...view.scenario.groups.map((group) => ({ key: group.name, name: groupName(group.name), members: group.members })),
    ...pairs.map((card) => ({ key: `pair:${card.id}`, name: card.name })),
  ];
}

export function talkCard(state) {
  const { view } = state;
  const own = view.own?.seat;
  const open = channels(view);
  const chosen = open.find((one) => one.key === state.channel) ?? open[0];
  const news = unread(view.messages, own, state.read);
  const heard = view.messages.filter((message) => channelOf(message, own) === chosen.key);
  const shown = state.allTalk ? heard : heard.slice(-SHOWN);
  const may = view.own?.may.includes("say");
  return html`<section class="card" data-card="talk" data-key="talk" id="talk" tabindex="-1" aria-labelledby="talk-title">
    <h2 id="talk-title">${t("talk.title")}</h2>
    ${open.length > 1 && html`<div class="channels" role="group" aria-label="${t("talk.channels")}">
      ${open.map(
        ({ key, name }) =>
          html`<button type="button" class="chip" data-do="channel" data-channel="${key}" data-key="channel-${key}" aria-pressed="${key === chosen.key ? "true" : "false"}">${name}${news[key] && key !== chosen.key ? html` <span class="badge">${t("talk.new", { n: news[key] })}</span>` : ""}</button>`,
      )}
    </div>`}
    ${chosen.members && html`<p class="hint">${t("talk.members", { names: chosen.members.map((id) => nameOf(view, id)).join(", ") })}</p>`}
    ${chosen.key.startsWith("pair:") && html`<p class="hint">${t("talk.private", { name: chosen.name })}</p>`}
    ${heard.length > shown.length && html`<button type="button" class="quiet" data-do="allTalk">${t("talk.all", { n: heard.length })}</button>`}
    ${
      shown.length
        ? html`<ol class="messages">${shown.map(
            (message) =>
              html`<li class="${message.seat === own ? "own" : ""}" data-key="said-${message.at_ms}-${message.seat}"><span class="speaker">${nameOf(view, message.seat)}<small> ${t("talk.when", { round: message.round })}</small></span><span class="said">${message.text}</span></li>`,
          )}</ol>`
        : html`<p class="empty-note">${t("talk.empty")}</p>`
    }
    ${
      may
        ? html`<form class="say" data-do="say" data-channel="${chosen.key}" novalidate>
            <label for="say-text" class="away">${t("talk.to", { name: chosen.name })}</label>
            <input id="say-text" name="text" maxlength="2000" autocomplete="off" placeholder="${t("talk.to", { name: chosen.name })}" aria-describedby="problem-say">
            <button type="submit">${t("talk.send")}</button>
          </form>`
        : html`<p class="hint">${view.clock.ending ? t("talk.over") : t("talk.closed", { phases: TALKING.filter((phase) => view.scenario.phases.includes(phase)).map((phase) => t(`phase.${phase}`)).join(", ") })}</p>`
    }
    ${problem(state, "say")}
  </section>`;
}
