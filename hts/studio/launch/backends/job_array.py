"""A job array of a batch system: ``--part I/N --out DIR`` is one of its tasks."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from tqdm import tqdm

from hts.studio.launch.backends import BACKENDS, Backend, Outcome
from hts.studio.store.store import Store
from hts.studio.sweeps.spec import SweepSpec
from hts.validate import BadInput, whole


@BACKENDS.register
class JobArray(Backend):
    """Each task writes a file; ``--collect`` puts them into a store."""

    name = "job array"
    sentence = "Each task of a batch system computes one part of the sweep into a file."
    needs_store = False
    place = 1

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--part", metavar="I/N",
            help="as task I of N of a job array: compute that part into --out",
        )  # fmt: skip
        parser.add_argument("--out", metavar="DIR", help="the folder for --part")

    def asked(self, options: argparse.Namespace) -> bool:
        return bool(options.part)

    def train(self, spec: SweepSpec, options: argparse.Namespace, store: Store | None) -> Outcome:
        """Compute the part.  Threads are those of ``HTS_THREADS`` or of the task, as Slurm says."""
        from hts.studio.cluster.array import Part, StopAtSignal, compute_part
        from hts.studio.jobs.processes.ending import told_to_end

        if options.out is None:
            raise BadInput(
                "--part needs --out DIR: the folder that every task writes its file into."
            )
        given = os.environ.get("HTS_THREADS") or os.environ.get("SLURM_CPUS_PER_TASK")
        threads = None
        if given:
            threads = whole("threads", given, low=1, high=1024, why="so many threads has the task")
        control = StopAtSignal()
        with (
            told_to_end(control.end),
            tqdm(unit="run", file=sys.stderr, disable=options.json) as bar,
        ):

            def told(done: int, total: int) -> None:
                bar.total, bar.n = total, done
                bar.refresh()

            part, out = Part.parse(options.part), Path(options.out)
            done, failed, total = compute_part(
                spec, part, out, threads=threads, control=control, told=told
            )
        interrupted = control.stopping and done + failed < total
        if interrupted:
            print(f"Ended with {done} of {total} runs: the same command goes on.", file=sys.stderr)
        return Outcome(failed=failed, interrupted=interrupted)
