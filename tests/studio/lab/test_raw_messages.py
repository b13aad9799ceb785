"""What cannot be had or done by crafted websocket messages, on a real server.

Ann has a private run, a private sweep and a run that her class sees.  Bob is in her class; another
connection is nobody.  Each sends addresses, widget values and presses of buttons that their pages
do not offer, with the ids that Ann's page has.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from patience import PATIENCE
from servers import kept_port, until_answers

from bench.app.raw_client import RawClient
from hts.config import RunConfig
from hts.records import Evaluation, RunResult
from hts.studio.lab.codes import join, make_class, student
from hts.studio.lab.people import OPERATOR
from hts.studio.store.store import Store
from hts.studio.sweeps.spec import SweepSpec

ROOT = Path(__file__).resolve().parents[3]
SECRET = 987654321  # the seed of what is private
FIRST_ROW = '{"selection": {"rows": [0], "columns": [], "cells": []}}'
WORDS = b"or it is not yours to see"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with kept_port() as port:
        yield port


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, port: int) -> Iterator[SimpleNamespace]:
    """The app, hosted; nothing computes, since workers are left to a service that is not there."""
    home = tmp_path_factory.mktemp("lab")
    (home / "lab.toml").write_text('mode = "codes"', encoding="utf-8")
    flags = (f"--server.port={port}", "--server.address=127.0.0.1", "--server.headless=true",
             "--server.fileWatcherType=none")  # fmt: skip
    env = {
        **os.environ, "HTS_HOME": str(home), "HTS_LAB": str(home / "lab.toml"),
        "HTS_WORKERS": "service",
    }  # fmt: skip
    with (home / "server.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", *flags],
            cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        until_answers(process, f"http://127.0.0.1:{port}", home / "server.log")
        with Store(home) as store:
            yield _people(store, port)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=PATIENCE)


def _people(store: Store, port: int) -> SimpleNamespace:
    made = make_class(store, "Class", by=OPERATOR)
    tokens = {name: join(store, made.code, name) for name in ("Ann", "Bob")}
    ann = student(store, tokens["Ann"])
    assert ann is not None
    config = RunConfig(width=20, iterations=100, device="cpu")
    hidden = config.replace(seed=SECRET)
    private = store.runs.create(hidden, owner=ann.id, visibility="private")
    finished = store.runs.create(hidden, owner=ann.id, visibility="private")
    _finish(store, finished)
    spec = SweepSpec(name=f"sweep {SECRET}", base=hidden, grid={"alpha": (1.5, 1.75)})
    sweep = store.sweeps.create(spec.to_json(), spec.name, spec.configs(), owner=ann.id)
    shown = store.runs.create(config, owner=ann.id, visibility="lab")
    return SimpleNamespace(
        store=store, port=port, tokens=tokens, ann=ann,
        private=private, finished=finished, sweep=sweep, shown=shown,
    )  # fmt: skip


def _finish(store: Store, run_id: str) -> None:
    store.control.claim(run_id, pid=1, pid_started=1.0)
    points = [
        Evaluation(step=100, train_loss=1.0, train_accuracy=9.0, test_accuracy=8.0, seconds=1.0)
    ]
    store.series.add_evaluations(run_id, points)
    store.arrays.save_weights(run_id, {"hidden_1": np.ones((20, 64), np.float32)})
    store.control.finish(
        run_id,
        RunResult(
            iterations=100, stop_reason="budget", train_accuracy=9.0, test_accuracy=8.0,
            pruning_ratio=1.0, train_accuracy_pruned=9.0, test_accuracy_pruned=8.0,
            tail_index=None, seconds=1.0,
        ),
    )  # fmt: skip


@pytest.fixture(params=["Bob", "nobody"])
def other(lab, request) -> Iterator[RawClient]:
    """Somebody who is not Ann."""
    with RawClient(lab.port, lab.tokens.get(request.param)) as client:
        yield client


@pytest.fixture
def ann(lab) -> Iterator[RawClient]:
    with RawClient(lab.port, lab.tokens["Ann"]) as client:
        yield client


@pytest.fixture
def bob(lab) -> Iterator[RawClient]:
    with RawClient(lab.port, lab.tokens["Bob"]) as client:
        yield client


def addresses(lab) -> dict[tuple[str, str], bool]:
    """Every way in which an address may name what is private; whether its owner reads the seed."""
    runs = (lab.private, lab.finished)
    return {
        ("", f"run={lab.private}"): True,
        ("", f"run={lab.finished}"): True,
        ("", f"run={lab.shown}&beside={lab.finished}"): False,
        ("runs", f"compare={','.join(runs)}"): True,
        ("compress", f"run={lab.finished}"): True,
        ("tails", f"source=Run&run={lab.finished}"): False,
        ("sweep", f"sweep={lab.sweep}"): True,
        ("runs", ""): True,
        ("sweep", ""): True,
    }


def secret(answer: bytes) -> bool:
    """Whether the seed of what is private is in it."""
    return str(SECRET).encode() in answer


def test_ann_reads_by_address_what_is_hers(lab, ann):
    """Or else the next test would say nothing."""
    read = {at: secret(ann.ask(*at)) for at in addresses(lab)}
    assert read == addresses(lab)


def test_nobody_else_reads_it_by_address(lab, other):
    for page, query in addresses(lab):
        assert not secret(other.ask(page, query)), (page, query)
    assert WORDS in other.ask("", f"run={lab.private}")


def test_nobody_else_reads_it_through_anns_fragments_or_widgets(lab, ann, other):
    ann.ask("", f"run={lab.private}")
    ann.ask("compress", f"run={lab.finished}")
    ann.ask("tails", f"source=Run&run={lab.finished}")
    assert ann.fragments
    for page in ("", "compress", "tails", "runs"):
        other.ask(page, f"run={lab.shown}")
        for fragment in set(ann.fragments):
            other.send(page, f"run={lab.shown}", fragment=fragment)
        assert not secret(other.ask(page, f"run={lab.shown}"))  # and all that came before
        chosen = {
            widget_id: run
            for key, widget_id in {**ann.widgets, **other.widgets}.items()
            for run in [lab.finished]
            if key in ("compress_run", "tails_run")
        }
        assert not secret(other.ask(page, "", chosen))


def test_bob_presses_buttons_that_only_ann_has(lab, ann, bob):
    store, query = lab.store, f"run={lab.shown}"
    ann.ask("", query)
    bob.ask("", query)
    before = store.runs.get(lab.shown)
    for key in ("do_stop", "do_pause"):
        for widget_id in {ann.widgets[key], bob.widgets[key]}:
            bob.press("", query, widget_id)
    visible = f"visible_{lab.shown}"
    assert visible in ann.widgets
    assert visible not in bob.widgets
    bob.ask("", query, {ann.widgets[visible]: "Everybody sees it"})
    assert store.runs.get(lab.shown) == before


def test_bob_selects_anns_run_and_presses_what_is_disabled(lab, bob):
    store = lab.store
    bob.ask("runs")
    scope = {bob.widgets["runs_of"]: ["Everyone"]}
    chosen = {**scope, _table(bob, scope): FIRST_ROW}
    bob.ask("runs", "", chosen)
    before = store.runs.get(lab.shown)
    for name in ("stop", "delete", "resume"):
        bob.press("runs", "", bob.widgets[f"sel_{name}"], **chosen)
    assert store.runs.get(lab.shown) == before
    assert "delete_now" not in bob.widgets


@pytest.fixture
def lost(lab) -> Iterator[Callable[[], str]]:
    """``lost()`` passes Bob's run on to Ann while his page still offers everything."""
    bob = student(lab.store, lab.tokens["Bob"])
    assert bob is not None
    config = RunConfig(width=20, iterations=100, device="cpu", seed=77)
    run_id = lab.store.runs.create(config, owner=bob.id, visibility="lab")

    def pass_on() -> str:
        lab.store.owners.add_asker(run_id, lab.ann.id)
        assert lab.store.owners.withdraw(run_id, bob.id)
        assert lab.store.runs.get(run_id).owner == lab.ann.id
        return run_id

    pass_on.run = run_id
    yield pass_on
    lab.store.runs.delete(run_id)


@pytest.mark.parametrize("key", ["do_stop", "do_pause"])
def test_the_core_refuses_what_a_page_of_before_still_offers(lab, bob, lost, key):
    """These presses arrive: the answer has the words of the core."""
    query = f"run={lost.run}"
    bob.ask("", query)
    before = lab.store.runs.get(lost())
    answer = bob.press("", query, bob.widgets[key])
    assert f"Run {lost.run} belongs to Ann: you may look at it".encode() in answer
    assert lab.store.runs.get(lost.run) == before


def test_the_core_refuses_to_delete_what_was_lost(lab, bob, lost):
    bob.ask("runs")
    chosen = {_table(bob, {}): FIRST_ROW}
    bob.ask("runs", "", chosen)
    bob.press("runs", "", bob.widgets["sel_delete"], **chosen)
    before = lab.store.runs.get(lost())
    bob.press("runs", "", bob.widgets["delete_now"], **chosen)
    assert lab.store.runs.get(lost.run) == before


def test_the_core_refuses_to_hide_what_was_lost(lab, bob, lost):
    query = f"run={lost.run}"
    bob.ask("", query)
    before = lab.store.runs.get(lost())
    answer = bob.ask("", query, {bob.widgets[f"visible_{lost.run}"]: "Only its owner sees it"})
    assert lab.store.runs.get(lost.run) == before
    assert b"belongs to Ann" in answer


def _table(client: RawClient, scope: dict[str, object]) -> str:
    """The widget id of the table of runs."""
    client.ask("runs", "", scope)
    found = [key for key in client.widgets if re.fullmatch(r"runs_-?\d+", key)]
    return client.widgets[found[-1]]


def test_nobody_starts_anything_by_pressing_a_button_that_is_disabled(lab):
    with RawClient(lab.port) as guest, RawClient(lab.port, lab.tokens["Bob"]) as bob:
        count = len(lab.store.runs.list())
        guest.ask("", f"run={lab.shown}")
        bob.ask("")
        for widget_id in {bob.widgets["train"], guest.widgets["train"]}:
            guest.press("", f"run={lab.shown}", widget_id)
        assert len(lab.store.runs.list()) == count
        bob.press("", "", bob.widgets["train"])  # it is not the message that was wrong
        assert len(lab.store.runs.list()) > count


def test_a_token_that_was_made_up_is_nobody(lab):
    for token in ("x" * 43, lab.ann.id, "", "'; DROP TABLE runs; --"):
        with RawClient(lab.port, token) as client:
            answer = client.ask("", f"run={lab.private}")
        assert not secret(answer)
        assert b"Sign in" in answer
