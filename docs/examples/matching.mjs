// The bot of matching.py in JavaScript: one JSON line in, one JSON line out.
import { createInterface } from "node:readline";

const governments = (view) => view.seats.filter((seat) => seat.role === "government");

const gap = (view) => {
  if (!view.scenario.phases.includes("vote")) return view.gap.scheduled_need_musd;
  const counted = ["pledge", "disburse"].includes(view.clock.phase);
  const tranche = counted ? view.gap.tranche_musd : view.gap.ordinary_access_musd;
  const brought = Math.round(tranche * (1 + view.scenario.ifi_share));
  return Math.max(0, view.gap.scheduled_need_musd - brought);
};

const fairShare = (view, seat) => {
  const all = governments(view);
  const whole = all.reduce((sum, one) => sum + one.quota_share, 0);
  const quota = all.find((one) => one.id === seat).quota_share;
  return (whole ? quota / whole : 1 / all.length) * gap(view);
};

const othersEffort = (view) => {
  const last = view.rounds.at(-1);
  if (last === undefined) return 1;
  const others = governments(view).filter((one) => one.id !== view.own.seat);
  const fair = others.reduce((sum, one) => sum + fairShare(view, one.id), 0);
  const paid = others.reduce((sum, one) => sum + last.pledges_musd[one.id], 0);
  return fair ? Math.min(1, paid / fair) : 1;
};

const openProposal = (view, mine) =>
  view.proposals.find(
    (one) =>
      !(one.proposal in view.own.ballots) &&
      ((one.regional ? mine.advanced?.regional_share : mine.quota_share) ?? 0) > 0,
  );

const act = (view) => {
  const me = view.own;
  if (me.may.includes("pledge") && !me.final) {
    const wanted = othersEffort(view) * fairShare(view, me.seat);
    const step = view.scenario.pledge_step_musd;
    const musd = Math.min(Math.max(wanted, 0), me.largest_pledge_musd);
    return { kind: "pledge", pledge_musd: Math.floor(musd / step) * step };
  }
  const mine = view.seats.find((seat) => seat.id === me.seat);
  const open = me.may.includes("vote") ? openProposal(view, mine) : undefined;
  if (open) return { kind: "vote", proposal: open.proposal, ballot: "yes" };
  return me.may.includes("mark_ready") && !mine.done ? { kind: "mark_ready" } : null;
};

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  console.log(JSON.stringify(message.kind === "act" ? act(message.view) : null));
}
