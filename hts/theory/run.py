"""Run an experiment: settings in, a `Found` with verdicts and its origin out.  Brings torch."""

from __future__ import annotations

import datetime
import shlex
import time
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import torch

from hts.records import encode
from hts.theory.chaos import run_chaos
from hts.theory.claims import CLAIMS
from hts.theory.emergent import run_emergent
from hts.theory.euler import run_euler
from hts.theory.limit import run_limit
from hts.theory.records import VERSION as RECORD
from hts.theory.records import Found, Made
from hts.theory.replicates import Tell
from hts.theory.settings import EXPERIMENTS, Settings, quick
from hts.theory.width import run_width
from hts.validate import choice
from hts.version import VERSION

_RUN: dict[str, Callable[[Any, Tell], Any]] = {
    "chaos": run_chaos,
    "euler": run_euler,
    "width": run_width,
    "limit": run_limit,
    "emergent": run_emergent,
}


def run(name: str, settings: Settings, tell: Tell = lambda says, share: None) -> Found[Any]:
    """The experiment ``name``; an unknown name raises `BadInput`."""
    choice("experiment", name, _RUN)
    began, now = time.perf_counter(), datetime.datetime.now(datetime.UTC)
    result = _RUN[name](settings, tell)
    return Found(
        experiment=name,
        record=RECORD,
        made=Made(
            command=command(name, settings),
            date=now.isoformat(timespec="seconds"),
            version=VERSION,
            seconds=round(time.perf_counter() - began, 1),
            threads=torch.get_num_threads(),
        ),
        claims=list(CLAIMS[name](result)),
        result=result,
    )


def computed(name: str, small: bool, seed: int, tell: Callable[[str, float], None]) -> bytes:
    """The `Found` of the experiment ``name`` as JSON; ``small``: as ``--quick`` does it.

    Raises `BadInput` for an unknown experiment or a seed that is none.
    """
    choice("experiment", name, EXPERIMENTS)
    settings = EXPERIMENTS[name](seed=seed)
    return encode(run(name, quick(settings) if small else settings, tell))


def command(name: str, settings: Settings) -> str:
    """The command line that makes the same numbers."""
    plain = EXPERIMENTS[name]()
    small = quick(plain)
    is_quick = all(
        getattr(settings, f.name) == getattr(small, f.name)
        for f in fields(settings)
        if getattr(small, f.name) != getattr(plain, f.name)
    )
    base = small if is_quick else plain
    words = ["python", "-m", "hts", "theory", name, *(["--quick"] if is_quick else [])]
    for field in fields(settings):
        if field.name == "without":  # said as "none" among the alphas
            continue
        value, usual = (_value(of, field.name) for of in (settings, base))
        if value != usual:
            words += [f"--{field.name.replace('_', '-')}", spelled(value)]
    return shlex.join(words)


def _value(settings: Settings, name: str) -> object:
    value = getattr(settings, name)
    return (*value, "none") if name == "alphas" and getattr(settings, "without", False) else value


def spelled(value: object) -> str:
    """A setting as the command line takes it."""
    if isinstance(value, tuple):
        return ",".join(spelled(v) for v in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
