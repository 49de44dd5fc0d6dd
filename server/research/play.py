"""One game played by answers to questions: the engine driven from outside, step by step.

Owns when which question is asked: everybody's at once, none where nobody has a choice. Seats
that no learner plays are bots'. Knows no library, no observation and no reward.
"""

from __future__ import annotations

from collections.abc import Mapping

from server.bots import make
from server.game import rules
from server.game.actions import Action
from server.game.events import DecidedBy, Participant
from server.game.refusals import RefusalCode, Refused
from server.game.scenario import Phase, Seat, SeatId
from server.game.state import replay
from server.research.choices import Values
from server.research.questions import Menu, Question, Step, sealed, values_of
from server.scenarios import draw
from server.tournament.match import Match, Player, finish, submit, turn

LEARNER = "learner"
"""In the log, in the place of a bot's name."""


class Play:
    """A game that waits for the answers of its learners.

    Args:
        menu: the questions of the scenario.
        bots: the bot's name by seat; all other seats are learners'.
        seed: everything random comes from it, as in a match.

    Raises:
        Refused: ``unknown_bot`` or ``unknown_seat``.
    """

    def __init__(self, menu: Menu, bots: Mapping[SeatId, str], seed: int) -> None:
        self.menu = menu
        scenario = menu.campaign[0]
        check_seats(menu, bots)
        seats = scenario.seat_by_id
        self.learners: tuple[Seat, ...] = tuple(
            seat for seat in scenario.seats if seat.id not in bots
        )
        self._players = {
            seat: Player(make(bots[seat], seats[seat].role, seats))
            for seat in seats
            if seat in bots
        }
        opened = rules.open_session(
            scenario,
            draw(scenario, seed),
            timed=False,
            participants={seat: (Participant.BOT, bots.get(seat, LEARNER)) for seat in seats},
        )
        self.match = Match(replay(opened), opened)
        self.taken: dict[SeatId, dict[str, int]] = {}
        """The options taken in this round, by seat and question."""
        self._chosen: dict[SeatId, dict[str, int]] = {}
        self._values: dict[SeatId, Values] = {}
        """Of the question that is asked."""
        self._next = 0
        """Place in the menu of the question that is asked, or looked at next."""
        self._begin_round()
        self._arrive()
        self._go_on()

    @property
    def over(self) -> bool:
        """Whether the game has ended."""
        return self.match.state.ending is not None

    @property
    def asked(self) -> Step:
        """What is asked now; nothing once the game is over."""
        return () if self.over else self.menu.steps[self._next]

    def question(self, seat: Seat) -> Question | None:
        """What a seat is asked now; None if the others are asked."""
        return next((one for one in self.asked if seat.role in one.roles), None)

    def values(self, seat: Seat) -> Values:
        """What each option of the seat stands for now; option 0 alone where there is no choice."""
        return (0,) if self.over else self._values[seat.id]

    def answer(self, options: Mapping[SeatId, int]) -> dict[SeatId, int]:
        """Everybody's option at once; the game goes on to the next choice, or to its end.

        An option that is not allowed counts as the nearest one that is, the lower of two.

        Returns:
            The options that were taken.
        """
        here = self._place
        taken = {seat.id: nearest(self.values(seat), options[seat.id]) for seat in self.learners}
        asked = [(seat, self.question(seat)) for seat in self.learners]
        for seat, question in asked:
            if question is not None:
                self._take(seat, question, taken[seat.id])
        for seat, question in asked:
            if question is not None and question.act is not None:
                chosen = self._chosen[seat.id]
                self._submit(seat, question.act(self.match.state, seat.id, chosen))
        self._next += 1
        if self._place == here:
            self._let_bots_act()
        if self._place != here:
            self._enter(here)
        self._go_on()
        return taken

    def _take(self, seat: Seat, question: Question, option: int) -> None:
        value = self._values[seat.id][option]
        assert value is not None, "the option is allowed"
        self.taken[seat.id][question.name] = option
        self._chosen[seat.id][question.name] = value

    def _submit(self, seat: Seat, action: Action | None) -> None:
        if action is not None:
            self.match.take(submit(self.match.state, seat.id, action, DecidedBy.BOT))

    @property
    def _place(self) -> tuple[int, int, Phase]:
        state = self.match.state
        return (state.crisis, state.round, state.phase)

    def _begin_round(self) -> None:
        self.taken = {seat.id: {} for seat in self.learners}
        self._chosen = {seat.id: {} for seat in self.learners}

    def _go_on(self) -> None:
        """Up to the next question that leaves somebody a choice, or the end."""
        while not self.over:
            steps, phase = self.menu.steps, self.match.state.phase
            while self._next < len(steps) and steps[self._next][0].phase is phase:
                if self._leaves_a_choice(steps[self._next]):
                    return
                self._next += 1
            self._close()

    def _leaves_a_choice(self, step: Step) -> bool:
        """Whether to stop here. The pledge is always asked for, so that every round has a step."""
        state = self.match.state
        self._values = {seat.id: (0,) for seat in self.learners}
        for seat in self.learners:
            for question in step:
                if seat.role in question.roles:
                    self._values[seat.id] = values_of(question, state, seat)
        return step[0].name == "pledge" or any(map(is_choice, self._values.values()))

    def _close(self) -> None:
        """The phase has no more questions: what was answered is sealed, and it ends."""
        here = self._place
        if self.match.state.phase is Phase.PLEDGE:
            for seat in self.learners:
                self._submit(seat, sealed(self.match.state, seat, self._chosen[seat.id]))
        if self._place == here:
            finish(self.match)
        self._enter(here)

    def _enter(self, before: tuple[int, int, Phase]) -> None:
        """Where the game has come to, after a phase."""
        if self._place[:2] != before[:2]:
            self._begin_round()
        self._arrive()

    def _arrive(self) -> None:
        """At a new phase: its first question is next, and the bots may act."""
        here = self._place
        order = list(Phase)
        now = order.index(self.match.state.phase)
        self._next = sum(order.index(step[0].phase) < now for step in self.menu.steps)
        self._let_bots_act()
        if self._place != here:
            self._enter(here)

    def _let_bots_act(self) -> None:
        """Ask the bots in seat order until none has anything to do, or the phase is over."""
        here = self._place
        while not self.over and self._place == here:
            if not sum(turn(self.match, seat, player) for seat, player in self._players.items()):
                return


def is_choice(values: Values) -> bool:
    """Whether more than one option is allowed."""
    return sum(value is not None for value in values) > 1


def nearest(values: Values, option: int) -> int:
    """The allowed option nearest to one, the lower of two; option 0 where all else fails."""
    allowed = [place for place, value in enumerate(values) if value is not None]
    return min(allowed, key=lambda place: (abs(place - option), place))


def check_seats(menu: Menu, bots: Mapping[SeatId, str]) -> None:
    """Refuse a bot for a seat that there is not, and bots in all seats."""
    seats = menu.campaign[0].seat_by_id
    for seat in bots:
        if seat not in seats:
            raise Refused(
                RefusalCode.UNKNOWN_SEAT,
                f"there is no seat {seat}",
                field="seat",
                allowed=", ".join(seats),
            )
    if set(bots) == set(seats):
        raise Refused(RefusalCode.EMPTY, "bots play every seat, so nobody learns", field="bots")
