"""The view after an update: sections that changed are new, what was said is added. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_type_hints

from pydantic import TypeAdapter

from server.protocol import MessageCard, Said, Update, View

_sections: dict[str, TypeAdapter[Any]] = {
    name: TypeAdapter(kind) for name, kind in get_type_hints(View).items() if name != "messages"
}


def patched(view: View, update: Update) -> View:
    """The view after an update: changed sections are new, messages are appended."""
    # Section by section: the talk of an hour is not read again for one more word.
    changed: dict[str, Any] = {
        name: _sections[name].validate_python(section)
        for name, section in update.changed.items()
        if name in _sections
    }
    clock = view.clock
    said = tuple(
        MessageCard(
            notice.seat,
            notice.channel,
            notice.to,
            notice.text,
            clock.crisis,
            clock.round,
            notice.at_ms,
        )
        for notice in update.notices
        if isinstance(notice, Said)
    )
    return replace(view, **changed, messages=(*view.messages, *said))
