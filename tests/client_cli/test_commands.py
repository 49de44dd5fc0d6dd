"""Typed lines: each word to its action, and each mistake to a complaint with the right form."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from client_cli.amounts import Complaint, bn, percent
from client_cli.commands import Local, parse
from client_cli.forms import FORMS, help_lines
from server.game.actions import (
    Action,
    AnswerPackage,
    Ballot,
    DecideTranche,
    DeclareIntention,
    MarkReady,
    Pledge,
    ProposeTranche,
    Say,
    TablePackage,
    Vote,
    Withdraw,
)
from server.game.scenario import SeatId
from server.protocol import Act, Address, Phase, Supposition, WhatIf, dump, parse_from_client

JP, US, BANKS = SeatId("JP"), SeatId("US"), SeatId("JP-banks")


@pytest.mark.parametrize(
    ("line", "action"),
    [
        ("say We pay if you pay.", Say("We pay if you pay.")),
        ("/say  with a slash ", Say("with a slash")),
        ("SAY loud", Say("loud")),
        ("to US between us", Say("between us", "pair", US)),
        ("in G7 among us", Say("among us", "g7")),
        ("intend 4.2", DeclareIntention(4_200)),
        ("package JP=3 US=2.5", TablePackage({JP: 3_000, US: 2_500})),
        ("package JP-banks=20%", TablePackage({}, {BANKS: 200})),
        (
            "package JP=3 JP-banks=12.5% because you because we",
            TablePackage({JP: 3_000}, {BANKS: 125}, None, "you because we"),
        ),
        ("counter 2 US=4", TablePackage({US: 4_000}, {}, 2)),
        ("counter 2 US=4 because more", TablePackage({US: 4_000}, {}, 2, "more")),
        ("accept 2", AnswerPackage(2, True)),
        ("reject 12", AnswerPackage(12, False)),
        ("propose 7.333", ProposeTranche(7_333)),
        ("vote 1 yes", Vote(1, Ballot.YES)),
        ("vote 2 NO", Vote(2, Ballot.NO)),
        ("vote 3  abstain", Vote(3, Ballot.ABSTAIN)),
        ("pledge 4.2", Pledge(4_200)),
        ("pledge 0 draft", Pledge(0, final=False)),
        ("withdraw 40%", Withdraw(400)),
        ("withdraw 12.5% draft", Withdraw(125, final=False)),
        ("release", DecideTranche(True)),
        ("release draft", DecideTranche(True, final=False)),
        ("withhold", DecideTranche(False)),
        ("withhold draft", DecideTranche(False, final=False)),
        ("ready", MarkReady(True)),
        ("unready", MarkReady(False)),
    ],
)
def test_a_line_is_an_action(line: str, action: Action) -> None:
    assert parse(line) == action


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("brief", "brief"),
        ("status", "status"),
        ("time", "time"),
        ("promises", "promises"),
        ("ledger", "ledger"),
        ("help", "help"),
        ("?", "help"),
        ("h", "help"),
        ("quit", "quit"),
        ("/exit", "quit"),
        ("Bye", "quit"),
    ],
)
def test_a_word_to_the_client_itself_is_no_action(line: str, word: str) -> None:
    assert parse(line) == Local(word)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("pldge 4", "pldge is not a command; did you mean pledge or ledger?"),
        ("raedy", "raedy is not a command; did you mean ready or unready?"),
        ("xyzzy", "xyzzy is not a command; type help for the words"),
        ("", "an empty line is not a command; type help for the words"),
        ("@2/pledge", "@2/pledge is not a command; did you mean pledge or ledger?"),
    ],
)
def test_an_unknown_word_is_answered_with_near_ones(line: str, complaint: str) -> None:
    with pytest.raises(Complaint) as complained:
        parse(line)
    assert str(complained.value) == complaint


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("say", "there is nothing to say"),
        ("to JP", "there is nothing to say"),
        ("in g7  ", "there is nothing to say"),
        ("intend", "an amount is needed, and nothing else"),
        ("intend 4 2", "an amount is needed, and nothing else"),
        ("intend lots", "lots is not an amount; type US$ bn, such as 4.2"),
        ("package", "a package names at least one seat"),
        ("package JP", "JP is not of the form SEAT=AMOUNT or BANK=40%"),
        ("package =3", "=3 is not of the form SEAT=AMOUNT or BANK=40%"),
        ("package JP=", "nothing is not an amount; type US$ bn, such as 4.2"),
        ("package JP=3 JP=4", "JP is named twice"),
        ("package JP=3 JP=40%", "JP is named twice"),
        ("package JP=3 because", "because is not of the form SEAT=AMOUNT or BANK=40%"),
        ("package JP=200%", "200% is not a share of 0% to 100%"),
        ("counter JP=3", "JP=3 is not a number of a package or proposal"),
        ("counter 2", "a package names at least one seat"),
        ("accept", "nothing is not a number of a package or proposal"),
        ("accept two", "two is not a number of a package or proposal"),
        ("reject -1", "-1 is not a number of a package or proposal"),
        ("propose", "an amount is needed, and nothing else"),
        ("vote", "nothing is not a vote; say yes, no or abstain"),
        ("vote 1 maybe", "maybe is not a vote; say yes, no or abstain"),
        ("vote yes", "nothing is not a vote; say yes, no or abstain"),
        ("vote yes yes", "yes is not a number of a package or proposal"),
        ("pledge", "an amount is needed, and nothing else"),
        ("pledge draft", "an amount is needed, and nothing else"),
        ("pledge 4 final", "final is not understood; say draft or nothing"),
        ("pledge 1.2345", "1.2345 is finer than a million; use up to three decimals"),
        ("withdraw all", "all is not a share; type per cent, such as 40%"),
        ("withdraw 101%", "101% is not a share of 0% to 100%"),
        ("release maybe", "maybe is not understood; say draft or nothing"),
        ("withhold it", "it is not understood; say draft or nothing"),
        ("ready or not", "or not is not understood; the word stands alone"),
        ("unready now", "now is not understood; the word stands alone"),
    ],
)
def test_a_wrong_line_is_complained_of_with_its_right_form(line: str, complaint: str) -> None:
    with pytest.raises(Complaint) as complained:
        parse(line)
    said, _, form = str(complained.value).partition("\n  form: ")
    assert said == complaint
    assert form.startswith(line.split()[0])


@given(
    some.text()
    | some.sampled_from(sorted(FORMS)).flatmap(lambda w: some.text().map(f"{w} {{}}".format))
)
@example("pledge 1e400000")
@example("accept " + "9" * 5_000)
def test_any_line_is_understood_or_complained_of_and_what_is_understood_can_be_sent(
    line: str,
) -> None:
    with contextlib.suppress(Complaint):
        action = parse(line)
        if isinstance(action, Local):
            return
        request = (
            WhatIf(id="1", supposed=action)
            if isinstance(action, Supposition)
            else Act(id="1", at=Address(1, 1, Phase.TALK), action=action)
        )
        assert parse_from_client(dump(request)) == request


@pytest.mark.parametrize(
    ("line", "supposed"),
    [
        ("if package 2", Supposition(package=2)),
        ("/if Pledge 4.2", Supposition(pledge_musd=4_200)),
        ("if withdraw 12.5%", Supposition(withdrawn_permille=125)),
        ("if lend 7.3", Supposition(tranche_musd=7_300)),
        ("if decline", Supposition(accept=False)),
    ],
)
def test_a_supposition_is_read(line: str, supposed: Supposition) -> None:
    assert parse(line) == supposed


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("if", "nothing cannot be supposed; say package, pledge, withdraw, lend, decline"),
        ("if plegde 4", "plegde cannot be supposed; did you mean pledge?"),
        ("if pledge", "an amount is needed, and nothing else"),
        ("if package two", "two is not a number of a package or proposal"),
    ],
)
def test_what_cannot_be_supposed_is_complained_of(line: str, complaint: str) -> None:
    with pytest.raises(Complaint) as complained:
        parse(line)
    assert str(complained.value).startswith(f"{complaint}\n  form: if ")


def test_what_is_said_after_a_word_to_the_client_goes_with_it() -> None:
    assert parse("talk g7") == Local("talk", "g7")


SEATS = some.from_regex(r"[A-Z]{2}(-banks)?", fullmatch=True).map(SeatId)


@given(
    pledges=some.dictionaries(SEATS, some.integers(0, 99_999), min_size=1),
    shares=some.dictionaries(SEATS, some.integers(0, 1_000)),
    parent=some.none() | some.integers(1, 99),
    text=some.from_regex(r"[a-z]{1,8}( [a-z]{1,8}){0,3}", fullmatch=True),
)
def test_a_package_that_is_written_out_is_read_back(
    pledges: dict[SeatId, int], shares: dict[SeatId, int], parent: int | None, text: str
) -> None:
    shares = {seat: share for seat, share in shares.items() if seat not in pledges}
    terms = [f"{seat}={bn(amount)}" for seat, amount in pledges.items()]
    terms += [f"{seat}={percent(share)}" for seat, share in shares.items()]
    word = "package" if parent is None else f"counter {parent}"
    line = f"{word} {' '.join(terms)} because {text}"
    assert parse(line) == TablePackage(pledges, shares, parent, text)


def test_help_has_a_line_for_every_word() -> None:
    assert list(dict.fromkeys(line.split()[0] for line in help_lines())) == list(FORMS)


def test_no_line_of_the_help_is_wider_than_a_narrow_screen() -> None:
    assert [line for line in help_lines() if len(line) > 78] == []


def test_help_shows_the_words_for_what_is_open_now_first() -> None:
    words = [line.split()[0] for line in help_lines(("pledge", "mark_ready"))]
    assert words[:3] == ["pledge", "ready", "unready"]
    assert "vote" not in words and "status" in words
