"""The Admin page and the notices on every page: for whom they are, what they say, what they do."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

import hts.studio.jobs.overview
from hts.config import RunConfig
from hts.studio.jobs.overview import last_lines, overview, shares
from hts.studio.jobs.processes.pulse import SchedulerStatus, scheduler_status
from pages._parts.shell.notices import NO_SERVICE

SMALL = RunConfig(width=20)
ADMIN_ONLY = "This page is for the admins of the lab."


def words(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.warning, page.error, page.subheader, page.title)
    return "\n".join(element.value for kind in kinds for element in kind)


def test_the_only_user_sees_what_goes_on_and_stops_it(store, open_page) -> None:
    going = store.runs.create(SMALL, worker=(1, 1.0))
    store.control.claim(going, pid=1, pid_started=1.0)
    waiting = store.runs.create(SMALL.replace(seed=2))
    page = open_page("admin")
    assert not page.exception
    assert {metric.label: metric.value for metric in page.metric}["Waiting"] == "1"
    assert going in words(page)
    assert waiting in str(page.dataframe[0].value)
    page.button(key=f"stop_{going}").click().run()
    assert store.runs.get(going).want == "stop"
    assert page.button(key=f"stop_{going}").disabled


def test_the_switch_lets_nothing_new_begin_and_every_page_says_so(
    store, open_page, open_in_app
) -> None:
    page = open_page("admin")
    page.toggle(key="drain").set_value(True).run()
    assert store.queue.draining() is not None
    assert "no new run starts for now" in words(open_in_app("guide"))
    page.toggle(key="drain").set_value(False).run()
    assert store.queue.draining() is None
    assert "no new run starts" not in words(open_in_app("guide"))


def test_nobody_but_admins_sees_it(store, open_page, open_in_app, monkeypatch, tmp_path) -> None:
    settings = tmp_path / "lab.toml"
    settings.write_text('mode = "codes"\n', encoding="utf-8")
    monkeypatch.setenv("HTS_LAB", str(settings))
    store.runs.create(SMALL, title="secret")
    page = open_page("admin")
    assert ADMIN_ONLY in words(page)
    assert not page.metric
    assert not page.dataframe
    assert not open_in_app("admin").metric


def test_a_hosted_page_says_when_no_service_is_up(store, open_in_app, monkeypatch) -> None:
    assert NO_SERVICE not in words(open_in_app("guide"))
    monkeypatch.setenv("HTS_WORKERS", "service")
    assert NO_SERVICE in words(open_in_app("guide"))


def test_a_full_disk_is_said_on_every_page(store, open_in_app, monkeypatch) -> None:
    monkeypatch.setenv("HTS_LEAST_DISK_MB", str(10**9))
    assert "The disk is nearly full" in words(open_in_app("guide"))


def test_who_has_what(store, monkeypatch) -> None:
    store.people.remember("code:ada", name="Ada", role="member", how="code")
    first = store.runs.create(SMALL, owner="code:ada")
    store.runs.create(SMALL.replace(seed=2), owner="code:ada")
    store.control.claim(first, pid=1, pid_started=1.0)
    store.runs.create(SMALL.replace(seed=3))  # from before there were owners
    (store.home.run(first) / "weights.safetensors").write_bytes(b"x" * 10**6)
    found = shares(store)
    assert [(s.name, s.computing, s.queued) for s in found] == [
        ("Ada", 1, 1), ("the operator", 0, 0),
    ]  # fmt: skip
    assert [s.role for s in found] == ["member", "may do everything"]
    assert found[0].megabytes == pytest.approx(1.0, abs=0.01)
    monkeypatch.setattr(hts.studio.jobs.overview, "LOG_BYTES", 20)
    assert last_lines(store) == []
    store.home.scheduler_log.write_text("".join(f"line {n}\n" for n in range(100)))
    assert last_lines(store, 2) == ["line 98", "line 99"]


def test_slots_in_use_leave_out_what_is_paused(store) -> None:
    for seed in (1, 2):
        run_id = store.runs.create(SMALL.replace(seed=seed))
        store.control.claim(run_id, pid=seed, pid_started=1.0)
    store.control.set_paused(run_id, 5)
    lab = overview(store)
    assert (lab.computing, len(lab.held), lab.workers) == (1, 2, None)
    assert scheduler_status(store) is None


def test_a_run_of_several_networks_says_so_where_it_waits_and_where_it_goes_on(store, open_page):
    config = RunConfig(width=20, replicates=3, controls="none,gaussian")
    going, waits = store.runs.create(config), store.runs.create(config)
    store.control.claim(going, pid=1, pid_started=1.0)
    page = open_page("admin")
    assert not page.exception
    assert any("3 seeds, 2 controls" in part.value for part in page.markdown if going in part.value)
    table = page.dataframe[0].value.set_index("Run")
    assert table.loc[waits, "Settings"][-1] == "3 seeds, 2 controls"


def test_the_only_user_has_a_name_and_no_more_slots_are_in_use_than_there_are(
    store, open_page, monkeypatch
) -> None:
    for seed in range(1, 5):
        going = store.runs.create(SMALL.replace(seed=seed), worker=(1, 1.0), owner="local")
        store.control.claim(going, pid=1, pid_started=1.0)
    status = SchedulerStatus(pid=1, slots=2, threads=1, age=0.0)
    monkeypatch.setattr(hts.studio.jobs.overview, "scheduler_status", lambda _: status)
    page = open_page("admin")
    assert not page.exception
    (slots,) = (metric for metric in page.metric if metric.label == "Slots in use")
    assert (slots.value, slots.delta) == (
        "2 of 2",
        "1 thread each; 2 more until a group or a resumed run has ended",
    )
    said = words(page)
    assert "you, " in said
    assert "somebody who has left" not in said
    (row,) = shares(store)
    assert (row.name, row.role, row.computing) == ("you", "the only user", 4)
