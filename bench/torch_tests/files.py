"""Torch's own test files, run with its optimizers and with ours: what passes must go on passing.

The files are not part of torch's wheel: ``test/test_optim.py``, ``test/optim/test_lrscheduler.py``
and ``test/optim/test_swa_utils.py`` of a checkout of the version that is installed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from hts.validate import BadInput

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("test_optim.py", "test_lrscheduler.py", "test_swa_utils.py")


def measure(folder: Path) -> list[dict[str, Any]]:
    """For each of these files in ``folder`` or below: the tests torch passes, and those of them
    that are lost with ours.  Raises `BadInput` where there are none, or none of one passes."""
    files = sorted(path for name in NAMES for path in folder.rglob(name))
    if not files:
        raise BadInput(
            f"{folder} must hold torch's own test files, {', '.join(NAMES)}: they are in the "
            "folder test of a checkout of PyTorch."
        )
    found = []
    for path in files:
        theirs = _passed(path)
        ours = _passed(path, "-p", "bench.torch_tests.substitutes")
        row = {"file": str(path.relative_to(folder)), "torch": len(theirs)}
        found.append({**row, "ours": len(theirs & ours), "lost": sorted(theirs - ours)})
    return found


def _passed(path: Path, *more: str) -> set[str]:
    """The tests of a file that pass, by class and name."""
    with tempfile.TemporaryDirectory() as folder:
        report, ini = Path(folder) / "report.xml", Path(folder) / "pytest.ini"
        ini.write_text("[pytest]\n", encoding="utf-8")
        path_of_python = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        words = ["-q", "-c", str(ini), "--junitxml", str(report), "-p", "no:cacheprovider"]
        said = subprocess.run(
            [sys.executable, "-m", "pytest", *words, *more, str(path)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": path_of_python},
            capture_output=True,
            text=True,
            check=False,
        )
        if not report.exists():
            raise BadInput(f"{path} cannot be run: {said.stdout[-500:]}{said.stderr[-500:]}")
        cases = list(ElementTree.parse(report).getroot().iter("testcase"))
    passed = {f"{c.get('classname')}.{c.get('name')}" for c in cases if len(c) == 0}
    if not passed:
        raise BadInput(f"no test of {path} passes: {said.stdout[-1500:]}")
    return passed
