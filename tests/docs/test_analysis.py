"""The notebook in docs/ runs from its first cell to its last over a dataset just written."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from server.analysis.dataset import Dataset
from tests.server.analysis.sessions import by_hand, of_bots, played

NOTEBOOK = Path(__file__).parents[2] / "docs" / "analysis.ipynb"


def test_the_notebook_runs_and_recomputes_every_payoff(tmp_path: Path) -> None:
    sessions = [of_bots("korea-1997", f"korea{seed}", seed) for seed in range(4)]
    sessions += [played(by_hand().log, "hand"), of_bots("mexico-1982-campaign", "campaign")]
    with Dataset(tmp_path / "data", "csv") as made:
        for one in sessions:
            made.add(one)
    notebook = json.loads(NOTEBOOK.read_text("utf-8"))
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert not any(cell.get("outputs") for cell in notebook["cells"])
    program = tmp_path / "notebook.py"
    program.write_text("\n\n".join(cells), "utf-8")
    command = [sys.executable, "-W", "error", str(program)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    lines = made.rows["ledger"]
    assert done.stderr == ""
    assert done.stdout == f"{lines} ledger lines of {len(sessions)} sessions recomputed\n"
