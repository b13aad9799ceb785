"""A training that is killed while it is watched, and processes that watch at once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hts.platforms import end_by_force
from hts.studio.store.store import Store
from hts.studio.watching.seen import watches_of

TRAINING = """
import sys, torch, hts
model = torch.nn.Linear(10, 60)
torch.nn.init.normal_(model.weight)
optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
watch = hts.watch(model, optimizer, name="killed", every=1)
for step in range(10**9):
    model(torch.randn(8, 10)).square().mean().backward()
    optimizer.step()
    print(step + 1, flush=True)  # once its look is recorded
"""


@pytest.mark.process
def test_what_was_seen_before_kill_9_is_kept_and_the_training_is_lost(home: Path):
    environment = {**os.environ, "HTS_HOME": str(home), "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(
        [sys.executable, "-c", TRAINING], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            seen = int(line)
            if seen >= 5:
                break
        with Store(home) as store:
            (one,) = watches_of(store).list()
            assert one.state == "watching"
        end_by_force(process.pid)
    assert process.returncode != 0
    with Store(home) as store:
        watches = watches_of(store)
        (one,) = watches.list()
        assert (one.state, one.name) == ("lost", "killed")
        assert "ended without closing the watch" in one.message
        steps = [look.step for look in watches.looks(one.id)]
        assert steps == list(range(1, len(steps) + 1))
        assert len(steps) >= seen
        assert watches.view(one.id).step == steps[-1]
