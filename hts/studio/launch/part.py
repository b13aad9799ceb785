"""`python -m hts sweep FILE --part I/N --out DIR`: one task of a job array."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tqdm import tqdm

from hts.studio.cluster.array import Part, StopAtSignal, compute_part
from hts.studio.sweeps.spec import SweepSpec
from hts.validate import BadInput, whole

WITH_FAILURES, INTERRUPTED = 3, 130  # exit codes


def train_part(spec: SweepSpec, part: str, out: str | None, *, quiet: bool) -> int:
    """Compute the part into ``out``; exit code 0, 3 if a run failed, 130 if it was ended before.

    Threads are those of ``HTS_THREADS`` or of the task, as Slurm says.
    """
    if out is None:
        raise BadInput("--part needs --out DIR: the folder that every task writes its file into.")
    given = os.environ.get("HTS_THREADS") or os.environ.get("SLURM_CPUS_PER_TASK")
    threads = None
    if given:
        threads = whole("threads", given, low=1, high=1024, why="so many threads has the task")
    control = StopAtSignal()
    with control.listening(), tqdm(unit="run", file=sys.stderr, disable=quiet) as bar:

        def told(done: int, total: int) -> None:
            bar.total, bar.n = total, done
            bar.refresh()

        done, failed, total = compute_part(
            spec, Part.parse(part), Path(out), threads=threads, control=control, told=told
        )
    if control.stopping and done + failed < total:
        print(f"Ended with {done} of {total} runs: the same command goes on.", file=sys.stderr)
        return INTERRUPTED
    return WITH_FAILURES if failed else 0
