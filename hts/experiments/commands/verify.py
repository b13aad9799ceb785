"""Check the noise and the tail estimates on this machine, and say pass or fail with the figures.

noise: counts beyond the levels that one draw in a million and one in ten million should exceed, and
values that are not finite.  tails: how often the 95 % interval covers the alpha that was drawn.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import json
import sys
from typing import Any

from tqdm import tqdm

from hts.validate import whole

COVERAGE = (0.90, 0.99)  # accepted share of intervals that cover, at nominal 0.95
UNITS, ENTRIES = 2000, 200_000
ALPHAS = (1.2, 1.5, 1.75, 1.9)


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to check, and how hard."""
    parser.add_argument("what", choices=("noise", "tails"))
    parser.add_argument("--draws", default="4e8", help="type II draws to count (default: 4e8)")
    parser.add_argument("--repeats", default="200", help="samples for coverage (default: 200)")
    parser.add_argument("--alpha", default="1.75", help="alpha of the noise check")
    parser.add_argument("--device", default="cpu", help="cpu, cuda or mps, for the noise check")
    parser.add_argument("--json", action="store_true", help="print one JSON list")


def run(options: argparse.Namespace) -> int:
    """Run the checks; exit code 1 when one fails."""
    rows = _noise(options) if options.what == "noise" else _tails(options)
    if options.json:
        print(json.dumps(rows))
    else:
        for row in rows:
            print("pass" if row["passed"] else "FAIL", row["says"])
    return 0 if all(row["passed"] for row in rows) else 1


def _noise(options: argparse.Namespace) -> list[dict[str, Any]]:
    from hts.config import RunConfig
    from hts.noise import verify

    draws: object = options.draws
    with contextlib.suppress(ValueError):  # 4e8 is a whole number too
        draws = float(options.draws)
    draws = whole("draws", draws, low=1, high=10**12, why="it is how many values to test")
    alpha = RunConfig(alpha=options.alpha).alpha
    with tqdm(total=100, unit="%", file=sys.stderr, disable=options.json) as bar:
        reports = verify.run(
            draws,
            lambda share: bar.update(100 * share - bar.n) and None,
            alpha=alpha,
            device=options.device,
        )
    rows = []
    for report in reports:
        counts = ", ".join(
            f"{c.count} beyond the {c.level:g} level, {c.expected:.0f} expected (z {c.z:+.2f})"
            for c in report.counts
        )
        says = (
            f"type {report.kind} alpha {report.alpha:g}, {report.draws:.3g} draws: "
            f"{report.not_a_number} NaN, {report.infinite} inf; {counts}"
        )
        rows.append({**dataclasses.asdict(report), "passed": report.passed, "says": says})
    return rows


def _tails(options: argparse.Namespace) -> list[dict[str, Any]]:
    from hts.tails.calibrate import coverage

    repeats = whole("repeats", options.repeats, low=10, high=10**6, why="it counts samples")
    cases = [(kind, alpha) for kind in ("I", "II", "III") for alpha in ALPHAS]
    rows = []
    for kind, alpha in tqdm(cases, unit="case", file=sys.stderr, disable=options.json):
        size = ENTRIES if kind == "II" else UNITS
        got = coverage(kind, alpha, size, repeats)
        says = (
            f"type {kind} alpha {alpha:g}, {size} {'entries' if kind == 'II' else 'units'}: "
            f"95 % interval covers in {100 * got.coverage:.1f} % of {repeats} samples, "
            f"bias {got.bias:+.4f}, sd {got.sd:.4f}"
        )
        passed = COVERAGE[0] <= got.coverage <= COVERAGE[1]
        rows.append({**dataclasses.asdict(got), "passed": passed, "says": says})
    return rows
