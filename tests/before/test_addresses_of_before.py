"""Addresses that the pages before the house wrote mean the same, and the pages open at them."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from of_before import expected, unpack
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from hts.config import RunConfig
from hts.studio.jobs import background, client
from hts.studio.jobs.background import SideJob
from hts.studio.jobs.workers import small_work
from hts.studio.store.store import Store
from hts.studio.typed_number import read_number
from pages._parts.form.address import (
    CONTROL_OF_TWIN,
    DEFAULTS,
    FIRST,
    read_address,
    read_compare,
    write_address,
)
from pages._parts.sweep import address as sweep_address

ROOT = Path(__file__).resolve().parent.parent.parent
ADDRESSES = expected("addresses")


def named(entry: dict[str, Any]) -> str:
    return f"{entry.get('page', '')}?{entry['query']}"


NOW = ("replicates", "controls")  # in place of the switch Twin


def differing(settings: dict[str, Any]) -> dict[str, Any]:
    found = {name: value for name, value in settings.items() if value != DEFAULTS[name]}
    return {name: value for name, value in found.items() if name not in NOW}


def test_what_addresses_leave_out_means_the_same():
    assert {name: DEFAULTS[name] for name in ADDRESSES["defaults"]} == ADDRESSES["defaults"]
    assert DEFAULTS["controls"] == CONTROL_OF_TWIN[ADDRESSES["default_twin"]]


def without_presets(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a preset is may change; its name stays."""
    return [entry for entry in entries if "preset=" not in entry["query"]]


def _number(shown: object, like: object) -> object:
    """What a field shows, which holds text today, as the number that it held then."""
    typed = isinstance(shown, str) and isinstance(like, int | float)
    return read_number(shown, whole=isinstance(like, int)) if typed else shown


@pytest.mark.parametrize("wanted", without_presets(ADDRESSES["read"]), ids=named)
def test_an_address_is_read_as_the_same_settings(wanted):
    found = read_address(dict(parse_qsl(wanted["query"])))
    if not wanted["named"]:  # the first look, which is another one now
        assert found.settings == FIRST
        return
    assert differing(found.settings) == wanted["settings_that_differ"]
    for part in ("named", "run", "beside"):
        assert getattr(found, part) == wanted[part]
    assert found.settings["replicates"] == 1
    assert found.settings["controls"] == CONTROL_OF_TWIN[wanted["twin"]]
    assert dict(found.look) == wanted["look"]
    assert len(found.ignored) == len(wanted["ignored"])
    if wanted["hash"] is not None:
        assert RunConfig(**{**found.settings, "controls": "off"}).hash == wanted["hash"]


@pytest.mark.parametrize("wanted", ADDRESSES["written"], ids=named)
def test_an_address_is_written_as_it_was_but_for_the_control(wanted):
    control = CONTROL_OF_TWIN[wanted["twin"]]
    settings = {**DEFAULTS, **wanted["settings_that_differ"], "controls": control}
    found = write_address(settings, wanted["run"], wanted["beside"], wanted["look"])
    before = dict(parse_qsl(wanted["query"]))
    if before.get("twin") in CONTROL_OF_TWIN:
        before["controls"] = CONTROL_OF_TWIN[before.pop("twin")]
    assert found == (before or {"seed": "3"})


def test_runs_to_compare_are_read_as_before():
    for text, runs in ADDRESSES["compare"]:
        assert read_compare(text) == runs


def test_a_view_of_a_sweep_is_read_as_before(monkeypatch):
    views = ADDRESSES["sweep_views"]
    for view in views["views"]:
        monkeypatch.setattr(sweep_address, "asked", lambda view=view: view["asked"])
        found = sweep_address.look(views["axes"], views["measures"])
        assert (found.measure, found.x, found.y) == (view["measure"], view["x"], view["y"])
        assert dict(found.fixed) == view["fixed"]
        assert found.cell == (None if view["cell"] is None else tuple(view["cell"]))


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Copies of both stores; the pages look, and nobody trains."""
    folder = unpack("sweeps", tmp_path_factory.mktemp("homes"))
    return {"runs": unpack("runs", folder / "runs"), "stopped": folder / "stopped"}


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> list[SideJob]:
    """What the Compress page asks for is computed here; other jobs are left."""
    done: list[SideJob] = []

    def begin(store: Store, asked: SideJob, by: object) -> None:
        if asked.job == "compress":
            assert small_work.do(store, asked) == 0
            done.append(asked)

    monkeypatch.setattr(background, "_begin", begin)
    return done


def _number(shown: object, like: object) -> object:
    """What a field shows, which holds text today, as the number that it held then."""
    typed = isinstance(shown, str) and isinstance(like, int | float)
    return read_number(shown, whole=isinstance(like, int)) if typed else shown


@pytest.mark.parametrize("wanted", without_presets(ADDRESSES["pages"]), ids=named)
def test_the_page_opens_at_the_address(wanted, homes, in_this_process, monkeypatch):
    """It shows what is asked for, complains where it did, and leaves the address that it left."""
    monkeypatch.setenv("HTS_HOME", str(homes[wanted["home"]]))
    monkeypatch.syspath_prepend(str(ROOT))
    monkeypatch.setattr(client, "ensure_scheduler", lambda store: None)
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    page._page_hash = calc_hash(wanted["page"])
    for name, text in parse_qsl(wanted["query"]):
        page.query_params[name] = text
    page.run()
    if in_this_process:
        page.run()  # now that the result is there
    assert not page.exception
    assert bool(page.warning or page.error) == wanted["complains"]
    widgets = {k: v for k, v in wanted["widgets"].items() if k not in ("set_twin", "set_preset")}
    shown = {key: _number(page.session_state[key], like) for key, like in widgets.items()}
    assert shown == widgets
    left = {key: v if len(v) > 1 else v[0] for key, v in dict(page.query_params).items()}
    after = dict(wanted["address_after"])
    if after.get("twin") in CONTROL_OF_TWIN:
        after["controls"] = CONTROL_OF_TWIN[after.pop("twin")]
    assert left == after
