/** An event of a replay in one sentence, as the viewer was told of it. Pure. */
import { bn, percent } from "../core/format.js";
import { nameOf } from "../core/store.js";
import { groupName, t } from "../core/texts.js";
import { terms } from "../cards/packages.js";

/** The shape in the lanes; null for what is no act of a seat. */
export function shapeOf(notice) {
  switch (notice.kind) {
    case "said":
      return "ring";
    case "package_tabled":
    case "tranche_proposed":
      return "triangle";
    case "package_answered":
      return notice.accept ? "tick" : "cross";
    case "voted":
      return notice.ballot === "yes" ? "tick" : "cross";
    case "pledged":
    case "withdrawal_decided":
    case "tranche_decided":
    case "programme_decided":
    case "intention_declared":
    case "decision_made":
    case "pressed":
    case "lobbied":
    case "favour_offered":
      return "square";
    default:
      return null;
  }
}

/** @param {object} view as of the event or later @param {object} notice */
export function eventWords(view, notice) {
  const name = (id) => (id ? nameOf(view, id) : t("gap.fund"));
  const seat = name(notice.seat);
  const final = notice.final === false ? ` ${t("event.draft")}` : notice.is_default ? ` ${t("event.default")}` : "";
  switch (notice.kind) {
    case "seat_occupied":
      return t("event.seat", { seat, who: t(`participant.${notice.participant}`) });
    case "phase_began":
      return t("event.phase", { round: notice.round, phase: t(`phase.${notice.phase}`) });
    case "said":
      return notice.channel === "plenary" ? t("event.said", { seat, text: notice.text }) : t("event.said.to", { seat, to: notice.to ? name(notice.to) : groupName(notice.channel), text: notice.text });
    case "intention_declared":
      return t("event.intention", { seat, amount: bn(notice.pledge_musd) });
    case "package_tabled":
      return t("event.package", { seat, n: notice.package, terms: terms(view, notice) });
    case "package_answered":
      return t(notice.accept ? "event.accepts" : "event.rejects", { seat, n: notice.package });
    case "package_stood":
      return t("notice.stood", { n: notice.package });
    case "tranche_proposed":
      return t("event.proposed", { seat, amount: bn(notice.tranche_musd) });
    case "pressed":
      return t("deal.pressure", { round: view.clock.round, name: seat, on: name(notice.on), amount: bn(notice.ask_musd) });
    case "favour_offered":
      return t("deal.favour", { round: view.clock.round, name: seat, on: name(notice.bank), amount: bn(notice.favour_musd), share: percent(notice.withdrawn_at_most_permille) });
    case "lobbied":
      return t("event.lobbied", { seat, share: percent(notice.force_permille) });
    case "voted":
      return t("event.voted", { seat, n: notice.proposal, ballot: t(`ballot.${notice.ballot}`) }) + final;
    case "vote_counted":
      return notice.passed === null ? t("event.votefailed") : t("event.votepassed", { amount: bn(notice.tranche_musd) });
    case "pledged":
      return t("event.pledged", { seat, amount: bn(notice.pledge_musd) }) + final;
    case "withdrawal_decided":
      return t("event.withdrawal", { seat, share: percent(notice.withdrawn_permille) }) + final;
    case "tranche_decided":
      return t(notice.release ? "event.release" : "event.withhold", { seat }) + final;
    case "programme_decided":
      return t(notice.accept ? "event.programme" : "event.noprogramme", { seat }) + final;
    case "decision_made":
      return t("event.decided", { seat });
    case "card_played":
      return t("event.card", { title: view.event_cards.find((card) => card.name === notice.card)?.title ?? notice.card });
    case "ready_marked":
      return t(notice.ready ? "event.ready" : "event.notready", { seat });
    case "round_resolved":
      return t("event.resolved", { n: notice.round, drawn: bn(notice.effective_musd), need: bn(notice.need_musd) });
    case "session_ended":
      return t(`ending.${notice.ending}`);
    case "paused":
    case "resumed":
      return t(`notice.${notice.kind}`);
    case "deadline_moved":
      return t("event.deadline");
    case "woken":
      return t("event.woken");
    default:
      return notice.kind;
  }
}
