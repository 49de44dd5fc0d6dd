"""The part of a report on how it went: money over time, who acted, who led, packages, talk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

from server.analysis.course import What, acts
from server.analysis.leadership import followings, moves
from server.analysis.packages import stories
from server.analysis.played import Played
from server.analysis.report.naming import name_of, round_name
from server.analysis.report.page import Child, Figures, el, table
from server.analysis.talk import who_to_whom
from server.analysis.words import bn


def course(played: Played, figures: Figures) -> Element:
    """The section."""
    return el(
        "section",
        el("h2", "How it went"),
        figures.of("total", played, "Promised and raised money over time."),
        *_who_acted(played, figures),
        *_leadership(played),
        *_packages(played),
        *_talk(played),
    )


def _leadership(played: Played) -> Iterator[Child]:
    made = moves(played)
    yield el("h3", "Who moved first, and who followed")
    if not made:
        yield el("p", "No government put an amount of its own on the table before pledging.")
    else:
        rows = [
            (
                round_name(played, move.crisis, move.round),
                name_of(played, move.seat),
                bn(move.amount_musd),
                str(move.followers),
                bn(move.followers_musd),
            )
            for move in made
            if move.place == 1
        ]
        head = ("Round", "First", "Its amount", "Governments after it", "Their amounts")
        yield table("First amounts on the table, US$ bn, before the pledges.", head, rows)
    lagged = [one for one in followings(played) if one.rises]
    if lagged:
        times = [
            (
                f"{name_of(played, one.leader)} → {name_of(played, one.follower)}",
                f"{one.followed} of {one.rises}",
            )
            for one in lagged
        ]
        yield table(
            "How often the second raised its pledge a round after the first had.",
            ("First → second", "Times"),
            times,
        )
        yield el("p", "An order in time; it does not say that one caused the other.", class_="soft")


def _packages(played: Played) -> Iterator[Child]:
    found = stories(played)
    if not found:
        return
    rows = []
    for number, story in found.items():
        parent = story.tabled.parent
        answers = ", ".join(
            f"{seat} {'yes' if accept else 'no'}" for seat, (accept, _, _) in story.answers.items()
        )
        rows.append(
            (
                f"{number}" + (f", counter to {parent}" if parent else ""),
                round_name(played, story.crisis, story.round),
                name_of(played, story.tabled.seat),
                ", ".join(f"{seat} {bn(a)}" for seat, a in story.tabled.pledges_musd.items())
                or "–",
                answers or "–",
                "yes" if story.stood_at_ms is not None else "no",
            )
        )
    yield el("h3", "The packages")
    made = table(
        "In the order in which they were tabled; amounts in US$ bn.",
        ("Package", "Round", "Tabled by", "Asked", "Answers", "Stood"),
        rows,
    )
    yield made


def _talk(played: Played) -> Iterator[Child]:
    whole, before = who_to_whom(played), who_to_whom(played, before_agreement=True)
    if not whole:
        return
    others = list(dict.fromkeys(to for _, to in whole))
    rows = [
        (name_of(played, seat), *(str(whole[seat, to]) for to in others))
        for seat in played.scenario.seat_by_id
    ]
    yield el("h3", "Who talked to whom")
    agreed = (
        f" {before.total()} of {whole.total()} were sent before a package of the round stood."
        if before != whole
        else ""
    )
    yield table(
        f"Messages by speaker, and to whom.{agreed}",
        ("From", *("all" if to == "plenary" else name_of(played, to) for to in others)),
        rows,
    )


ACT_WORDS: Mapping[What, str] = {
    "talk": "talk",
    "decision": "decisions",
    "proposal": "proposals",
    "yes": "yes",
    "no": "no or abstained",
}


def _who_acted(played: Played, figures: Figures) -> Iterator[Child]:
    found = acts(played)
    if not found:
        return
    rounds = list(dict.fromkeys((act.crisis, act.round) for act in found))
    counts = Counter((act.seat, (act.crisis, act.round), act.what) for act in found)
    rows = [
        (
            name_of(played, seat),
            *(
                ", ".join(
                    f"{words} {counts[seat, one, what]}"
                    for what, words in ACT_WORDS.items()
                    if counts[seat, one, what]
                )
                or "–"
                for one in rounds
            ),
        )
        for seat in played.scenario.seat_by_id
    ]
    yield el("h3", "Who acted when")
    yield figures.of("lanes", played, "Who acted when, a lane for each seat, in order.")
    yield table(
        "What each seat did in each round; the written defaults do not count.",
        ("Seat", *(f"Round {round_name(played, *one)}" for one in rounds)),
        rows,
    )
