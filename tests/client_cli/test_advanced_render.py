"""What the terminal shows of the advanced rules: numbers by hand, secrets, other people's words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import pytest

from client_cli import advanced, render
from client_cli.notices import notice_line, refusal_line
from client_cli.text import WIDTH, folded, one_line
from server.game import hosting
from server.game.actions import (
    AnswerPackage,
    Ballot,
    DecideProgramme,
    DecideTranche,
    Lobby,
    OfferFavour,
    Pledge,
    Press,
    ProposeRegional,
    ProposeTranche,
    TablePackage,
    Vote,
    Withdraw,
)
from server.game.cards import View
from server.game.events import Event
from server.game.refusals import RefusalCode, Refused
from server.game.scenario import Phase, Scenario, SeatId, Switches
from server.game.views import BOARD, EVERYTHING, HOST, Viewer, ViewerKind, notice_for, view_for
from server.protocol import RefusedAnswer
from server.scenarios import load
from tests.server.game.games import CAMPAIGN, CRISIS, Player
from tests.server.game.wander import wander

ASIA = load(str(Path(__file__).parent / "asia.toml"))
JP, US, AU, BANKS, US_BANKS, IMF, KR = ASIA.seat_by_id
ESCAPES = "\x1b[2J\x1b]0;owned\x07\rJP: I pay\x9b31m\u202eyap\u2066\nNews: peace"


def seat(name: SeatId) -> Viewer:
    return Viewer(ViewerKind.SEAT, name)


def shown(player: Player, viewer: Viewer) -> View:
    return view_for(player.state, viewer)


def to_phase(player: Player, phase: Phase) -> None:
    while player.state.phase is not phase:
        player.record(hosting.next_phase(player.state, player.now_ms))


def proposed(scenario: Scenario = ASIA) -> Player:
    """Asia in its first propose phase: deals, a programme, the region's money, a package."""
    player = Player(scenario, timed=False, seed=3)
    to_phase(player, Phase.TALK)
    player.act(US, Press(JP, 6_000))
    player.act(US, Press(JP, 5_000))
    player.act(US, Press(AU, 1_000))
    player.act(US, Press(AU, 0))
    player.act(BANKS, Lobby(300))
    player.act(JP, OfferFavour(BANKS, 500, 100))
    to_phase(player, Phase.PROPOSE)
    player.act(IMF, ProposeTranche(5_000, (600, 400), (4_000,)))
    player.act(JP, ProposeRegional(1_500))
    asked = {JP: 2_000, US: 2_500, AU: 500}
    player.act(JP, TablePackage(asked, {BANKS: 100}, None, "Or none.", 5_000))
    return player


def voted() -> Player:
    """All have signed and voted: the pledge phase."""
    player = proposed()
    for name in (US, AU, BANKS):
        player.act(name, AnswerPackage(1, True))
    to_phase(player, Phase.VOTE)
    for voter, proposals in ((JP, (1, 2)), (US, (1,)), (AU, (1, 2))):
        for number in proposals:
            player.act(voter, Vote(number, Ballot.YES))
    assert player.state.phase is Phase.PLEDGE
    return player


JAPANS = Pledge(2_000, True, 3_000, 6_000, True, 400, 500)


def resolved() -> Player:
    """The first round: the second line is called, and the United States refuse."""
    player = voted()
    player.act(KR, DecideProgramme(True))
    player.act(JP, JAPANS)
    player.act(US, Pledge(2_500, second_line_musd=4_000, pays_calls=False, strictness_permille=600))
    player.act(AU, Pledge(500, others_at_least_musd=4_000))
    player.act(BANKS, Withdraw(100))
    player.act(US_BANKS, Withdraw(250))
    player.act(IMF, DecideTranche(True))
    assert len(player.state.history) == 1
    return player


def everything(view: View) -> str:
    """All that a view can be made to say."""
    lines = [*render.brief(view), *render.status(view, 61_000), *render.promise_lines(view)]
    for card in view.rounds:
        lines += render.round_lines(view, card)
    return "\n".join([*lines, *render.debrief_lines(view)])


# --- by hand ---


def test_status_shows_deals_proposals_and_minimum_of_a_package() -> None:
    lines = render.status(shown(proposed(), seat(JP)), None)
    for line in (
        "Crisis 1, round 1 of 2: propose",
        # Half of 30 is scheduled, and the crowd's panic of a fifth takes 1.6 of 8: 16.6.
        f"Promised [{'.' * 40}] 0 of 16.6, 16.6 missing",
        "The crowd takes out 1.6 of its 8 bn (panic 20%).",
        # Reserves of 6 above a floor of 2; half of the regional fund's 4 in a round.
        "The debtor's own reserves can pay 4 bn.",
        "The region's fund can lend 2 bn this round.",
        "Package 1 of JP: JP 2, US 2.5, AU 0.5, JP-banks at most 10% out, 5 in total or",
        "  nobody who signed pays; JP accepts, US has not answered, AU has not answered,",
        "Proposal 1 of IMF: lend 5 bn, then 4, terms fiscal 60%, banking 40%; needs a",
        "Proposal 2 of JP: the region lends 1.5 bn; needs a majority of the region.",
        "US presses you to pledge 5 bn.",
        "JP-banks lobbies you with 30% of its force.",
        "You offer JP-banks 0.5 bn for taking out at most 10%.",
    ):
        assert line in lines
    assert not any("6 bn" in line or "AU to pledge" in line for line in lines)


def test_status_shows_the_programme_and_what_a_seat_is_bound_to() -> None:
    player = voted()
    lines = render.status(shown(player, seat(JP)), None)
    for line in (
        "Programme: 5 bn this round, then 4, terms fiscal 60%, banking 40%, 100% kept; on",
        "The region's fund can lend 2 bn this round, 1.5 granted.",
        # Signed are 2, 2.5 and 0.5; granted are 5 of the Fund and 1.5 of the region.
        f"Promised [{'=' * 28}{'.' * 12}] 11.5 of 16.6, 5.1 missing",
        # Half of Japan's capacity of 16 in a round, all of it for the second line.
        "You have not pledged; at most 8 bn, you are bound to 2 and by default pledge",
        "You may announce a second line of 16 bn more: pledge 1 line 16.",
    ):
        assert line in lines
    assert "The programme waits for your answer: accept programme, decline programme." in (
        render.status(shown(player, seat(KR)), None)
    )
    player.act(KR, DecideProgramme(False, final=False))
    assert "You decline the programme, a draft." in render.status(shown(player, seat(KR)), None)
    player.act(JP, JAPANS)
    text = " ".join("\n".join(render.status(shown(player, seat(JP)), None)).split())
    assert (
        "Your pledge stands at 2 bn, only if the others reach 3, second line 6, terms 40%, "
        "guidance 50%, final." in text
    )


def test_a_round_shows_where_the_money_came_from_and_what_became_of_each_promise() -> None:
    view = shown(resolved(), BOARD)
    # 15 scheduled, the crowd's 1.6, a tenth of 8 and a quarter of 4: 18.4 are needed. First come
    # 5, half of it again, 1.5 and pledges of 5: 14. Reserves add 4, and 0.4 are called from
    # second lines of 6 and 4: Japan pays 0.24, the United States do not pay 0.16.
    # S = (18.24 / 18.4)² = 0.98268. Strictness: (0.5·5 + 0.3·1.5) / 6.5 = 0.45385 by the
    # programme and the region; kept is 1 - 0.8·0.45385·0.16/18.4 = 0.99684.
    assert render.round_lines(view, view.rounds[0]) == [
        "Crisis 1, round 1 resolved: stability 98.3 %",
        f"Drawn    [{'#' * 40}] 18.24 of 18.4, 0.16 missing",
        "  IMF 5, other institutions 2.5, the region 1.5, own reserves 4",
        "  Japan (JP) pledged 2, drawn 2.24, 0.24 of it called from its second line,",
        "    second line 6 announced",
        "  United States (US) pledged 2.5, called for 0.16 and did not pay, second line 4",
        "    announced",
        "  Australia (AU) pledged 0.5",
        "  Of all pledges (and quotas): JP 40% (29%), US 50% (57%), AU 10% (14%)",
        "  Japanese banks (JP-banks) took out 10%",
        "  American banks (US-banks) took out 25%",
        "  The crowd took out 1.6.",
        "  A programme of 45.4% strictness was in force, kept by 99.7%.",
        "  Asked of the debtor: JP 40%, US 60%, AU 45.4%.",
        "  Leaned on their banks: JP 50%.",
    ]


def test_the_next_round_shows_what_the_last_one_left() -> None:
    player = resolved()
    to_phase(player, Phase.TALK)
    lines = render.status(shown(player, BOARD), None)
    # Panic: 0.2 + 0.5·(0.5 - cover) + 0.3·0.16/18.4, where cover is 0.227 of reserves, a tranche
    # of 4 and half of Japan's 5.76, against claims of 7.2 and 3 and the crowd's 6.4: 0.42813.
    # So 0.23854 of 6.4 leaves. What was not paid is in arrears.
    for line in (
        "Programme: 4 bn this round, terms fiscal 60%, banking 40%, 99.7% kept; on track.",
        "The crowd takes out 1.527 of its 6.4 bn (panic 23.9%).",
        "The debtor's own reserves can pay 0.227 bn.",
        "Second lines that can be called: JP 5.76 (believed 50%).",
        "Arrears so far: 0.16 bn.",
        "News of round 2: Wall Street falls. The Dow loses seven per cent in a day.",
    ):
        assert line in lines


def moved_by(change: dict[str, object], on: Switches, *pledges: Pledge) -> Player:
    """The small crisis with some rules on, after its first round."""
    player = Player(replace(CRISIS, switches=on, **change), timed=False)  # type: ignore[arg-type]
    to_phase(player, Phase.PLEDGE)
    for government, pledge in zip(CRISIS.governments, pledges, strict=False):
        player.act(government.id, pledge)
    while not player.state.history:
        player.record(player.next_phase())
    return player


@pytest.mark.parametrize(
    ("change", "on", "pledge", "line"),
    [
        (
            {},
            {"clauses": True},
            Pledge(1_000, others_at_least_musd=8_000),
            "  Japan (JP) pledged 1, drawn 0, its condition was not met",
        ),
        (
            {},
            {"refund": True},
            Pledge(1_000),
            "  The money did not reach the need: pledges were given back.",
        ),
        (
            {"term_names": ("k",)},
            {"terms": True},
            Pledge(1_000, strictness_permille=250),
            "  Asked of the debtor: JP 25%, US 0%, DE 0%.",
        ),
    ],
)
def test_what_one_rule_did_is_said_in_a_line_of_its_own(
    change: dict[str, object], on: dict[str, bool], pledge: Pledge, line: str
) -> None:
    player = moved_by(change, replace(CRISIS.switches, **on), pledge)
    view = shown(player, BOARD)
    assert line in render.round_lines(view, view.rounds[0])


def test_two_short_rounds_are_announced_and_then_a_default() -> None:
    player = moved_by({}, replace(CRISIS.switches, arrears=True))
    to_phase(player, Phase.TALK)
    view = shown(player, BOARD)
    # A third of 20 was needed, nothing was paid.
    lines = render.status(view, None)
    assert "Too much was not paid last round: once more, and the debtor defaults." in lines
    assert "Arrears so far: 6.666 bn." in lines
    while len(player.state.history) < 2:
        player.record(player.next_phase())
    view = shown(player, BOARD)
    assert "  The debtor is in default." in render.round_lines(view, view.rounds[1])
    assert "The debtor is in default: the Fund lends no more in this crisis." in (
        render.status(view, None)
    )


def test_banks_that_run_make_everything_fall_due() -> None:
    on = replace(CRISIS.switches, cross_default=True)
    player = Player(replace(CRISIS, switches=on, cross_default_share=0.5), timed=False)
    to_phase(player, Phase.PLEDGE)
    player.act(SeatId("JP-banks"), Withdraw(600))
    while not player.state.history:
        player.record(player.next_phase())
    view = shown(player, BOARD)
    assert render.round_lines(view, view.rounds[0])[-2:] == [
        "  Japanese banks (JP-banks) took out 100%",
        "  Banks took out so much that everything fell due.",
    ]


def test_a_programme_that_is_declined_lends_nothing() -> None:
    player = voted()
    player.act(KR, DecideProgramme(False))
    while not player.state.history:
        player.record(player.next_phase())
    view = shown(player, BOARD)
    lines = render.round_lines(view, view.rounds[0])
    assert "  The debtor declined the programme." in lines
    assert not any(line.startswith("  IMF") or "was in force" in line for line in lines)


# --- campaigns and the end ---


def ended(scenario: Scenario) -> Player:
    player = Player(scenario, timed=False)
    while player.state.ending is None:
        player.record(player.next_phase())
    return player


def test_rounds_are_named_with_their_crisis_where_there_are_several() -> None:
    view = shown(ended(ASIA), BOARD)
    assert [render.round_lines(view, card)[0].split(" resolved")[0] for card in view.rounds] == [
        "Crisis 1, round 1",
        "Crisis 1, round 2",
        "Crisis 2, round 1",
    ]
    numbers = [line.split()[0] for line in render.promise_lines(view)[1:]]
    assert numbers == ["1.1"] * 3 + ["1.2"] * 3 + ["2.1"] * 3


def test_a_later_crisis_begins_with_its_situation_and_no_earlier_one_does() -> None:
    player = Player(ASIA, timed=False)
    told = []
    while player.state.ending is None:
        for event in player.record(player.next_phase()):
            if event.kind == "phase_began":
                view = shown(player, seat(JP))
                told.append(render.began(view, event.crisis, event.round, event.phase))
    (lines,) = [lines for lines in told if lines]
    assert lines[1:4] == [
        "The fire spreads to Brazil",
        "",
        "A year later it is Brazil that cannot pay.",
    ]
    assert "You are Japan (JP)." in lines


def test_the_debrief_tells_the_deals_that_stood_and_names_nobody_you() -> None:
    player = resolved()
    player.record(hosting.close(player.state, player.now_ms))
    assert [line for line in render.debrief_lines(shown(player, BOARD)) if line[:5] == "  1.1"] == [
        "  1.1  US presses JP to pledge 5 bn.",
        "  1.1  JP-banks lobbies JP with 30% of its force.",
        "  1.1  JP offers JP-banks 0.5 bn for taking out at most 10%.",
    ]
    assert "  1.1  You press JP to pledge 5 bn." in render.debrief_lines(shown(player, seat(US)))


# --- what is off, and what is nobody's business ---


def test_every_rule_has_its_sentence() -> None:
    assert list(advanced.RULES) == [
        one.name for one in fields(Switches) if "sparse" in one.metadata
    ]
    lines = "\n".join(render.brief(shown(Player(ASIA), BOARD)))
    assert "banks take out more than 70% of what is due" in " ".join(lines.split())
    assert "more than 25% of the need is not paid" in " ".join(lines.split())


WORDS = ("second line", "programme", "reserves", "crowd", "region", "Further rules", "terms", "Crisis", "arrears")  # fmt: skip


@pytest.mark.parametrize("viewer", [seat(SeatId("JP")), BOARD, HOST, EVERYTHING])
def test_where_all_rules_are_off_no_word_of_them_is_shown(viewer: Viewer) -> None:
    text = everything(shown(wander(CRISIS, 7), viewer))
    assert [word for word in WORDS if word in text] == []


def test_a_single_rule_that_is_on_shows_nothing_of_the_others() -> None:
    on = replace(CRISIS.switches, reserves=True)
    player = moved_by({"reserves_musd": 2_000}, on)
    text = everything(shown(player, seat(SeatId("JP"))))
    assert "The debtor's own reserves can pay" in text
    assert [word for word in WORDS if word in text] == ["reserves", "Further rules"]


OTHERS = [seat(name) for name in ASIA.seat_by_id if name != JP]


@pytest.mark.parametrize("viewer", [*OTHERS, BOARD, HOST])
def test_nobody_reads_what_else_a_seat_has_sealed(viewer: Viewer) -> None:
    texts = set()
    for secret in (JAPANS, Pledge(2_500, second_line_musd=100, pays_calls=False)):
        player = voted()
        player.act(JP, secret)
        texts.add(everything(shown(player, viewer)))
    assert len(texts) == 1


@pytest.mark.parametrize("viewer", [seat(AU), seat(US_BANKS), seat(IMF), seat(KR), BOARD])
def test_nobody_else_reads_of_a_deal_between_two(viewer: Viewer) -> None:
    text = everything(shown(voted(), viewer))
    assert not any(verb in text for verb in (" press ", " presses ", "lobbies", "offers"))


# --- other people's words, and the width ---


def test_words_of_a_scenario_file_cannot_steer_a_terminal() -> None:
    cards = tuple(replace(card, title=ESCAPES, text=ESCAPES) for card in ASIA.cards)
    titled = [replace(one, title=ESCAPES, situation=ESCAPES) for one in (ASIA, *ASIA.later_crises)]
    scenario = replace(
        titled[0], cards=cards, term_names=(ESCAPES, "banking"), later_crises=tuple(titled[1:])
    )
    player = proposed(scenario)
    player.record(hosting.play_card(player.state, "diet-refuses", player.now_ms))
    text = everything(shown(player, seat(JP)))
    sentence = notice_line(shown(player, seat(JP)), player.log[-1])
    assert sentence is not None and sentence.startswith("News: ") and "\n" not in sentence
    for said in (text, sentence):
        assert not {letter for letter in said if letter != "\n"} & set("\x1b\x07\r\x9b\u202e\u2066")
    assert not any(line.startswith(("JP: I pay", "News: peace")) for line in text.splitlines())


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_fits_the_width_and_has_a_sentence(seed: int) -> None:
    player = wander(CAMPAIGN, seed)
    for viewer in (*map(seat, CAMPAIGN.seat_by_id), BOARD, HOST, EVERYTHING):
        view = shown(player, viewer)
        for line in everything(view).splitlines():
            assert len(line) <= WIDTH
        silent = {event.kind for event, line in told(player, viewer) if line is None}
        assert silent <= {"session_opened", "phase_began", "round_resolved"}


def told(player: Player, viewer: Viewer) -> Iterator[tuple[Event, str | None]]:
    """What each event of a log is told as, to one viewer."""
    view = shown(player, viewer)
    for event in player.log:
        notice = notice_for(event, viewer, CAMPAIGN)
        if notice is not None:
            line = notice_line(view, notice)  # type: ignore[arg-type]
            assert line is None or one_line(line) == line
            yield event, line


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("short", ["short"]),
        ("  a " + "x" * 70 + " further words", ["  a " + "x" * 70, "    further words"]),
    ],
)
def test_a_long_line_goes_on_set_in_below_itself(line: str, parts: list[str]) -> None:
    assert folded(line) == parts


# --- notices ---


def test_deals_are_told_to_each_side_in_its_own_words() -> None:
    player = Player(ASIA, timed=False)
    to_phase(player, Phase.TALK)

    def words(viewer: SeatId, event: Event) -> str | None:
        return notice_line(shown(player, seat(viewer)), event)  # type: ignore[arg-type]

    (pressed,) = player.act(US, Press(JP, 5_000))
    assert words(US, pressed) == "You press JP to pledge 5 bn."
    assert words(JP, pressed) == "US presses you to pledge 5 bn."
    (back,) = player.act(US, Press(JP, 0))
    assert words(US, back) == "You no longer press JP."
    assert words(JP, back) == "US no longer presses you."
    (lobbied,) = player.act(BANKS, Lobby(300))
    assert words(BANKS, lobbied) == "You lobby JP with 30% of your force."
    assert words(JP, lobbied) == "JP-banks lobbies you with 30% of its force."
    (offered,) = player.act(JP, OfferFavour(BANKS, 500, 100))
    assert words(JP, offered) == "You offer JP-banks 0.5 bn for taking out at most 10%."
    (kept,) = player.act(JP, OfferFavour(BANKS, 0, 0))
    assert words(BANKS, kept) == "JP no longer offers you anything."


def test_what_is_proposed_voted_and_sealed_is_told_with_all_its_parts() -> None:
    player = resolved()
    lines = {event.kind: line for event, line in _told_to(player, EVERYTHING)}
    assert lines["package_tabled"] == (
        "JP tables package 1: JP 2, US 2.5, AU 0.5, JP-banks at most 10% out, 5 in total or "
        'nobody who signed pays. "Or none."'
    )
    assert lines["vote_counted"] == (
        "The board has voted: 5 bn are granted (JP yes, US yes, AU yes). "
        "The region grants 1.5 bn (JP yes, AU yes)."
    )
    assert lines["programme_decided"] == "KR accepts the programme, final."
    proposals = [
        line for event, line in _told_to(player, BOARD) if event.kind == "tranche_proposed"
    ]
    assert proposals == [
        "IMF proposes a tranche of 5 bn, then 4, terms fiscal 60%, banking 40% (proposal 1).",
        "JP proposes that the region lends 1.5 bn (proposal 2).",
    ]
    pledges = [line for event, line in _told_to(player, EVERYTHING) if event.kind == "pledged"]
    assert pledges == [
        "JP pledges 2 bn, only if the others reach 3, second line 6, terms 40%, guidance 50%, final.",
        "US pledges 2.5 bn, second line 4, refusing to be called, terms 60%, final.",
        "AU pledges 0.5 bn, only if the others reach 4, final.",
    ]


def _told_to(player: Player, viewer: Viewer) -> Iterator[tuple[Event, str | None]]:
    view = shown(player, viewer)
    for event in player.log:
        notice = notice_for(event, viewer, ASIA)
        if notice is not None:
            yield event, notice_line(view, notice)  # type: ignore[arg-type]


def refused(refusal: Refused) -> str:
    return refusal_line(
        RefusedAnswer(
            id="1",
            code=refusal.code,
            message=refusal.message,
            field=refusal.field,
            allowed=refusal.allowed,
        )
    )


@pytest.mark.parametrize(
    ("action", "line"),
    [
        (
            Pledge(1_000),
            "refused: out_of_range: pledge_musd: 1 is outside 2 to 8 (allowed: 2 to 8)",
        ),
        (
            Pledge(2_050),
            "refused: not_a_step: pledge_musd: 2.05 is not a multiple of 0.1 "
            "(allowed: 2 to 8 in steps of 0.1 (US$ bn))",
        ),
        (
            Pledge(2_000, guidance_permille=1_001),
            "refused: out_of_range: guidance_permille: 100.1% is outside 0% to 100% "
            "(allowed: 0% to 100%)",
        ),
    ],
)
def test_a_refusal_tells_numbers_as_people_type_them(action: Pledge, line: str) -> None:
    with pytest.raises(Refused) as refusal:
        voted().act(JP, action)
    assert refused(refusal.value) == line


def test_other_numbers_in_a_refusal_are_left_as_they_are() -> None:
    player = Player(ASIA, timed=False)
    to_phase(player, Phase.PROPOSE)
    with pytest.raises(Refused) as refusal:
        player.act(JP, ProposeTranche(5_000, (), (5_000, 5_000)))
    assert refused(refusal.value) == (
        "refused: out_of_range: later_musd: 2 numbers for 1 rounds to come (allowed: 1 numbers)"
    )
    assert refused(Refused(RefusalCode.ROOM_STATE, "no")) == "refused: room_state: no"
