"""A table at which every expected pledge can be worked out by hand, and views of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
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
from server.game.cards import View
from server.game.scenario import (
    Bank,
    Debtor,
    Government,
    Imf,
    Link,
    Phase,
    PhasePlan,
    RoundScale,
    Scenario,
    SeatId,
    Switches,
)
from server.game.views import Viewer, ViewerKind, view_for
from tests.server.game.games import Player

A, B, C, BANK, OTHER_BANK, FUND, LAND = (
    SeatId(name) for name in ("A", "B", "C", "BANK", "OTHER-BANK", "FUND", "LAND")
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

VOTING = replace(
    THREE,
    phases=tuple(map(PhasePlan, (Phase.TALK, Phase.PROPOSE, Phase.VOTE, Phase.PLEDGE))),
)
"""The same with a vote: ordinary access 4 and exceptional 10 bn."""


def with_rules(scenario: Scenario, *switches: str, **numbers: object) -> Scenario:
    """The scenario with advanced rules on, by switch, and numbers of the scenario set."""
    on = replace(scenario.switches, **dict.fromkeys(switches, True))
    return replace(scenario, switches=on, **numbers)


def with_seats(scenario: Scenario, kind: type, **numbers: object) -> Scenario:
    """The scenario with numbers of all seats of a kind set."""
    seats = (replace(s, **numbers) if isinstance(s, kind) else s for s in scenario.seats)
    return replace(scenario, seats=tuple(seats))


def _everything() -> Scenario:
    """Every advanced rule at once, a debtor at the table, and two crises."""
    scenario = replace(
        VOTING,
        name="everything",
        seats=(*VOTING.seats, Debtor(LAND, "Land", "", 8_000, 0.1, 2_000, 500, 4_000)),
        links=tuple(Link(a, b, 0.3, 0.2) for a in (A, B, C) for b in (A, B, C) if a != b),
        sharpness=2.0,
        ifi_share=0.2,
        exceptional_share=0.5,
    )
    scenario = with_seats(
        scenario,
        Government,
        public_stake_musd=100,
        home_stake_musd=300,
        bank_exposure_musd=4_000,
        bank_weight=0.4,
        private_domestic_rate=0.1,
        private_international_rate=0.1,
        cost_convexity=0.5,
        discipline_stake_musd=900,
        concession_gain_musd=600,
        modality_weight_musd=300,
        ideal_terms=(0.2, 0.6),
        relative_gains_weight=0.2,
        guidance_cost_musd=400,
        credit_loss=0.1,
        regional_bonus_musd=1_000,
    )
    shares = {A: 0.6, B: 0.4}
    members = (
        replace(seat, regional_share=shares[seat.id]) if seat.id in shares else seat
        for seat in scenario.seats
    )
    scenario = replace(scenario, seats=tuple(members))
    scenario = with_seats(scenario, Bank, peer_pressure=0.05, lobby_cost_musd=100)
    scenario = with_seats(scenario, Imf, programme_stake_musd=500, moral_hazard_weight=0.1)
    advanced = [one.name for one in fields(Switches) if "sparse" in one.metadata]
    scenario = with_rules(
        scenario,
        *("home_stakes", "links", "private_returns", *advanced),
        fungibility=0.3,
        term_names=("fiscal", "banks"),
        standard_terms=(0.5, 0.5),
        breach_fine_musd=100,
        pressure_force=0.5,
        regional_pressure_force=0.8,
        lobby_effect=0.3,
        cross_default_share=0.6,
        reserves_musd=3_000,
        reserve_floor_musd=1_000,
        reserve_gain_musd=200,
        crowd_musd=3_000,
        panic_share=0.2,
        panic_sensitivity=0.5,
        coverage_target=0.4,
        panic_from_shortfall=0.2,
        panic_shock=0.05,
        compliance_sensitivity=0.8,
        compliance_shock=0.05,
        moral_hazard_memory=0.5,
        moral_hazard_growth=0.5,
        regional_cap_musd=1_500,
        regional_unit_cost=0.2,
        regional_strictness=0.2,
    )
    # In the second crisis the Fund is out, so that nothing seals the governments' terms.
    later = replace(scenario, need_musd=14_000, access_share=0.0, exceptional_share=0.0)
    return replace(scenario, later_crises=(later,))


EVERYTHING = _everything()


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
