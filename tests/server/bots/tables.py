"""A table at which every expected pledge can be worked out by hand, and views of it."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from server.bots import make
from server.game import hosting
from server.game.actions import (
    Action,
    AnswerPackage,
    DeclareIntention,
    Pledge,
    TablePackage,
    Withdraw,
)
from server.game.scenario import (
    Bank,
    Government,
    Imf,
    Phase,
    PhasePlan,
    RoundScale,
    Scenario,
    SeatId,
    Switches,
)
from server.game.views import View, Viewer, ViewerKind, view_for
from tests.server.game.games import Player

A, B, C, BANK, OTHER_BANK, FUND = (
    SeatId(name) for name in ("A", "B", "C", "BANK", "OTHER-BANK", "FUND")
)

THREE = Scenario(
    name="three",
    title="Three governments",
    situation="",
    seats=(
        Government(A, "A", "", 0.5, 20_000, unit_cost=0.5, capacity_musd=8_000),
        Government(B, "B", "", 0.3, 20_000, unit_cost=0.5, capacity_musd=8_000),
        Government(C, "C", "", 0.2, 20_000, unit_cost=0.5, capacity_musd=8_000),
        Bank(BANK, "A's banks", A, "", 4_000, 0.05, 0.5, 0.05),
        Bank(OTHER_BANK, "B's banks", B, "", 1_000, 0.05, 0.5, 0.05),
        Imf(FUND, "Fund", "", 10_000, 0.05, 0.2, 0, 0),
    ),
    need_musd=10_000,
    sharpness=1.0,
    imf_unit_cost=0.3,
    rounds=3,
    round_scale=RoundScale.REPEATED,
    phases=(PhasePlan(Phase.TALK), PhasePlan(Phase.PROPOSE), PhasePlan(Phase.PLEDGE)),
    switches=Switches(packages=True),
)
"""Need 10 bn, quotas 5:3:2, no vote: the fair shares are 5, 3 and 2 bn."""


class Table:
    """A session in which the test moves everybody and looks through any seat's eyes."""

    def __init__(self, scenario: Scenario = THREE) -> None:
        self._player = Player(scenario, timed=False)

    def act(self, seat: SeatId, action: Action) -> None:
        """Let a seat act here and now."""
        self._player.act(seat, action)

    def say(self, intentions_musd: Mapping[SeatId, int]) -> Table:
        """Governments declare what they will pay."""
        for seat, amount_musd in intentions_musd.items():
            self.act(seat, DeclareIntention(amount_musd))
        return self

    def ask(self, by: SeatId, pledges_musd: Mapping[SeatId, int]) -> Table:
        """A package is tabled."""
        self.act(by, TablePackage(dict(pledges_musd)))
        return self

    def sign(self, *seats: SeatId) -> Table:
        """Seats accept the first package."""
        number = self._player.state.table.packages[0].package
        for seat in seats:
            self.act(seat, AnswerPackage(number, True))
        return self

    def skip_to(self, phase: Phase) -> Table:
        """The host moves on."""
        while self._player.state.phase is not phase:
            self._player.record(hosting.next_phase(self._player.state, self._player.now_ms))
        return self

    def play_round(
        self,
        pledges_musd: Mapping[SeatId, int],
        withdrawn_permille: Mapping[SeatId, int] | None = None,
    ) -> Table:
        """Decide a round as told, the rest by default, and go on to the next."""
        self.skip_to(Phase.PLEDGE)
        for seat, amount_musd in pledges_musd.items():
            self.act(seat, Pledge(amount_musd, final=False))
        for bank, permille in (withdrawn_permille or {}).items():
            self.act(bank, Withdraw(permille, final=False))
        ended = self._player.state.round
        while self._player.state.round == ended:
            self._player.record(hosting.next_phase(self._player.state, self._player.now_ms))
        return self

    def view(self, seat: SeatId) -> View:
        """What the seat sees."""
        return view_for(self._player.state, Viewer(ViewerKind.SEAT, seat))

    def asked(self, bot: str, seat: SeatId, seed: int = 1) -> Action | None:
        """What a bot in the seat would do now."""
        role = self._player.state.scenario.seat_by_id[seat].role
        return make(bot, role).act(self.view(seat), Random(seed))

    def let(self, bot: str, seat: SeatId, seed: int = 1) -> list[Action]:
        """Let a bot act in the seat until it has nothing more to do in this phase."""
        here, taken = self._player.address(), list[Action]()
        while self._player.address() == here:
            action = self.asked(bot, seat, seed)
            if action is None:
                break
            self.act(seat, action)
            taken.append(action)
            assert len(taken) < 20, taken
        return taken

    def pledge_of(self, bot: str, seat: SeatId, seed: int = 1) -> int:
        """What a bot in the seat would pledge now, if the pledges were due."""
        action = self.skip_to(Phase.PLEDGE).asked(bot, seat, seed)
        assert isinstance(action, Pledge), action
        return action.pledge_musd

    def withdrawal_of(self, bot: str, seat: SeatId, seed: int = 1) -> int:
        """What a bank would withdraw now, in thousandths."""
        action = self.skip_to(Phase.PLEDGE).asked(bot, seat, seed)
        assert isinstance(action, Withdraw), action
        return action.withdrawn_permille
