"""Pages without a browser: a store of their own, no scheduler, finished runs made of records."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import factories
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from hts.records import KeptCurve
from hts.studio.jobs import client
from hts.studio.lab.codes import join, make_class
from hts.studio.lab.people import OPERATOR
from hts.studio.store.store import Store
from hts.studio.sweeps.spec import SweepSpec

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages can be imported."""
    monkeypatch.syspath_prepend(str(ROOT))


@pytest.fixture
def store(home: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """An empty store that the pages use too; runs stay queued, since nobody starts them."""
    monkeypatch.setattr(client, "ensure_scheduler", lambda store: None)
    return Store(home)


@pytest.fixture
def open_page(store: Store) -> Callable[..., AppTest]:
    """``open_page("train", run=..., alpha=...)`` runs a page at that address."""

    def open_(name: str, **params: str) -> AppTest:
        page = AppTest.from_file(str(ROOT / "pages" / f"{name}.py"), default_timeout=120)
        page.session_state["framed"] = True
        for key, value in params.items():
            page.query_params[key] = value
        return page.run()

    return open_


@pytest.fixture
def open_in_app(store: Store) -> Callable[..., AppTest]:
    """As ``open_page``, within app.py: for pages that link to others."""

    def open_(name: str, **params: str) -> AppTest:
        page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
        page._page_hash = calc_hash(name)  # how Streamlit names the page of this address
        for key, value in params.items():
            page.query_params[key] = value
        return page.run()

    return open_


def finished(store: Store, *, twin_of: str | None = None, **settings: Any) -> str:
    """A run that was trained to its end, as far as its records tell."""
    config = factories.config(**settings)
    run_id = store.runs.create(config, twin_of=twin_of)
    store.control.claim(run_id, pid=1, pid_started=1.0)
    flat = settings.get("data") in ("moons", "circles")
    alpha = config.stability or 2.0
    for step in (0, 100, 200, 300):
        made = factories.snapshot(step, alpha, units=120, inputs=10, two_dimensional=flat)
        store.series.add_snapshot(run_id, made)
    store.series.add_evaluations(run_id, factories.evaluations())
    store.arrays.save_weights(run_id, {"hidden_1": np.ones((4, 3), np.float32)})
    store.control.finish(run_id, factories.result(made))
    return run_id


def swept(
    store: Store,
    spec: SweepSpec,
    *,
    done: int | None = None,
    diverged: int = 0,
    curves: bool = True,
) -> str:
    """A sweep whose first ``done`` members (all of them, if not said) have ended, the first
    ``diverged`` of these by blowing up; pruning ratios fall with alpha and seed, and accuracy is
    the same number at every pruned share."""
    configs = spec.configs()
    done = len(configs) if done is None else done
    sweep_id = store.sweeps.create(spec.to_json(), spec.name, configs)
    store.groups.add(sweep_id, [range(done), range(done, len(configs))])
    taken = store.groups.take(pid=1, pid_started=1.0)
    assert taken is not None
    made = factories.snapshot(100, 1.75, units=60, inputs=8)
    for place, config in enumerate(configs[:done]):
        ratio = 100 - 40 * (config.stability or 2.0) - config.seed
        flat = KeptCurve(pruned=[0.0, 1.0], test_accuracy=[ratio, ratio])
        result = factories.result(
            made, pruning_ratio=ratio, iterations=100, curve=flat if curves else None
        )
        if place < diverged:
            result = factories.result(made, stop_reason="diverged", message="Diverged at step 3.")
        store.members.finish(sweep_id, place, result, snapshot=made)
    store.groups.leave(taken.number, pid=1)
    if done == len(configs):
        rest = store.groups.take(pid=1, pid_started=1.0)
        assert rest is not None
        store.groups.leave(rest.number, pid=1)
    return sweep_id


@pytest.fixture(name="swept")
def _swept(store: Store) -> Callable[..., str]:
    """``swept(spec, done=3)`` adds a sweep with its records and returns its id."""
    return functools.partial(swept, store)


@pytest.fixture
def pair(store: Store) -> tuple[str, str]:
    """A finished run and its Gaussian twin."""
    main = finished(store)
    return main, finished(store, twin_of=main, noise="gaussian")


@pytest.fixture(name="finished")
def _finished(store: Store) -> Callable[..., str]:
    """``finished(**settings)`` adds a run with its records and returns its id."""
    return functools.partial(finished, store)


@pytest.fixture
def said() -> Callable[[AppTest], str]:
    """``said(page)`` is everything the page says in words."""
    return _said


def _said(page: AppTest) -> str:
    kinds = ("title", "header", "subheader", "markdown", "caption", "error", "warning", "success")
    return "\n".join(str(e.value) for kind in kinds for e in getattr(page, kind))


@pytest.fixture
def lab(home, store, monkeypatch):
    """``lab(name)``: the token of a student of the one class."""
    (home / "lab.toml").write_text('mode = "codes"\nvisibility = "lab"', encoding="utf-8")
    monkeypatch.setenv("HTS_LAB", str(home / "lab.toml"))
    made = make_class(store, "Class", by=OPERATOR)
    tokens: dict[str, str] = {}

    def token(name: str) -> str:
        if name not in tokens:
            tokens[name] = join(store, made.code, name)
        return tokens[name]

    token.code = made.code
    return token


@pytest.fixture
def open_as(lab):
    """``open_as("Ann", "runs", run=...)`` opens a page in the app as that student."""

    from pages._parts.shell.identity import TOKEN

    def open_(name: str, page: str, **params: str) -> AppTest:
        shown = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
        shown._page_hash = calc_hash(page)  # how Streamlit names the page of this address
        shown.session_state[TOKEN] = lab(name)
        for key, value in params.items():
            shown.query_params[key] = value
        return shown.run()

    return open_
