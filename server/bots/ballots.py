"""How governments vote on the tranches before the board and the region."""

from __future__ import annotations

from collections.abc import Callable

from server.bots import reading, worth
from server.bots.reading import own
from server.game.actions import Ballot, Vote
from server.game.cards import ProposalCard, View

VoteRule = Callable[[View, ProposalCard], Ballot]


def vote(view: View, rule: VoteRule) -> Vote | None:
    """A ballot on the oldest proposal that still waits for the seat's."""
    for proposal in view.proposals:
        if proposal.proposal not in own(view).ballots and _has_vote(view, proposal):
            return Vote(proposal.proposal, rule(view, proposal))
    return None


def _has_vote(view: View, proposal: ProposalCard) -> bool:
    me = reading.card(view, own(view).seat)
    if me is None or "vote" not in own(view).may:
        return False
    return (reading.regional_share(me) if proposal.regional else me.quota_share) > 0


def by_itself(view: View, proposal: ProposalCard) -> Ballot:
    """Yes where the tranche is worth more than the seat's part of its cost.

    The gain is what the tranche adds to stability on top of the pledges expected, times
    the stake: for linear stability the reservation cost of the model, section 2.7.
    """
    need_musd = reading.expected_need_musd(view)
    base_musd = reading.expected_pledges_musd(view) + reading.behind_musd(view)
    share = 0.0 if proposal.regional else view.scenario.ifi_share
    brought_musd = proposal.tranche_musd * (1 + share)
    rise = reading.stability(view, base_musd + brought_musd, need_musd)
    rise -= reading.stability(view, base_musd, need_musd)
    gain = worth.stake_musd(view) * rise
    gain += (
        _bonus_musd(view, proposal, need_musd) if proposal.regional else _terms_musd(view, proposal)
    )
    return Ballot.YES if gain > _cost_musd(view, proposal) else Ballot.NO


def _cost_musd(view: View, proposal: ProposalCard) -> float:
    """The seat's part of the tranche, and what that costs it."""
    numbers = own(view).parameters
    if proposal.regional:
        share = reading.regional_share(reading.card(view, own(view).seat))
        return reading.number(view, "regional_unit_cost") * share * proposal.tranche_musd
    return numbers["imf_unit_cost"] * numbers["quota_share"] * proposal.tranche_musd


def _bonus_musd(view: View, proposal: ProposalCard, need_musd: int) -> float:
    """b_R·min(1, f_R/N): what only members gain (model, 5)."""
    numbers = own(view).parameters
    bonus = numbers.get("regional_bonus_musd", 0.0) / numbers["rounds_divisor"]
    return bonus * min(1.0, proposal.tranche_musd / need_musd) if need_musd else 0.0


def _terms_musd(view: View, proposal: ProposalCard) -> float:
    """What the programme's terms are worth against none: a·K - m·|K - k*|² (model, 2.3)."""
    numbers, rules = own(view).parameters, view.scenario.advanced
    if rules is None or not proposal.terms_permille:
        return 0.0
    terms = [term / 1000 for term in proposal.terms_permille]
    value = numbers.get("discipline_stake_musd", 0.0) * sum(terms) / len(terms)
    ideals = [numbers.get(f"ideal_{name}") for name in rules.term_names]
    if reading.is_on(view, "modality"):
        distance = sum(
            (term - ideal) ** 2
            for term, ideal in zip(terms, ideals, strict=True)
            if ideal is not None
        )
        value -= numbers.get("modality_weight_musd", 0.0) * distance
    return value / numbers["rounds_divisor"]


def as_a_lever(view: View, proposal: ProposalCard) -> Ballot:
    """No until the others have promised half of their fair shares; then as it pays."""
    if 2 * reading.others_promised_musd(view) < reading.others_fair_musd(view):
        return Ballot.NO
    return by_itself(view, proposal)
