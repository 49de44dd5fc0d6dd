"""The import contracts name every module, so that a new one cannot slip past them."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CONTRACTS = {
    contract["name"]: contract
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"][
        "importlinter"
    ]["contracts"]
}


def modules(package: str) -> set[str]:
    """The modules and packages right under one of ours."""
    found = (ROOT / package).iterdir()
    return {
        f"{package}.{path.stem}"
        for path in found
        if path.stem != "__init__" and (path.suffix == ".py" or (path / "__init__.py").exists())
    }


@pytest.mark.parametrize(
    ("name", "side", "package", "exceptions"),
    [
        ("Only the store speaks SQL", "source", "server", {"server.store"}),
        (
            "Only the adapters know the libraries of researchers",
            "source",
            "server",
            {"server.research"},
        ),
        (
            "Of the server the client knows the wire alone",
            "forbidden",
            "server",
            {"server.protocol"},
        ),
        (
            "Of the server the client knows the wire alone",
            "source",
            "client_cli",
            {"client_cli.main"},
        ),
        ("Only the full screen knows Textual", "source", "client_cli", {"client_cli.screen"}),
    ],
)
def test_a_contract_names_every_module(
    name: str, side: str, package: str, exceptions: set[str]
) -> None:
    named = set(CONTRACTS[name][f"{side}_modules"])
    assert {one for one in named if one.startswith(f"{package}.")} == modules(package) - exceptions
