"""Each ranking on a small example on which it misleads; the page of tournaments tells them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from server.tournament.evolution import Payoffs, ecological
from server.tournament.measures import SeatResult
from server.tournament.rankings import Placed, rankings
from server.tournament.standings import Group, RoleStandings, Standings, Sum

BLOCKS = 20


def seat(block: int, name: str, bot: str, percent: float, **other: object) -> SeatResult:
    """One government's row; the measures that a test does not speak of are dull."""
    return SeatResult(
        match=block,
        scenario=str(other.get("scenario", "s")),
        block=block,
        repetition=int(str(other.get("repetition", 1))),
        seed="1",
        focal=False,
        alike=False,
        seat=name,
        role="government",
        bot=bot,
        bot_version="v",
        payoff_musd=0,
        percent=percent,
        contributed=0.0,
        burden=None,
        kept=float(str(other["kept"])) if "kept" in other else None,
        exploited=None,
        regret=float(str(other.get("regret", 0.0))),
        efficiency=float(str(other.get("efficiency", 0.5))),
        stability=1.0,
        provided=1.0,
        failures=0,
        trembles=0,
    )


def standings(tables: Sequence[Sequence[SeatResult]]) -> RoleStandings:
    """Of some tables, a match each."""
    found = Standings(swap=False, blocks=BLOCKS)
    for rows in tables:
        found.add_seats(rows)
    return found.roles["government"]


def by(placed: Sequence[Placed], ranking: str) -> dict[str, Placed]:
    return {one.bot: one for one in placed if one.ranking == ranking}


def first(placed: Sequence[Placed], ranking: str) -> set[str]:
    return {bot for bot, one in by(placed, ranking).items() if one.rank == 1}


def test_the_mean_lets_one_windfall_in_five_outweigh_four_defeats() -> None:
    tables = [
        [
            seat(n, "A", "gambler", 400.0 if n % 5 == 0 else 10.0 + n % 3),
            seat(n, "B", "steady", 50.0 + n % 2),
        ]
        for n in range(1, BLOCKS + 1)
    ]
    placed = rankings(standings(tables))
    assert by(placed, "mean")["gambler"].score > by(placed, "mean")["steady"].score
    assert first(placed, "median") == {"steady"}
    assert first(placed, "wins") == {"steady"}


def test_the_median_does_not_see_a_ruin_in_two_of_five() -> None:
    tables = [
        [
            seat(n, "A", "reckless", -300.0 if n % 5 < 2 else 60.0),
            seat(n, "B", "steady", 50.0),
        ]
        for n in range(1, BLOCKS + 1)
    ]
    placed = rankings(standings(tables))
    assert by(placed, "median")["reckless"].score > by(placed, "median")["steady"].score
    assert by(placed, "mean")["reckless"].score < 0


def test_wins_prefer_who_harms_all_and_itself_a_little_less() -> None:
    # The spoiler has 5 where all have 4; the builder has 60 where another has 61.
    tables = [
        [seat(n, "A", "spoiler", 5.0), seat(n, "B", "steady", 4.0)]
        if n % 2
        else [seat(n, "A", "builder", 60.0), seat(n, "B", "steady", 61.0)]
        for n in range(1, BLOCKS + 1)
    ]
    placed = rankings(standings(tables))
    assert first(placed, "wins") == {"spoiler"}
    assert by(placed, "mean")["builder"].score == 60
    assert by(placed, "mean")["spoiler"].score == 5


def test_maximin_is_decided_by_one_companion_that_nobody_may_ever_meet() -> None:
    def table(n: int) -> list[SeatResult]:
        companion = "wrecker" if n % 10 == 0 else "friend"
        worst = companion == "wrecker"
        return [
            seat(n, "A", "rich", 0.0 if worst else 90.0),
            seat(n, "B", "poor", 1.0 if worst else 2.0),
            seat(n, "C", companion, 0.0),
        ]

    placed = rankings(standings([table(n) for n in range(1, BLOCKS + 1)]))
    lowest = by(placed, "maximin")
    assert (lowest["rich"].score, lowest["poor"].score) == (0.0, 1.0)
    means = by(placed, "mean")
    assert means["rich"].score > 40 * means["poor"].score


def test_efficiency_praises_a_bot_for_what_it_let_others_pay() -> None:
    # At the giver's table all is gained and it pays; the rider sits there half of the time.
    tables = [
        [
            seat(n, "A", "giver", 5.0, efficiency=1.0),
            seat(n, "B", "rider" if n % 2 else "other", 95.0, efficiency=1.0),
        ]
        for n in range(1, BLOCKS + 1)
    ]
    placed = rankings(standings(tables))
    assert first(placed, "efficiency") == {"giver", "rider", "other"}


def test_no_regret_is_no_merit_where_every_reply_was_as_bad() -> None:
    tables = [
        [
            seat(n, "A", "stuck", 0.0, regret=0.0),
            seat(n, "B", "generous", 70.0 + n % 2, regret=20.0),
        ]
        for n in range(1, BLOCKS + 1)
    ]
    placed = rankings(standings(tables))
    assert first(placed, "regret") == {"stuck"}
    assert first(placed, "mean") == {"generous"}


def pairs(payoffs: Mapping[tuple[str, str], float]) -> dict[Group, Sum]:
    return {(bot, (other,)): Sum(1, value, value**2) for (bot, other), value in payoffs.items()}


def test_evolution_forgets_who_fed_the_winner() -> None:
    # The rider lives on givers and has nothing among its own: it leads only while these last.
    groups = pairs(
        {
            ("giver", "giver"): 60,
            ("giver", "rider"): 0,
            ("giver", "grim"): 60,
            ("rider", "giver"): 140,
            ("rider", "rider"): 0,
            ("rider", "grim"): 5,
            ("grim", "giver"): 55,
            ("grim", "rider"): 20,
            ("grim", "grim"): 55,
        }
    )
    bots = ("giver", "grim", "rider")
    course = ecological(Payoffs(groups, bots))
    assert bots[course[5].argmax()] == "rider"
    assert bots[course[-1].argmax()] == "grim"


def test_bots_that_are_the_same_share_every_rank() -> None:
    tables = [
        [seat(n, "A", "one", 50.0 + n), seat(n, "B", "two", 50.0 + n)] for n in range(1, BLOCKS + 1)
    ]
    for place in rankings(standings(tables)):
        assert (place.rank, place.tied) == (1, True)


def test_a_clear_lead_is_a_rank_and_its_interval_is_that_of_the_bootstrap() -> None:
    tables = [
        [seat(n, "A", "high", 80.0 + n % 3), seat(n, "B", "low", 20.0 + n % 4)]
        for n in range(1, BLOCKS + 1)
    ]
    high, low = (by(rankings(standings(tables)), "mean")[bot] for bot in ("high", "low"))
    assert (high.rank, low.rank, high.tied) == (1, 2, False)
    assert high.low is not None and high.high is not None
    assert 80 < high.low < high.score < high.high < 82


def test_a_few_blocks_put_nobody_in_order_whatever_the_bootstrap_says() -> None:
    # Of two blocks with one sign a bootstrap draws no other: by signs the chance is one in two.
    tables = [[seat(n, "A", "high", 80.0 + n), seat(n, "B", "low", 20.0 + n)] for n in (1, 2)]
    placed = rankings(standings(tables))
    assert all(one.rank == 1 and one.tied for one in placed if one.ranking == "mean")


def test_many_bots_that_are_far_apart_are_still_put_in_order() -> None:
    # 66 pairs: of 2,000 draws no p could outlast Holm's correction for them.
    bots = [f"bot-{number:02}" for number in range(12)]
    tables = [
        [seat(n, "A", bot, 10.0 * place + n % 3)]
        for n in range(1, BLOCKS + 1)
        for place, bot in enumerate(bots)
    ]
    mean = by(rankings(standings(tables)), "mean")
    assert [mean[bot].rank for bot in bots] == list(range(12, 0, -1))


def test_shares_that_are_the_same_to_the_percent_are_a_tie() -> None:
    tables = [
        [seat(n, "A", "same", 50.0 + n % 2), seat(n, "B", "other", 50.0 + n % 2 + 1e-4)]
        for n in range(1, BLOCKS + 1)
    ]
    for bot in ("same", "other"):
        tables.append([seat(1, "A", bot, 50.0), seat(1, "B", bot, 50.0)])
    evolved = by(rankings(standings(tables)), "evolution")
    assert {(one.rank, one.tied) for one in evolved.values()} == {(1, True)}


def test_companions_stand_in_the_order_of_seats_in_every_process() -> None:
    bots = [f"bot-{number}" for number in range(12)]
    found = standings([[seat(1, bot, bot, 10) for bot in bots]])
    assert list(found.with_companion("bot-3")) == [bot for bot in bots if bot != "bot-3"]
