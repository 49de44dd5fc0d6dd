"""The report of a tournament: what it says, and what stands under every table."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from server.analysis.report.page import Figures
from server.store import Store
from server.tournament import tables
from server.tournament.executors import Inline
from server.tournament.fingerprints import fingerprints
from server.tournament.report import report
from server.tournament.run import run
from server.tournament.tables import Results
from tests.server.tournament.plans import plan

NOW = "2026-11-24T10:00:00.000+00:00"


async def results(folder: Path, *, probed: bool = False, **changes: object) -> Results:
    small = plan(**changes)
    async with await Store.open(str(folder / "t.db")) as store:
        await run(small, store, Inline(), at_once=1, now_utc=lambda: NOW)
        prints = list(fingerprints(small)) if probed else []
        return await tables.write(small, store, folder, fingerprints=prints)


def parsed(text: str) -> ElementTree.Element:
    body = text[text.index("<main>") : text.index("</main>") + len("</main>")]
    return ElementTree.fromstring(body.replace("<br>", "<br/>"))


async def test_design_n_seeds_and_versions_stand_under_every_table(tmp_path: Path) -> None:
    found = await results(tmp_path, probed=True, design="swap", blocks=8)
    page = parsed(report(found, Figures()))
    count = 0
    for section in page.iter("section"):
        parts = list(section)
        for place, part in enumerate(parts):
            if part.get("class") == "table":
                stated = "".join(parts[place + 1].itertext())
                assert "Design swap: 8 blocks × 1 repetition" in stated
                assert "104 matches; root seed 5" in stated
                assert "Backstop 0." in stated and found.plan.key in stated
                assert "nterval" in stated
                count += 1
    # Scenarios; of governments and banks: leaderboard, rankings, measures, company, and what
    # evolution the groups allow; fingerprints.
    assert count >= 10


async def test_ties_are_shown_as_ties_and_few_blocks_are_named(tmp_path: Path) -> None:
    text = report(await results(tmp_path, blocks=2), Figures())
    assert "1=" in text
    assert "With fewer than 6 blocks no difference can be told from chance." in text
    assert "no bot is better than another beyond chance" in text


async def test_evolution_is_told_where_every_group_was_played_and_refused_elsewhere(
    tmp_path: Path,
) -> None:
    (tmp_path / "groups").mkdir()
    whole = report(await results(tmp_path / "groups", design="groups", blocks=6), Figures())
    assert "Takes over" in whole and "times 30" in whole
    (tmp_path / "balanced").mkdir()
    part = report(await results(tmp_path / "balanced", blocks=2), Figures())
    assert "The design groups plays them all." in part and "times 30" not in part


async def test_figures_stand_in_the_page_and_in_files(tmp_path: Path) -> None:
    pytest.importorskip("altair", reason="the extra `report` is not installed")
    from server.analysis.drawing import save
    from server.tournament.figures import figures_of

    found = await results(tmp_path, probed=True, design="groups", blocks=6)
    page = parsed(report(found, Figures()))
    drawn = figures_of(found)
    assert {"leaderboard-government", "company-government", "evolution-government"} < set(drawn)
    assert len(list(page.iter("figure"))) == len(drawn)
    for name, figure in drawn.items():
        svg, png = save(figure, tmp_path, name)
        assert svg.read_text().startswith("<svg") and png.read_bytes().startswith(b"\x89PNG")
