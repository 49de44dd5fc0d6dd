"""The register of tables, and what is said of them: `docs/data.md` is made from here."""

from __future__ import annotations

from server.analysis.columns import Table
from server.analysis.tables.decisions import DECISIONS, PACKAGES, VOTES
from server.analysis.tables.log import EVENTS, MESSAGES, TIMINGS
from server.analysis.tables.rounds import LEDGER, PROMISES, ROUNDS, SEAT_ROUNDS
from server.analysis.tables.scenarios import LINKS, SCENARIO_SEATS, SCENARIOS
from server.analysis.tables.sessions import SEATS, SESSIONS
from server.analysis.tables.studies import CONTROL_ANSWERS, PARTICIPANTS, QUESTIONNAIRE

TABLES: tuple[Table, ...] = (
    EVENTS,
    SESSIONS,
    SEATS,
    ROUNDS,
    SEAT_ROUNDS,
    DECISIONS,
    PACKAGES,
    VOTES,
    MESSAGES,
    PROMISES,
    LEDGER,
    TIMINGS,
    SCENARIOS,
    SCENARIO_SEATS,
    LINKS,
    PARTICIPANTS,
    CONTROL_ANSWERS,
    QUESTIONNAIRE,
)
"""All of them, in the order of the page; `wide` is made of the others."""

TABLE_BY_NAME = {table.name: table for table in TABLES}
