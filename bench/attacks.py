"""Try every attack on a lab of its own and say what became of it: ``python -m bench attacks``.

Prints one JSON object, or with ``--table`` the table of SECURITY.md.  Exit status 1 says that
something got through.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bench.app.attacks.kind import Kind
from bench.app.attacks.kinds import KINDS
from bench.app.attacks.place import Place
from bench.app.lab_processes import stop_in_order


@dataclass
class Outcome:
    """``through``: what got through, by case."""

    kind: str
    right: str
    cases: int = 0
    held: int = 0
    seconds: float = 0.0
    through: dict[str, str] = field(default_factory=dict)


def attempt(kind: Kind, place: Place, most: int | None = None) -> Outcome:
    """Try every case of a kind, or the first ``most``."""
    outcome, began = Outcome(kind.name, kind.right), time.monotonic()
    for name, attack in kind.cases(place):
        if outcome.cases == most:
            break
        outcome.cases += 1
        try:
            got = attack()
        except Exception as error:  # whatever it is, it is no refusal in words
            got = f"{type(error).__name__}: {error}"[:300]
        if got:
            outcome.through[name] = got
        else:
            outcome.held += 1
    outcome.seconds = round(time.monotonic() - began, 1)
    return outcome


def table(found: Sequence[Outcome]) -> str:
    """Markdown, a line for each kind."""
    lines = ["| attacks | held | of | what holds |", "|---|---|---|---|"]
    lines += [f"| {one.kind} | {one.held} | {one.cases} | {one.right} |" for one in found]
    held, cases = sum(one.held for one in found), sum(one.cases for one in found)
    return "\n".join([*lines, f"| all | {held} | {cases} | |"])


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench attacks", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--table", action="store_true", help="print the table of SECURITY.md")
    parser.add_argument("--kind", action="append", help=f"only these: {', '.join(KINDS)}")
    options = parser.parse_args(words)
    chosen = [KINDS.named(name) for name in options.kind or KINDS]
    stop_in_order()
    found = []
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"HTS_LAB": str(Path(home, "lab.toml")), "HTS_WORKERS": "service"}
        place = Place(Path(home))
        try:
            for kind in chosen:
                found.append(attempt(kind, place))
                last = found[-1]
                print(f"{last.kind}: {last.held} of {last.cases}", file=sys.stderr, flush=True)
        finally:
            place.close()
    held = all(one.held == one.cases for one in found)
    if options.table:
        print(table(found))
    else:
        cases = sum(one.cases for one in found)
        kinds = [asdict(one) for one in found]
        print(json.dumps({"cases": cases, "held": sum(o.held for o in found), "kinds": kinds}))
    return 0 if held else 1
