"""What a learner is asked, one discrete choice at a time.

Owns which questions a scenario has, in which order, and to whom they go; what their options stand
for is in `choices`. Free talk is left out. Knows no library and no observation.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from server.game import rules, standing
from server.game.actions import Action, DecideProgramme, DecideTranche, Pledge, Withdraw
from server.game.crisis import largest_pledge_musd
from server.game.effects import with_card
from server.game.scenario import Government, Phase, Role, Scenario, Seat, SeatId
from server.game.state import State
from server.research import choices
from server.research.choices import Chosen, Values


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
_DEBTOR = frozenset({Role.DEBTOR})
_PROPOSERS = _GOVERNMENT | _IMF
_NAMED = _GOVERNMENT | _BANK
_TENTHS = choices.TENTHS + 1
"""How many options there are in tenths, nothing included."""
_PARTS: tuple[tuple[str, Callable[[State, SeatId], Values], int], ...] = (
    ("others_at_least", choices.conditions, _TENTHS),
    ("second_line", choices.second_lines, _TENTHS),
    ("refuses_calls", choices.yes_or_no, 2),
    ("strictness", choices.strictness, _TENTHS + 1),
    ("guidance", choices.guidance, _TENTHS),
)
"""What belongs to a pledge beside its amount."""


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
        """What is said, asked and promised, in the first phase in which there is talk."""
        said = "declare_intention"
        yield (
            Question("intention", phase, said, _GOVERNMENT, self._intentions, 0, choices.declare),
        )
        yield from _deals(scenario, phase)
        yield from _packages(scenario, phase)

    def _sealed(self) -> Iterator[Step]:
        phase = Phase.PLEDGE
        yield (
            Question("pledge", phase, "pledge", _GOVERNMENT, self._pledges, 0),
            Question("withdrawal", phase, "withdraw", _BANK, choices.shares, _TENTHS),
            Question("withhold", phase, "decide_tranche", _IMF, choices.yes_or_no, 2),
            Question("decline", phase, "decide_programme", _DEBTOR, choices.yes_or_no, 2),
        )
        for name, values, size in _PARTS:
            yield (Question(name, phase, "pledge", _GOVERNMENT, values, size),)

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


def _deals(scenario: Scenario, phase: Phase) -> Iterator[Step]:
    """Pressure, favours and lobbying."""
    for other in scenario.governments:
        name = f"press.{other.id}"
        values, act = partial(choices.demands_on, other.id), partial(choices.press, other.id)
        yield (Question(name, phase, "press", _GOVERNMENT, values, _TENTHS, act),)
    for bank in scenario.banks:
        name = f"favour.{bank.id}"
        values, act = partial(choices.favours_for, bank), partial(choices.favour, bank)
        yield (Question(name, phase, "offer_favour", _GOVERNMENT, values, _TENTHS, act),)
    yield (Question("lobby", phase, "lobby", _BANK, choices.shares, _TENTHS, choices.lobby),)


def _packages(scenario: Scenario, phase: Phase) -> Iterator[Step]:
    name, size = "table_package", choices.QUARTERS + 1
    yield (Question("package", phase, name, _PROPOSERS, choices.packages, size, choices.table),)
    tablers = [one.id for one in scenario.seats if one.role in _PROPOSERS]
    values, size = partial(choices.acceptable, tablers), len(tablers) + 1
    yield (Question("accept", phase, "answer_package", _NAMED, values, size, choices.accept),)


def _proposals() -> Iterator[Step]:
    """The Fund's tranche with its terms, and the region's."""
    phase, kind = Phase.PROPOSE, "propose_tranche"
    yield (Question("terms", phase, kind, _PROPOSERS, choices.strictness, _TENTHS + 1),)
    yield (
        Question("tranche", phase, kind, _PROPOSERS, choices.tranches, _TENTHS, choices.propose),
    )
    kind, act = "propose_regional", choices.propose_regional
    yield (Question("regional", phase, kind, _GOVERNMENT, choices.regional, _TENTHS, act),)


def _ballots(scenario: Scenario) -> Iterator[Step]:
    for slot in choices.slots(scenario):
        values, act = partial(choices.ballots_on, slot), partial(choices.cast, slot)
        size = len(choices.BALLOTS)
        yield (Question(f"vote.{slot}", Phase.VOTE, "vote", _GOVERNMENT, values, size, act),)


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
