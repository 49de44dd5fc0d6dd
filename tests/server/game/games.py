"""Small games for the tests of the rules, and a player for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from server.game.actions import Action, Address
from server.game.events import DecidedBy, Event, Participant
from server.game.hosting import next_phase
from server.game.rules import decide, open_session
from server.game.scenario import (
    Bank,
    Debtor,
    Effect,
    EventCard,
    Government,
    Group,
    Imf,
    Link,
    Phase,
    PhasePlan,
    RoundScale,
    Scenario,
    SeatId,
    Switches,
)
from server.game.state import State, evolve, replay
from server.scenarios import draw

JP, US, DE, BANKS, IMF = (SeatId(name) for name in ("JP", "US", "DE", "JP-banks", "IMF"))
ALL_ON = Switches(home_stakes=True, links=True, private_returns=True, packages=True, pair_talk=True)
ALL_PHASES = tuple(PhasePlan(phase, 60) for phase in Phase if phase is not Phase.RESOLVE)

CRISIS = Scenario(
    name="crisis",
    title="A crisis",
    situation="A debtor cannot pay.",
    history="It was rescued.",
    seats=(
        Government(
            JP,
            "Japan",
            "You are exposed.",
            0.30,
            9_000,
            6_000,
            8_000,
            0.5,
            0.10,
            0.08,
            0.3,
            0.8,
            9_000,
        ),
        Government(
            US,
            "United States",
            "You have votes.",
            0.50,
            12_000,
            3_000,
            4_000,
            0.4,
            0.05,
            0.10,
            0.3,
            0.8,
            12_000,
        ),
        Government(
            DE,
            "Germany",
            "You are far away.",
            0.20,
            6_000,
            2_000,
            5_000,
            0.4,
            0.05,
            0.05,
            0.3,
            0.8,
            6_000,
        ),
        Bank(BANKS, "Japanese banks", JP, "You may leave.", 6_000, 0.05, 0.5, 0.05),
        Imf(IMF, "IMF", "You lend.", 10_000, 0.05, 0.2, 2_000, 3_000),
    ),
    need_musd=20_000,
    links=(
        Link(JP, US, 0.3, 0.2),
        Link(US, JP, 0.2, 0.2),
        Link(DE, US, 0.2, 0.1),
    ),
    sharpness=2.0,
    imf_unit_cost=0.3,
    rounds=3,
    phases=ALL_PHASES,
    groups=(Group("g3", (JP, US, DE)),),
    switches=ALL_ON,
)
"""Three governments, one bank bloc and the Fund: every role and every rule of L1."""


def vcm(mpcr: float, seats: int, endowment_musd: int, private_rate: float = 0.0) -> Scenario:
    """The linear voluntary contribution mechanism (model, 3 (i))."""
    need_musd = seats * endowment_musd
    return Scenario(
        name="vcm",
        title="VCM",
        situation="",
        seats=tuple(
            Government(
                SeatId(f"P{number}"),
                f"Player {number}",
                public_stake_musd=round(mpcr * need_musd),
                private_domestic_rate=private_rate,
                unit_cost=1.0,
                capacity_musd=endowment_musd,
            )
            for number in range(1, seats + 1)
        ),
        need_musd=need_musd,
        rounds=1,
        round_scale=RoundScale.REPEATED,
        switches=Switches(private_returns=private_rate > 0),
    )


class Player:
    """A session in memory: acts, folds, and keeps the log."""

    def __init__(self, scenario: Scenario, *, timed: bool = True, seed: int = 1) -> None:
        draws = draw(scenario, seed)
        people = {seat.id: (Participant.PERSON, None) for seat in scenario.seats}
        self.log = open_session(scenario, draws, timed=timed, participants=people)
        self.state: State = replay(self.log)
        self.now_ms = 0

    def address(self) -> Address:
        """Where the session is."""
        return Address(self.state.crisis, self.state.round, self.state.phase)

    def act(self, seat: SeatId, action: Action) -> list[Event]:
        """Let a seat act here and now, and record what follows."""
        self.now_ms += 1
        events = decide(
            self.state, seat, action, self.address(), by=DecidedBy.HUMAN, at_ms=self.now_ms
        )
        return self.record(events)

    def next_phase(self) -> list[Event]:
        """What the host's next phase would record."""
        self.now_ms += 1
        return next_phase(self.state, self.now_ms)

    def record(self, events: Iterable[Event]) -> list[Event]:
        """Fold events into the state and append them to the log."""
        events = list(events)
        for event in events:
            self.state = evolve(self.state, event)
        self.log.extend(events)
        return events


DEBTOR = SeatId("KR")
ALL_RULES = replace(
    Switches(**dict.fromkeys(Switches.__dataclass_fields__, True)),
    # With it on, nothing that falls short of the need would count.
    refund=False,
)


def _advanced_government(seat: Government, number: int) -> Government:
    return replace(
        seat,
        discipline_stake_musd=1_000 + 100 * number,
        concession_gain_musd=500,
        modality_weight_musd=800,
        ideal_terms=(0.2 * number, 0.5),
        relative_gains_weight=0.25,
        guidance_cost_musd=200,
        credit_loss=0.1,
        regional_share=0.5 if number < 2 else 0.0,
        regional_bonus_musd=300 if number < 2 else 0,
    )


def _everything(scenario: Scenario) -> Scenario:
    governments = [
        _advanced_government(seat, number) for number, seat in enumerate(scenario.governments)
    ]
    others = [
        replace(seat, peer_pressure=0.1, lobby_cost_musd=100)
        if isinstance(seat, Bank)
        else replace(seat, programme_stake_musd=1_000, moral_hazard_weight=0.2)
        for seat in scenario.seats
        if not isinstance(seat, Government)
    ]
    second_bank = Bank(
        SeatId("US-banks"), "American banks", US, "", 3_000, 0.05, 0.5, 0.05, peer_pressure=0.1
    )
    debtor = Debtor(DEBTOR, "Korea", "You cannot pay.", 9_000, 0.2, 3_000, 500, 2_000)
    return replace(
        scenario,
        name="everything",
        seats=(*governments, *others, second_bank, debtor),
        switches=ALL_RULES,
        fungibility=0.3,
        term_names=("fiscal", "banks"),
        standard_terms=(0.6, 0.4),
        breach_fine_musd=400,
        pressure_force=0.5,
        regional_pressure_force=0.8,
        lobby_effect=0.2,
        cross_default_share=0.7,
        reserves_musd=3_000,
        reserve_floor_musd=1_000,
        reserve_gain_musd=500,
        crowd_musd=4_000,
        panic_share=0.2,
        panic_sensitivity=0.5,
        coverage_target=0.5,
        panic_from_shortfall=0.3,
        compliance_sensitivity=0.8,
        moral_hazard_memory=0.5,
        moral_hazard_growth=0.5,
        regional_cap_musd=3_000,
        regional_unit_cost=0.2,
        regional_strictness=0.3,
        cards=(
            EventCard(
                "storm", "A storm", "New York falls.", (Effect(US, "public_stake_musd", 2.0),), 2
            ),
            EventCard("law", "A law", "Parliament refuses.", (Effect(JP, "capacity_musd", 0.5),)),
        ),
    )


EVERYTHING = _everything(CRISIS)
"""All roles and all rules but refunds at once, in one crisis."""
CAMPAIGN = replace(
    EVERYTHING,
    name="campaign",
    rounds=2,
    later_crises=(replace(EVERYTHING, title="The next crisis", need_musd=12_000, rounds=1),),
)
"""Two crises: two rounds, then one."""
