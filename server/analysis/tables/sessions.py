"""Sessions and their seats: who played, and what it came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from server.analysis.burden import Burden, burden_sharing
from server.analysis.columns import (
    AFTER,
    DATA_VERSION,
    DEBRIEF,
    EVERYBODY,
    HOST,
    NOBODY,
    Row,
    Table,
    code,
    count,
    json_text,
    ms,
    musd,
    number,
    share,
    text,
    yes_no,
)
from server.analysis.leadership import first_moves
from server.analysis.measures import measures, scores
from server.analysis.packages import stories
from server.analysis.played import Played
from server.analysis.promises import keeping, keeping_of_all
from server.analysis.tables.places import SEAT, SESSION, columns
from server.analysis.tables.scenarios import DRAWS, scenario_id
from server.game.events import DecidedBy, Participant, SeatOccupied
from server.game.scenario import (
    Government,
    Role,
)

END = "when the session ended; of one that runs, as of its last event"


def _sessions(played: Played) -> Iterator[Row]:
    about, state, draws = played.about, played.state, played.opened.draws
    found, burden, kept = measures(played), burden_sharing(played), keeping_of_all(played)
    seated = Counter(state.participants.values())
    decided = Counter(getattr(step.event, "by", None) for step in played.steps)
    kinds = Counter(step.event.kind for step in played.steps)
    row: dict[str, Any] = {
        "session": played.id,
        "data_version": DATA_VERSION,
        "created_utc": about.created_utc,
        "room": about.room,
        "table_number": about.table_number if about.room else None,
        "scenario_id": scenario_id(played),
        "scenario": played.scenario.name,
        "engine_version": played.opened.engine_version,
        "status": about.status,
        "ending": state.ending,
        "imported": about.imported,
        "timed": played.opened.timed,
        "seed": str(draws.seed),
        "draws_json": DRAWS.dump_json(draws).decode(),
        "need_shock_share": draws.need_shock_share,
        "events": len(played.log),
        "head_hash": played.log[-1].hash,
        "duration_ms": state.at_ms,
        "persons": seated[Participant.PERSON],
        "bots": seated[Participant.BOT],
        "empty_seats": seated[Participant.NOBODY],
        "by_human": decided[DecidedBy.HUMAN],
        "by_bot": decided[DecidedBy.BOT],
        "by_clock": decided[DecidedBy.CLOCK],
        "by_host": decided[DecidedBy.HOST],
        "crises": len(state.campaign),
        "rounds": found.rounds,
        "covered_rounds": found.covered_rounds,
        "need_musd": found.need_musd,
        "effective_musd": found.effective_musd,
        "provision": found.provision,
        "stability_mean": found.stability_mean,
        "welfare_musd": found.welfare_musd,
        "efficiency": found.efficiency,
        "nash_efficiency": found.nash_efficiency,
        "nash_effective_musd": found.nash_effective_musd,
        "optimum_effective_musd": found.optimum_effective_musd,
        "burden_gini": burden.gini,
        "burden_rank_quota": burden.rank_with_quota,
        "burden_rank_stake": burden.rank_with_stake,
        "burden_rank_exposure": burden.rank_with_exposure,
        "free_riding": burden.free_riding,
        "promises": kept.rounds,
        "promises_kept": kept.kept,
        "promise_keeping": kept.share,
        "messages": kinds["said"],
        "packages": kinds["package_tabled"],
        "packages_stood": kinds["package_stood"],
        "deepest_counter": max((one.depth for one in stories(played).values()), default=None),
        "fork_of": about.fork_of,
        "fork_event": about.fork_event,
    }
    yield row | dict(_study(played))


def _study(played: Played) -> Row:
    study = played.about.study
    if study is None:
        return {}
    return {
        "study_session": study.number,
        "study_group": study.group,
        "treatment": study.treatment or None,
        "practice": study.number == 0,
    }


_RANK = "−1 to 1"

SESSIONS = Table(
    "sessions",
    "Every session: how it was played, and what it came to in its resolved rounds.",
    written=END,
    seen_by=EVERYBODY,
    key=("session",),
    columns=columns(
        SESSION,
        count("data_version", "Of all tables; see the promise at the head of this page.", least=1),
        code("created_utc", "When it was made, ISO 8601."),
        code("room", "The room's code; missing outside rooms."),
        count("table_number", "The table's number in its room.", least=1),
        code("scenario_id", "As in `scenarios`."),
        code("scenario", "The scenario's name."),
        code("engine_version", "Of the rules that resolved it."),
        code("status", "Where it stands.", allowed="lobby, running, ended, parked, imported"),
        code("ending", "How it ended.", allowed="completed, closed_by_host"),
        yes_no("imported", "Whether it was taken in from a file.", seen_by=NOBODY),
        yes_no("timed", "Whether the phases had clocks."),
        code(
            "seed",
            "All that is random comes from it; as text, for it may exceed 2^53.",
            seen_by=NOBODY,
        ),
        json_text("draws_json", "All that was drawn from the seed at opening.", seen_by=NOBODY),
        share(
            "need_shock_share",
            "u: the first crisis's need is multiplied by 1 + u.",
            allowed="−1 to 1",
        ),
        count("events", "Events in its log."),
        code("head_hash", "Hash of the last."),
        ms("duration_ms", "From its opening to its last event; time the server was down is out."),
        count("persons", "Seats with a person, as of the last event."),
        count("bots", "Seats with a bot."),
        count("empty_seats", "Seats that the written defaults played."),
        count("by_human", "Decisions made by people."),
        count("by_bot", "Decisions made by bots."),
        count("by_clock", "Decisions made by the clock: written defaults, scripts, cards."),
        count("by_host", "Decisions made by the host."),
        count("crises", "Crises that it was opened with.", least=1),
        count("rounds", "Resolved rounds; what follows is over these."),
        count("covered_rounds", "Of these, those whose whole need was drawn."),
        musd("need_musd", "Sum of the needs."),
        musd("effective_musd", "Sum of all money drawn."),
        share("provision", "Drawn of needed."),
        share("stability_mean", "Mean of S."),
        musd("welfare_musd", "Sum of the governments' material lines.", signed=True, seen_by=AFTER),
        number(
            "efficiency",
            "Sum of W − W₀ over that of W_opt − W₀.",
            allowed="1 or less",
            seen_by=NOBODY,
        ),
        number(
            "nash_efficiency",
            "The same where best replies lead from no pledges.",
            allowed="1 or less",
            seen_by=NOBODY,
        ),
        musd("nash_effective_musd", "Sum of all money drawn in that equilibrium.", seen_by=NOBODY),
        musd("optimum_effective_musd", "The same in the optimum.", seen_by=NOBODY),
        share("burden_gini", "Gini of what governments paid: 0 all the same.", seen_by=NOBODY),
        number(
            "burden_rank_quota",
            "Spearman's correlation of paid with quota.",
            allowed=_RANK,
            seen_by=NOBODY,
        ),
        number("burden_rank_stake", "The same with stake.", allowed=_RANK, seen_by=NOBODY),
        number(
            "burden_rank_exposure", "The same with bank exposure.", allowed=_RANK, seen_by=NOBODY
        ),
        share(
            "free_riding",
            "Missing money of those below their part of the best rescue, of all parts.",
            seen_by=NOBODY,
        ),
        count("promises", "Rounds in which a government promised something, summed over them."),
        count("promises_kept", "Of these, those with at least as large a pledge."),
        share("promise_keeping", "Money of promises that the pledges covered."),
        count("messages", "Messages.", seen_by=HOST),
        count("packages", "Packages tabled."),
        count("packages_stood", "Packages that all named seats accepted."),
        count("deepest_counter", "Longest chain of counters; missing without packages."),
        code("fork_of", "The session in which this fork began; missing if it is none."),
        count("fork_event", "The last event that it shares with that one.", least=1),
        count("study_session", "Number of the session in a study; 0 is the practice."),
        count("study_group", "Number of the group in a study.", least=1, seen_by=HOST),
        code("treatment", "Name of the study's treatment.", seen_by=HOST),
        yes_no("practice", "Whether it was a study's practice, which is not paid."),
    ),
    rows=_sessions,
)


def _seats(played: Played) -> Iterator[Row]:
    sitting = Counter(
        step.event.seat for step in played.steps if isinstance(step.event, SeatOccupied)
    )
    kept, firsts, study = keeping(played), first_moves(played), played.about.study
    burden, found = burden_sharing(played).by_seat, scores(played)
    for number_, seat in enumerate(played.scenario.seats, start=1):
        score = found[seat.id]
        row: dict[str, Any] = {
            "session": played.id,
            "seat": seat.id,
            "place": number_,
            "role": seat.role,
            "participant": played.state.participants[seat.id],
            "bot": played.state.bots[seat.id],
            "person": played.about.names.get(seat.id),
            "changes": sitting[seat.id] - 1,
            "payoff_musd": score.payoff_musd,
            "saved_percent": score.saved_percent,
            "index": score.index,
            "label": study.labels.get(seat.id) if study is not None else None,
        }
        if isinstance(seat, Government):
            row |= _burden(burden[seat.id]) | {
                "promises": kept[seat.id].rounds,
                "promises_kept": kept[seat.id].kept,
                "promise_keeping": kept[seat.id].share,
                "first_moves": firsts[seat.id],
            }
        yield row


def _burden(one: Burden) -> dict[str, Any]:
    return {
        "pledged_musd": one.pledged_musd,
        "paid_musd": one.paid_musd,
        "paid_share": one.paid_share,
        "quota_share": one.quota_share,
        "stake_share": one.stake_share,
        "exposure_share": one.exposure_share,
        "part_musd": round(one.part_musd),
        "free_riding": one.free_riding,
    }


SEATS = Table(
    "seats",
    "Every seat of every session: who sat in it, and what it came to in the resolved rounds.",
    written=END,
    seen_by=EVERYBODY,
    key=("session", "seat"),
    columns=columns(
        SESSION,
        SEAT,
        count("place", "Its place in the seat order.", least=1),
        code("role", "The seat's role.", allowed=", ".join(Role)),
        code("participant", "Who sat in it at the end.", allowed="person, bot, nobody"),
        code("bot", "The bot's name, where one did.", seen_by="host"),
        text("person", "The person's name; missing unless the export was asked for names."),
        count("changes", "How often somebody else took the seat."),
        musd("payoff_musd", "Sum of all its lines.", signed=True, seen_by=DEBRIEF),
        number(
            "saved_percent",
            "Of its own stake: compares roles (`docs/data.md`).",
            unit="percent",
            seen_by=DEBRIEF,
        ),
        number(
            "index",
            "0: as in the equilibrium, 100: as in the optimum; governments only.",
            seen_by=NOBODY,
        ),
        musd("pledged_musd", "Sum of a government's pledges."),
        musd("paid_musd", "What was drawn of them."),
        share("paid_share", "Of all bilateral money drawn."),
        share("quota_share", "Of the quotas at the table."),
        share("stake_share", "Of all stakes.", seen_by=AFTER),
        share("exposure_share", "Of all bank exposure."),
        musd(
            "part_musd",
            "Its part of the best rescue: the optimum's pledges, shared by stake.",
            seen_by=NOBODY,
        ),
        share(
            "free_riding",
            "1 − paid/part, not below 0; missing where there is no part.",
            seen_by=NOBODY,
        ),
        count("promises", "Rounds in which it promised something."),
        count("promises_kept", "Of these, those with at least as large a pledge."),
        share("promise_keeping", "Money of its promises that its pledges covered."),
        count("first_moves", "Rounds in which it was the first to put an amount on the table."),
        code("label", "Of a study's participant in the seat, as in `participants`.", seen_by=HOST),
    ),
    rows=_seats,
)
