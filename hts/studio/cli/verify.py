"""Check noise, estimates, presets and a device on this machine, and say pass or fail with figures.

noise: the law (its distribution function, characteristic function, sums of two, symmetry, scale and
isotropy of type III), values shared between streams, neighbouring counters; then counts beyond the
levels that one draw in a million and one in ten million should exceed, and values that are not
finite.  tails: bias, spread, coverage and time of every estimator; how often the interval of a
layer covers the alpha that was drawn, and whether counting its entries is found out; with
--verdicts, how often each verdict is given on laws where the right one is known; with --grid, both
on whole layers of many shapes and number formats.  presets: their
claims on freshly trained networks: the whole 95 % interval of the median must be within the bound;
with --quick, of three seeds and some of the presets, the median itself.  intervals: how often the
intervals of reproductions hold the median of 200 stored seeds, and how often families of tests hold
a verdict where there is no effect.  device: whether noise, laws, steps, memory and whole runs on
--device are right, held against the CPU's, and how fast noise, steps and ensembles are there: a few
minutes.  A goal of speed that is missed is said and is no failure.

Example: python -m hts verify tails --quick
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import json
import multiprocessing
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from hts.noise.types import noise_type
from hts.validate import BadInput, choice, whole

if TYPE_CHECKING:
    from hts.verify.law_checks import Check as LawCheck
    from hts.verify.noise import TailReport

_BAR = "{desc} {percentage:3.0f}%|{bar}| [{elapsed}<{remaining}]"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=tuple(_CHECKS))
    parser.add_argument("--draws", default="4e8", help="type II draws to count (default: 4e8)")
    parser.add_argument(
        "--repeats",
        help="samples a line, for tails (default: 200, verdicts 100, grid 400; quick: 30, 10) and "
        "intervals (default: 4000; quick: 300)",
    )
    parser.add_argument("--quick", action="store_true", help="tails, presets or intervals, quicker")
    parser.add_argument("--verdicts", action="store_true", help="tails: the table of verdicts")
    parser.add_argument(
        "--grid", action="store_true",
        help="tails: verdicts and intervals on whole layers of every law, shape and number format; "
        "hours, and a run that was stopped goes on (quick: a few cells)",
    )  # fmt: skip
    parser.add_argument("--jobs", default="1", help="processes of the grid (default: 1)")
    parser.add_argument("--table", metavar="FILE", help="write the grid's table in that document")
    parser.add_argument("--alpha", default="1.75", help="alpha of the noise check")
    parser.add_argument(
        "--all-alphas", action="store_true", help="the noise check at nine alphas from 0.7 to 2"
    )
    parser.add_argument(
        "--device", default="cpu", help="cpu, cuda or mps, for the checks of noise and device"
    )
    parser.add_argument("--seeds", help="seeds of every preset (default: 20; quick: 3)")
    parser.add_argument("--first-seed", default="1001", help="the first of them (default: 1001)")
    parser.add_argument("--preset", help="one preset by name (default: all that claim something)")
    parser.add_argument(
        "--out", metavar="PATH",
        help="a folder for the networks of the presets, or the grid; a JSON file for device",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print one JSON list")


def run(options: argparse.Namespace) -> int:
    """Run the checks; exit code 1 when one fails."""
    _only_its_own(options)
    rows = []
    for row in _CHECKS[options.what](options):
        rows.append(row)
        if not options.json:  # as they come: the tables take minutes
            word = row.get("word") or ("pass" if row["passed"] else "FAIL")
            tqdm.write(f"{word} {row['says']}")
            sys.stdout.flush()
    if options.json:
        print(json.dumps(rows))
    return 1 if any(row.get("failed", not row["passed"]) for row in rows) else 0


def _only_its_own(options: argparse.Namespace) -> None:
    """`BadInput` for an option that does nothing in this check."""
    taken = _TAKEN[options.what]
    for name in dict.fromkeys(name for names in _TAKEN.values() for name in names):
        if name not in taken and getattr(options, name) != options.usage.get_default(name):
            flags = ", ".join(map(_flag, taken))
            raise BadInput(f"verify {options.what} takes {flags} and --json, got {_flag(name)}.")


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _noise(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """The law on a fortieth of the draws (10^7 of the default), then the tail counts on all."""
    from hts.config import RunConfig
    from hts.training.device import choose_device
    from hts.verify import law_checks
    from hts.verify import noise as verify

    draws: object = options.draws
    with contextlib.suppress(ValueError):  # 4e8 is a whole number too
        draws = float(options.draws)
    draws = whole("draws", draws, low=1, high=10**12)
    alphas = law_checks.ALPHAS if options.all_alphas else (RunConfig(alpha=options.alpha).alpha,)
    device = str(choose_device(options.device))
    for i, alpha in enumerate(alphas):
        with tqdm(total=100, unit="%", file=sys.stderr, disable=options.json or None) as bar:
            bar.set_description(f"alpha {alpha:g} ({i + 1} of {len(alphas)})")
            some = min(max(draws // 40, 100_000), 10**7)
            checks = law_checks.check_law(alpha, some, device=device, progress=_tell(bar, 0, 50))
            reports = verify.run(draws, _tell(bar, 50, 50), alpha=alpha, device=device)
        yield from (_law_row(check) for check in checks)
        yield from (_tail_row(report) for report in reports)


def _tell(bar: tqdm, base: float, of: float) -> Callable[[float], None]:
    """Moves ``bar`` to ``base`` and the share of ``of`` that is done."""
    return lambda share: bar.update(base + of * share - bar.n)


def _law_row(check: LawCheck) -> dict[str, Any]:
    says = (
        f"alpha {check.alpha:.7g} {check.name}: {check.figure:.3g} (limit {check.limit:.3g}), "
        f"{check.says}"
    )
    return {**dataclasses.asdict(check), "passed": check.passed, "says": says}


def _tail_row(report: TailReport) -> dict[str, Any]:
    counts = ", ".join(
        f"{c.count} beyond the {c.level:g} level, {c.expected:.0f} expected (z {c.z:+.2f})"
        for c in report.counts
    )
    says = (
        f"{noise_type(report.kind).word} alpha {report.alpha:.7g}, {report.draws:.3g} draws: "
        f"{report.not_a_number} NaN, {report.infinite} inf; {counts}"
    )
    return {**dataclasses.asdict(report), "passed": report.passed, "says": says}


def _grid(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """The grid as far as asked, what it shows, and its table in a document with a place for it."""
    from hts.verify import grid, grid_report

    why = "it counts layers of every cell"
    repeats = whole("repeats", options.repeats or grid.REPEATS, low=0, high=grid.REPEATS, why=why)
    jobs = whole("jobs", options.jobs, low=1, high=1024)
    path = Path(options.out or "results/tails") / "grid.jsonl"
    some = dict(grid.QUICK) if options.quick else {}
    with (
        tqdm(total=1, bar_format=_BAR, file=sys.stderr, disable=options.json or None) as bar,
        contextlib.ExitStack() as stack,
    ):
        some["progress"] = _tell(bar, 0, 1)
        if jobs > 1:
            pool = stack.enter_context(multiprocessing.get_context("spawn").Pool(jobs))
            some["each"] = pool.imap
        cells = grid.run(path, repeats=repeats, **some)
    if options.table is not None:
        grid_report.write_table(Path(options.table), cells)
    yield from grid_report.rows(cells)


def _tails(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    from hts.verify import tails as verify_tails

    if options.grid:
        yield from _grid(options)
        return

    default = {(0, 0): 200, (1, 0): 30, (0, 1): 100, (1, 1): 10}[options.quick, options.verdicts]
    repeats = whole("repeats", options.repeats or default, low=10, high=10**6)
    if options.verdicts:
        sizes = (10_000,) if options.quick else (10_000, 100_000)
        lines = verify_tails.verdict_lines(sizes, repeats)
    else:
        lines = verify_tails.estimator_lines(repeats, quick=options.quick)
    hidden = options.json or None  # None: where nobody watches
    with tqdm(total=len(lines), bar_format=_BAR, file=sys.stderr, disable=hidden) as bar:
        for done, line in enumerate(lines):
            bar.set_description(line.what)
            yield line.run(_tell(bar, done, 1))


def _presets(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    from hts.runs import shipped_claims
    from hts.runs.presets import PRESETS
    from hts.verify import presets as verify

    claiming = {preset.name: preset for preset in verify.with_claims(PRESETS, quick=options.quick)}
    if options.preset is not None:
        name = choice(
            "preset",
            options.preset,
            claiming,
            why="others claim nothing or are not in the quick form",
        )
        claiming = {name: claiming[name]}
    default = verify.QUICK_SEEDS if options.quick else verify.SEEDS
    seeds = whole("seeds", options.seeds or default, low=1, high=1000)
    first = whole("first-seed", options.first_seed, low=0, high=10**9)
    command = f"python -m hts verify presets --seeds {seeds} --first-seed {first}"
    hidden = options.json or None
    with tqdm(total=len(claiming), bar_format=_BAR, file=sys.stderr, disable=hidden) as bar:
        for done, preset in enumerate(claiming.values()):
            bar.set_description(preset.name)
            found = verify.check_preset(
                preset, first_seed=first, seeds=seeds, quick=options.quick, command=command,
                progress=_tell(bar, done, 1),
            )  # fmt: skip
            if options.out is not None:
                shipped_claims.write(found.checked, Path(options.out))
            yield from found.rows()


def _intervals(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Coverage of intervals, and verdicts where there is no effect, on the stored seeds."""
    from hts.verify import intervals

    repeats = whole("repeats", options.repeats or (300 if options.quick else 4000), low=100,
                    high=10**6)  # fmt: skip
    figures, families = intervals.stored()
    yield from intervals.coverage(figures, repeats)
    yield from intervals.wrong_verdicts(families, repeats)


def _device(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Every check of the device; with --out also into a file that says what machine this is."""
    from hts.training.device import choose_device
    from hts.verify.device import run as verify
    from hts.verify.device.check import ACCELERATOR, CPU, Place

    device = choose_device(options.device)
    place = Place(device=device, extent=CPU if device.type == "cpu" else ACCELERATOR)
    rows = []
    for row in verify.run(place, verify.CHECKS):
        rows.append(row)
        yield {**dataclasses.asdict(row), "word": row.word, "failed": row.wrong, "says": row.says}
    if options.out is not None:
        found = {"machine": verify.machine(device), "rows": [dataclasses.asdict(r) for r in rows]}
        Path(options.out).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


_CHECKS = {
    "noise": _noise, "tails": _tails, "presets": _presets, "intervals": _intervals,
    "device": _device,
}  # fmt: skip
_TAKEN = {
    "noise": ("draws", "alpha", "all_alphas", "device"),
    "tails": ("quick", "repeats", "verdicts", "grid", "jobs", "table", "out"),
    "presets": ("quick", "seeds", "first_seed", "preset", "out"),
    "intervals": ("quick", "repeats"),
    "device": ("device", "out"),
}
"""Options of each check."""
