"""The replay page with all of it inside: what stands in it, and that nothing else may run."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from server.analysis.report.file import report_html
from server.game.actions import DeclareIntention, Pledge, Say
from server.game.reel import Reel
from server.recording import inset
from tests.server.analysis.sessions import SMALL, A, B, C, played
from tests.server.game.games import Player

EVIL = '</script><script>alert("x")</script>'


@pytest.fixture(scope="module")
def session() -> Any:
    player = Player(SMALL)
    player.act(A, Say(EVIL, "pair", C))
    player.act(B, DeclareIntention(20))
    player.record(player.next_phase())
    for seat, amount_musd in ((A, 50), (B, 10), (C, 0)):
        player.act(seat, Pledge(amount_musd))
    return played(player.log)


@pytest.fixture(scope="module")
def html(session: Any) -> str:
    reel = Reel([one.event for one in session.log])
    return inset(reel, session.about).html


def data_in(html: str) -> dict[str, Any]:
    """The data in the page, unpacked."""
    match = re.search(r'id="replay-data">([^<]*)</script>', html)
    assert match is not None
    unpacked: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(match[1])))
    return unpacked


def test_views_made_from_their_changes_are_those_of_the_log(session: Any, html: str) -> None:
    reel = Reel([one.event for one in session.log])
    replays = data_in(html)["replays"]
    assert list(replays) == ["A", "B", "C", "board", "host", "everything"]
    for name, replay in replays.items():
        view = replay["first"]
        for number, changes in enumerate(replay["changes"], start=2):
            view = {**view, **changes}
            expected = reel.view(number, reel.viewer(name))
            assert view["gap"]["promised_musd"] == expected.gap.promised_musd
            assert len(view["rounds"]) == len(expected.rounds)
            assert (view["own"] is None) == (expected.own is None)
            if expected.own is not None:
                assert view["own"]["pledge_musd"] == expected.own.pledge_musd


def test_what_is_said_to_one_is_in_nobody_elses_replay(html: str) -> None:
    for name, replay in data_in(html)["replays"].items():
        told = [one["notice"] for one in replay["answer"]["events"] if one["notice"]]
        heard = any(one["kind"] == "said" and one["text"] == EVIL for one in told)
        assert heard is (name in ("A", "C", "host", "everything"))
        assert heard or EVIL not in str(replay)


def test_a_report_runs_the_scripts_of_its_replay_alone(session: Any, html: str) -> None:
    reel = Reel([one.event for one in session.log])
    report = report_html([session], replay=inset(reel, session.about))
    (script,) = re.findall(r'<script type="module">(.*?)</script>', html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in report
    assert "default-src 'none'" in report
    tags: list[str] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: tags.append(tag)  # type: ignore[method-assign]
    parser.feed(report)
    assert tags.count("iframe") == 1
    assert "script" not in tags, "the page inside is the value of an attribute"
