"""Stores from before there were owners."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from hts.config import RunConfig
from hts.studio.store.database import MIGRATIONS
from hts.studio.store.sight import Sight
from hts.studio.store.store import Store


@pytest.mark.parametrize("schema", [1, 2])
def test_an_older_store_opens_reads_and_goes_on(home: Path, config: RunConfig, schema: int):
    raw = sqlite3.connect(home / "hts.db")
    for statements in MIGRATIONS[:schema]:
        for statement in statements:
            raw.execute(statement)
    raw.execute("INSERT INTO repeats VALUES (?, 2)", (config.hash,))
    for number, state in ((1, "finished"), (2, "queued")):
        raw.execute(
            "INSERT INTO runs (id, config, title, state, created) VALUES (?, ?, '', ?, 5.0)",
            (f"{config.hash}-{number}", config.to_json(), state),
        )
    if schema > 1:
        raw.execute("INSERT INTO sweeps (name, spec, created) VALUES ('old', '{}', 5.0)")
        raw.execute(
            "INSERT INTO members (sweep, position, config) VALUES (1, 0, ?)", (config.to_json(),)
        )
    raw.execute(f"PRAGMA user_version = {schema}")
    raw.commit()
    raw.close()
    with Store(home) as store:
        runs = store.runs.list()
        assert [(run.id, run.owner, run.visibility) for run in runs] == [
            (f"{config.hash}-2", None, "private"), (f"{config.hash}-1", None, "private"),
        ]  # fmt: skip
        assert [run.id for run in store.queue.runs()] == [f"{config.hash}-2"]
        assert [sweep.owner for sweep in store.sweeps.list()] == [None] * (schema - 1)
        assert store.runs.list(sight=Sight(person="somebody", lab=None)) == []
        assert len(store.runs.list(sight=Sight(person="local", everything=True))) == 2
        new = store.runs.create(config, owner="somebody", visibility="lab")
        assert store.queue.runs()[-1].id == new
        assert store.control.assign(f"{config.hash}-2", pid=1, pid_started=1.0, threads=1)
        assert store.people.list() == store.classes.list() == []


def test_what_an_asker_asked_for_goes_with_the_run(store: Store, config: RunConfig):
    run_id = store.runs.create(config, owner="a")
    store.owners.add_asker(run_id, "b")
    store.owners.add_asker(run_id, "a")  # wants it anyway
    assert store.owners.askers(run_id) == ["b"]
    store.runs.delete(run_id)
    assert store.db.rows("SELECT * FROM askers") == []


def test_a_sweep_and_its_runs_are_shown_together(store: Store, config: RunConfig, result):
    sweep = store.sweeps.create("{}", "s", [config], owner="a", visibility="lab")
    run_id = store.members.finish(sweep, 0, result)
    assert (store.runs.get(run_id).owner, store.runs.get(run_id).visibility) == ("a", "lab")
    store.sweeps.set_visibility(sweep, "public")
    assert store.runs.get(run_id).visibility == store.sweeps.get(sweep).visibility == "public"
