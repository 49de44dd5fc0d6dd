"""A stored session in words: what each event was, and how things stood after it.

Pure: knows no terminal and no database.
"""

from __future__ import annotations

from client_cli import render
from client_cli.notices import notice_line
from server.game import events as happened
from server.game import reel
from server.game.cards import View
from server.game.events import Event
from server.game.views import Viewer
from server.protocol import DecisionMade


class Reel(reel.Reel):
    """A reel that tells what is on it."""

    def told(self, number: int, viewer: Viewer) -> list[str]:
        """An event in words, as `viewer` was told of it; nothing if it was not."""
        notice = self.notice(number, viewer)
        if notice is None:
            return []
        view = self.view(number, viewer)
        if isinstance(notice, happened.RoundResolved):
            return render.round_lines(view, view.rounds[-1])
        when = _at(self.events[number - 1].at_ms)
        lines = [f"{number:>5} {when}  {line}" for line in _sentences(view, notice)]
        if isinstance(notice, happened.PhaseBegan):
            lines += render.began(view, notice.crisis, notice.round, notice.phase)
        return lines

    def standing(self, number: int, viewer: Viewer) -> list[str]:
        """How things stood after an event: gap and promises, then those of earlier rounds."""
        view = self.view(number, viewer)
        lines = render.status(view, None)
        if view.rounds:
            lines += ["", "Said, signed, pledged and paid (US$ bn)", *render.promise_lines(view)]
        return lines

    def ledger(self, number: int, viewer: Viewer) -> list[str]:
        """The ledger as of an event, as far as `viewer` may see it."""
        view = self.view(number, viewer)
        lines = render.ledger_lines(render.summed(view))
        return ["Ledger so far (US$ bn)", "", *lines] if lines else []


def _sentences(view: View, notice: Event | DecisionMade) -> list[str]:
    if isinstance(notice, happened.PhaseBegan):
        return [f"-- {render.round_name(view, notice.crisis, notice.round)}: {notice.phase} --"]
    if isinstance(notice, happened.SessionOpened):
        return _opened(notice)
    line = notice_line(view, notice)
    if line is None:
        return []
    by = f" [{notice.by}]" if hasattr(notice, "by") else ""
    default = " (by default)" if getattr(notice, "is_default", False) else ""
    return [f"{line}{by}{default}"]


def _opened(notice: happened.SessionOpened) -> list[str]:
    lines = [f"{notice.scenario.title}, seed {notice.draws.seed}"]
    if notice.parent is not None:
        parent = notice.parent
        changed = "; ".join(parent.changes) or "nothing but who plays"
        lines.append(f"a fork of {parent.session} after event {parent.event}: {changed}")
        reacting = "may react" if parent.others_react else "do again what they did"
        lines.append(f"the others {reacting}")
    return lines


def _at(at_ms: int) -> str:
    return f"{at_ms // 60_000:>3}:{at_ms // 1000 % 60:02}"
