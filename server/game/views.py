"""Who may see what: the one place that decides it. Shown is listed, all else is hidden.

`view_for` is what a viewer sees now (`views_for`: several at once), `notice_for` what it is
told of one event. Everything that leaves the server about a game goes through these.
Knows no wire and no clock: deadlines are in session milliseconds.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache, partial
from typing import assert_never

from server.game import crisis, payoffs, rules, standing
from server.game.cards import (
    AdvancedOwn,
    DealCard,
    DebriefCard,
    DecisionMade,
    MessageCard,
    OwnCard,
    PackageCard,
    RoundCard,
    ScenarioCard,
    View,
)
from server.game.events import (
    CardPlayed,
    DeadlineMoved,
    Event,
    FavourOffered,
    IntentionDeclared,
    Lobbied,
    PackageAnswered,
    PackageStood,
    PackageTabled,
    Paused,
    PhaseBegan,
    Pledged,
    Pressed,
    ProgrammeDecided,
    ReadyMarked,
    Resumed,
    RoundResolved,
    Said,
    SeatOccupied,
    SessionEnded,
    SessionOpened,
    TrancheDecided,
    TrancheProposed,
    VoteCounted,
    Voted,
    WithdrawalDecided,
    Woken,
)
from server.game.open_cards import (
    advanced_round,
    advanced_rules,
    clock_card,
    gap_card,
    is_advanced,
    proposal_cards,
    seat_cards,
)
from server.game.scenario import Bank, Debtor, Government, Imf, Scenario, Seat, SeatId, default_of
from server.game.score_sheet import score_sheet
from server.game.state import State, is_named


class ViewerKind(enum.StrEnum):
    """The kinds of viewers."""

    SEAT = "seat"
    HOST = "host"
    BOARD = "board"
    """The projected board and observers: the public part alone."""
    EVERYTHING = "everything"
    """Who looks back at a session, in replay; never a live connection."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who looks at a session."""

    kind: ViewerKind
    seat: SeatId | None = None
    """Set for `ViewerKind.SEAT` alone."""


BOARD = Viewer(ViewerKind.BOARD)
HOST = Viewer(ViewerKind.HOST)
EVERYTHING = Viewer(ViewerKind.EVERYTHING)

_PUBLIC_FIELDS = frozenset({"id", "name", "brief", "role", "home", "ideal_terms"})


def view_for(state: State, viewer: Viewer) -> View:
    """Everything `viewer` may see of `state`."""
    return _completed(_public(state), state, viewer, heard(state, viewer))


def views_for(state: State, viewers: Iterable[Viewer]) -> list[View]:
    """`view_for` each of `viewers`, but without messages: these travel as notices."""
    public = _public(state)
    return [_completed(public, state, viewer, ()) for viewer in viewers]


def _public(state: State) -> Callable[..., View]:
    """The sections that are the same for everybody, made once for all who look."""
    return partial(
        View,
        clock=clock_card(state),
        gap=gap_card(state),
        seats=seat_cards(state),
        packages=state.table.packages,
        proposals=proposal_cards(state),
    )


def _completed(
    public: Callable[..., View], state: State, viewer: Viewer, messages: tuple[MessageCard, ...]
) -> View:
    own = None
    if viewer.kind is ViewerKind.SEAT and viewer.seat is not None:
        own = own_card(state, viewer.seat)
    return public(
        scenario=scenario_card(state, viewer),
        rounds=round_cards(state, viewer),
        messages=messages,
        own=own,
        debrief=debrief_card(state) if _is_open(state, viewer) else None,
        deals=deal_cards(state, viewer),
        event_cards=state.cards,
    )


def _is_open(state: State, viewer: Viewer) -> bool:
    """Whether the debrief is open to the viewer."""
    return state.ending is not None or viewer.kind is ViewerKind.EVERYTHING


def scenario_card(state: State, viewer: Viewer) -> ScenarioCard:
    """What changes only with the crisis."""
    scenario = state.scenario
    sees_all_rooms = viewer.kind in (ViewerKind.HOST, ViewerKind.EVERYTHING)
    return ScenarioCard(
        name=scenario.name,
        title=scenario.title,
        situation=scenario.situation,
        sharpness=scenario.sharpness,
        rounds=None if scenario.continue_probability else scenario.rounds,
        phases=tuple(scenario.plan),
        pledge_step_musd=scenario.pledge_step_musd,
        access_share=scenario.access_share,
        exceptional_share=scenario.exceptional_share,
        ifi_share=scenario.ifi_share,
        groups=tuple(
            group for group in scenario.groups if sees_all_rooms or viewer.seat in group.members
        ),
        pair_talk=scenario.switches.pair_talk,
        packages=scenario.switches.packages,
        advanced=advanced_rules(state),
    )


def round_cards(state: State, viewer: Viewer, after: int = 0) -> tuple[RoundCard, ...]:
    """The resolved rounds past the first `after`, with the lines that the viewer may see."""
    return tuple(
        RoundCard(
            crisis=resolved.crisis,
            round=resolved.round,
            need_musd=resolved.need_musd,
            tranche_musd=resolved.tranche_musd,
            ifi_musd=resolved.ifi_musd,
            effective_musd=resolved.effective_musd,
            stability=resolved.stability,
            released=resolved.released,
            pledges_musd=resolved.pledges_musd,
            drawn_musd=resolved.drawn_musd,
            withdrawn_permille=resolved.withdrawn_permille,
            promises=promises,
            lines_musd=(
                resolved.lines_musd if _is_open(state, viewer) else _visible_lines(resolved, viewer)
            ),
            advanced=advanced_round(state, resolved),
        )
        for resolved, promises in zip(state.history[after:], state.promises[after:], strict=True)
    )


def deal_cards(state: State, viewer: Viewer) -> tuple[DealCard, ...]:
    """The demands, favours and lobbying that the viewer may know of."""
    if _is_open(state, viewer) or viewer.kind is ViewerKind.HOST:
        return state.deals
    return tuple(deal for deal in state.deals if viewer.seat in (deal.seat, deal.on))


def _visible_lines(resolved: RoundResolved, viewer: Viewer) -> dict[SeatId, dict[str, int]]:
    if viewer.kind in (ViewerKind.HOST, ViewerKind.EVERYTHING):
        return resolved.lines_musd
    return {seat: lines for seat, lines in resolved.lines_musd.items() if seat == viewer.seat}


def heard(state: State, viewer: Viewer, after: int = 0) -> tuple[MessageCard, ...]:
    """The messages past the first `after` that the viewer could hear."""
    return tuple(
        message
        for message in state.messages[after:]
        if _hears(viewer, state.scenario, message.seat, message.channel, message.to)
    )


def _hears(
    viewer: Viewer, scenario: Scenario, speaker: SeatId, channel: str, to: SeatId | None
) -> bool:
    if channel == "plenary" or viewer.kind in (ViewerKind.HOST, ViewerKind.EVERYTHING):
        return True
    if viewer.kind is not ViewerKind.SEAT:
        return False
    if channel == "pair":
        return viewer.seat in (speaker, to)
    return viewer.seat in scenario.group_by_name[channel].members


def own_card(state: State, seat_id: SeatId) -> OwnCard:
    """What only the seat itself sees until the debrief."""
    scenario, table = state.scenario, state.table
    seat = scenario.seat_by_id[seat_id]
    pledge, withdrawal = table.pledges.get(seat_id), table.withdrawals.get(seat_id)
    release = table.release if isinstance(seat, Imf) else None
    acceptance = table.acceptance if isinstance(seat, Debtor) else None
    sealed = pledge or withdrawal or release or acceptance
    links = scenario.links_of.get(seat_id, ())
    return OwnCard(
        seat=seat_id,
        brief=seat.brief,
        score_sheet=score_sheet(scenario, seat),
        parameters=parameters(scenario, seat),
        economic_links={link.partner: link.economic for link, _ in links if link.economic},
        institutional_links={
            link.partner: link.institutional for link, _ in links if link.institutional
        },
        largest_pledge_musd=(
            standing.pledge_limit_musd(state, seat) if isinstance(seat, Government) else 0
        ),
        may=rules.open_kinds(state, seat_id),
        pledge_musd=pledge.pledge_musd if pledge else None,
        withdrawn_permille=withdrawal.permille if withdrawal else None,
        release=release.yes if release else None,
        final=sealed.final if sealed else False,
        ballots={
            number: ballot for (number, voter), ballot in table.ballots.items() if voter == seat_id
        },
        packages_to_answer=_unanswered(table.packages, seat_id),
        total_musd=_total_musd(state, seat_id),
        advanced=_advanced_own(state, seat) if is_advanced(state) else None,
    )


def _advanced_own(state: State, seat: Seat) -> AdvancedOwn:
    pledge = state.table.pledges.get(seat.id)
    acceptance = state.table.acceptance if isinstance(seat, Debtor) else None
    return AdvancedOwn(
        smallest_pledge_musd=standing.pledge_floor_musd(state, seat.id),
        largest_second_line_musd=standing.second_line_limit_musd(state, seat.id),
        others_at_least_musd=pledge.others_at_least_musd if pledge else 0,
        second_line_musd=pledge.second_line_musd if pledge else 0,
        pays_calls=pledge.pays_calls if pledge else True,
        strictness_permille=pledge.strictness_permille if pledge else None,
        guidance_permille=pledge.guidance_permille if pledge else 0,
        accept=acceptance.yes if acceptance else None,
    )


def _unanswered(packages: tuple[PackageCard, ...], seat: SeatId) -> tuple[int, ...]:
    return tuple(
        package.package
        for package in packages
        if is_named(package, seat) and seat not in package.answers
    )


def parameters(scenario: Scenario, seat: Seat) -> dict[str, float]:
    """A seat's private numbers under their scenario names, money undivided.

    Beside them `rounds_divisor`, by which its money counts in each round, and for a
    government `stake_musd` (Psi), `imf_unit_cost` and `loss_given_collapse`.
    """
    return dict(_parameters(scenario, seat))


@lru_cache(maxsize=256)
def _parameters(scenario: Scenario, seat: Seat) -> Mapping[str, float]:
    numbers: dict[str, float] = {
        one.name: getattr(seat, one.name)
        for one in fields(seat)
        if one.name not in _PUBLIC_FIELDS
        and not ("sparse" in one.metadata and getattr(seat, one.name) == default_of(one))
    }
    numbers["rounds_divisor"] = crisis.divisor(scenario)
    if isinstance(seat, Government):
        numbers["stake_musd"] = payoffs.stake_musd(scenario, seat)
        numbers["imf_unit_cost"] = scenario.imf_unit_cost
        numbers["loss_given_collapse"] = scenario.loss_given_collapse
        numbers |= {
            f"ideal_{name}": ideal
            for name, ideal in zip(scenario.term_names, seat.ideal_terms, strict=False)
        }
    return numbers


def debrief_card(state: State) -> DebriefCard:
    """What is opened at the end."""
    return DebriefCard(
        history="\n\n".join(one.history for one in state.campaign if one.history),
        seats={seat.id: parameters(state.scenario, seat) for seat in state.scenario.seats},
        totals_musd={seat.id: _total_musd(state, seat.id) for seat in state.scenario.seats},
        record=tuple(one.record for one in state.campaign),
    )


def _total_musd(state: State, seat: SeatId) -> int:
    return sum(sum(past.lines_musd[seat].values()) for past in state.history)


def notice_for(event: Event, viewer: Viewer, scenario: Scenario) -> Event | DecisionMade | None:
    """What `viewer` is told of `event`; None for nothing.

    Depends on the event alone, so that the stream of notices can be made again from the
    log, in the same order and number, after a restart.
    """
    if viewer.kind is ViewerKind.EVERYTHING:
        return event
    match event:
        case SessionOpened():
            return None
        case Said():
            heard = _hears(viewer, scenario, event.seat, event.channel, event.to)
            return event if heard else None
        case Pledged() | WithdrawalDecided() | TrancheDecided() | ProgrammeDecided():
            return _sealed(event, event.final, viewer)
        case Pressed() | Lobbied() | FavourOffered():
            return event if _is_party(event, viewer, scenario) else None
        case Voted():
            return _sealed(event, True, viewer)
        case RoundResolved():
            return replace(event, lines_musd=_visible_lines(event, viewer))
        case SeatOccupied():
            # Which strategy a bot plays is for the host.
            return event if viewer.kind is ViewerKind.HOST else replace(event, bot=None)
        case (
            PhaseBegan()
            | IntentionDeclared()
            | PackageTabled()
            | PackageAnswered()
            | PackageStood()
            | TrancheProposed()
            | VoteCounted()
            | CardPlayed()
            | ReadyMarked()
            | Paused()
            | Resumed()
            | DeadlineMoved()
            | Woken()
            | SessionEnded()
        ):
            return event
        case _:
            assert_never(event)


def _is_party(event: Pressed | Lobbied | FavourOffered, viewer: Viewer, scenario: Scenario) -> bool:
    match event:
        case Pressed():
            other = event.on
        case FavourOffered():
            other = event.bank
        case Lobbied():
            bank = scenario.seat_by_id[event.seat]
            other = bank.home if isinstance(bank, Bank) else event.seat
    return viewer.kind is ViewerKind.HOST or viewer.seat in (event.seat, other)


def _sealed(
    event: Pledged | WithdrawalDecided | TrancheDecided | ProgrammeDecided | Voted,
    final: bool,
    viewer: Viewer,
) -> Event | DecisionMade | None:
    if viewer.seat == event.seat:
        return event
    return DecisionMade(event.seat, final, event.at_ms) if final else None
