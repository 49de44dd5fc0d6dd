"""`backstop room`: the host's hand, from the terminal."""

from __future__ import annotations

import click

from client_cli.main.room import looking, opening, running


@click.group()
def room_command() -> None:
    """Open and run rooms of a server, as the host.

    The server and its secret are told once, as `serve` prints them, or with each command.

    \b
    Examples:
      export BACKSTOP_SERVER=127.0.0.1:8000 BACKSTOP_HOST_SECRET=...
      backstop room open korea-1997 --tables 8 --takeover 120
      backstop room start KITE7
      backstop room watch KITE7
    """


for one in (
    opening.open_room,
    looking.list_rooms,
    looking.list_sessions,
    looking.room_status,
    looking.watch_room,
    running.start_room,
    running.pause_room,
    running.resume_room,
    running.extend_room,
    running.next_phase,
    running.say_to_room,
    running.play_card,
    running.set_seat,
    running.move_person,
    running.reissue_seat,
    running.end_sessions,
    running.close_room,
    looking.list_acts,
    opening.list_scenarios,
    opening.check_scenario,
    looking.read_study,
    running.let_in,
):
    room_command.add_command(one)
