"""The columns of a tournament's tables: the dictionary, the headers and the types of files.

Owns what each column is called and means; how rows are made is in `measures`, `standings` and
`statistics`, in the same order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from server.analysis.columns import (
    Column,
    code,
    count,
    musd,
    number,
    permille,
    share,
    text,
    yes_no,
)
from server.game.scenario import Role

TABLES_VERSION = 1
"""Of a tournament's tables. While it stays, columns are only ever added, at a table's end."""

TOURNAMENT = code(
    "tournament", "Name of the plan, and a digest of plan, scenarios and the bots' code."
)
MATCH = count("match", "Number of the match in the plan.", least=1)
ROLE = code("role", "The role.", allowed=", ".join(Role))
BOT = code("bot", "Name of the bot, as in the plan.")
VERSION = code("bot_version", "Digest of the bot's code.")
SCENARIO = code("scenario", "Name of the scenario as it was played.")
BLOCK = (
    count("block", "Group drawn anew; with scenario and repetition, what shares a seed.", least=1),
    count("repetition", "The same groups with another seed.", least=1),
    code("seed", "Of the match: all chance comes from it. As text, for it may exceed 2^53."),
)
ALIKE = yes_no("alike", "Whether one bot played all governments; kept out of rankings.")
STABILITY = (
    share("stability", "Mean of S over the rounds; the same for all seats of a match."),
    share("provided", "Share of the rounds with S = 1."),
)
FAILURES = (
    count("failures", "Phases in which a bot raised, was refused, or was too late."),
    count("trembles", "Final decisions that slipped (noise)."),
)
EFFICIENCY = number(
    "efficiency", "Sum of W − W₀ over that of W_opt − W₀; governments.", allowed="1 or less"
)
CONTRIBUTED = share("contributed", "Bilateral money drawn over fiscal capacity; governments.")
REGRET = number(
    "regret",
    "Missed against the best reply, round by round, to what the others pledged; governments.",
    unit="percent of the own stake",
    allowed="0 or more",
)
PERCENT = "percent of the own stake"

MATCHES = (
    TOURNAMENT,
    MATCH,
    code("session", "Its id in the store: a digest of all that it depends on."),
    SCENARIO,
    *BLOCK,
    code("engine_version", "Of the rules that were played."),
    count("rounds", "Rounds that were played.", least=1),
    ALIKE,
    musd("need_musd", "Sum of the needs."),
    musd("effective_musd", "Sum of all money drawn."),
    share("provision", "Drawn of needed."),
    *STABILITY,
    EFFICIENCY,
    share("gini", "Of what the governments paid: 0 all the same."),
    *FAILURES,
)
SEATS = (
    TOURNAMENT,
    MATCH,
    SCENARIO,
    *BLOCK,
    yes_no("focal", "Whether the seat changed hands while all else stayed (design swap)."),
    ALIKE,
    code("seat", "Short name of the seat."),
    ROLE,
    BOT,
    VERSION,
    musd("payoff_musd", "Sum of all ledger lines of the seat.", signed=True),
    number("percent", "Of the own stake saved; 100 is full stability at no cost.", unit="percent"),
    CONTRIBUTED,
    share("burden", "Share of all bilateral money drawn; governments."),
    share("kept", "Of what it promised, pledged; missing where nothing was promised."),
    share("exploited", "Own contribution rate less the others' mean, at least 0; governments."),
    REGRET,
    EFFICIENCY,
    *STABILITY,
    *FAILURES,
)
SEAT_ROUNDS = (
    TOURNAMENT,
    MATCH,
    count("crisis", "Number of the crisis.", least=1),
    count("round", "Number of the round inside its crisis.", least=1),
    code("seat", "Short name of the seat."),
    ROLE,
    BOT,
    musd("promised_musd", "The larger of said and signed; missing where nothing was promised."),
    musd("pledged_musd", "Pledged; governments."),
    musd("drawn_musd", "Drawn of it; governments."),
    CONTRIBUTED,
    share("others_before", "The other governments' mean of it in the round before."),
    permille("withdrawn_permille", "Of due claims; banks."),
    musd("payoff_musd", "Sum of the round's ledger lines.", signed=True),
    number(
        "regret_musd",
        "Missed against the best reply to what the others pledged; governments.",
        unit="US$ million",
        allowed="0 or more",
    ),
    share("stability", "S of the round."),
    yes_no("failed", "Whether the bot failed in a phase of the round."),
)
FAILED = (
    TOURNAMENT,
    MATCH,
    count("crisis", "Number of the crisis.", least=1),
    count("round", "Number of the round inside its crisis.", least=1),
    code("phase", "The phase in which the bot failed."),
    code("seat", "Short name of the seat."),
    BOT,
    text("reason", "What it raised, why it was refused, or that it was too late."),
)
_INTERVAL = (
    number("low", "Lower end of its 95 % bootstrap interval."),
    number("high", "Upper end of it."),
)
BLOCKS_PLAYED = count(
    "blocks", "Blocks in which it played; of a plan of one block, its repetitions.", least=1
)
BOTS = (
    TOURNAMENT,
    ROLE,
    BOT,
    VERSION,
    count("rank", "One more than the bots that are better beyond chance (Holm, 5 %).", least=1),
    yes_no("tied", "Whether another bot has the same rank."),
    number("mean", "Mean percent of the own stake saved, over blocks.", unit="percent"),
    *_INTERVAL,
    BLOCKS_PLAYED,
    count("seats", "Seats in matches that count for it.", least=1),
    CONTRIBUTED,
    share("burden", "Mean share of bilateral money; governments."),
    share("kept", "Mean of promises kept, where any were made."),
    share("exploited", "Mean exploitation; governments."),
    REGRET,
    EFFICIENCY,
    *STABILITY,
    *FAILURES,
)
MEASURES = (
    TOURNAMENT,
    ROLE,
    BOT,
    code("measure", "A measure of the table seats."),
    number("mean", "Its mean over blocks."),
    *_INTERVAL,
    BLOCKS_PLAYED,
)
COMPANY = (
    TOURNAMENT,
    ROLE,
    BOT,
    code("companion", "A bot in another seat of the role."),
    number("mean", "Mean percent of the own stake saved beside it, over blocks.", unit="percent"),
    *_INTERVAL,
    BLOCKS_PLAYED,
)
PAIRS = (
    TOURNAMENT,
    ROLE,
    BOT,
    code("other", "The bot with which it is compared."),
    count("blocks", "In which both played.", least=1),
    number("difference", "Mean of the paired differences of percent on common seeds."),
    number("effect", "The difference in standard deviations of the paired differences."),
    share("p", "Two-sided sign-flip test over blocks."),
    share("p_holm", "The same after Holm's correction for all pairs of the role."),
)
RANKINGS = (
    TOURNAMENT,
    ROLE,
    code("ranking", "By what is ranked: `docs/tournaments.md` says when each misleads."),
    BOT,
    count("rank", "One more than the bots that are better beyond chance.", least=1),
    yes_no("tied", "Whether another bot has the same rank."),
    number("score", "The larger the better."),
    *_INTERVAL,
)
GROUPS = (
    TOURNAMENT,
    ROLE,
    BOT,
    code("companions", "The bots in the other seats of the role, sorted, joined by +."),
    count("seats", "How often it was seen so.", least=1),
    number("mean", "Mean percent of the own stake saved in such a group.", unit="percent"),
    number("deviation", "Standard deviation of it; missing for one.", allowed="0 or more"),
)
FINGERPRINTS = (
    TOURNAMENT,
    BOT,
    VERSION,
    SCENARIO,
    share("others", "What all other governments pledge in every round, of their capacity."),
    count("round", "Number of the round.", least=1),
    share("pledged", "The bot's pledge of its capacity, mean over the seats."),
)

TABLES: Mapping[str, tuple[Column, ...]] = {
    "matches": MATCHES,
    "seats": SEATS,
    "seat_rounds": SEAT_ROUNDS,
    "failures": FAILED,
    "bots": BOTS,
    "measures": MEASURES,
    "company": COMPANY,
    "pairs": PAIRS,
    "rankings": RANKINGS,
    "groups": GROUPS,
    "fingerprints": FINGERPRINTS,
}
"""By the name of their file; `fingerprints` is there where it was asked for."""

DICTIONARY = tuple(
    code(name, f"The column's {name}.")
    for name in ("table", "name", "type", "unit", "range", "meaning")
)
"""The columns of the dictionary itself."""


def dictionary() -> Iterator[tuple[str, str, str, str, str, str]]:
    """Every column of every table."""
    for table, columns in TABLES.items():
        for one in columns:
            yield table, one.name, one.type, one.unit, one.range, one.meaning
