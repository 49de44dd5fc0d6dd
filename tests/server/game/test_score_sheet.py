"""The score sheet under a brief: its figures against sums made by hand."""

from __future__ import annotations

from dataclasses import replace

from server.game.one_shot import one_shot
from server.game.resolution import Decisions
from server.game.scenario import Debtor, SeatId, Switches
from server.game.score_sheet import score_sheet
from server.game.views import Viewer, ViewerKind, view_for
from server.scenarios import load
from tests.server.game.games import ALL_ON, BANKS, CRISIS, IMF, JP, US, Player

KOREA = load("korea-1997")


def sheet(seat: SeatId) -> list[str]:
    return list(score_sheet(KOREA, KOREA.seat_by_id[seat]))


def test_a_government_reads_what_stability_is_worth_and_what_paying_brings_and_costs() -> None:
    # Japan: 10 + 5 + 0.5·0.5·23.7 = 5.925, 0.5·0.5·(0.30·10 + 0.15·10.8) = 1.155,
    # 0.40·3 + 0.05·2 = 1.3: together 23.38. Paying x costs 0.5·x + 0.8·x²/30:
    # 3.75 + 1.5 for 7.5, 7.5 + 6 for 15. Of the Fund's money 0.3·0.055.
    assert sheet(JP) == [
        "Full stability is worth 23.38 bn to you over 3 rounds, the same part in each: a stable "
        "world economy 10, your own trade and investment 5, your banks 5.92, the banks that yours "
        "lend with 1.16, the trade of your partners 1.3. Half of the stability brings half of that.",
        "Each billion of yours that is drawn brings you 0.2 bn whatever comes of it: 0.1 at home, "
        "0.1 abroad.",
        "Paying 7.5 bn costs you 5.25 bn, and paying 15 bn, all you can over the whole crisis, "
        "13.5 bn.",
        "After a round that ends in collapse you can pay 30% less in the next, and after half of "
        "the stability half as much less.",
        "Each billion that the Fund lends costs you 0.0165 bn, as your part of it.",
    ]


def test_a_bank_reads_from_which_stability_on_staying_pays() -> None:
    # 0.05·S - 0.5·(1 - S) = -0.05 at S = 0.45/0.55.
    assert sheet(BANKS) == [
        "Each billion that stays in earns you 0.05 bn if stability is full, and loses 0.5 bn if "
        "there is none; between the two, in proportion.",
        "Each billion that you take out costs you 0.05 bn, whatever comes.",
        "So staying is the better choice from a stability of 0.82 up.",
    ]


def test_the_fund_reads_what_lending_risks_and_what_others_bring() -> None:
    # 0.05 per dollar, and 0.2 more where all is lost.
    assert sheet(IMF) == [
        "Full stability is worth 15 bn to you.",
        "Each billion that you lend costs you 0.05 bn if stability is full, and 0.25 bn if there "
        "is none.",
        "If all bank claims stay in, that is worth 4 bn; part of them, that part.",
        "If you lend, governments' own money is worth 5 bn to you where it covers the whole need; "
        "part of the need, that part.",
    ]


def test_a_debtor_reads_what_a_programme_costs() -> None:
    debtor = Debtor(SeatId("MX"), "Mexico", "", 20_000, 0.1, 6_000, 1_500, 9_000)
    switches = replace(ALL_ON, terms=True, arrears=True)
    game = replace(CRISIS, seats=(*CRISIS.seats, debtor), switches=switches, term_names=("cuts",))
    assert list(score_sheet(game, debtor)) == [
        "Full stability is worth 20 bn to you.",
        "Each billion that you receive is worth 0.1 bn more.",
        "A programme of the strictest terms, if you keep it, costs you 6 bn.",
        "Being in a programme at all costs you 1.5 bn.",
        "Default costs you 9 bn.",
    ]


def test_every_advanced_rule_that_moves_a_payoff_has_its_sentence() -> None:
    japan = replace(
        CRISIS.governments[0],
        discipline_stake_musd=4_000,
        concession_gain_musd=2_000,
        guidance_cost_musd=800,
        credit_loss=0.2,
        relative_gains_weight=0.5,
        regional_share=0.25,
        regional_bonus_musd=3_000,
    )
    switches = Switches(
        **dict.fromkeys(("home_stakes", "links", "private_returns", "packages"), True),
        terms=True,
        second_line=True,
        credit_losses=True,
        guidance=True,
        pressure=True,
        regional_fund=True,
        relative_gains=True,
    )
    game = replace(
        CRISIS,
        seats=(japan, *CRISIS.seats[1:]),
        switches=switches,
        pressure_force=0.5,
        regional_unit_cost=0.4,
        breach_fine_musd=1_200,
        term_names=("strictness",),
    )
    told = "\n".join(score_sheet(game, japan))
    # v·r = 0.25·0.08; theta·e = 0.5·0.3 towards the United States; c_R·share = 0.4·0.25.
    assert "second line that is announced and not called brings 0.02 bn" in told
    assert "Each billion of yours that is drawn loses 0.2 bn if nothing is stable" in told
    assert "If all ask for the strictest terms, that is worth 4 bn" in told
    assert "Being wholly lenient while all others are strict brings you 2 bn" in told
    assert "Undercutting the strictest programme altogether costs you 1.2 bn" in told
    assert "Leaning on your banks with full force costs 0.8 bn" in told
    assert "Each billion that US asks of you and you do not pay costs 0.15 bn" in told
    assert "region's fund lends costs you 0.1 bn" in told
    assert "it would bring you 3 bn" in told
    assert "others gain more than you on average costs you 0.5 bn" in told


def test_the_sheet_agrees_with_the_ledger_of_full_stability() -> None:
    """Everybody stays and nobody but the Fund pays: the stake less the part in the tranche."""
    ledger = one_shot(KOREA, Decisions({}, {}, KOREA.need_musd)).lines_musd[JP]
    assert sum(ledger.values()) == 23_380 - round(0.0165 * 55_000)


def test_the_sheet_is_on_the_seats_own_card_and_on_nobody_elses() -> None:
    state = Player(CRISIS).state
    own = view_for(state, Viewer(ViewerKind.SEAT, US)).own
    assert own is not None
    assert own.score_sheet == score_sheet(CRISIS, CRISIS.seat_by_id[US])
    assert own.score_sheet != score_sheet(CRISIS, CRISIS.seat_by_id[JP])
