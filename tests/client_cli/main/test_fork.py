"""`backstop fork`, and logs that go elsewhere: the same numbers everywhere."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from server.game.scenario import SeatId
from server.scenarios import load
from server.tournament import play
from server.tournament.hindsight import better_pledge_musd
from tests.client_cli.main.runs import played, rows, run


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A database with one match of korea-1997, and its id."""
    database = tmp_path_factory.mktemp("stored") / "played.db"
    return str(database), played(database)


OPTIMUM = ("--decide", "JP@2 pledge optimum")


def test_japan_pledges_its_optimum_in_round_2_and_gets_the_same_numbers_everywhere(
    tmp_path: Path,
) -> None:
    here, there, file = str(tmp_path / "a.db"), str(tmp_path / "b.db"), str(tmp_path / "k.jsonl")
    session = played(tmp_path / "a.db")
    run("export", "log", session, "-o", file, "--database", here)
    run("import", file, "--database", there)
    assert run("replay", session, "--verify", "--database", there).stdout.startswith("verified: ")
    (first,) = rows("fork", session, *OPTIMUM, "--json", "--database", here)
    (second,) = rows("fork", session, *OPTIMUM, "--json", "--database", there)
    (third,) = rows("fork", file, *OPTIMUM, "--json", "--database", str(tmp_path / "c.db"))
    ids = {first.pop("id"), second.pop("id"), third.pop("id")}
    assert len(ids) == 3
    assert first == second == third
    match = play(load("korea-1997"), {seat.id: bot for seat, bot in cast()}, 1)
    best = better_pledge_musd(match.events, SeatId("JP"), 1, 2, "optimum")
    assert first["changes"] == [f"JP pledges {best} US$ millions in round 2"]
    assert (first["parent"], first["others_react"]) == (session, True)
    assert first["ledger_musd"] != first["parent_ledger_musd"]


def cast() -> list[tuple[object, str]]:
    from server.bots import default_bot

    return [(seat, default_bot(seat.role)) for seat in load("korea-1997").seats]


def test_a_fork_is_a_session_of_its_own_that_names_its_parent(stored: tuple[str, str]) -> None:
    database, session = stored
    text = run("fork", session, *OPTIMUM, "--others", "keep", "--database", database).stdout
    assert "The others were not allowed to react: they did again what they had done." in text
    new_id = text.split()[-3]
    (row,) = rows(
        "sessions", "--json", "--forks-of", session, "--limit", "1", "--database", database
    )
    assert (row["id"], row["parent"], row["status"]) == (new_id, session, "ended")
    assert run("replay", new_id, "--verify", "--database", database).stdout.startswith("verified")
    opening = run("replay", new_id, "--database", database).stdout.splitlines()[1]
    assert f"a fork of {session} after event {row['parent_event']}: JP pledges" in opening


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ((), 2, "from when on? say --at EVENT or --round ROUND"),
        (("--at", "3", "--round", "1"), 2, "--at or --round, not both"),
        (("--at", "999", "--seed", "2"), 1, "event 999 is outside 1 to "),
        (("--round", "7", "--seed", "2"), 1, "round 7 of crisis 1 was not played"),
        (("--decide", "JP pledge 4"), 2, 'write "SEAT@ROUND WORDS"'),
        (("--decide", "XX@1 pledge 4"), 1, "there is no seat XX; use JP, US, DE"),
        (("--decide", "JP@1 plege 4"), 1, "plege is not a command"),
        (("--decide", "JP@1 say hello"), 1, "a sealed decision is needed"),
        (("--decide", "JP@9 pledge 4"), 1, "there is no crisis 1, round 9, pledge phase"),
        (("--decide", "JP@1 pledge 40"), 1, "40000 is outside 0 to"),
        (("--decide", "IMF@1 pledge optimum"), 1, "IMF is no government; use JP, US, DE"),
        (("--round", "1", "--bots", "JP=nobody-knows"), 1, "nobody-knows: no bot of this name"),
        (("--round", "1", "--bots", "JP=person"), 1, "a person can only play in a room"),
        (("--round", "1", "--set", "need_musd"), 2, "need_musd is not of the form NUMBER=VALUE"),
        (("--round", "1", "--set", "charm=3"), 1, "charm is no number that can change; allowed:"),
        (("--round", "1", "--set", "JP.capacity_musd=0.5"), 1, "0.5 is not a whole number"),
        (("--round", "1", "--others", "keep"), 2, "nothing is changed"),
        (("--each-bot", "leader"), 2, "from when on?"),
        (("--round", "1", "--each-bot", "leader,nope"), 1, "nope: no bot of this name"),
        (("--round", "1", "--each-bot", "no.py:b"), 1, "no.py:b: there is no file"),
        (("--round", "1", "--bots", "JP=exec:"), 1, "exec:: no command"),
        (("--each-pledge", "much"), 2, "much is not an amount"),
        (("--each-pledge", "+900"), 1, "no pledge can be changed by +900"),
        (("--round", "1", "--each-bot", "leader", "--seed", "2"), 2, "leave out others"),
        (("--round", "1", "--seed", "2", "--lines"), 2, "--seeds and --lines are for"),
    ],
)
def test_fork_says_what_is_wrong_and_stores_nothing(
    words: tuple[str, ...], code: int, message: str, stored: tuple[str, str]
) -> None:
    before = rows("sessions", "--json", "--database", stored[0])
    result = run("fork", stored[1], *words, "--database", stored[0], code=code)
    assert message in result.stderr
    assert rows("sessions", "--json", "--database", stored[0]) == before


def test_another_bot_another_number_and_another_seed_at_once(stored: tuple[str, str]) -> None:
    changes = ("--bots", "JP=free-rider", "--set", "JP.capacity_musd=900", "--seed", "5")
    (answer,) = rows("fork", stored[1], "--round", "2", *changes, "--json", "--database", stored[0])
    assert answer["changes"] == [
        "JP is played by free-rider",
        "JP's capacity_musd becomes 900",
        "what was not yet seen is drawn with seed 5",
    ]


def test_one_bots_name_alone_is_for_every_seat_that_it_can_play(stored: tuple[str, str]) -> None:
    words = ("--round", "2", "--bots", "best-reply", "--json", "--database", stored[0])
    (answer,) = rows("fork", stored[1], *words)
    assert answer["changes"] == [
        f"{seat} is played by best-reply"
        for seat in ("JP", "US", "DE", "JP-banks", "DE-banks", "IMF")
    ]


def test_many_forks_are_compared_and_none_is_kept(stored: tuple[str, str]) -> None:
    before = rows("sessions", "--json", "--database", stored[0])
    study = ("--round", "2", "--each-bot", "leader,random", "--seeds", "3", "--others", "keep")
    compared = rows("fork", stored[1], *study, "--json", "--database", stored[0])
    assert {one["seat"] for one in compared} == {"JP", "US", "DE", "JP-banks", "DE-banks", "IMF"}
    first = compared[0]
    assert first["changes"] == ["JP is played by leader"]
    assert first["totals_musd"]["JP"]["mean"] == pytest.approx(
        sum(line["mean"] for line in first["lines_musd"]["JP"].values())
    )
    text = run("fork", stored[1], *study, "--lines", "--database", stored[0]).stdout
    assert "Means over 3 seeds, with the 95 % interval of the mean." in text
    assert "The others were not allowed to react" in text
    assert "cost_bilateral" in text
    assert rows("sessions", "--json", "--database", stored[0]) == before


MATCHING = Path(__file__).parents[3] / "docs" / "examples" / "matching.py"


def test_bots_take_seats_of_people_and_the_data_say_who_decided(tmp_path: Path) -> None:
    database, transcript = str(tmp_path / "a.db"), tmp_path / "people.csv"
    pledges = [f"{number},{seat},4" for number in (1, 2) for seat in ("P1", "P2", "P3", "P4")]
    transcript.write_text("\n".join(["round,seat,pledge", *pledges[:-1], ""]), "utf-8")
    words = ("--scenario", "vcm", "--unit", "step", "--as", "people", "--database", database)
    run("import", str(transcript), *words)
    bots = f"P1={MATCHING}:matching,P2=free-rider"
    changed = ("--round", "2", "--bots", bots, "--decide", "P2@2 pledge 3", "--others", "keep")
    (answer,) = rows("fork", "people", *changed, "--json", "--database", database)
    assert (answer["failures"], answer["not_as_it_was"]) == ([], [])
    run("export", "data", answer["id"], "-o", str(tmp_path / "data"), "--database", database)
    with (tmp_path / "data" / "decisions.csv").open(encoding="utf-8-sig", newline="") as file:
        decided = {(row["round"], row["seat"]): row["decided_by"] for row in csv.DictReader(file)}
    assert decided == {
        **{("1", seat): "human" for seat in ("P1", "P2", "P3", "P4")},
        ("2", "P1"): "bot",
        ("2", "P2"): "host",
        ("2", "P3"): "human",
        ("2", "P4"): "clock",
    }


def test_a_bot_from_a_file_is_the_same_in_a_process_of_its_own(tmp_path: Path) -> None:
    database, ledgers = str(tmp_path / "a.db"), []
    session = played(tmp_path / "a.db", "korea-1997", "--bots", "JP=free-rider")
    for form in ("{}:matching", "own:{}:matching"):
        words = ("--round", "2", "--bots", f"JP={form.format(MATCHING)}", "--json")
        (answer,) = rows("fork", session, *words, "--database", database)
        ledgers.append(answer["ledger_musd"])
    assert ledgers[0] == ledgers[1]
    assert ledgers[0] != answer["parent_ledger_musd"]


def test_bots_from_files_are_compared_and_their_failures_are_told(
    stored: tuple[str, str], tmp_path: Path
) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("def bot(view, random):\n    raise ValueError('no')\n", "utf-8")
    each = f"{MATCHING}:matching,{broken}:bot"
    words = ("--round", "3", "--each-bot", each, "--seeds", "1", "--json", "--others", "keep")
    compared = rows("fork", stored[1], *words, "--database", stored[0])
    failures = {(one["seat"], one["changes"][0].rpartition(":")[2]): one for one in compared}
    assert failures["JP", "matching"]["failures"] == 0
    assert failures["JP", "bot"]["failures"] > 0


def test_a_log_does_not_say_what_code_is_loaded(tmp_path: Path) -> None:
    database, bot = tmp_path / "a.db", f"{MATCHING}:matching"
    session = played(database, "korea-1997", "--bots", f"JP={bot}")
    words = ("fork", session, "--round", "2", "--database", str(database))
    refused = run(*words, "--bots", "US=leader", code=1).stderr
    assert f"JP was played by {bot}, a bot from outside, which is not loaded" in refused
    (answer,) = rows(*words, "--bots", f"JP={bot}", "--json")
    assert answer["ledger_musd"] == answer["parent_ledger_musd"]


def test_each_pledge_is_varied_before_its_own_decision(stored: tuple[str, str]) -> None:
    compared = rows("fork", stored[1], "--each-pledge", "+0.1", "--json", "--database", stored[0])
    assert len(compared) == 9
    assert all("pledges" in one["changes"][0] for one in compared)


# --- files ---


def test_every_stored_session_goes_through_one_file_and_back(tmp_path: Path) -> None:
    here, there, file = tmp_path / "a.db", tmp_path / "b.db", str(tmp_path / "all.jsonl")
    ids = {played(here, "vcm", "--seed", str(seed)) for seed in range(3)}
    korea = played(here)
    told = run("export", "log", "--all", "-o", file, "--database", str(here)).stderr
    assert "of 4 sessions written to" in told
    result = run("import", file, "--database", str(there))
    assert f"4 sessions verified and taken into {there}" in result.stdout
    assert {one["id"] for one in rows("sessions", "--json", "--database", str(there))} == {
        *ids,
        korea,
    }
    again = run("import", file, "--database", str(there), code=1)
    assert again.stderr.count("is in ") == 4
    assert "nothing was taken in" in again.stderr
    skipped = run("import", file, "--skip-known", "--database", str(there)).stdout
    assert skipped.startswith("0 events of 0 sessions verified")
    assert "4 were here already" in skipped
    only = str(tmp_path / "only.jsonl")
    run("export", "log", "--all", "--scenario", "korea-1997", "-o", only, "--database", str(here))
    assert run("import", only, "--dry-run").stdout.endswith(
        f"of {korea} verified; nothing was taken in\n"
    )


def test_nothing_of_a_file_is_taken_in_where_one_of_its_logs_is_wrong(tmp_path: Path) -> None:
    here, there, file = tmp_path / "a.db", tmp_path / "b.db", tmp_path / "all.jsonl"
    played(here, "vcm"), played(here, "vcm")
    run("export", "log", "--all", "-o", str(file), "--database", str(here))
    lines = file.read_text("utf-8").splitlines(keepends=True)
    file.write_text("".join(lines[:-1]), "utf-8")
    result = run("import", str(file), "--database", str(there), code=1)
    assert "events where there should be" in result.stderr
    assert rows("sessions", "--json", "--database", str(there)) == []


def test_talk_is_taken_out_on_demand_and_the_command_says_what_that_means(
    stored: tuple[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "silent.jsonl"
    words = ("export", "log", stored[1], "--redact-talk", "-o", str(file), "--database", stored[0])
    assert "talk was taken out: the hash chain is a new one" in run(*words).stderr
    header, *events = map(json.loads, file.read_text("utf-8").splitlines())
    assert header["redacted_from"] != header["head_hash"]
    texts = {one["payload"]["text"] for one in events if one["payload"]["kind"] == "said"}
    assert texts == {"[redacted]"}
    assert run("replay", str(file), "--verify").stdout.startswith("verified: ")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "name sessions, or say --all"),
        (("last", "--all"), "name sessions, or say --all"),
        (("last", "--scenario", "vcm"), "filters are for --all"),
        (("--all", "--since", "yesterday"), "yesterday is not a date"),
    ],
)
def test_export_says_which_words_do_not_go_together(
    words: tuple[str, ...], message: str, stored: tuple[str, str]
) -> None:
    assert message in run("export", "log", *words, "--database", stored[0], code=2).stderr


def test_a_transcript_becomes_a_session_like_any_other(tmp_path: Path) -> None:
    database, file = str(tmp_path / "a.db"), tmp_path / "group.csv"
    file.write_text("period,subject,gift\n1,7,12\n1,8,20\n", "utf-8")
    words = (
        "import",
        str(file),
        "--scenario",
        "vcm",
        "--columns",
        "period=round,subject=seat,gift=pledge",
    )
    rest = ("--seats", "7=P1,8=P2", "--unit", "step", "--database", database)
    assert "; nothing was taken in" in run(*words, "--dry-run", *rest).stdout
    assert not Path(database).exists()
    run(*words, "--as", "group-1", *rest)
    (row,) = rows("sessions", "--json", "--imported", "--database", database)
    assert (row["id"], row["scenario"], row["status"]) == ("group-1", "vcm", "ended")
    assert run("replay", "group-1", "--verify", "--database", database).stdout.startswith(
        "verified"
    )
    file.write_text("period,subject,gift\n1,9,12\n0,8,x\n", "utf-8")
    wrong = run(*words, *rest, code=1).stderr
    assert "line 2: subject: 9; allowed: 7, 8, P1, P2, P3, P4" in wrong
    assert "line 3: period: 0; allowed: 1 to 10" in wrong
    assert "line 3: gift: x; allowed: a number, or nothing" in wrong
    bad = run("import", str(file), "--seats", "7=P1", "--database", database, code=2)
    assert "are for --scenario" in bad.stderr
