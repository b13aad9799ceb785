"""Workers step back behind the web process, also where the system shares cores by session."""

from __future__ import annotations

import subprocess
import sys

import pytest

from hts.platforms import AUTOGROUP
from hts.studio.jobs.processes.children import environment

CODE = """
from hts.platforms import AUTOGROUP, step_back
import os
before, group = os.nice(0), AUTOGROUP.read_text()
step_back(3)
# the kernel shows nothing for a session in the root's group, as under a bare init
nice = (AUTOGROUP.read_text().split() or ["none"])[-1]
print(os.nice(0) - before, group == AUTOGROUP.read_text(), nice)
"""


@pytest.mark.process
@pytest.mark.skipif(not AUTOGROUP.exists(), reason="needs Linux's autogroups")
@pytest.mark.parametrize("own", [True, False])
def test_a_session_of_its_own_steps_back_as_a_whole(own) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE], start_new_session=own, env=environment(),
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    stepped, same, nice = done.stdout.split()
    assert stepped == "3"
    assert same == str(not own)
    if own:
        assert int(nice) >= 3
