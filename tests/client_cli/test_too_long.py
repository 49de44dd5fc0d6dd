"""A request on which the server hangs up is refused, and the others are done."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from client_cli.connection import Refusal
from server import protocol
from server.protocol import RefusalCode, Say
from tests.server.live import live, shown

LIMIT_BYTES = 1_000


async def test_a_request_above_the_limit_of_a_server_is_refused_once_and_not_sent_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "MAX_MESSAGE_BYTES", LIMIT_BYTES)
    async with live(tmp_path / "live.db") as server:
        code = await server.open()
        async with await server.join(code, "JP") as jp:
            await server.start(code, empty_seats="nobody")
            await shown(jp, lambda view: view.clock.phase == "brief")
            await server.ask(protocol.NextPhase, room=code)
            await shown(jp, lambda view: view.clock.phase == "talk")
            async with asyncio.timeout(20):
                long, short = await asyncio.gather(
                    jp.act(Say("x" * LIMIT_BYTES)), jp.act(Say("short")), return_exceptions=True
                )
            assert isinstance(long, Refusal)
            assert long.answer.code is RefusalCode.TOO_LONG
            assert not isinstance(short, BaseException)
            view = await shown(jp, lambda view: bool(view.messages))
            assert [message.text for message in view.messages] == ["short"]
            assert jp.drops == 1
