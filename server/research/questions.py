"""What a learner is asked, one discrete choice at a time, and what its choices stand for.

Owns the discretisation of every role's decisions: in each phase a list of questions, each with
options numbered from 0, where option 0 is always to do nothing, or least. Free talk is left out.
What is allowed is read from the rules; knows no library and no observation.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from server.game import board, rules, standing
from server.game.actions import (
    Action,
    AnswerPackage,
    Ballot,
    DecideProgramme,
    DecideTranche,
    DeclareIntention,
    Lobby,
    OfferFavour,
    Pledge,
    Press,
    ProposeRegional,
    ProposeTranche,
    TablePackage,
    Vote,
    Withdraw,
)
from server.game.cards import PackageCard
from server.game.crisis import largest_pledge_musd
from server.game.effects import with_card
from server.game.events import TrancheProposed
from server.game.scenario import Bank, Government, Phase, Role, Scenario, Seat, SeatId
from server.game.state import State, is_named

TENTHS = 10
"""Amounts other than pledges, and shares, are asked for in so many steps of what is allowed."""
QUARTERS = 4
"""A package asks for so many quarters of the gap."""
BALLOTS = (Ballot.ABSTAIN, Ballot.YES, Ballot.NO)

Values = Sequence[int | None]
"""By option, the amount it stands for; None where it is not allowed now."""
Chosen = Mapping[str, int]
"""What a seat has answered in this round: the value by question."""


@dataclass(frozen=True, slots=True)
class Question:
    """One choice that is put to the seats of a role at the same time."""

    name: str
    phase: Phase
    kind: str
    """The kind of action that must be open to a seat for it to have a choice."""
    roles: frozenset[Role]
    values: Callable[[State, SeatId], Values]
    options: int
    """How many options it has; 0: as many as the seat has pledges."""
    act: Callable[[State, SeatId, Chosen], Action | None] | None = None
    """What follows at once; None: it waits for the seal at the end of the phase."""


Step = tuple[Question, ...]
"""Questions asked together, of different roles: no seat has more than one."""

_GOVERNMENT = frozenset({Role.GOVERNMENT})
_BANK = frozenset({Role.BANK})
_IMF = frozenset({Role.IMF})
_PROPOSERS = _GOVERNMENT | _IMF
_NAMED = _GOVERNMENT | _BANK


class Menu:
    """All questions of a scenario, in the order of a round.

    Args:
        scenario: of a campaign, the first crisis.
        pledge_step_musd: what lies between two pledges; left out, the smallest that every
            crisis allows.

    Raises:
        ValueError: the step is not a multiple of the scenario's.
    """

    def __init__(self, scenario: Scenario, pledge_step_musd: int | None = None) -> None:
        self.campaign = (scenario, *scenario.later_crises)
        least_musd = math.lcm(*(crisis.pledge_step_musd for crisis in self.campaign))
        self.pledge_step_musd = least_musd if pledge_step_musd is None else pledge_step_musd
        if self.pledge_step_musd < 1 or self.pledge_step_musd % least_musd:
            raise ValueError(
                f"pledge_step_musd: {pledge_step_musd} is not allowed; "
                f"allowed: multiples of {least_musd}"
            )
        self.pledge_options = {
            seat.id: 1 + self._most_musd(seat) // self.pledge_step_musd
            for seat in scenario.governments
        }
        self.steps: tuple[Step, ...] = tuple(self._steps(scenario))
        self.questions: dict[SeatId, tuple[Question, ...]] = {
            seat.id: tuple(one for step in self.steps for one in step if self._concerns(one, seat))
            for seat in scenario.seats
        }
        """All that a seat may be asked, in the order of a round."""

    def _most_musd(self, seat: Government) -> int:
        """The largest pledge that the seat can ever make, whatever cards happen."""
        return max(
            largest_pledge_musd(one, government, 1.0)
            for crisis in self.campaign
            for one in _reachable(crisis)
            for government in one.governments
            if government.id == seat.id
        )

    def _steps(self, scenario: Scenario) -> Iterator[Step]:
        played = {phase for crisis in self.campaign for phase in crisis.plan}
        if Phase.TALK in played or Phase.PROPOSE in played:
            meeting = Phase.TALK if Phase.TALK in played else Phase.PROPOSE
            yield from self._meeting(scenario, meeting)
        if Phase.PROPOSE in played:
            yield from _proposals()
        if Phase.VOTE in played:
            yield from _ballots(scenario)
        yield from self._sealed()

    def _meeting(self, scenario: Scenario, phase: Phase) -> Iterator[Step]:
        yield (
            Question(
                "intention", phase, "declare_intention", _GOVERNMENT, self._intentions, 0, _declare
            ),
        )
        for other in scenario.governments:
            yield (_pressure(phase, other.id),)
        for bank in scenario.banks:
            yield (_favour(phase, bank),)
        yield (Question("lobby", phase, "lobby", _BANK, _permille, TENTHS + 1, _lobby),)
        tabling = Question(
            "package", phase, "table_package", _PROPOSERS, _packages, QUARTERS + 1, _table
        )
        yield (tabling,)
        tablers = [one.id for one in scenario.seats if one.role in _PROPOSERS]
        yield (
            Question(
                "accept",
                phase,
                "answer_package",
                _NAMED,
                partial(_acceptable, tablers),
                len(tablers) + 1,
                _accept,
            ),
        )

    def _sealed(self) -> Iterator[Step]:
        phase = Phase.PLEDGE
        yield (
            Question("pledge", phase, "pledge", _GOVERNMENT, self._pledges, 0),
            Question("withdrawal", phase, "withdraw", _BANK, _permille, TENTHS + 1),
            Question("withhold", phase, "decide_tranche", _IMF, _yes_or_no, 2),
            Question("decline", phase, "decide_programme", frozenset({Role.DEBTOR}), _yes_or_no, 2),
        )
        parts: tuple[tuple[str, Callable[[State, SeatId], Values], int], ...] = (
            ("others_at_least", _conditions, TENTHS + 1),
            ("second_line", _second_lines, TENTHS + 1),
            ("refuses_calls", _refusals, 2),
            ("strictness", _strictness, TENTHS + 2),
            ("guidance", _guidance, TENTHS + 1),
        )
        for name, values, options in parts:
            yield (Question(name, phase, "pledge", _GOVERNMENT, values, options),)

    def _intentions(self, state: State, seat: SeatId) -> Values:
        return self._levels(state, seat, 0)

    def _pledges(self, state: State, seat: SeatId) -> Values:
        return self._levels(state, seat, standing.pledge_floor_musd(state, seat))

    def _levels(self, state: State, seat: SeatId, least_musd: int) -> Values:
        """Option k is k steps; the one below what a package binds the seat to is that floor."""
        step = self.pledge_step_musd
        government = state.scenario.seat_by_id[seat]
        assert isinstance(government, Government), "the role was checked"
        most_musd = standing.pledge_limit_musd(state, government)
        return [
            max(level, least_musd) if level + step > least_musd and level <= most_musd else None
            for level in range(0, step * self.pledge_options[seat], step)
        ]

    def options(self, seat: Seat) -> int:
        """How many options the seat's questions have at most."""
        return max(self.size(question, seat) for question in self.questions[seat.id])

    def size(self, question: Question, seat: Seat) -> int:
        """How many options a question has for a seat."""
        return question.options or self.pledge_options[seat.id]

    def _concerns(self, question: Question, seat: Seat) -> bool:
        """Whether the question can ever leave the seat a choice."""
        _, _, about = question.name.partition(".")
        if seat.role not in question.roles or (question.kind, about) == ("press", seat.id):
            return False
        if question.kind == "offer_favour" and not _is_home(seat, about, self.campaign[0]):
            return False
        return any(_has_rule(question, crisis) for crisis in self.campaign)


def _is_home(seat: Seat, bank: str, scenario: Scenario) -> bool:
    return any(one.id == bank and one.home == seat.id for one in scenario.banks)


def _reachable(crisis: Scenario) -> list[Scenario]:
    """A crisis as event cards that change what can be pledged may leave it."""
    found = [crisis]
    for card in crisis.cards if crisis.switches.cards else ():
        if any(effect.field == "capacity_musd" for effect in card.effects):
            found += [with_card(one, card) for one in found]
    return found


_NEEDS: Mapping[str, Callable[[Scenario], bool]] = {
    "press": lambda scenario: scenario.switches.pressure,
    "favour": lambda scenario: scenario.switches.favours,
    "lobby": lambda scenario: scenario.switches.lobbying,
    "package": lambda scenario: scenario.switches.packages,
    "accept": lambda scenario: scenario.switches.packages,
    "terms": lambda scenario: scenario.switches.terms and bool(scenario.term_names),
    "tranche": lambda scenario: Phase.VOTE in scenario.plan,
    "withhold": lambda scenario: Phase.VOTE in scenario.plan,
    "regional": lambda scenario: scenario.switches.regional_fund,
    "others_at_least": lambda scenario: scenario.switches.clauses,
    "second_line": lambda scenario: scenario.switches.second_line,
    "refuses_calls": lambda scenario: scenario.switches.second_line,
    "strictness": lambda scenario: scenario.switches.terms,
    "guidance": lambda scenario: scenario.switches.guidance,
}
"""Which rules a question needs, by its name without the seat that it is about."""


def _has_rule(question: Question, scenario: Scenario) -> bool:
    """Whether a question can ever leave a choice under the rules of a crisis."""
    needs = _NEEDS.get(question.name.partition(".")[0])
    return needs is None or needs(scenario)


def values_of(question: Question, state: State, seat: Seat) -> Values:
    """What each option stands for to a seat whose role is asked; option 0 alone if not open."""
    is_open = question.kind in rules.open_kinds(state, seat.id)
    if not is_open or not _has_rule(question, state.scenario):
        return (0,)
    return question.values(state, seat.id)


def sealed(state: State, seat: Seat, chosen: Chosen) -> Action | None:
    """The sealed decision to which a seat's answers in the pledge phase add up."""
    match seat.role:
        case Role.GOVERNMENT:
            return _pledge(chosen)
        case Role.BANK:
            return Withdraw(chosen.get("withdrawal", 0))
        case Role.IMF:
            decides = standing.granted_musd(state) > 0
            return DecideTranche(not chosen.get("withhold")) if decides else None
        case Role.DEBTOR:
            decides = standing.programme_of(state) is not None
            return DecideProgramme(not chosen.get("decline")) if decides else None


def _pledge(chosen: Chosen) -> Pledge:
    strictness = chosen.get("strictness", 0)
    return Pledge(
        chosen.get("pledge", 0),
        others_at_least_musd=chosen.get("others_at_least", 0),
        second_line_musd=chosen.get("second_line", 0),
        pays_calls=not chosen.get("refuses_calls"),
        strictness_permille=strictness - 1 if strictness else None,
        guidance_permille=chosen.get("guidance", 0),
    )


# --- what options stand for ---


def _tenths(most: int, step: int = 1) -> Values:
    """Tenths of the most, rounded down to the step; one that is no more than the last is out."""
    values: list[int | None] = [0]
    last = 0
    for part in range(1, TENTHS + 1):
        value = most * part // TENTHS // step * step
        values.append(value if value > last else None)
        last = value
    return values


def _permille(state: State, seat: SeatId) -> Values:
    return _tenths(1000)


def _yes_or_no(state: State, seat: SeatId) -> Values:
    return (0, 1)


def _conditions(state: State, seat: SeatId) -> Values:
    return _tenths(standing.largest_demand_musd(state))


def _second_lines(state: State, seat: SeatId) -> Values:
    step = state.scenario.pledge_step_musd
    return _tenths(standing.second_line_limit_musd(state, seat), step)


def _refusals(state: State, seat: SeatId) -> Values:
    return (0, 1)


def _strictness(state: State, seat: SeatId) -> Values:
    """0 follows the programme or asks nothing; 1 + permille from there."""
    return (0, *range(1, 1002, 1000 // TENTHS))


def _guidance(state: State, seat: SeatId) -> Values:
    has_banks = any(bank.home == seat for bank in state.scenario.banks)
    return _tenths(1000) if has_banks else (0,)


# --- at the table: what is said, asked, promised ---


def _declare(state: State, seat: SeatId, chosen: Chosen) -> Action | None:
    return DeclareIntention(chosen["intention"]) if chosen["intention"] else None


def _pressure(phase: Phase, other: SeatId) -> Question:
    name = f"press.{other}"

    def values(state: State, seat: SeatId) -> Values:
        most_musd = standing.largest_demand_musd(state) if seat != other else 0
        return _tenths(most_musd, state.scenario.pledge_step_musd)

    def act(state: State, seat: SeatId, chosen: Chosen) -> Action | None:
        return Press(other, chosen[name]) if chosen[name] else None

    return Question(name, phase, "press", _GOVERNMENT, values, TENTHS + 1, act)


def _favour(phase: Phase, bank: Bank) -> Question:
    name = f"favour.{bank.id}"

    def values(state: State, seat: SeatId) -> Values:
        government = state.scenario.seat_by_id[seat]
        if seat != bank.home or not isinstance(government, Government):
            return (0,)
        return _tenths(standing.pledge_limit_musd(state, government))

    def act(state: State, seat: SeatId, chosen: Chosen) -> Action | None:
        return OfferFavour(bank.id, chosen[name]) if chosen[name] else None

    return Question(name, phase, "offer_favour", _GOVERNMENT, values, TENTHS + 1, act)


def _lobby(state: State, seat: SeatId, chosen: Chosen) -> Action | None:
    return Lobby(chosen["lobby"]) if chosen["lobby"] else None


# --- packages ---


def _asked_musd(state: State, quarters: int) -> dict[SeatId, int]:
    """By government, its part by quota of some quarters of the gap that is left to them."""
    scenario = state.scenario
    quotas = {seat.id: seat.quota_share for seat in scenario.governments}
    whole = sum(quotas.values())
    official_musd = standing.ordinary_access_musd(state) if Phase.VOTE in scenario.plan else 0
    gap_musd = max(0, standing.money_of(state).scheduled_need_musd - official_musd)
    step = scenario.pledge_step_musd
    return {
        seat: int(gap_musd * quarters / QUARTERS * (share / whole if whole else 1 / len(quotas)))
        // step
        * step
        for seat, share in quotas.items()
    }


def _packages(state: State, seat: SeatId) -> Values:
    allowed = (_can_sign(state, seat, _asked_musd(state, part)) for part in range(1, QUARTERS + 1))
    return (0, *(part if can else None for part, can in enumerate(allowed, start=1)))


def _can_sign(state: State, seat: SeatId, asked_musd: Mapping[SeatId, int]) -> bool:
    """Where packages bind, nobody signs for more than it can pay."""
    signer = state.scenario.seat_by_id[seat]
    if not state.scenario.switches.binding_packages or not isinstance(signer, Government):
        return True
    return asked_musd.get(seat, 0) <= standing.pledge_limit_musd(state, signer)


def _table(state: State, seat: SeatId, chosen: Chosen) -> Action | None:
    """So many quarters of the gap by quota, all of it or nothing; the banks stay."""
    if not chosen["package"]:
        return None
    asked_musd = _asked_musd(state, chosen["package"])
    has_minimum = state.scenario.switches.package_minima
    return TablePackage(
        asked_musd,
        {bank.id: 0 for bank in state.scenario.banks},
        minimum_total_musd=sum(asked_musd.values()) if has_minimum else 0,
    )


def _acceptable(tablers: Sequence[SeatId], state: State, seat: SeatId) -> Values:
    """By seat that can table: the number of its latest package that waits for an answer."""
    waiting = {
        package.seat: package.package
        for package in state.table.packages
        if _waits(package, seat) and _can_sign(state, seat, package.pledges_musd)
    }
    return (0, *(waiting.get(tabler) for tabler in tablers))


def _waits(package: PackageCard, seat: SeatId) -> bool:
    return is_named(package, seat) and not package.stands and seat not in package.answers


def _accept(state: State, seat: SeatId, chosen: Chosen) -> Action | None:
    return AnswerPackage(chosen["accept"], True) if chosen["accept"] else None


# --- the Fund's tranche, and the region's ---


def _proposals() -> Iterator[Step]:
    phase = Phase.PROPOSE
    yield (Question("terms", phase, "propose_tranche", _PROPOSERS, _terms, TENTHS + 2),)
    yield (
        Question("tranche", phase, "propose_tranche", _PROPOSERS, _tranches, TENTHS + 1, _propose),
    )
    yield (
        Question(
            "regional",
            phase,
            "propose_regional",
            _GOVERNMENT,
            _regional,
            TENTHS + 1,
            _propose_regional,
        ),
    )


def _terms(state: State, seat: SeatId) -> Values:
    """0 is the standard terms; else 1 + permille in every dimension."""
    return _strictness(state, seat)


def _tranches(state: State, seat: SeatId) -> Values:
    """Fifths of ordinary access, then fifths of the way from there to exceptional access."""
    ordinary_musd = standing.ordinary_access_musd(state)
    above_musd = standing.exceptional_access_musd(state) - ordinary_musd
    half = TENTHS // 2
    values: list[int | None] = [0]
    for part in range(1, TENTHS + 1):
        lower, upper = min(part, half), max(0, part - half)
        value = ordinary_musd * lower // half + max(0, above_musd) * upper // half
        values.append(value if value > max(one or 0 for one in values) else None)
    return values


def _propose(state: State, seat: SeatId, chosen: Chosen) -> Action | None:
    """One tranche for this round and, in a programme, the same for all rounds to come."""
    tranche_musd, scenario = chosen["tranche"], state.scenario
    if not tranche_musd:
        return None
    terms = chosen.get("terms", 0)
    return ProposeTranche(
        tranche_musd,
        (terms - 1,) * len(scenario.term_names) if terms else (),
        (tranche_musd,) * (scenario.rounds - state.round) if scenario.switches.programmes else (),
    )


def _regional(state: State, seat: SeatId) -> Values:
    return _tenths(standing.regional_access_musd(state))


def _propose_regional(state: State, seat: SeatId, chosen: Chosen) -> Action | None:
    return ProposeRegional(chosen["regional"]) if chosen["regional"] else None


# --- ballots ---


def slots(scenario: Scenario) -> list[str]:
    """The proposals that there can be in a round, in seat order: by the Fund, or a seat."""
    governments = [seat.id for seat in scenario.governments]
    return ["fund", *governments, *(f"region-{seat.id}" for seat in scenario.region)]


def slot_of(scenario: Scenario, seat: SeatId | None, regional: bool) -> str:
    """Which of the `slots` a proposal of a seat is; None is the scripted Fund."""
    if seat is None or scenario.seat_by_id[seat].role is Role.IMF:
        return "fund"
    return f"region-{seat}" if regional else seat


def _ballots(scenario: Scenario) -> Iterator[Step]:
    for slot in slots(scenario):
        yield (_ballot(slot),)


def _ballot(slot: str) -> Question:
    name = f"vote.{slot}"

    def values(state: State, seat: SeatId) -> Values:
        proposal = _proposal(state, slot)
        has_vote = proposal is not None and board.has_vote(state.scenario, seat, proposal)
        return tuple(range(len(BALLOTS))) if has_vote else (0,)

    def act(state: State, seat: SeatId, chosen: Chosen) -> Action | None:
        proposal = _proposal(state, slot)
        if proposal is None or not board.has_vote(state.scenario, seat, proposal):
            return None
        return Vote(proposal.proposal, BALLOTS[chosen[name]])

    return Question(name, Phase.VOTE, "vote", _GOVERNMENT, values, len(BALLOTS), act)


def _proposal(state: State, slot: str) -> TrancheProposed | None:
    for one in state.table.proposals:
        if slot_of(state.scenario, one.seat, one.regional) == slot:
            return one
    return None
