"""Training, sweeps and pruning on another device: `other_devices`, in a process of its own."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

CASES = sorted(Path(__file__).parent.glob("other_devices*.py"))


@pytest.mark.process
def test_every_result_is_the_same_on_another_device_with_and_without_double_precision():
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *map(str, CASES)]
    done = subprocess.run(
        words, cwd=CASES[0].parents[2], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-4000:]
    assert int(re.search(r"(\d+) passed", done.stdout)[1]) >= 29
