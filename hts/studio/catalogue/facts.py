"""The rows of ``catalogue``: of each run what it is sorted and filtered by, made once a change.

A row is made again where the run's revision has moved on since, or `FORM` has.
"""

from __future__ import annotations

import contextlib
import functools
import json
import re
import sqlite3
from collections.abc import Mapping
from typing import Any

from hts.config import RunConfig
from hts.config.arms import MAIN, in_words, trains_several
from hts.paired.results import of_arm
from hts.records import RunResult, decode, encode
from hts.studio.catalogue.columns import MEASURED, SETTINGS
from hts.studio.store.database import Database
from hts.studio.store.run_row import Run, from_row
from hts.validate import BadInput

FORM = 1  # grows when a row holds something else
AT_ONCE = 500  # rows of one transaction
_SEED = re.compile(r'"seed": (\d+)')
_LATE = (
    "SELECT r.number FROM runs AS r INDEXED BY runs_listed LEFT JOIN catalogue AS c "
    f"ON c.run = r.number WHERE c.revision IS NOT r.revision OR c.form IS NOT {FORM}"
)


def catch_up(db: Database) -> None:
    """Make the rows that are missing or out of date; on a full disk they stay as they are."""
    numbers = [int(row[0]) for row in db.rows(_LATE)]
    with contextlib.suppress(sqlite3.OperationalError):
        for start in range(0, len(numbers), AT_ONCE):
            some = json.dumps(numbers[start : start + AT_ONCE])
            rows = db.rows(
                "SELECT * FROM runs WHERE number IN (SELECT value FROM json_each(?))", (some,)
            )
            made = [row for run in rows if (row := _row(run)) is not None]
            with db.writing() as connection:
                connection.executemany(
                    "INSERT OR REPLACE INTO catalogue SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 "
                    "WHERE EXISTS (SELECT 1 FROM runs WHERE number = ?1)",
                    made,
                )


def _row(row: sqlite3.Row) -> tuple[Any, ...] | None:
    try:
        run = from_row(row, config=_as_first_seed, result=_result)
    except BadInput:  # `Runs.list` says so in the log
        return None
    found = _SEED.search(row["config"])
    seed = int(found[1]) if found else run.config.seed
    if run.steered:
        alike, settings = _described(run.effective)
    else:
        alike, settings = _of_text(_first_seed(row["config"]))
    several = trains_several(run.config)
    networks = in_words(run.config) if several else f"seed {seed}"
    parts = ({**settings, "seed": seed}, _facts(run, networks), _seeds(run, seed))
    return (row["number"], run.revision, FORM, alike, *(encode(part).decode() for part in parts))


# -- settings, read once for all seeds -----------------------------------------------------------


def _first_seed(text: str) -> str:
    return _SEED.sub('"seed": 1', text)


def _as_first_seed(text: str) -> RunConfig:
    return _config(_first_seed(text))


_config = functools.lru_cache(maxsize=512)(RunConfig.from_json)


@functools.lru_cache(maxsize=512)
def _of_text(text: str) -> tuple[str, dict[str, Any]]:
    return _described(_config(text))


def _described(config: RunConfig) -> tuple[str, dict[str, Any]]:
    """What runs share that differ in nothing but seeds, and the settings that are not as usual."""
    idle = config.without_effect
    found = {name: given(config, name, idle) for name in SETTINGS}
    unusual = {name: value for name, value in found.items() if value != SETTINGS[name].default}
    return config.hash_without("seed", "replicates"), unusual


def given(config: RunConfig, name: str, idle: frozenset[str]) -> Any:
    """A setting as lists show it; None where it is among the ``idle`` ones, without effect."""
    if name == "noise" and config.stability is None:
        return "none"
    return None if name in idle else config.given(name)


# -- what a run came to --------------------------------------------------------------------------


def anew(row: sqlite3.Row) -> Run | None:
    """The run of a row, read for this once; None where it cannot be."""
    with contextlib.suppress(BadInput):  # `Runs.list` says so in the log
        return from_row(row, config=RunConfig.from_json, result=_result)
    return None


def _result(text: str | None) -> RunResult | None:
    return None if text is None else decode(text, RunResult)


def _facts(run: Run, networks: str) -> dict[str, Any]:
    facts = {
        "run": run.id, "name": run.title, "note": run.notes, "tag": run.tags, "star": int(run.star),
        "state": run.outcome, "created": run.created, "ended": run.ended,
        "progress": round(100 * run.progress, 1), "step": run.step, "networks": networks,
    }  # fmt: skip
    return {k: v for k, v in {**facts, **measured(run.result)}.items() if v is not None and v != ""}


def measured(result: RunResult | None) -> dict[str, float | None]:
    """What a result says under the names of `MEASURED`."""
    if result is None:
        return {}
    if result.stop_reason == "diverged":
        return {"steps": result.iterations, "seconds": result.seconds}
    return {name: column.value(result) for name, column in MEASURED.items()}


def _seeds(run: Run, seed: int) -> Mapping[int, dict[str, float | None]]:
    """What each noisy network of the run came to, by its seed."""
    if run.result is None:
        return {}
    several = of_arm(run.result.members, MAIN)
    if not several:
        return {seed: measured(run.result)}
    return {one.seed: measured(one.result) for one in several}
