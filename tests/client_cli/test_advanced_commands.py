"""Typed lines of the advanced rules: each to its action, each mistake to its right form."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as some

from client_cli.amounts import Complaint, bn, percent
from client_cli.commands import parse
from client_cli.forms import FORMS, Form, help_lines
from client_cli.text import WIDTH
from server.game.actions import (
    Action,
    DecideProgramme,
    Lobby,
    OfferFavour,
    Pledge,
    Press,
    ProposeRegional,
    ProposeTranche,
    TablePackage,
)
from server.game.rules import OPEN_TO
from server.game.scenario import SeatId

JP, US, BANKS = SeatId("JP"), SeatId("US"), SeatId("JP-banks")


@pytest.mark.parametrize(
    ("line", "action"),
    [
        ("pledge 4 if 12", Pledge(4_000, others_at_least_musd=12_000)),
        ("pledge 4 line 6", Pledge(4_000, second_line_musd=6_000)),
        ("pledge 4 line 6 refusing", Pledge(4_000, second_line_musd=6_000, pays_calls=False)),
        ("pledge 4 refusing", Pledge(4_000, pays_calls=False)),
        ("pledge 4 terms 40%", Pledge(4_000, strictness_permille=400)),
        ("pledge 4 terms 0%", Pledge(4_000, strictness_permille=0)),
        ("pledge 4 guide 12.5%", Pledge(4_000, guidance_permille=125)),
        (
            "pledge 4 if 12 line 6 terms 40% guide 50% refusing",
            Pledge(4_000, True, 12_000, 6_000, False, 400, 500),
        ),
        (
            "PLEDGE 4 Draft GUIDE 50% Terms 40% Line 6 IF 12",
            Pledge(4_000, False, 12_000, 6_000, True, 400, 500),
        ),
        ("press US 5", Press(US, 5_000)),
        ("press US 0", Press(US, 0)),
        ("lobby 30%", Lobby(300)),
        ("lobby 0", Lobby(0)),
        ("favour JP-banks 0.5", OfferFavour(BANKS, 500, 0)),
        ("favour JP-banks 0.5 out 10%", OfferFavour(BANKS, 500, 100)),
        ("favour JP-banks 0", OfferFavour(BANKS, 0, 0)),
        ("propose 8 terms 60% 40%", ProposeTranche(8_000, (600, 400))),
        ("propose 8 then 5 5", ProposeTranche(8_000, (), (5_000, 5_000))),
        ("propose 8 terms 60% 40% then 5", ProposeTranche(8_000, (600, 400), (5_000,))),
        ("propose 8 then 5 terms 60% 40%", ProposeTranche(8_000, (600, 400), (5_000,))),
        ("propose regional 2", ProposeRegional(2_000)),
        ("accept programme", DecideProgramme(True)),
        ("accept programme draft", DecideProgramme(True, final=False)),
        ("Accept Program", DecideProgramme(True)),
        ("decline programme", DecideProgramme(False)),
        ("decline programme draft", DecideProgramme(False, final=False)),
        (
            "package JP=4 US=4.5 total 20 because together",
            TablePackage({JP: 4_000, US: 4_500}, {}, None, "together", 20_000),
        ),
        (
            "counter 2 JP=4 JP-banks=10% total 20",
            TablePackage({JP: 4_000}, {BANKS: 100}, 2, "", 20_000),
        ),
        (
            "package JP=4 because the total 20 is small",
            TablePackage({JP: 4_000}, {}, None, "the total 20 is small"),
        ),
    ],
)
def test_a_line_is_an_action(line: str, action: Action) -> None:
    assert parse(line) == action


@pytest.mark.parametrize(
    ("line", "complaint", "form"),
    [
        ("pledge 4 if", "if is not understood; say if 12", "pledge 4.2 if 12"),
        ("pledge 4 if lots", "lots is not an amount; type US$ bn, such as 4.2", "pledge 4.2 if 12"),
        ("pledge 4 if 3 4", "if 3 4 is not understood; say if 12", "pledge 4.2 if 12"),
        ("pledge 4 if 3 if 4", "if is said twice", "pledge 4.2 if 12"),
        ("pledge if 3", "an amount is needed, and nothing else", "pledge 4.2 if 12"),
        ("pledge 4 iff 3", "iff is not understood; did you mean if?", "pledge 4.2 [draft]"),
        ("pledge 4 refuse", "refuse is not understood; did you mean refusing?", "pledge 4.2 [draft]"),
        ("pledge 4 refusing it", "refusing it is not understood; say refusing", "pledge 4.2 [draft]"),
        ("pledge 4 line 6%", "6% is not an amount; type US$ bn, such as 4.2", "pledge 4.2 line 6"),
        ("pledge 4 terms 140%", "140% is not a share of 0% to 100%", "pledge 4.2 terms 40%"),
        ("pledge 4 guide hard", "hard is not a share; type per cent, such as 40%", "pledge 4.2 guide 50%"),
        ("press US", "a seat and an amount is needed, and nothing else", "press US 5"),
        ("press", "a seat and an amount is needed, and nothing else", "press US 5"),
        ("press US 5 now", "a seat and an amount is needed, and nothing else", "press US 5"),
        ("lobby", "a share is needed, and nothing else", "lobby 30%"),
        ("lobby JP 30%", "a share is needed, and nothing else", "lobby 30%"),
        ("favour JP-banks", "a bank and an amount are needed", "favour JP-banks 0.5"),
        ("favour JP-banks 1 out", "out is not understood; say out 10%", "favour JP-banks 0.5"),
        ("propose 8 terms", "terms is not understood; say terms 60% …", "propose 7.3 terms"),
        ("propose 8 then", "then is not understood; say then 5 …", "propose 7.3 then"),
        ("propose 8 9", "an amount is needed, and nothing else", "propose 7.3"),
        ("propose regional", "an amount is needed, and nothing else", "propose regional 2"),
        ("accept programme now", "now is not understood; say draft or nothing", "accept programme"),
        ("decline", "only a programme is declined; a package is refused with reject 2", "decline programme"),
        ("decline 2", "only a programme is declined; a package is refused with reject 2", "decline programme"),
        ("reject programme", "a programme is declined, not rejected: decline programme", "reject 2"),
        ("package JP=4 total", "total is not understood; say total 20", "package JP=3 US=2.5 total"),
        ("package total 20 JP=4", "total 20 JP=4 is not understood; say total 20", "package JP=3 US=2.5 total"),
        ("package total 20", "a package names at least one seat", "package JP=3 US=2.5 total"),
    ],
)  # fmt: skip
def test_a_wrong_line_is_complained_of_with_its_right_form(
    line: str, complaint: str, form: str
) -> None:
    with pytest.raises(Complaint) as complained:
        parse(line)
    said, _, shown = str(complained.value).partition("\n  form: ")
    assert said == complaint
    assert shown.startswith(form)
    assert max(map(len, str(complained.value).splitlines())) <= WIDTH


@pytest.mark.parametrize(
    ("line", "near"),
    [("favor JP-banks 1", "favour"), ("pres US 5", "press"), ("loby 30%", "lobby"), ("declin", "decline")],
)  # fmt: skip
def test_an_unknown_word_is_answered_with_a_near_one(line: str, near: str) -> None:
    with pytest.raises(Complaint, match=f"did you mean {near}"):
        parse(line)


AMOUNTS = some.integers(0, 99_999)
SHARES = some.integers(0, 1_000)


@given(
    pledge=some.builds(
        Pledge, AMOUNTS, some.booleans(), AMOUNTS, AMOUNTS, some.booleans(), some.none() | SHARES, SHARES
    ),
    order=some.permutations(range(6)),
)  # fmt: skip
def test_a_pledge_that_is_written_out_is_read_back_in_any_order(
    pledge: Pledge, order: list[int]
) -> None:
    parts = [
        f"if {bn(pledge.others_at_least_musd)}" if pledge.others_at_least_musd else "",
        f"line {bn(pledge.second_line_musd)}" if pledge.second_line_musd else "",
        "" if pledge.pays_calls else "refusing",
        ""
        if pledge.strictness_permille is None
        else f"terms {percent(pledge.strictness_permille)}",
        f"guide {percent(pledge.guidance_permille)}" if pledge.guidance_permille else "",
        "" if pledge.final else "draft",
    ]
    said = " ".join(parts[place] for place in order)
    assert parse(f"pledge {bn(pledge.pledge_musd)} {said}") == pledge


# --- help ---

ALL_FORMS = [form for forms in FORMS.values() for form in forms]


def typed(form: Form) -> list[str]:
    """What a form says can be typed: with what is optional, and without."""
    usage = re.split(r"\s{2,}", form.line)[0].replace("yes|no|abstain", "yes")
    for word, said in (("SEAT", "JP"), ("GROUP", "g7"), ("TEXT", "hello")):
        usage = usage.replace(word, said)
    return [re.sub(r" ?\[[^]]*\]", "", usage), usage.replace("[", "").replace("]", "")]


@pytest.mark.parametrize("form", [form for form in ALL_FORMS if form.kind])
def test_what_help_shows_can_be_typed_as_it_stands(form: Form) -> None:
    for line in typed(form):
        action = parse(line)
        assert action.kind == form.kind  # type: ignore[union-attr]


def test_every_kind_of_action_has_a_form() -> None:
    assert {form.kind for form in ALL_FORMS} - {None} == set(OPEN_TO)


def test_every_form_fits_the_width() -> None:
    assert max(len(form.line) for form in ALL_FORMS) <= WIDTH


def words(*kinds: str, on: tuple[str, ...] = ()) -> list[str]:
    local = {form.line for form in ALL_FORMS if form.kind is None}
    lines = [line for line in help_lines(kinds, on) if line not in local]
    return [re.split(r"\s{2,}", line)[0] for line in lines]


def test_help_shows_a_part_only_where_its_rule_is_on() -> None:
    assert words("pledge") == ["pledge 4.2 [draft]"]
    assert words("pledge", on=("clauses",)) == ["pledge 4.2 [draft]", "pledge 4.2 if 12"]
    assert words("propose_tranche", on=("terms",)) == ["propose 7.3", "propose 7.3 terms 60% 40%"]
    assert words("table_package", on=("package_minima",)) == [
        "package JP=3 US=2.5 JP-banks=20%",
        "package JP=3 US=2.5 total 20",
        "counter 2 JP=3 US=4",
    ]


def test_help_shows_a_word_only_where_its_action_is_open() -> None:
    everything = ("terms", "clauses", "second_line", "guidance", "programmes", "package_minima")
    assert words("mark_ready", on=everything) == ["ready", "unready"]
    assert words("lobby") == ["lobby 30%"]
    assert words("decide_programme") == ["accept programme [draft]", "decline programme [draft]"]
    assert words("answer_package") == ["accept 2", "reject 2"]
    assert words("propose_regional") == ["propose regional 2"]
