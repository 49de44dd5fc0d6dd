"""What the server is told at its start: one frozen object, read once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field


def new_secret() -> str:
    """A secret for the host, drawn anew at each start."""
    return secrets.token_urlsafe(12)


@dataclass(frozen=True, slots=True)
class Settings:
    """How to serve."""

    database: str = "backstop.db"
    """A URL or the path of an SQLite file."""
    host: str = "127.0.0.1"
    """The address to listen on; loopback unless told otherwise."""
    port: int = 0
    """0 for any free port."""
    upgraded: bool = True
    """Bring the database's schema up to date at start."""
    host_secret: str = field(default_factory=new_secret, repr=False)
    """Who knows it may open and run rooms."""
