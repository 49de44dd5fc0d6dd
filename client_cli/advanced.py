"""What the advanced rules add to what is shown; nothing where they are off. Pure.

Each function belongs to one place of `render` or `notices`, which say the rest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from client_cli.amounts import bn, percent
from client_cli.text import one_line

if TYPE_CHECKING:
    from server.protocol import (
        AdvancedGap,
        AdvancedOwn,
        DealCard,
        PackageCard,
        ProposalCard,
        RoundCard,
        SeatId,
        View,
        events,
    )

RULES = {
    "terms": "each government asks something of the debtor, or a programme seals it for all; "
    "strictness is worth something to all together, to be more lenient than the others to each",
    "modality": "a programme costs each government the more, the further its terms are from "
    "those it wants",
    "programmes": "the Fund proposes the tranches of later rounds too, and pays them as long as "
    "the debtor keeps at least {compliance_floor:.0%} of the terms",
    "second_line": "you may announce money that is called only if all else is not enough; who is "
    "called and does not pay is believed less afterwards",
    "clauses": "a pledge may count only if the others together reach an amount",
    "package_minima": "a package may name a total; if it is not reached, nobody who signed pays",
    "binding_packages": "who signed a package that stands pledges at least what it names",
    "pressure": "a government may ask another for an amount; to pay less costs that one the more, "
    "the closer it is tied to the first",
    "guidance": "a government may make it dear for its banks to leave",
    "lobbying": "banks may work on their government, so that they count more for it",
    "peer_pressure": "to leave costs a bank the more, the more of the others stay",
    "cross_default": "if banks take out more than {cross_default_share:.0%} of what is due, "
    "everything falls due at once",
    "favours": "a government may promise its banks money for staying",
    "fungibility": "{fungibility:.0%} of what paying brings at home leaks to all whose banks are "
    "in the country",
    "relative_gains": "to gain less than the others hurts",
    "credit_losses": "in a collapse who lent loses part of it",
    "moral_hazard": "a lenient rescue in which banks do not stay makes the next crisis larger",
    "panic": "the crowd takes its money out too, more where cover is thin",
    "reserves": "the debtor's own reserves pay what the money drawn leaves open",
    "arrears": "if more than {default_share:.0%} of the need is not paid in two rounds running, "
    "the debtor defaults",
    "rolling_claims": "claims that banks leave in fall due again in the next round",
    "regional_fund": "the region may lend from a fund of its own, by its own vote and on milder "
    "terms",
    "cards": "something may happen outside the table",
    "refund": "if the need is not reached, pledges are given back",
}
"""Each switch in a sentence, with the scenario's numbers."""


def switches_of(view: View) -> tuple[str, ...]:
    """The advanced rules that are on."""
    rules = view.scenario.advanced
    return rules.switches if rules is not None else ()


def rule_lines(view: View) -> list[str]:
    """The rules beyond the basic ones, each with what it means."""
    rules = view.scenario.advanced
    if rules is None:
        return []
    numbers = defaultdict(float, rules.numbers)
    return [
        f"  {name.replace('_', ' ')}: {RULES.get(name, 'on').format_map(numbers)}"
        for name in rules.switches
    ]


# --- where things stand ---


def gap_lines(view: View) -> Iterator[str]:
    """What else pays or leaves this round, how the programme stands, and what happened."""
    gap = view.gap.advanced
    if gap is None:
        return
    yield from _programme_lines(view, gap)
    yield from _stock_lines(view, gap)
    yield from _warnings(gap)
    for one in view.event_cards:
        yield f"News of round {one.round}: {one_line(one.title)}. {one_line(one.text)}"


def _programme_lines(view: View, gap: AdvancedGap) -> Iterator[str]:
    if gap.terms_permille is None:
        return
    asked = terms_text(view, gap.terms_permille)
    tranches = [bn(tranche) for tranche in gap.tranches_musd]
    then = f", then {', '.join(tranches[1:])}" if tranches[1:] else ""
    lends = f"{tranches[0] if tranches else 0} bn this round{then}"
    kept = f"{_share(gap.condition.compliance)} kept" if gap.condition else ""
    state = "on track" if gap.on_track else "off track, so the Fund pays nothing"
    yield f"Programme: {', '.join(filter(None, [lends, asked, kept]))}; {state}."


def _stock_lines(view: View, gap: AdvancedGap) -> Iterator[str]:
    on = switches_of(view)
    now = gap.condition
    if now is not None and now.crowd_musd:
        leaves, panic = bn(gap.crowd_leaving_musd), _share(now.panic)
        yield f"The crowd takes out {leaves} of its {bn(now.crowd_musd)} bn (panic {panic})."
    if "reserves" in on:
        yield f"The debtor's own reserves can pay {bn(gap.spare_reserves_musd)} bn."
    if gap.second_line_musd:
        lines = [
            f"{card.id} {bn(card.advanced.second_line_musd)}{_believed(card.advanced.credibility)}"
            for card in view.seats
            if card.advanced is not None and card.advanced.second_line_musd
        ]
        yield f"Second lines that can be called: {', '.join(lines)}."
    if "regional_fund" in on:
        granted = f", {bn(gap.regional_musd)} granted" if gap.regional_musd else ""
        yield f"The region's fund can lend {bn(gap.regional_access_musd)} bn this round{granted}."


def _believed(credibility: float | None) -> str:
    return f" (believed {_share(credibility)})" if credibility is not None else ""


def _warnings(gap: AdvancedGap) -> Iterator[str]:
    now = gap.condition
    if now is None:
        return
    if now.moral_hazard:
        yield f"The need is {_share(now.moral_hazard)} larger for the lenient rescues before."
    if now.in_default:
        yield "The debtor is in default: the Fund lends no more in this crisis."
    elif now.short_rounds:
        yield "Too much was not paid last round: once more, and the debtor defaults."
    if now.arrears_musd:
        yield f"Arrears so far: {bn(now.arrears_musd)} bn."


def terms_text(view: View, terms_permille: Sequence[int]) -> str:
    """A programme's terms by name."""
    rules = view.scenario.advanced
    if rules is None or not terms_permille:
        return ""
    named = zip(rules.term_names, terms_permille, strict=False)
    return f"terms {', '.join(f'{one_line(name)} {percent(term)}' for name, term in named)}"


def proposed(view: View, proposal: ProposalCard | events.TrancheProposed) -> str:
    """What goes with a proposed tranche."""
    then = f", then {', '.join(bn(later) for later in proposal.later_musd)}"
    terms = terms_text(view, proposal.terms_permille)
    return (then if proposal.later_musd else "") + (f", {terms}" if terms else "")


def minimum(package: PackageCard | events.PackageTabled) -> str:
    """The total without which a package is worth nothing."""
    total = package.minimum_total_musd
    return f", {bn(total)} in total or nobody who signed pays" if total else ""


# --- the own seat ---


def pledge_parts(pledge: AdvancedOwn | events.Pledged | None) -> str:
    """What goes with a pledge, after its amount."""
    if pledge is None:
        return ""
    parts = []
    if pledge.others_at_least_musd:
        parts.append(f"only if the others reach {bn(pledge.others_at_least_musd)}")
    if pledge.second_line_musd:
        parts.append(f"second line {bn(pledge.second_line_musd)}")
    if not pledge.pays_calls:
        parts.append("refusing to be called")
    if pledge.strictness_permille is not None:
        parts.append(f"terms {percent(pledge.strictness_permille)}")
    if pledge.guidance_permille:
        parts.append(f"guidance {percent(pledge.guidance_permille)}")
    return "".join(f", {part}" for part in parts)


def own_terms(view: View) -> list[str]:
    """The terms that the seat would choose."""
    if view.own is None or view.scenario.advanced is None:
        return []
    numbers = view.own.parameters
    wanted = [
        f"{one_line(name)} {_share(numbers[f'ideal_{name}'])}"
        for name in view.scenario.advanced.term_names
        if f"ideal_{name}" in numbers
    ]
    return [f"  The terms that you would choose: {', '.join(wanted)}"] if wanted else []


def own_lines(view: View) -> Iterator[str]:
    """What else the seat may do or has done, and the deals with it this round."""
    own = view.own
    if own is None or own.advanced is None:
        return
    if "pledge" in own.may and own.advanced.largest_second_line_musd:
        most = bn(own.advanced.largest_second_line_musd)
        yield f"You may announce a second line of {most} bn more: pledge 1 line {most}."
    if own.advanced.accept is not None:
        word = "accept" if own.advanced.accept else "decline"
        yield f"You {word} the programme, {'final' if own.final else 'a draft'}."
    elif "decide_programme" in own.may:
        yield "The programme waits for your answer: accept programme, decline programme."


# --- deals between two seats ---


def deals_now(view: View) -> list[str]:
    """The deals of this round that the viewer may know of, as they stand."""
    clock = view.clock
    here = [deal for deal in view.deals if (deal.crisis, deal.round) == (clock.crisis, clock.round)]
    return [deal_sentence(view, deal) for deal in _standing(here)]


def deals_of_all(view: View) -> list[str]:
    """Every round's deals as they stood at its end, with the round."""
    many = view.scenario.advanced is not None and view.scenario.advanced.crises > 1
    return [
        f"  {f'{deal.crisis}.' if many else ''}{deal.round}  {deal_sentence(view, deal)}"
        for deal in _standing(view.deals)
    ]


def _standing(deals: Sequence[DealCard]) -> list[DealCard]:
    """The last of each kind between the same two in a round, if it was not taken back."""
    last = {(one.crisis, one.round, one.kind, one.seat, one.on): one for one in deals}
    return [deal for deal in last.values() if not _is_taken_back(deal)]


def _is_taken_back(deal: DealCard) -> bool:
    return not (deal.permille if deal.kind == "lobbying" else deal.amount_musd)


_VERBS = {
    "pressure": ("press", "presses"),
    "favour": ("offer", "offers"),
    "lobbying": ("lobby", "lobbies"),
}


def deal_sentence(view: View, deal: DealCard) -> str:
    """A deal in a sentence, as the viewer's seat sees it."""
    me = view.own.seat if view.own is not None else None
    mine = deal.seat == me
    who, verb = ("You", _VERBS[deal.kind][0]) if mine else (deal.seat, _VERBS[deal.kind][1])
    whom = "you" if deal.on == me else deal.on
    if _is_taken_back(deal):
        return f"{who} no longer {verb} {whom}{' anything' if deal.kind == 'favour' else ''}."
    amount, share = bn(deal.amount_musd), percent(deal.permille)
    what = {
        "pressure": f"to pledge {amount} bn",
        "favour": f"{amount} bn for taking out at most {share}",
        "lobbying": f"with {share} of {'your' if mine else 'its'} force",
    }
    return f"{who} {verb} {whom} {what[deal.kind]}."


# --- a resolved round ---


def other_money(card: RoundCard) -> list[str]:
    """Whose money was drawn beside the Fund's and the governments'."""
    done = card.advanced
    if done is None:
        return []
    region = [f"the region {bn(done.regional_musd)}"] if done.regional_musd else []
    own = [f"own reserves {bn(done.reserves_used_musd)}"] if done.reserves_used_musd else []
    return [*region, *own]


def pledged_tail(card: RoundCard, seat: SeatId) -> str:
    """What became of a government's pledge, after what was drawn of it."""
    done = card.advanced
    if done is None:
        return ""
    called = done.called_musd.get(seat, 0)
    tails = []
    if seat in done.inactive:
        tails.append("its condition was not met")
    if called and seat in done.refused:
        tails.append(f"called for {bn(called)} and did not pay")
    elif called:
        tails.append(f"{bn(called)} of it called from its second line")
    if done.announced_musd.get(seat):
        tails.append(f"second line {bn(done.announced_musd[seat])} announced")
    return "".join(f", {tail}" for tail in tails)


def round_lines(view: View, card: RoundCard) -> Iterator[str]:
    """What else happened in the round."""
    done = card.advanced
    if done is None:
        return
    if done.crowd_withdrawn_musd:
        yield f"  The crowd took out {bn(done.crowd_withdrawn_musd)}."
    if done.cross_default:
        yield "  Banks took out so much that everything fell due."
    if done.refunded:
        yield "  The money did not reach the need: pledges were given back."
    if not done.accepted:
        yield "  The debtor declined the programme."
    if done.in_programme:
        kept = (
            f", kept by {_share(done.condition.compliance)}" if done.condition is not None else ""
        )
        yield f"  A programme of {_share(done.required_strictness)} strictness was in force{kept}."
    if any(asked != done.required_strictness for asked in done.strictness.values()):
        yield f"  Asked of the debtor: {_shares(view, done.strictness)}."
    if done.guidance_permille:
        guided = {seat: force / 1000 for seat, force in done.guidance_permille.items()}
        yield f"  Leaned on their banks: {_shares(view, guided)}."
    if done.defaulted:
        yield "  The debtor is in default."


def _shares(view: View, by_seat: Mapping[SeatId, float]) -> str:
    # A stored log sorts its keys; people look for the seats where they always are.
    order = [card.id for card in view.seats if card.id in by_seat]
    return ", ".join(f"{seat} {_share(by_seat[seat])}" for seat in order)


def _share(share: float) -> str:
    return percent(round(1000 * share))
