"""A notice as one sentence. Pure; beside `render`, which knows no wire."""

from __future__ import annotations

from client_cli.amounts import bn, percent
from client_cli.render import asked_for, one_line
from server.protocol import DecisionMade, Notice, View
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
            return _said(notice)
        case happened.IntentionDeclared():
            return f"{notice.seat} intends to pledge {bn(notice.pledge_musd)} bn."
        case happened.PackageTabled():
            return _tabled(notice)
        case happened.PackageAnswered():
            word = "accepts" if notice.accept else "rejects"
            return f"{notice.seat} {word} package {notice.package}."
        case happened.PackageStood():
            return f"Package {notice.package} stands: it is a promise of all it names."
        case happened.TrancheProposed():
            who = notice.seat or "The Fund"
            amount = bn(notice.tranche_musd)
            return f"{who} proposes a tranche of {amount} bn (proposal {notice.proposal})."
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
        case happened.Pressed():
            return f"{notice.seat} presses {notice.on} to pledge {bn(notice.ask_musd)} bn."
        case happened.Lobbied():
            force = percent(notice.force_permille)
            return f"{notice.seat} lobbies its government with {force} of its force."
        case happened.FavourOffered():
            return (
                f"{notice.seat} offers {notice.bank} {bn(notice.favour_musd)} bn for taking out "
                f"at most {percent(notice.withdrawn_at_most_permille)}."
            )
        case happened.CardPlayed():
            titles = {one.name: one.title for one in view.event_cards}
            return f"News: {one_line(titles.get(notice.card, notice.card))}"
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


def _said(notice: happened.Said) -> str:
    if notice.channel == "plenary":
        place = ""
    elif notice.channel == "pair":
        place = f" to {notice.to}"
    else:
        place = f" in {notice.channel}"
    return f"{notice.seat}{place}: {one_line(notice.text)}"


def _tabled(notice: happened.PackageTabled) -> str:
    asked = asked_for(notice.pledges_musd, notice.withdrawn_at_most_permille)
    answer = f" in answer to package {notice.parent}" if notice.parent else ""
    why = f' "{one_line(notice.text)}"' if notice.text else ""
    return f"{notice.seat} tables package {notice.package}{answer}: {asked}.{why}"


def _counted(notice: happened.VoteCounted) -> str:
    if notice.passed is None:
        return "The board has voted: no tranche this round."
    votes = ", ".join(f"{seat} {ballot}" for seat, ballot in notice.ballots[notice.passed].items())
    return f"The board has voted: {bn(notice.tranche_musd)} bn are granted ({votes})."


def _own_decision(notice: Decision) -> str:
    match notice:
        case happened.Voted():
            return f"Your vote on proposal {notice.proposal}: {notice.ballot}."
        case happened.Pledged():
            return f"Your pledge: {bn(notice.pledge_musd)} bn, {_final(notice.final)}."
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
            return f"{notice.seat} pledges {bn(notice.pledge_musd)} bn, {_final(notice.final)}."
        case happened.WithdrawalDecided():
            share = percent(notice.withdrawn_permille)
            return f"{notice.seat} takes out {share}, {_final(notice.final)}."
        case happened.TrancheDecided():
            word = "releases" if notice.release else "withholds"
            return f"{notice.seat} {word} the tranche, {_final(notice.final)}."
        case happened.ProgrammeDecided():
            word = "accepts" if notice.accept else "declines"
            return f"{notice.seat} {word} the programme, {_final(notice.final)}."


def _who(participant: str) -> str:
    return {"person": "a person", "bot": "a bot"}.get(participant, "nobody")


def _final(final: bool) -> str:
    return "final" if final else "a draft"
