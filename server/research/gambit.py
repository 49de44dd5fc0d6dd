"""A discretised stage as Gambit's files: `.nfg`, the whole table, and `.agg`, an action graph.

Owns the texts; needs no Gambit. Payoffs are whole US$, so that they are exact and ties stay
ties; strategies are called by their pledges in US$ millions.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from server.research.tensors import StageGame
from server.theory.stage import Floats, Stage

DOLLARS_PER_MILLION = 1_000_000

Whole = npt.NDArray[np.int64]


def nfg(game: StageGame) -> str:
    """The strategic form: one line a profile, the first government's pledge varying fastest."""
    players = " ".join(_quoted(seat) for seat in game.seats)
    strategies = " ".join(
        "{ " + " ".join(_quoted(str(level)) for level in levels.tolist()) + " }"
        for levels in game.levels_musd
    )
    by_profile = _dollars(game.payoffs_musd).reshape(len(game.seats), -1, order="F").T
    lines = [
        f"NFG 1 R {_quoted(game.title)} {{ {players} }}",
        f"{{ {strategies} }}",
        _quoted(_about(game)),
        "",
        *(" ".join(map(str, row)) for row in by_profile.tolist()),
    ]
    return "\n".join(lines) + "\n"


def agg(game: StageGame) -> str:
    """An action graph: a node a pledge, and one for the sum of all, on which payoffs depend.

    Far smaller than the table where there are many governments.

    Raises:
        ValueError: payoffs depend on who pledges, not on own pledge and sum alone.
    """
    _check_sum_is_enough(game.stage)
    lines = [
        "#AGG",
        f"# {game.title}",
        f"# {_about(game)}",
        *_names(game),
        *_graph(game.shape),
        "# Payoffs by sum.",
        *_by_sum(game.stage, game.shape),
    ]
    return "\n".join(lines) + "\n"


def _check_sum_is_enough(stage: Stage) -> None:
    compared = stage.relative_gains.any() or stage.leak_rate.any()
    if compared or stage.others_at_least_musd is not None:
        raise ValueError(
            "agg: payoffs depend on who pledges, not on own pledge and sum alone; allowed: nfg"
        )


def _graph(shape: tuple[int, ...]) -> Iterator[str]:
    """Players and nodes; every pledge looks at the sum, which all pledges enter."""
    nodes, first = sum(shape), 0
    yield from (f"{len(shape)}", f"{nodes}", "1", " ".join(map(str, shape)))
    for levels in shape:
        yield " ".join(map(str, range(first, first + levels)))
        first += levels
    yield from (f"1 {nodes}" for _ in range(nodes))
    yield " ".join(map(str, (nodes, *range(nodes))))
    weights = " ".join(str(level) for levels in shape for level in range(levels))
    yield "# The sum, in steps of the grid."
    yield f"10 0 [ {weights} ]"


def _names(game: StageGame) -> Iterator[str]:
    """Whose node is whose: the format itself has no names."""
    node = 0
    for seat, levels in zip(game.seats, game.levels_musd, strict=True):
        yield f"# {seat}: nodes {node} to {node + len(levels) - 1} pledge 0 to {levels[-1]}"
        node += len(levels)


def _by_sum(stage: Stage, shape: tuple[int, ...]) -> Iterator[str]:
    """A line a node: what it pays at every sum that the others can bring about."""
    most = sum(levels - 1 for levels in shape)
    for place, levels in enumerate(shape):
        others = np.arange(most - (levels - 1) + 1)
        profiles = np.zeros((len(others), len(shape)), dtype=np.int64)
        if len(shape) > 1:
            profiles[:, (place + 1) % len(shape)] = others * stage.grid_musd
        table = _dollars(stage.own_payoffs(place, profiles)).tolist()
        for level in range(levels):
            paid = " ".join(f"[ {level + rest} ] {row[level]}" for rest, row in enumerate(table))
            yield f"1 {len(table)} {paid}"


def _dollars(musd: Floats) -> Whole:
    return np.rint(musd * DOLLARS_PER_MILLION).astype(np.int64)


def _about(game: StageGame) -> str:
    stage = game.stage
    text = (
        f"Undivided one-shot game; payoffs in US$, pledges in US$ millions in steps of "
        f"{stage.grid_musd}; need {stage.need_musd}, official money {stage.official_musd}."
    )
    if not game.left_out:
        return text
    return f"{text} Rules left out: {', '.join(game.left_out)}."


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
