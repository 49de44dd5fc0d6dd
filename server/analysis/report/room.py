"""The report of a room: all its tables beside one another, none left out."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import mean
from xml.etree.ElementTree import Element

from server.analysis.burden import burden_sharing, possible_shares
from server.analysis.measures import closing_round, measures, scores
from server.analysis.played import Played
from server.analysis.promises import keeping_of_all
from server.analysis.report.naming import round_name
from server.analysis.report.page import Figures, document, el, table
from server.analysis.report.session import foot, result
from server.analysis.words import bn, decimal, percent, points


def room_report(tables: Sequence[Played], figures: Figures) -> str:
    """The whole file.

    Args:
        tables: the room's sessions, by table number; at least one.
        figures: makes the drawings.
    """
    scenario, about = tables[0].scenario, tables[0].about
    return document(
        f"{scenario.title}: room {about.room}",
        [
            el(
                "header",
                el("h1", scenario.title),
                el("p", f"Room {about.room}, {len(tables)} tables", class_="soft"),
                el("p", _result(tables), class_="result"),
            ),
            _tables(tables, figures),
            _seats(tables, figures),
            _pledges(tables, figures),
            foot(tables, figures),
        ],
    )


def _result(tables: Sequence[Played]) -> str:
    found = [measures(one) for one in tables]
    played = [one for one in found if one.rounds]
    if not played:
        return "No table has resolved a round yet."
    if len(tables) == 1:
        return result(tables[0], found[0])
    held = sum(one.covered_rounds == one.rounds for one in played)
    shares = sorted(one.provision or 0.0 for one in played)
    return (
        f"At {held} of {len(played)} tables the rescue held in every round. Tables raised between "
        f"{percent(shares[0])} and {percent(shares[-1])} of what was needed."
    )


def _tables(tables: Sequence[Played], figures: Figures) -> Element:
    rows = []
    for one in tables:
        found, burden = measures(one), burden_sharing(one)
        rows.append(
            (
                f"Table {one.about.table_number}",
                str(found.rounds),
                round_name(one, *closing) if (closing := closing_round(one)) else "–",
                bn(found.need_musd),
                bn(found.effective_musd),
                percent(found.provision),
                percent(found.efficiency),
                decimal(burden.gini),
                percent(burden.free_riding),
                percent(keeping_of_all(one).share),
            )
        )
    head = (
        "Table",
        "Rounds",
        "First closed in round",
        "Needed",
        "Raised",
        "Share",
        "Gained of possible",
        "Gini of payments",
        "Parts not paid",
        "Promises covered",
    )
    return el(
        "section",
        el("h2", "Table by table"),
        figures.of("class-provision", tables, "Each table: how much of the need it raised."),
        figures.of(
            "class-closing",
            tables,
            "A dot for each table: how much of the need it raised, by the round that first closed "
            "its gap; an open dot never closed it.",
        ),
        table("US$ bn over all rounds; every table is shown.", head, rows),
        el(
            "p",
            "“Gained of possible” is the governments' gain together, of what the best pledges "
            "would have brought. `backstop report ID` has a table's own report.",
            class_="soft",
        ),
    )


def _seats(tables: Sequence[Played], figures: Figures) -> Element:
    saved: dict[str, list[float]] = {}
    paid: dict[str, list[int]] = {}
    for one in tables:
        burden = burden_sharing(one).by_seat
        for seat, score in scores(one).items():
            name = one.scenario.seat_by_id[seat].name
            if score.saved_percent is not None:
                saved.setdefault(name, []).append(score.saved_percent)
            if seat in burden and one.rounds:
                paid.setdefault(name, []).append(burden[seat].paid_musd)
    rows = [
        (
            name,
            " · ".join(points(one, "%") for one in (min(found), mean(found), max(found))),
            " · ".join(bn(one) for one in (min(own), mean(own), max(own)))
            if (own := paid.get(name))
            else "–",
        )
        for name, found in saved.items()
    ]
    return el(
        "section",
        el("h2", "The same seat at different tables"),
        figures.of("class-scores", tables, "What each seat saved of its own stake, a dot a table."),
        table(
            "Lowest, mean and highest over the tables.",
            ("Seat", "Saved of its stake", "Paid, US$ bn"),
            rows,
        ),
        el("p", "Differences between tables are no proof of what caused them.", class_="soft"),
    )


def _pledges(tables: Sequence[Played], figures: Figures) -> Element:
    governments = tables[0].scenario.governments
    rows = []
    for one in tables:
        shares, found = possible_shares(one), scores(one)
        cells = (
            f"{percent(shares[seat.id])} → {points(found[seat.id].saved_percent, '%')}"
            if one.rounds and seat.id in shares
            else "–"
            for seat in governments
        )
        rows.append((f"Table {one.about.table_number}", *cells))
    return el(
        "section",
        el("h2", "Pledge and net"),
        figures.of(
            "class-pledges",
            tables,
            "A dot for each government: what it pledged of the most it could, and what it gained "
            "of its own stake; a shape for each table.",
        ),
        table(
            "Pledged of the most possible → net payoff, of the own stake.",
            ("Table", *(seat.name for seat in governments)),
            rows,
        ),
        el("p", "Side by side, not cause and effect.", class_="soft"),
    )
