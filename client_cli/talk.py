"""The rooms in which people talk: everybody, closed groups, pairs. Pure.

A room is known by one word: `everybody`, a group's name, or the id of the other seat of a pair.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from client_cli.amounts import Complaint
from client_cli.text import one_line

if TYPE_CHECKING:
    from server.protocol import MessageCard, Said, View

EVERYBODY = "everybody"


def rooms(view: View) -> list[str]:
    """The rooms that the viewer may enter; of pairs those in which something was said."""
    groups = [group.name for group in view.scenario.groups]
    pairs = {room_of(view, one) for one in view.messages if one.channel == "pair"}
    return [EVERYBODY, *groups, *(card.id for card in view.seats if card.id in pairs)]


def room_of(view: View, message: MessageCard) -> str:
    """In which room something was said."""
    if message.channel == "plenary":
        return EVERYBODY
    if message.channel != "pair" or message.to is None:
        return message.channel
    mine = view.own is not None and view.own.seat == message.seat
    return message.to if mine else message.seat


def heard(view: View, room: str = "") -> list[MessageCard]:
    """What was said in a room, or in all of them.

    Raises:
        Complaint: there is no such room for the viewer.
    """
    if not room:
        return list(view.messages)
    known = rooms(view)
    partners = [card.id for card in view.seats] if view.scenario.pair_talk else []
    names = {name.lower(): name for name in (*partners, *known)}
    if room.lower() not in names:
        raise Complaint(f"{room} is no room of yours; there are {', '.join(known)}")
    return [one for one in view.messages if room_of(view, one) == names[room.lower()]]


def said_line(message: Said | MessageCard) -> str:
    """Who said what, and where if not to everybody."""
    if message.channel == "plenary":
        place = ""
    elif message.channel == "pair":
        place = f" to {message.to}"
    else:
        place = f" in {message.channel}"
    return f"{message.seat}{place}: {one_line(message.text)}"
