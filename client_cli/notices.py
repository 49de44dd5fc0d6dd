"""A notice as one sentence. Pure; beside `render`, which knows no wire."""

from __future__ import annotations

import re

from client_cli import advanced
from client_cli.amounts import bn, percent
from client_cli.render import asked_for
from client_cli.talk import said_line
from client_cli.text import one_line
from server.protocol import DealCard, DecisionMade, Notice, RefusedAnswer, View
from server.protocol import events as happened

Decision = (
    happened.Voted
    | happened.Pledged
    | happened.WithdrawalDecided
    | happened.TrancheDecided
    | happened.ProgrammeDecided
)
"""What is sealed until its reveal: live, a viewer is told only its own."""


def notice_line(view: View, notice: Notice) -> str | None:
    """One sentence for what happened; None where the view says more (a new phase)."""
    match notice:
        case happened.Said():
            return said_line(notice)
        case happened.IntentionDeclared():
            return f"{notice.seat} intends to pledge {bn(notice.pledge_musd)} bn."
        case happened.PackageTabled():
            return _tabled(notice, view)
        case happened.PackageAnswered():
            word = "accepts" if notice.accept else "rejects"
            return f"{notice.seat} {word} package {notice.package}."
        case happened.PackageStood():
            return f"Package {notice.package} stands: it is a promise of all it names."
        case happened.TrancheProposed():
            return _proposed(view, notice)
        case happened.VoteCounted():
            return _counted(notice)
        case DecisionMade():
            return f"{notice.seat} has decided."
        case (
            happened.Voted()
            | happened.Pledged()
            | happened.WithdrawalDecided()
            | happened.TrancheDecided()
            | happened.ProgrammeDecided()
        ):
            is_own = view.own is not None and view.own.seat == notice.seat
            return _own_decision(notice) if is_own else _decision(notice)
        case happened.Pressed() | happened.Lobbied() | happened.FavourOffered():
            return advanced.deal_sentence(view, _deal(view, notice))
        case happened.CardPlayed():
            return _news(view, notice)
        case happened.ReadyMarked():
            return f"{notice.seat} is {'ready' if notice.ready else 'not ready any more'}."
        case happened.SeatOccupied():
            return f"{notice.seat} is now played by {_who(notice.participant)}."
        case happened.Paused():
            return "The host stopped the clock."
        case happened.Resumed():
            return "The clock runs again."
        case happened.DeadlineMoved():
            return "The host gave more time."
        case happened.Woken():
            return "The server came back; the time it was down does not count."
        case happened.SessionEnded():
            return "The session has ended."
        case happened.PhaseBegan() | happened.RoundResolved():
            return None


def _tabled(notice: happened.PackageTabled, view: View) -> str:
    asked = asked_for(view, notice.pledges_musd, notice.withdrawn_at_most_permille)
    asked += advanced.minimum(notice)
    answer = f" in answer to package {notice.parent}" if notice.parent else ""
    why = f' "{one_line(notice.text)}"' if notice.text else ""
    return f"{notice.seat} tables package {notice.package}{answer}: {asked}.{why}"


def _proposed(view: View, notice: happened.TrancheProposed) -> str:
    who, amount = notice.seat or "The Fund", bn(notice.tranche_musd)
    what = f"that the region lends {amount} bn" if notice.regional else f"a tranche of {amount} bn"
    return f"{who} proposes {what}{advanced.proposed(view, notice)} (proposal {notice.proposal})."


def _counted(notice: happened.VoteCounted) -> str:
    if notice.passed is None:
        text = "The board has voted: no tranche this round."
    else:
        votes = _votes(notice, notice.passed)
        text = f"The board has voted: {bn(notice.tranche_musd)} bn are granted ({votes})."
    if notice.regional_passed is None:
        return text
    votes = _votes(notice, notice.regional_passed)
    return f"{text} The region grants {bn(notice.regional_musd)} bn ({votes})."


def _votes(notice: happened.VoteCounted, proposal: int) -> str:
    return ", ".join(f"{seat} {ballot}" for seat, ballot in notice.ballots[proposal].items())


def _deal(
    view: View, notice: happened.Pressed | happened.Lobbied | happened.FavourOffered
) -> DealCard:
    here = (view.clock.crisis, view.clock.round, notice.at_ms)
    match notice:
        case happened.Pressed():
            return DealCard("pressure", notice.seat, notice.on, notice.ask_musd, 0, *here)
        case happened.FavourOffered():
            share = notice.withdrawn_at_most_permille
            return DealCard("favour", notice.seat, notice.bank, notice.favour_musd, share, *here)
        case happened.Lobbied():
            home = next(card.home for card in view.seats if card.id == notice.seat)
            assert home is not None, "only banks lobby"
            return DealCard("lobbying", notice.seat, home, 0, notice.force_permille, *here)


def _news(view: View, notice: happened.CardPlayed) -> str:
    for one in view.event_cards:
        if one.name == notice.card:
            return f"News: {one_line(one.title)}. {one_line(one.text)}".rstrip()
    return f"News: {notice.card}"


def _own_decision(notice: Decision) -> str:
    match notice:
        case happened.Voted():
            return f"Your vote on proposal {notice.proposal}: {notice.ballot}."
        case happened.Pledged():
            parts = advanced.pledge_parts(notice)
            return f"Your pledge: {bn(notice.pledge_musd)} bn{parts}, {_final(notice.final)}."
        case happened.WithdrawalDecided():
            return f"You take out {percent(notice.withdrawn_permille)}, {_final(notice.final)}."
        case happened.TrancheDecided():
            word = "release" if notice.release else "withhold"
            return f"You {word} the tranche, {_final(notice.final)}."
        case happened.ProgrammeDecided():
            word = "accept" if notice.accept else "decline"
            return f"You {word} the programme, {_final(notice.final)}."


def _decision(notice: Decision) -> str:
    match notice:
        case happened.Voted():
            return f"{notice.seat} votes {notice.ballot} on proposal {notice.proposal}."
        case happened.Pledged():
            amount = f"{bn(notice.pledge_musd)} bn{advanced.pledge_parts(notice)}"
            return f"{notice.seat} pledges {amount}, {_final(notice.final)}."
        case happened.WithdrawalDecided():
            share = percent(notice.withdrawn_permille)
            return f"{notice.seat} takes out {share}, {_final(notice.final)}."
        case happened.TrancheDecided():
            word = "releases" if notice.release else "withholds"
            return f"{notice.seat} {word} the tranche, {_final(notice.final)}."
        case happened.ProgrammeDecided():
            word = "accepts" if notice.accept else "declines"
            return f"{notice.seat} {word} the programme, {_final(notice.final)}."


_OUTSIDE = re.compile(r"\d+ (is outside \d+ to|is not a multiple of) \d+")


def refusal_line(answer: RefusedAnswer) -> str:
    """Why something was refused, its numbers as people type them."""
    field, message, allowed = answer.field or "", answer.message, answer.allowed or ""
    shown = {"musd": bn, "permille": percent}.get(field.partition(".")[0].rpartition("_")[2])
    if shown is not None and _OUTSIDE.fullmatch(message):
        message, allowed = (
            re.sub(r"\d+", lambda number: shown(int(number[0])), text)
            for text in (message, allowed.replace("US$ millions", "US$ bn"))
        )
    place = f"{field}: " if field else ""
    only = f" (allowed: {allowed})" if allowed else ""
    return f"refused: {answer.code}: {place}{message}{only}"


def _who(participant: str) -> str:
    return {"person": "a person", "bot": "a bot"}.get(participant, "nobody")


def _final(final: bool) -> str:
    return "final" if final else "a draft"
