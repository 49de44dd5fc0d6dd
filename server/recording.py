"""A replay as data: what a viewer was told event by event; and whole, in a page of its own.

Owns the shape of a replay for whoever draws it: the page that asks for it over the wire, and
the same page with all of it inside, which opens without a server. Who may see what was decided
before: by `past` where it is asked for, by the owner of the database where a report is made.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from pydantic_core import to_json

from server import assets
from server.analysis.played import About
from server.analysis.report.page import Inset
from server.audience import changed_sections
from server.game.events import SessionOpened
from server.game.reel import VIEWERS, Reel
from server.game.views import Viewer, views_for


def timeline(reel: Reel, about: About, viewer: Viewer, most: int) -> dict[str, Any]:
    """What a viewer was told up to an event, as the answer to `read_replay`."""
    scenario = reel.state(1).scenario
    return {
        "session": about.session,
        "room": about.room,
        "number": about.table_number,
        "scenario": scenario.name,
        "title": scenario.title,
        "ended": reel.state(len(reel)).ending is not None,
        "viewers": [*reel.seats, *VIEWERS],
        "events": [_told(reel, number, viewer) for number in range(1, most + 1)],
    }


def _told(reel: Reel, number: int, viewer: Viewer) -> dict[str, Any]:
    event, state = reel.events[number - 1], reel.state(number)
    # The opening holds the seed, and with it what was never drawn.
    hidden = isinstance(event, SessionOpened)
    return {
        "event": number,
        "at_ms": event.at_ms,
        "crisis": state.crisis,
        "round": state.round,
        "phase": state.phase,
        "notice": None if hidden else reel.notice(number, viewer),
    }


def inset(reel: Reel, about: About) -> Inset:
    """The replay page with every viewer's replay inside; asks nothing of anybody."""
    script, style = (assets.read()[name].body.decode() for name in ("/replay.js", "/style.css"))
    html = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{about.session}</title><style>{style}</style></head>"
        '<body data-page="replay"><div id="page"></div>'
        f'<script type="application/gzip" id="replay-data">{_packed(reel, about)}</script>'
        f'<script type="module">{script}</script></body></html>'
    )
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return Inset(html, f"sha256-{digest}")


def _packed(reel: Reel, about: About) -> str:
    """All replays as JSON, compressed: most of it is the same for everybody.

    Written viewer by viewer, so that other threads have their turn.
    """
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as file:
        file.write(b'{"session":' + to_json(about.session) + b',"replays":{')
        for place, (name, replay) in enumerate(_replays(reel, about)):
            file.write((b"," if place else b"") + to_json(name) + b":")
            file.write(to_json(replay, inf_nan_mode="strings"))
        file.write(b"}}")
    return base64.b64encode(packed.getvalue()).decode()


def _replays(reel: Reel, about: About) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each viewer's: the view after the opening, and what changed in it with each event."""
    viewers = {name: reel.viewer(name) for name in [*reel.seats, *VIEWERS]}
    shown = [views_for(reel.state(n), viewers.values()) for n in range(1, len(reel) + 1)]
    for place, (name, viewer) in enumerate(viewers.items()):
        yield (
            name,
            {
                "answer": timeline(reel, about, viewer, len(reel)),
                "first": shown[0][place],
                "changes": [
                    changed_sections(before[place], after[place])
                    for before, after in pairwise(shown)
                ],
            },
        )
