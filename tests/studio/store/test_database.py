"""Schemas, forks, threads, and many processes on one store."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from hts.config import RunConfig
from hts.records import Evaluation
from hts.studio.store.database import MIGRATIONS, Database, NewerStore, Unusable
from hts.studio.store.store import Store


def test_a_store_is_in_wal_mode_and_knows_its_schema(store: Store) -> None:
    assert store.db.rows("PRAGMA journal_mode")[0][0] == "wal"
    assert store.db.rows("PRAGMA user_version")[0][0] == len(MIGRATIONS)


def test_a_newer_store_is_refused_in_words(home: Path) -> None:
    Store(home).close()
    raw = sqlite3.connect(home / "hts.db")
    raw.execute("PRAGMA user_version = 99")
    raw.close()
    with pytest.raises(NewerStore, match=r"newer version of this program \(store schema 99, this"):
        Store(home)


def test_an_older_store_is_migrated_and_keeps_its_rows(
    home: Path, config: RunConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store(home) as old:
        run_id = old.runs.create(config)
    later = (*MIGRATIONS, ("ALTER TABLE runs ADD COLUMN note TEXT NOT NULL DEFAULT 'new'",))
    monkeypatch.setattr("hts.studio.store.database.MIGRATIONS", later)
    database = Database(home / "hts.db")
    assert [tuple(row) for row in database.rows("SELECT id, note FROM runs")] == [(run_id, "new")]
    assert database.rows("PRAGMA user_version")[0][0] == len(later)
    database.close()


def test_a_store_from_before_sweeps_opens_with_its_runs(home: Path, config: RunConfig) -> None:
    raw = sqlite3.connect(home / "hts.db")
    for statement in MIGRATIONS[0]:
        raw.execute(statement)
    run_id = f"{config.hash}-1"
    raw.execute("INSERT INTO repeats VALUES (?, 1)", (config.hash,))
    raw.execute(
        "INSERT INTO runs (id, config, title, state, created) VALUES (?, ?, '', 'finished', 5.0)",
        (run_id, config.to_json()),
    )
    raw.execute("PRAGMA user_version = 1")
    raw.commit()
    raw.close()
    with Store(home) as store:
        assert [(run.id, run.config, run.sweep) for run in store.runs.list()] == [
            (run_id, config, None)
        ]
        assert store.sweeps.list() == []
        sweep = store.sweeps.create("{}", "new", [config])
        assert store.sweeps.get(sweep).total == 1
        assert store.runs.create(config) == f"{config.hash}-2"


def test_a_program_that_runs_goes_on_when_a_newer_one_adds_a_column(
    store: Store, config: RunConfig
) -> None:
    run_id = store.runs.create(config)
    with store.db.writing() as connection:
        connection.execute("ALTER TABLE runs ADD COLUMN later TEXT")
    assert store.runs.get(run_id).config == config
    store.control.progress(run_id, 3)
    assert store.runs.get(run_id).step == 3


def test_a_migration_that_fails_changes_nothing(home: Path, monkeypatch) -> None:
    Store(home).close()
    broken = (*MIGRATIONS, ("CREATE TABLE half (x)", "CREATE NONSENSE"))
    with monkeypatch.context() as patch:
        patch.setattr("hts.studio.store.database.MIGRATIONS", broken)
        with pytest.raises(Unusable, match="syntax error"):
            Database(home / "hts.db")
    with Store(home) as store:
        assert store.db.rows("SELECT name FROM sqlite_master WHERE name = 'half'") == []


def test_an_error_inside_a_transaction_undoes_it(store: Store, config: RunConfig) -> None:
    def create_and_fail() -> None:
        with store.db.writing():
            store.runs.create(config)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        create_and_fail()
    assert store.runs.list() == []
    assert store.runs.create(config).endswith("-1")


def test_threads_share_a_store(store: Store, config: RunConfig, point) -> None:
    ids = [store.runs.create(config) for _ in range(4)]
    errors: list[BaseException] = []

    def write(run_id: str) -> None:
        try:
            for step in range(100):
                store.series.add_evaluations(run_id, [point(step)])
                store.runs.list(limit=10)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=write, args=[run_id]) for run_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert [len(store.series.evaluations(run_id)) for run_id in ids] == [100] * 4


@pytest.mark.process
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_child_opens_its_own_connection(store: Store, config: RunConfig) -> None:
    first = store.runs.create(config)
    child = multiprocessing.get_context("fork").Process(target=store.runs.create, args=[config])
    child.start()
    child.join()
    assert child.exitcode == 0
    assert {run.id for run in store.runs.list()} == {first, f"{config.hash}-2"}


@pytest.mark.process
def test_creators_at_once_get_different_numbers(home: Path, config: RunConfig) -> None:
    """Four processes that also race to make the file, its tables and WAL mode."""
    program = (
        "from hts.config import RunConfig; from hts.studio.store.store import Store; import sys\n"
        f"config = RunConfig.from_json({config.to_json()!r})\n"
        "print('ready', flush=True)\n"
        "sys.stdin.readline()\n"
        "store = Store()\n"
        "for _ in range(25): print(store.runs.create(config))\n"
    )
    writers = [python(program, stdin=subprocess.PIPE) for _ in range(4)]
    for writer in writers:
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        writer.stdin.write("go\n")
        writer.stdin.flush()
    answers = [writer.communicate(timeout=180) for writer in writers]
    assert [error for _, error in answers] == [""] * 4
    ids = [line for output, _ in answers for line in output.split()]
    assert sorted(ids) == sorted(f"{config.hash}-{n}" for n in range(1, 101))


_WRITE = """
import sys
from hts.records import Evaluation
from hts.studio.store.store import Store
store, run_id, count = Store(), sys.argv[1], int(sys.argv[2])
for step in range(count):
    store.series.add_evaluations(run_id, [Evaluation(
        step=step, train_loss=1.0, train_accuracy=1.0, test_accuracy=1.0, seconds=float(step))])
    print(step, flush=True)
"""


@pytest.mark.process
def test_writers_and_readers_are_never_locked_out(store: Store, config: RunConfig) -> None:
    ids = [store.runs.create(config) for _ in range(4)]
    writers = [python(_WRITE, run_id, "400") for run_id in ids]
    readers = [
        python(
            "from hts.studio.store.store import Store\n"
            "from hts.studio.store.tail import Tail; import time, sys\n"
            "store = Store(); tail = Tail(store.runs, store.series, share=0)\n"
            "while len(tail.view(sys.argv[1]).evaluations) < 400:\n"
            "    store.runs.list(); time.sleep(0.01)",
            ids[0],
        )
        for _ in range(2)
    ]
    for process in writers + readers:
        _, error = process.communicate(timeout=120)
        assert (process.returncode, error) == (0, "")
    assert [[p.step for p in store.series.evaluations(run_id)] for run_id in ids] == [
        list(range(400))
    ] * 4


@pytest.mark.process
def test_a_killed_writer_loses_nothing_it_was_told_is_written(store, config) -> None:
    run_id = store.runs.create(config)
    writer = python(_WRITE, run_id, "1000000")
    acknowledged = []
    for line in writer.stdout:
        acknowledged.append(int(line))
        if len(acknowledged) == 300:
            writer.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    writer.communicate()
    kept = [p.step for p in store.series.evaluations(run_id)]
    assert kept[: len(acknowledged)] == acknowledged
    assert len(kept) - len(acknowledged) <= 1  # written, and killed before saying so
    store.series.add_evaluations(
        run_id,
        [Evaluation(step=10**7, train_loss=None, train_accuracy=0, test_accuracy=0, seconds=0)],
    )
    assert store.db.rows("PRAGMA integrity_check")[0][0] == "ok"


def python(program: str, *arguments: str, **options) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
        **options,
    )
