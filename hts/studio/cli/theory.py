"""Run an experiment on the theory and say what it found, with a verdict.

chaos: n units beside the first n of a much larger system.  euler: one noise path at coarser and
coarser steps.  width: the error of keeping a share of the units, against their number.  limit: the
law of the units beside the law of infinitely many.  emergent: tails that plain SGD makes by itself.

Example: python -m hts theory chaos --quick
"""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Sequence
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

from hts.records import encode
from hts.studio.cli.options import result_files
from hts.theory.files import read
from hts.theory.records import Found
from hts.theory.settings import EXPERIMENTS, Settings, settings_of
from hts.theory.tables import TABLES
from hts.validate import BadInput

_ALSO = {"noises": "noise", "alphas": "alpha"}  # what a setting may also be called


def arguments(parser: argparse.ArgumentParser) -> None:
    each = parser.add_subparsers(dest="experiment", required=True, metavar="EXPERIMENT")
    for name, kind in EXPERIMENTS.items():
        says = " ".join((kind.__doc__ or "").split("\n\n")[0].split())
        sub = each.add_parser(
            name, help=says, description=kind.__doc__, example=f"theory {name} --quick"
        )
        sub.add_argument("--quick", action="store_true", help="small sizes, well under a minute")
        result_files.arguments(sub, TABLES, "numbers")
        for field in fields(kind):
            default = field.default if field.default is not MISSING else None
            flags = [f"--{field.name.replace('_', '-')}"]
            if field.name in _ALSO:
                flags.append(f"--{_ALSO[field.name]}")
            sub.add_argument(*flags, dest=f"set_{field.name}", metavar="VALUE",
                             help=f"default {_shown(default)}")  # fmt: skip


def run(options: argparse.Namespace) -> int:
    """Run it; exit code 1 when a claim fails."""
    settings = settings_of(options.experiment, _given(options))
    given = (f"set_{field.name}" for field in fields(EXPERIMENTS[options.experiment]))
    files = result_files.chosen(options, TABLES, ("quick", *given))
    found = (
        _made(options, settings)
        if options.given is None
        else read(options.experiment, Path(options.given))
    )
    text = encode(found)
    lines = [f"{_verdict(claim.passed)} {claim.name}: {claim.says}." for claim in found.claims]
    lines.append(f"{found.made.command}  ({found.made.seconds:g} s)")
    files.write(text + b"\n", found, text.decode() if options.json else "\n".join(lines))
    return 1 if any(claim.passed is False for claim in found.claims) else 0


def _made(options: argparse.Namespace, settings: Settings) -> Found[Any]:
    from hts.theory.run import run as run_experiment

    with result_files.progress(quiet=options.json) as tell:
        return run_experiment(options.experiment, settings, tell)


def _verdict(passed: bool | None) -> str:
    return "seen" if passed is None else "pass" if passed else "FAIL"


def _given(options: argparse.Namespace) -> dict[str, Any]:
    """The settings that were named, as plain values.  ``none`` among alphas is no noise."""
    kind = EXPERIMENTS[options.experiment]
    found: dict[str, Any] = {"quick": True} if options.quick else {}
    for field in fields(kind):
        word = getattr(options, f"set_{field.name}")
        if word is None:
            continue
        default = field.default
        if field.name == "alphas":
            words = [part.strip() for part in word.split(",")]
            found["without"] = "none" in words or found.get("without", False)
            word = ",".join(part for part in words if part != "none")
        found[field.name] = _read(field.name, word, default)
    return found


def _read(name: str, word: str, default: object) -> object:
    if isinstance(default, tuple):
        like: Sequence[object] = default
        parts = [part.strip() for part in word.split(",") if part.strip()]
        return tuple(_read(name, part, like[0]) for part in parts)
    if isinstance(default, bool):
        if word not in ("yes", "no"):
            raise BadInput(f"{name} must be yes or no, got {word!r}.")
        return word == "yes"
    if isinstance(default, str):
        return word
    with contextlib.suppress(ValueError):
        value = float(word)
        return int(value) if isinstance(default, int) and value == int(value) else value
    raise BadInput(f"{name} must be a number, got {word!r}.")


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(map(_shown, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
