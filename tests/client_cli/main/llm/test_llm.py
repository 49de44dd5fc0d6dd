"""A language model in a seat: what it is shown, what is made of its answers, and its limits."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import Collection
from pathlib import Path
from random import Random

import pytest

from client_cli.amounts import Complaint
from client_cli.main.llm.bot import (
    LimitReached,
    Limits,
    LlmBot,
    NoCommand,
    Prices,
    shown,
    understood,
)
from client_cli.main.llm.provider import Message, Provider, ProviderFailed
from server.bots import Bot, external, make
from server.bots.reading import own
from server.game.actions import Action, Pledge, Say
from server.game.cards import View
from server.game.scenario import Role, SeatId
from server.scenarios import load
from server.tournament import Match, play
from tests.client_cli.main.llm.endpoint import Refuses, endpoint
from tests.client_cli.main.runs import run
from tests.e2e.processes import Lines, started
from tests.server.live import live

KOREA = load("korea-1997")
JP = SeatId("JP")


def the_model(messages: list[dict[str, str]]) -> str:
    """Reads which words are open, and uses the first that fits."""
    state, _, commands = messages[-1]["content"].partition("Commands that are open now:")
    if "\npledge" in commands:
        return "pledge 1.5"
    if "\nvote" in commands:
        return f"vote {re.findall('Proposal ([0-9]+)', state)[-1]} yes"
    return "ready"


def bot(url: str, notes: list[str], limits: Limits = Limits(), **prices: float) -> LlmBot:  # noqa: B008
    return LlmBot(Provider(url, "test"), limits, Prices(**prices), notes.append)


def played(asked: LlmBot) -> Match:
    cast = {seat.id: "free-rider" for seat in KOREA.seats} | {JP: "llm"}

    def maker(name: str, role: Role, seats: Collection[SeatId]) -> Bot:
        return asked if name == "llm" else make(name, role, seats)

    return play(KOREA, cast, 3, maker=maker)


def seen(kind: str = "say") -> View:
    """The first view in which an action of this kind is open to Japan."""
    views = list[View]()

    class Looks:
        def act(self, view: View, random: Random) -> Action | None:
            if kind in own(view).may:
                views.append(view)
            return None

    play(KOREA, {JP: "looks"}, 3, maker=lambda *_: Looks())
    return views[0]


def test_a_model_plays_a_whole_match_by_typing_what_a_person_would() -> None:
    notes = list[str]()
    with endpoint(the_model) as at:
        match = played(bot(at.url, notes))
    assert match.failures == []
    assert [card.pledges_musd[JP] for card in match.state.history] == [1_500] * 3
    assert len(notes) == len(at.asked)
    assert {json.loads(one)["complaint"] for one in notes} == {""}
    assert at.asked[0]["model"] == "test"


def test_the_model_is_shown_its_brief_the_state_and_the_words_that_are_open() -> None:
    text = shown(seen())
    assert KOREA.seat_by_id[JP].brief[:60] in text.replace("\n", " ")
    assert "Promised [" in text
    commands = text.partition("Commands that are open now:")[2]
    assert "intend" in commands
    assert "\npledge" not in commands
    assert "quit" not in commands


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("pledge 2", "pledge is not open now"),
        ("I would say: hello", "i is not a command"),
        ("say hello\nready", "one line is wanted, not 2"),
        ("status", "status does nothing in the game"),
        ("", "one line is wanted, not 0"),
    ],
)
def test_an_answer_that_is_no_open_command_is_complained_of_in_words(text: str, why: str) -> None:
    with pytest.raises(Complaint) as caught:
        understood(seen(), text)
    assert str(caught.value).startswith(why)


def test_an_answer_may_stand_in_quotation_marks_of_code() -> None:
    assert understood(seen(), "```\nsay hello\n```") == Say("hello")


def test_the_model_is_told_what_was_wrong_and_tries_again() -> None:
    notes = list[str]()

    def stumbles(messages: list[dict[str, str]]) -> str:
        return the_model(messages[:2]) if len(messages) > 2 else "hello there"

    with endpoint(stumbles) as at:
        match = played(bot(at.url, notes, Limits(calls=1_000)))
    assert match.failures == []
    assert [card.pledges_musd[JP] for card in match.state.history] == [1_500] * 3
    told = [one["messages"][-1]["content"] for one in at.asked if len(one["messages"]) == 4]
    assert any(text.startswith("hello is not a command") for text in told)


def test_after_its_tries_the_written_default_plays_and_the_failure_says_why() -> None:
    with endpoint(lambda _: "nonsense") as at:
        match = played(bot(at.url, [], Limits(tries=2)))
    assert [card.pledges_musd[JP] for card in match.state.history] == [0] * 3
    assert {failure.reason.partition(";")[0] for failure in match.failures} == {
        "NoCommand: no command in 2 tries"
    }


def test_calls_are_limited() -> None:
    asked = bot("", [], Limits(calls=2))
    with endpoint(the_model) as at:
        asked._provider = Provider(at.url, "test")
        view = seen()
        for _ in range(2):
            asked.act(view, Random(1))
        with pytest.raises(LimitReached, match="2 calls were made"):
            asked.act(view, Random(1))
        assert len(at.asked) == 2


def test_cost_is_counted_from_the_tokens_and_limited() -> None:
    # 1,000 tokens at 3 a million and 10 at 15: US$ 0.00315 a call.
    notes = list[str]()
    with endpoint(the_model) as at:
        asked = bot(at.url, notes, Limits(cost_usd=0.006), prompt=3.0, answer=15.0)
        view = seen()
        for _ in range(2):
            asked.act(view, Random(1))
        assert asked.cost_usd == pytest.approx(0.0063)
        with pytest.raises(LimitReached, match=r"US\$ 0.0063 were spent"):
            asked.act(view, Random(1))
    assert [json.loads(one)["cost_usd"] for one in notes] == [0.00315, 0.0063]


def test_an_endpoint_that_refuses_is_a_failure_in_words_and_in_the_transcript() -> None:
    def refuses(_: list[dict[str, str]]) -> str:
        raise Refuses(429)

    notes = list[str]()
    with endpoint(refuses) as at, pytest.raises(ProviderFailed, match="429"):
        bot(at.url, notes).act(seen(), Random(1))
    assert "429" in json.loads(notes[0])["complaint"]
    with pytest.raises(ProviderFailed, match="refused"):
        bot(at.url, notes).act(seen(), Random(1))


def test_the_key_is_sent_as_a_bearer_token() -> None:
    with endpoint(the_model) as at:
        Provider(at.url, "test", key="secret").ask([Message(role="user", content="hi")], 1)
        Provider(at.url, "test").ask([Message(role="user", content="hi")], 1)
    assert at.keys == ["Bearer secret", None]


def test_it_plays_a_match_as_a_program_over_json_lines(tmp_path: Path) -> None:
    transcript, database = tmp_path / "said.jsonl", tmp_path / "a.db"
    with endpoint(the_model) as at:
        command = (
            f"exec:{Path(sys.executable).parent / 'backstop'} llm --url {at.url} --model test "
            f"--transcript {transcript}"
        )
        words = ("play", "korea-1997", "--bots", f"JP={command}", "--decision-seconds", "60")
        result = run(*words, "--match-seconds", "600", "--database", str(database))
    external.close_all()
    assert "failed" not in result.output
    entries = [json.loads(line) for line in transcript.read_text("utf-8").splitlines()]
    assert len(entries) == len(at.asked)
    assert {entry["seat"] for entry in entries} == {"JP"}


async def test_it_plays_beside_people_in_a_live_room(tmp_path: Path) -> None:
    program = Path(sys.executable).parent / "backstop"
    with endpoint(lambda messages: the_model(messages)) as at:
        async with live(tmp_path / "live.db") as server:
            code = await server.open("east-asia")
            command = f"exec:{program} llm --url {at.url} --model test"
            words = ("bot", server.address, code, "--bot", command, "--seat", "JP")
            playing = Lines(
                await started(*words, "--decision-seconds", "60", "--explain", cwd=tmp_path)
            )
            await playing.until(lambda line: line == "seat JP")
            await server.start(code, empty_seats="nobody")
            assert await playing.end() == 0
    assert playing.seen[0].startswith("round 1, pledge: pledges 1.5 because: ")
    await asyncio.to_thread(external.close_all)


def test_a_limit_of_cost_needs_prices() -> None:
    result = run("llm", "--url", "http://x", "--model", "m", "--cost", "1", code=2)
    assert "--cost needs --price-prompt or --price-answer" in result.stderr


def test_no_command_is_an_error_of_its_own() -> None:
    with endpoint(lambda _: "?") as at, pytest.raises(NoCommand, match="in 3 tries"):
        bot(at.url, []).act(seen(), Random(1))


def test_a_pledge_beyond_what_can_be_paid_is_complained_of_before_it_is_made() -> None:
    view = seen("pledge")
    assert understood(view, "pledge 5") == Pledge(5_000)
    for text in ("pledge 5.1", "pledge 1.05"):
        with pytest.raises(Complaint, match=r"between 0 and 5, in steps of 0\.1"):
            understood(view, text)
