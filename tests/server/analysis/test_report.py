"""Reports: what they say, that they stand alone, and that nothing of people's is markup."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from server.analysis.counterfactuals import Other, best_for_all, most_told, others_of
from server.analysis.history import beside_history
from server.analysis.played import Played
from server.analysis.report.page import Figures, el, table
from server.analysis.report.room import room_report
from server.analysis.report.session import session_report
from server.analysis.report.student import student_report
from server.analysis.words import LINE_WORDS, about_bn, bn, percent
from server.game.actions import DeclareIntention, Say, TablePackage
from server.game.payoffs import bank_lines_of, debtor_lines_of, government_lines_of, imf_lines_of
from server.game.scenario import SeatId
from tests.server.analysis.sessions import A, B, C, by_hand, of_bots, played
from tests.server.game.games import EVERYTHING, Player
from tests.server.game.wander import wander

EVIL = '<script>alert("x")</script>&<img src=x onerror=alert(1)>'


class Page(HTMLParser):
    """The tags, attributes and visible text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self._hidden = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        self._hidden = tag == "style"

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.text += data
        self._hidden = False


@pytest.fixture(scope="module")
def figures() -> Figures:
    return Figures()


@pytest.fixture(scope="module")
def korea(figures: Figures) -> str:
    """A whole report, made once."""
    return session_report(of_bots("korea-1997"), figures)


def plain(text: str) -> str:
    return Page(text).text.replace("\N{NO-BREAK SPACE}", " ")


def room(count: int = 3) -> list[Played]:
    return [
        of_bots("korea-1997", f"s{number}", number, room="KITE7", table_number=number)
        for number in range(1, count + 1)
    ]


# --- words ---


@pytest.mark.parametrize(
    ("amount", "signed", "told"),
    [
        (None, False, "–"),
        (0, True, "0"),
        (12_345, False, "12.35"),
        (-753, True, "−0.75"),
        (4, True, "+0.004"),
        (1_400, False, "1.40"),
        (0.4, False, "0"),
    ],
)
def test_amounts_tell_missing_from_nothing_and_never_round_to_it(
    amount: float | None, signed: bool, told: str
) -> None:
    assert bn(amount, signed=signed) == told


def test_sentences_round_amounts_and_keep_them_on_one_line() -> None:
    assert about_bn(44_472) == "US$\N{NO-BREAK SPACE}44.5\N{NO-BREAK SPACE}bn"
    assert (about_bn(0), about_bn(5_000)) == ("nothing", "US$\xa05\xa0bn")
    assert (percent(None), percent(-0.01)) == ("–", "−1\N{NO-BREAK SPACE}%")


def test_every_line_of_the_ledger_has_words() -> None:
    lines = {"leader_bonus", "breach_fine", "relative_gains"}
    for of_role in (government_lines_of, bank_lines_of, imf_lines_of, debtor_lines_of):
        lines |= {line.__name__ for line in of_role(EVERYTHING)}  # type: ignore[operator]
    assert lines == set(LINE_WORDS)


# --- what they say ---


def test_the_result_comes_first_in_words(figures: Figures) -> None:
    text = plain(session_report(played(by_hand().log), figures))
    assert text.index("The rescue fell short in all 2 rounds.") < text.index("Who paid")
    assert "US$ 0.1 bn was raised of US$ 0.2 bn that was needed: 65 %." in text
    assert "They gained 65 % of what could be gained together; each for itself" in text


def test_the_tables_of_a_session_hold_the_measures(figures: Figures) -> None:
    text = plain(session_report(played(by_hand().log), figures))
    assert "Atlantis paid most: 69 % of what governments paid." in text
    assert "The Gini coefficient of their payments is 0.41" in text
    assert "35 % of what the best rescue asks of governments" in text
    assert "Rank correlation of what each paid: 1.00 with quotas, 0.87 with stakes (1:" in text
    assert "Pledges covered 86 % of what was promised; 1 of 2 promises were kept in full." in text
    assert "Atlantis → Borduria1 of 1" in text


def test_a_session_with_history_shows_it_beside_the_play(korea: str) -> None:
    session, text = of_bots("korea-1997"), plain(korea)
    japan = next(one for one in beside_history(session) if one.who == "Japan")
    assert (japan.pledged_musd, japan.paid_musd) == (10_000, 0), "the scenario's record"
    assert japan.played_pledged_musd == sum(
        one.resolved.pledges_musd[SeatId("JP")] for one in session.rounds
    )
    assert "What history did" in text
    assert "Paid then" in text
    fund = next(one for one in beside_history(session) if "Monetary Fund" in one.who)
    assert fund.played_paid_musd == sum(one.resolved.tranche_musd for one in session.rounds)


def test_what_would_have_changed_it_is_the_games_own_arithmetic() -> None:
    """B, stake 30, pledged 10 of 60 raised: nothing would have brought 10 - 30·.1 = 7 more."""
    found = others_of(played(by_hand().log), B)
    first = [one for one in found if one.round == 1]
    # A dollar that is drawn brings 1.2 to all together and costs 1.
    assert first == [
        Other(B, 1, 1, "best", 0, 10, 10 - 3, -2, 50, 100),
        Other(B, 1, 1, "all", 100, 10, round(30 * 0.4 - (100 * 100 / 150 - 10)), 8, 100, 100),
    ]
    pledged_nothing = [one for one in others_of(played(by_hand().log), C) if one.round == 1]
    assert [one.what for one in pledged_nothing] == ["all"], "what was done is left out"


def test_told_is_the_largest_of_each_kind_and_of_each_seat_what_helped_all_most() -> None:
    session = played(by_hand().log)
    # Round 2: 70 of 100 raised, A 40, B 20, C 10. Round 1: 60, A 50, B 10, C 0.
    assert [(one.round, one.what) for one in most_told(others_of(session, B))] == [
        (1, "all"),
        (2, "best"),
    ]
    found = best_for_all({seat: others_of(session, seat) for seat in (A, B, C)})
    assert [(one.seat, one.round, one.what, one.together_musd) for one in found] == [
        (seat, 1, "all", 8) for seat in (A, B, C)
    ]


@pytest.mark.parametrize("seed", [3, 11])
def test_what_is_changed_back_is_what_was_played(seed: int) -> None:
    session = played(wander(EVERYTHING, seed, steps=500).log)
    for seat in session.scenario.seat_by_id:
        for other in others_of(session, seat):
            assert other.amount_musd != other.made_musd
            assert 0 <= other.effective_musd <= other.need_musd


def test_an_instructor_reads_what_would_have_changed_it_and_who_acted_when(
    figures: Figures,
) -> None:
    text = plain(session_report(played(by_hand().log), figures))
    assert "Round 1, Borduria: all that it could0.100.010.10 of 0.10−0.04+0.008" in text
    assert "the others are assumed not to react" in text
    assert "Cagliostrotalk 2, decisions 1decisions 1" in text


def test_a_student_reads_of_the_own_seat(figures: Figures) -> None:
    text = plain(student_report([(played(by_hand().log), A)], figures))
    assert text.index("You lost US$ 0.012 bn, −10 % of what was at stake for you") > 0
    assert "number 3 of 3 at your table" in text
    assert "You paid 69 % of what governments paid." in text
    assert "You promised something in 1 rounds and kept it in full in 1." in text


@pytest.mark.parametrize("seat", list(EVERYTHING.seat_by_id))
def test_every_role_under_every_rule_has_its_report(seat: str, figures: Figures) -> None:
    session = played(wander(EVERYTHING, 11, steps=500).log)
    assert session.rounds
    text = plain(student_report([(session, SeatId(seat))], figures))
    assert session.scenario.seat_by_id[SeatId(seat)].name in text
    assert "What you gained, line by line" in text


def test_a_room_shows_every_table(figures: Figures) -> None:
    text = plain(room_report(room(), figures))
    assert "Room KITE7, 3 tables" in text
    for number in (1, 2, 3):
        assert f"Table {number}3" in text, "three rounds each"
    assert "At 0 of 3 tables the rescue held in every round." in text
    assert "First closed in round" in text
    assert "Side by side, not cause and effect." in text


def test_a_session_without_a_resolved_round_says_so(figures: Figures) -> None:
    opened = played(by_hand().log[:5], status="running", room="KITE7")
    text = plain(session_report(opened, figures))
    assert "No round has been resolved yet." in text
    assert "has not ended" in text
    assert "No table has resolved a round yet." in plain(room_report([opened], figures))
    assert student_report([(opened, A)], figures)


# --- what they are made of ---


def test_nothing_of_people_is_markup(figures: Figures) -> None:
    player = Player(by_hand().state.campaign[0])
    player.act(A, Say(EVIL))
    player.act(A, TablePackage({A: 50, B: 20}, text=EVIL))
    player.act(B, DeclareIntention(20))
    session = played(player.log, names={A: EVIL, B: EVIL}, room="KITE7")
    for text in (
        session_report(session, figures),
        student_report([(session, A)], figures),
        room_report([session], figures),
    ):
        page = Page(text)
        assert not {"script", "img"} & set(page.tags)
        assert not any(name.startswith("on") for name, _ in page.attributes)
    assert EVIL in Page(session_report(session, figures)).text, "as it was typed, escaped"


def test_a_file_needs_no_network_and_no_script(korea: str, figures: Figures) -> None:
    for text in (korea, room_report(room(), figures)):
        page = Page(text)
        assert not {"script", "link", "img", "iframe", "object"} & set(page.tags)
        assert not [value for name, value in page.attributes if name in ("src", "href")]
        assert "http" not in text.replace("http-equiv", "")
        assert "url(" not in text.replace("url(#", "")
        assert "default-src 'none'" in text


def test_drawings_are_named_and_share_no_id(korea: str) -> None:
    text = korea
    drawings = re.findall(r"<svg[^>]*>", text)
    assert len(drawings) == text.count("<figcaption>") == 8
    assert all('role="img"' in one and "aria-label=" in one for one in drawings)
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    for used in re.findall(r"url\(#([^)]+)\)", text):
        assert used in ids
    headings = re.findall(r"<h(\d)", text)
    assert headings.count("1") == 1
    assert all(int(b) - int(a) <= 1 for a, b in pairwise(headings))


def test_both_themes_colour_every_mark(korea: str) -> None:
    text = korea
    body = text[text.index("<body") :]
    styles = text[: text.index("<body")]
    colours = set(re.findall(r'(?:fill|stroke)="(#[0-9a-f]{6})"', body))
    assert colours
    for colour in colours:
        assert f'[fill="{colour}"]' in styles, colour
    named = set(re.findall(r'(?:fill|stroke)="([a-z]+)"', body))
    assert named <= {"none", "transparent"}, "a named colour would not change with the theme"


def test_without_the_packages_there_are_tables_and_a_word_about_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "altair", None)
    bare = session_report(of_bots("korea-1997"), Figures())
    assert "<svg" not in bare
    assert "pip install 'backstop-game[report]'" in Page(bare).text
    assert bare.count("<table") >= 8


def test_numbers_stand_right_and_words_left() -> None:
    made = table("c", ("Who", "Much", "How"), [("a", "1.0", "slowly"), ("b", "–", "–")])
    classes = [cell.get("class") for cell in made.iter("td")]
    assert classes == [None, "words", None, "words"]


def test_an_element_keeps_text_between_its_children() -> None:
    made = el("p", "a", el("b", "c"), "d", None, "e")
    assert (made.text, made[0].text, made[0].tail) == ("a", "c", "de")


# --- on paper ---


@pytest.mark.browser
@pytest.mark.skipif(
    not (shutil.which("chromium") and shutil.which("pdfinfo")),
    reason="Chromium or pdfinfo is not installed",
)
def test_a_students_report_prints_on_two_pages(tmp_path: Path, figures: Figures) -> None:
    played_ = of_bots("korea-1997")
    for seat in played_.scenario.seat_by_id:
        page, paper = tmp_path / f"{seat}.html", tmp_path / f"{seat}.pdf"
        page.write_text(student_report([(played_, seat)], figures), "utf-8")
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu"]
        command += [f"--user-data-dir={tmp_path / 'profile'}", "--no-pdf-header-footer"]
        command += [f"--print-to-pdf={paper}", page.as_uri()]
        subprocess.run(command, check=True, capture_output=True)
        told = subprocess.run(["pdfinfo", str(paper)], check=True, capture_output=True, text=True)
        pages = re.search(r"Pages:\s+(\d+)", told.stdout)
        assert pages is not None
        assert int(pages[1]) <= 2, seat
