"""The peak memory of whole runs beside the estimate that was made before they began.

Every run has a process of its own, as it has behind a page, and does all that a watched run does:
steps, noise, evaluations, snapshots, a checkpoint.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from hts.budget.memory import estimate_memory
from hts.config import RunConfig
from hts.data import available, load
from hts.studio.jobs.processes.children import environment
from hts.studio.jobs.processes.run_jobs import claim_for_this_process, create_for_this_process
from hts.studio.jobs.workers.execute import execute
from hts.studio.store.store import Store

FEW = RunConfig(iterations=4, eval_every=2)
CASES = (
    FEW,
    FEW.replace(width=10_000),
    FEW.replace(width=100_000, noise="II"),
    FEW.replace(width=2000, depth=3),
    FEW.replace(data="ecg5000-binary", width=2000, batch_size=500),
    FEW.replace(data="ecg5000-binary", width=10_000, batch_size=500, noise="II"),
    FEW.replace(data="mnist", width=2000, batch_size=500, noise="I"),
    FEW.replace(data="mnist", width=5000, batch_size=5000, noise="I", iterations=2, eval_every=2),
)


def measure(cases: Sequence[RunConfig] = CASES) -> list[dict[str, Any]]:
    """Rows ``{data, width, ..., estimate, peak, estimate_over_peak}``, bytes; data at hand only."""
    rows = []
    for config in cases:
        if not available(config.data):
            continue
        estimate = estimate_memory(config, **load(config.data).sizes).total
        command = [sys.executable, "-m", "bench.memory", config.to_json()]
        done = subprocess.run(
            command, capture_output=True, text=True, check=True, env=environment()
        )
        peak = int(done.stdout)
        rows.append(
            {
                "data": config.data,
                "width": config.width,
                "depth": config.depth,
                "batch": config.batch_size,
                "noise": config.noise,
                "estimate": estimate,
                "peak": peak,
                "estimate_over_peak": estimate / peak,
            }
        )
    return rows


def peak_bytes() -> int:
    """The largest resident set of this process so far."""
    if sys.platform == "linux":
        # Not getrusage: its figure survives exec and may be the parent's.
        with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123
            line = next(line for line in status if line.startswith("VmHWM:"))
        return 1024 * int(line.split()[1])
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak


def main() -> None:
    """Run the configuration given as JSON in a store of its own; print the peak."""
    import tempfile

    with tempfile.TemporaryDirectory() as home:
        store = Store(home)
        run_id = create_for_this_process(store, RunConfig.from_json(sys.argv[1]))
        claim_for_this_process(store, run_id)
        execute(store, run_id)
    print(peak_bytes())


if __name__ == "__main__":
    main()
