"""What a learner sees, as named numbers: its seat's view and no more.

Owns the layout. Every number is read from `View`, so nothing that the seat may not know is in
it. Names that end in ``_bn`` are US$ bn; shares, rates and weights are as in the scenario; a
feature of something that is not there is 0. The names depend on scenario and seat alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from server.game import views
from server.game.cards import (
    AdvancedGap,
    PackageCard,
    ProposalCard,
    RoundCard,
    SeatCard,
    View,
)
from server.game.scenario import Role, Scenario, Seat, SeatId
from server.research.choices import slot_of, slots
from server.research.play import Play
from server.research.questions import Menu

MUSD_PER_BN = 1000

Feature = tuple[str, float]


class Observer:
    """What one seat sees, as numbers whose names and order stay the same in all games."""

    def __init__(self, menu: Menu, seat: Seat) -> None:
        self.seat = seat
        self.viewer = views.Viewer(views.ViewerKind.SEAT, seat.id)
        self._scenario = menu.campaign[0]
        self._options = {
            question.name: menu.size(question, seat) for question in menu.questions[seat.id]
        }
        self._parameters = _parameter_names(menu, seat)
        self._cards = dict.fromkeys(card.name for one in menu.campaign for card in one.cards)
        self._rules = {
            question.name.partition(".")[0]
            for questions in menu.questions.values()
            for question in questions
        }
        """The kinds of questions that anybody can be asked: what is never asked is not seen."""

    def features(self, play: Play, view: View) -> dict[str, float]:
        """What the seat sees, by name.

        Args:
            play: the game; of it only what the seat is asked and has answered.
            view: the seat's, as `views.views_for` makes it for `viewer`.
        """
        found = dict(self._asked(play))
        found |= self._answered(play)
        found |= _clock_and_gap(view)
        found |= _last_round(view)
        for card in view.seats:
            found |= _of_seat(view, card)
        if "tranche" in self._rules:
            found |= _proposals(self._scenario, view)
        if "package" in self._rules:
            found |= _packages(view, self.seat.id)
        if self._rules & {"press", "favour", "lobby"}:
            found |= _deals(view, self.seat.id)
        found |= self._happened(view)
        found |= self._own(view)
        return found

    def _asked(self, play: Play) -> Iterator[Feature]:
        """1 for the question that is put to the seat; all 0 where the others are asked."""
        question = play.question(self.seat)
        asked = question.name if question else None
        for name in self._options:
            yield f"asked.{name}", name == asked

    def _answered(self, play: Play) -> Iterator[Feature]:
        """The seat's own answers of this round, as shares of the last option."""
        taken = play.taken.get(self.seat.id, {})
        for name, options in self._options.items():
            yield f"answered.{name}", taken.get(name, 0) / max(1, options - 1)

    def _happened(self, view: View) -> Iterator[Feature]:
        """1 for each event card that has happened in this crisis."""
        happened = {card.name for card in view.event_cards}
        for name in self._cards:
            yield f"card.{name}", name in happened

    def _own(self, view: View) -> Iterator[Feature]:
        """The seat's own numbers under their scenario names; money undivided."""
        own = view.own
        assert own is not None, "the view is a seat's"
        smallest_musd = own.advanced.smallest_pledge_musd if own.advanced else 0
        yield "own.total_bn", _bn(own.total_musd)
        yield "own.largest_pledge_bn", _bn(own.largest_pledge_musd)
        yield "own.smallest_pledge_bn", _bn(smallest_musd)
        for name in self._parameters:
            value = own.parameters.get(name, 0.0)
            if name.endswith("_musd"):
                yield f"own.{name.removesuffix('_musd')}_bn", _bn(value)
            else:
                yield f"own.{name}", value


def _parameter_names(menu: Menu, seat: Seat) -> list[str]:
    """The numbers that the seat has in any crisis, each once."""
    names: dict[str, None] = {}
    for crisis in menu.campaign:
        names |= dict.fromkeys(views.parameters(crisis, crisis.seat_by_id[seat.id]))
    return list(names)


def _bn(musd: float | None) -> float:
    return (musd or 0) / MUSD_PER_BN


def _clock_and_gap(view: View) -> Iterator[Feature]:
    gap, rounds = view.gap, view.scenario.rounds
    yield "crisis", view.clock.crisis
    yield "round", view.clock.round
    yield "rounds_left", rounds - view.clock.round if rounds else 0
    yield "gap.scheduled_need_bn", _bn(gap.scheduled_need_musd)
    yield "gap.claims_due_bn", _bn(gap.claims_due_musd)
    yield "gap.ordinary_access_bn", _bn(gap.ordinary_access_musd)
    yield "gap.exceptional_access_bn", _bn(gap.exceptional_access_musd)
    yield "gap.promised_bn", _bn(gap.promised_musd)
    yield "gap.tranche_bn", _bn(gap.tranche_musd)
    if gap.advanced is not None:
        yield from _advanced_gap(gap.advanced)


def _advanced_gap(now: AdvancedGap) -> Iterator[Feature]:
    yield "gap.crowd_leaving_bn", _bn(now.crowd_leaving_musd)
    yield "gap.spare_reserves_bn", _bn(now.spare_reserves_musd)
    yield "gap.second_line_bn", _bn(now.second_line_musd)
    yield "gap.regional_access_bn", _bn(now.regional_access_musd)
    yield "gap.regional_bn", _bn(now.regional_musd)
    yield "programme.strictness", _mean_permille(now.terms_permille)
    yield "programme.later_bn", _bn(sum(now.tranches_musd[1:]))
    yield "programme.on_track", now.on_track
    stands = now.condition
    yield "debtor.panic", stands.panic if stands else 0
    yield "debtor.compliance", stands.compliance if stands else 0
    yield "debtor.arrears_bn", _bn(stands.arrears_musd) if stands else 0
    yield "debtor.in_default", stands.in_default if stands else 0
    yield "debtor.moral_hazard", stands.moral_hazard if stands else 0


def _mean_permille(terms: tuple[int, ...] | None) -> float:
    return sum(terms) / len(terms) / 1000 if terms else 0.0


def _last_round(view: View) -> Iterator[Feature]:
    """The round before, also of the crisis before; all 0 before the first."""
    last = view.rounds[-1] if view.rounds else None
    yield "last.stability", last.stability if last else 0
    yield "last.need_bn", _bn(last.need_musd) if last else 0
    yield "last.tranche_bn", _bn(last.tranche_musd) if last else 0
    yield "last.effective_bn", _bn(last.effective_musd) if last else 0


def _of_seat(view: View, card: SeatCard) -> Iterator[Feature]:
    last = view.rounds[-1] if view.rounds else None
    if card.role is Role.GOVERNMENT:
        yield from _of_government(card, last)
    elif card.role is Role.BANK:
        withdrawn = last.withdrawn_permille.get(card.id, 0) if last else 0
        yield f"{card.id}.claims_due_bn", _bn(card.claims_due_musd)
        yield f"{card.id}.last_withdrawn", withdrawn / 1000
    elif card.role is Role.IMF:
        yield f"{card.id}.last_released", last.released if last else 0


def _of_government(card: SeatCard, last: RoundCard | None) -> Iterator[Feature]:
    promise = next((one for one in last.promises if one.seat == card.id), None) if last else None
    yield f"{card.id}.intention_bn", _bn(card.intention_musd)
    yield f"{card.id}.signed_bn", _bn(card.signed_musd)
    yield f"{card.id}.last_said_bn", _bn(promise.said_musd) if promise else 0
    yield f"{card.id}.last_signed_bn", _bn(promise.signed_musd) if promise else 0
    yield f"{card.id}.last_pledged_bn", _bn(promise.pledged_musd) if promise else 0
    yield f"{card.id}.last_paid_bn", _bn(promise.paid_musd) if promise else 0
    if card.advanced is not None:
        yield f"{card.id}.second_line_bn", _bn(card.advanced.second_line_musd)
        yield f"{card.id}.credibility", card.advanced.credibility or 0


def _proposals(scenario: Scenario, view: View) -> Iterator[Feature]:
    """What is before the board, by who proposed it; passed is 1, not counted or not passed 0."""
    found: dict[str, ProposalCard] = {
        slot_of(scenario, one.seat, one.regional): one for one in view.proposals
    }
    for slot in slots(scenario):
        one = found.get(slot)
        yield f"proposal.{slot}.tranche_bn", _bn(one.tranche_musd) if one else 0
        yield f"proposal.{slot}.strictness", _mean_permille(one.terms_permille) if one else 0
        yield f"proposal.{slot}.passed", bool(one and one.passed)


def _packages(view: View, seat: SeatId) -> Iterator[Feature]:
    """The latest package of each seat that can table one."""
    latest: dict[SeatId, PackageCard] = {one.seat: one for one in view.packages}
    for card in view.seats:
        if card.role in (Role.GOVERNMENT, Role.IMF):
            one = latest.get(card.id)
            asked_musd = one.pledges_musd if one else {}
            capped = one.withdrawn_at_most_permille if one else {}
            yield f"package.{card.id}.names_me", seat in asked_musd or seat in capped
            yield f"package.{card.id}.total_bn", _bn(sum(asked_musd.values()))
            yield f"package.{card.id}.asks_me_bn", _bn(asked_musd.get(seat, 0))
            yield f"package.{card.id}.stands", one.stands if one else 0


def _deals(view: View, seat: SeatId) -> Iterator[Feature]:
    """What was asked of the seat, or promised to it, in this round and between two."""
    now = (view.clock.crisis, view.clock.round)
    latest = {
        (deal.kind, deal.seat): deal
        for deal in view.deals
        if (deal.crisis, deal.round) == now and deal.on == seat
    }
    for card in view.seats:
        pressure = latest.get(("pressure", card.id))
        favour = latest.get(("favour", card.id))
        lobbying = latest.get(("lobbying", card.id))
        if card.id == seat:
            continue
        if card.role is Role.GOVERNMENT:
            yield f"from.{card.id}.asked_bn", _bn(pressure.amount_musd) if pressure else 0
            yield f"from.{card.id}.favour_bn", _bn(favour.amount_musd) if favour else 0
        elif card.role is Role.BANK:
            yield f"from.{card.id}.lobbying", lobbying.permille / 1000 if lobbying else 0
