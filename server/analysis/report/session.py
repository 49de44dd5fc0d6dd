"""The report of a session: for the instructor, the result first, in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element

from server.analysis.burden import BurdenSharing, burden_sharing
from server.analysis.counterfactuals import best_for_all, others_of
from server.analysis.history import BesideHistory, beside_history
from server.analysis.measures import Measures, measures, scores
from server.analysis.played import Played
from server.analysis.promises import keeping, keeping_of_all
from server.analysis.report.course import course
from server.analysis.report.naming import name_of, place, round_name
from server.analysis.report.others import others_table
from server.analysis.report.page import Figures, Inset, document, el, table
from server.analysis.words import about_bn, bn, decimal, in_order, line_words, percent, points
from server.game.events import Ending
from server.game.scenario import SeatId
from server.theory.expected import Expected


def session_report(played: Played, figures: Figures, replay: Inset | None = None) -> str:
    """The whole file; with the replay as a page inside, where it is given."""
    parts = [*session_parts(played, figures), *([_replay(replay)] if replay else [])]
    return document(
        _title(played), [*parts, foot([played], figures)], scripts=[replay.script] if replay else []
    )


def _replay(replay: Inset) -> Element:
    return el(
        "section",
        el("h2", "Replay"),
        el("p", "Event by event, as each seat and the board saw it then.", class_="soft"),
        el("iframe", srcdoc=replay.html, title="Replay", sandbox="allow-scripts"),
        class_="replay",
    )


def _title(played: Played) -> str:
    return f"{played.scenario.title}: {place(played)}"


def session_parts(played: Played, figures: Figures) -> Iterator[Element]:
    """The report's sections."""
    found = measures(played)
    yield el(
        "header",
        el("h1", played.scenario.title),
        el("p", place(played), class_="soft"),
        el("p", result(played, found), class_="result"),
        el("p", _beside_theory(found)),
        _unfinished(played),
    )
    yield _rounds(played, figures)
    yield _who_paid(played, figures)
    yield _promises(played, figures)
    yield _payoffs(played, figures)
    yield course(played, figures)
    yield from _others(played)
    past = list(beside_history(played))
    texts = [one.history for one in played.state.campaign if one.history]
    if past or texts:
        yield _history(past, texts, played, figures)


def result(played: Played, found: Measures) -> str:
    """What came of it, in a sentence or two."""
    if not found.rounds:
        return "No round has been resolved yet."
    drawn = (
        f"{about_bn(found.effective_musd)} was raised of {about_bn(found.need_musd)} that was "
        f"needed: {percent(found.provision)}."
    )
    if found.covered_rounds == found.rounds:
        return f"The rescue held. {drawn}"
    if found.covered_rounds:
        return f"The rescue held in {found.covered_rounds} of {found.rounds} rounds. {drawn}"
    return f"The rescue fell short in {_every(found.rounds)}. {drawn}"


def _every(rounds: int) -> str:
    return "its one round" if rounds == 1 else f"all {rounds} rounds"


def _beside_theory(found: Measures) -> str:
    if not found.rounds:
        return ""
    alone = (
        "Where each government looks to its own gain alone, theory expects "
        f"{about_bn(found.nash_effective_musd)}; best for all governments together would have "
        f"been {about_bn(found.optimum_effective_musd)}."
    )
    if found.efficiency is None:
        return f"{alone} There was nothing to be gained by pledging."
    if found.efficiency < 0:
        return f"{alone} Together they would have been better off without any pledge."
    gained = f"They gained {percent(found.efficiency)} of what could be gained together"
    expected = percent(found.nash_efficiency)
    return f"{alone} {gained}; each for itself would have gained {expected}."


def _unfinished(played: Played) -> Element | None:
    if played.state.ending is None:
        return el("p", "The session has not ended: this is how it stands.", class_="soft")
    if played.state.ending is Ending.CLOSED_BY_HOST:
        return el("p", "The host ended the session before its last round.", class_="soft")
    return None


def _rounds(played: Played, figures: Figures) -> Element:
    rows = []
    for one in played.rounds:
        resolved, theory = one.resolved, one.theory
        rows.append(
            (
                round_name(played, resolved.crisis, resolved.round),
                bn(resolved.need_musd),
                bn(sum(resolved.drawn_musd.values())),
                bn(resolved.tranche_musd),
                bn(resolved.effective_musd),
                decimal(resolved.stability),
                _expected(theory),
                bn(theory.optimum.effective_musd),
                percent(theory.played.efficiency),
            )
        )
    head = (
        "Round",
        "Needed",
        "Governments paid",
        "IMF paid",
        "Raised in all",
        "Stability",
        "Each for itself",
        "Best for all",
        "Gained of possible",
    )
    return el(
        "section",
        el("h2", "What was needed, and what was raised"),
        figures.of("gap", played, "Money raised in each round, of what was needed."),
        table("US$ bn. Stability is 1 where the whole need is met.", head, rows),
        el(
            "p",
            "“Each for itself” is the equilibrium: no government gains by pledging another amount "
            "alone. “Best for all” is the optimum of all governments together. What banks and the "
            "Fund did is taken as it came.",
            class_="soft",
        ),
        figures.of("theory", played, "Each round beside equilibrium, optimum and need."),
    )


def _expected(theory: Expected) -> str:
    low, high = theory.nash.effective_musd, theory.nash_from_optimum.effective_musd
    return bn(low) if low == high else f"{bn(low)} or {bn(high)}"


def _who_paid(played: Played, figures: Figures) -> Element:
    found = burden_sharing(played)
    rows = [
        (
            name_of(played, seat),
            bn(one.pledged_musd),
            bn(one.paid_musd),
            percent(one.paid_share),
            percent(one.quota_share),
            percent(one.stake_share),
            percent(one.exposure_share),
            bn(round(one.part_musd)),
            percent(one.free_riding),
            one.conduct or "–",
        )
        for seat, one in found.by_seat.items()
    ]
    head = (
        "Government",
        "Pledged",
        "Paid",
        "Share paid",
        "Share of quotas",
        "Share of stakes",
        "Share of bank claims",
        "Its part of the best rescue",
        "Of its part not paid",
        "By its fair share",
    )
    return el(
        "section",
        el("h2", "Who paid"),
        *(el("p", sentence) for sentence in _on_burden(played, found)),
        figures.of("burden", played, "Shares of what was paid, of quotas, stakes and bank claims."),
        table(
            "US$ bn over all rounds, and shares of all governments together. Paid is what was "
            "drawn of pledges, called money of a second line included. The fair share is by "
            "quota of what governments had to find: nine tenths of it are full co-operation, a "
            "tenth or less is avoidance.",
            head,
            rows,
        ),
    )


def _on_burden(played: Played, found: BurdenSharing) -> Iterator[str]:
    if found.gini is None:
        yield "No government paid anything."
        return
    most = max(found.by_seat, key=lambda seat: found.by_seat[seat].paid_musd)
    yield (
        f"{name_of(played, most)} paid most: {percent(found.by_seat[most].paid_share)} of what "
        f"governments paid. The Gini coefficient of their payments is {decimal(found.gini)} "
        "(0: all paid the same)."
    )
    if found.free_riding is not None:
        yield (
            f"{percent(found.free_riding)} of what the best rescue asks of governments, shared by "
            "what is at stake for each, was not paid by those below their part."
        )
    ranks = {
        "quotas": found.rank_with_quota,
        "stakes": found.rank_with_stake,
        "bank claims": found.rank_with_exposure,
    }
    known = [f"{decimal(rank)} with {what}" for what, rank in ranks.items() if rank is not None]
    if known:
        yield (
            f"Rank correlation of what each paid: {', '.join(known)} (1: who has more pays more; "
            f"−1: who has more pays less). With {len(found.by_seat)} governments that is a "
            "description, not evidence."
        )


def _promises(played: Played, figures: Figures) -> Element:
    whole = keeping_of_all(played)
    if not whole.rounds:
        return el("section", el("h2", "Promises"), el("p", "No government promised an amount."))
    rows = [
        (
            name_of(played, seat),
            str(one.rounds),
            str(one.kept),
            bn(one.promised_musd),
            bn(one.covered_musd),
            percent(one.share),
        )
        for seat, one in keeping(played).items()
    ]
    head = ("Government", "Rounds with a promise", "Kept", "Promised", "Of that pledged", "Share")
    return el(
        "section",
        el("h2", "Promises"),
        el(
            "p",
            f"Pledges covered {percent(whole.share)} of what was promised; {whole.kept} of "
            f"{whole.rounds} promises were kept in full. A promise is what a government declared "
            "or signed in a package that stood, the larger of the two.",
        ),
        figures.of("promises", played, "What each said, signed, pledged and paid."),
        table("US$ bn over all rounds.", head, rows),
    )


def _payoffs(played: Played, figures: Figures) -> Element:
    found = scores(played)
    rows = [
        (
            name_of(played, seat),
            bn(score.payoff_musd, signed=True),
            points(score.saved_percent, "%"),
            points(score.index),
        )
        for seat, score in found.items()
    ]
    return el(
        "section",
        el("h2", "What each gained"),
        table(
            "US$ bn; of its own stake, to compare roles; and 0 as each for itself, 100 as in the "
            "best for all.",
            ("Seat", "Gained", "Of its stake", "Index"),
            rows,
        ),
        figures.of(
            "ledger",
            played,
            "Gains and costs of every seat by line, all on one scale; what was 0 is in the tables.",
        ),
        *(lines_table(played, seats) for seats in _by_role(played)),
    )


def _by_role(played: Played) -> list[list[SeatId]]:
    roles: dict[str, list[SeatId]] = {}
    for seat in played.scenario.seats:
        roles.setdefault(seat.role, []).append(seat.id)
    return list(roles.values())


def lines_table(played: Played, seats: Sequence[SeatId]) -> Element:
    """The ledger of some seats of one role, summed over the rounds."""
    sums: dict[str, dict[SeatId, int]] = {}
    for one in played.rounds:
        for seat in seats:
            for line, amount in in_order(one.resolved.lines_musd[seat]).items():
                of_line = sums.setdefault(line, dict.fromkeys(seats, 0))
                of_line[seat] += amount
    rows = [
        (line_words(line), *(bn(amounts[seat], signed=True) for seat in seats))
        for line, amounts in sums.items()
    ]
    total = ("together", *(bn(played.payoff_musd(seat), signed=True) for seat in seats))
    head = ("Line", *(name_of(played, seat) for seat in seats))
    return table("US$ bn over all rounds, by line of the ledger.", head, rows, foot=total)


def _others(played: Played) -> Iterator[Element]:
    found = best_for_all({seat: others_of(played, seat) for seat in played.scenario.seat_by_id})
    if found:
        heading = el("h2", "What would have changed it")
        yield el("section", heading, *others_table(played, found))


def _history(
    past: list[BesideHistory], texts: list[str], played: Played, figures: Figures
) -> Element:
    rows = [
        (
            one.who,
            bn(one.pledged_musd),
            bn(one.paid_musd),
            bn(one.played_pledged_musd),
            bn(one.played_paid_musd),
            "; ".join(filter(None, (f"day {one.day}" if one.day is not None else "", one.note))),
        )
        for one in past
    ]
    head = ("Who", "Pledged then", "Paid then", "Pledged here", "Paid here", "When, and how")
    made = table("US$ bn over the whole crisis; – where it is not known.", head, rows)
    return el(
        "section",
        el("h2", "What history did"),
        *(el("p", paragraph) for text in texts for paragraph in text.split("\n\n")),
        figures.of("history", played, "History's pledges and payments, and those of this session."),
        made if rows else None,
        el("p", _sources(past), class_="soft") if past else None,
    )


def _sources(past: list[BesideHistory]) -> str:
    named = "; ".join(f"{one.who}: {one.source} [{one.confidence}]" for one in past)
    return (
        f"Sources: {named}. V: seen in the source; V*: own arithmetic on such; "
        "R-h, R-m, R-l: recalled with high, medium, low confidence."
    )


def foot(sessions: Sequence[Played], figures: Figures) -> Element:
    """What it was made from, and what is missing."""
    made = [f"{one.id}: {len(one.log)} events, {one.log[-1].hash[:16]}" for one in sessions]
    return el(
        "footer",
        el(
            "p",
            "Made from the event log alone; money in US$ bn, exact to the million in "
            "`backstop export data`. How each measure is defined: docs/data.md.",
            class_="soft",
        ),
        el("p", "; ".join(made), class_="soft"),
        el(
            "p",
            "There are no figures here: they need the packages of the extra “report” "
            "(pip install 'backstop-game[report]').",
            class_="soft",
        )
        if figures.missing
        else None,
    )
