"""The notebooks run from top to bottom, in a Python of their own, and say what they promise."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROMISES = {
    "heavy-tails-in-ten-minutes": ["norm-compressible share", "units removed", "Gaussian noise"],
    "your-own-network": ["test accuracy", "Consistent with a stable law: 0", "units removed"],
}

pytestmark = pytest.mark.process


def test_every_notebook_is_tried():
    assert {path.stem for path in ROOT.glob("docs/notebooks/*.ipynb")} == set(PROMISES)


@pytest.mark.parametrize("name", PROMISES)
def test_a_notebook_runs_and_prints_its_tables(name, tmp_path):
    notebook = json.loads((ROOT / "docs" / "notebooks" / f"{name}.ipynb").read_text("utf-8"))
    cells = ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "code"]
    assert all(not c.get("outputs") for c in notebook["cells"])  # nothing that could be out of date
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", "\n\n".join(cells)],
        capture_output=True, text=True, check=False, cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "HTS_HOME": str(tmp_path),
             "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    for words in PROMISES[name]:
        assert words in done.stdout
