"""Metrics: off unless an address is named, numbers that are true, and nobody's names."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Iterator

import factories
import pytest

from hts.config import RunConfig
from hts.studio.cli.main import main
from hts.studio.jobs.metrics import Metric, text
from hts.studio.lab.codes import make_class
from hts.studio.lab.people import Person
from pages._parts.shell.metrics import serve_metrics

TEACHER = Person(id="oidc:emmy@example.org", name="Emmy", role="teacher", how="oidc")
LINE = re.compile(r"[a-z_]+(\{[a-z_]+=\"[a-z]+\"\})? -?[0-9.e+]+")


@pytest.fixture
def filled(store):
    """Two runs that wait, one that finished, one that failed, all Emmy's; a class of hers."""
    config = RunConfig(width=20, iterations=30)
    for seed in (1, 2):
        store.runs.create(config.replace(seed=seed), title="Emmy's", owner=TEACHER.id)
    done, failed = (
        store.runs.create(config.replace(seed=seed), owner=TEACHER.id, worker=(1, 1.0))
        for seed in (3, 4)
    )
    for run in (done, failed):
        store.control.claim(run, pid=1, pid_started=1.0)
    store.control.finish(done, factories.result(factories.snapshot()))
    store.control.fail(failed, "it broke")
    make_class(store, "Statistics", by=TEACHER)
    return store


@pytest.fixture
def server(filled) -> Iterator[str]:
    there = serve_metrics({"HTS_METRICS": "0"})
    assert there is not None
    assert there.server_address[0] == "127.0.0.1"
    yield f"http://127.0.0.1:{there.server_address[1]}"
    there.shutdown()
    there.server_close()


def test_numbers_are_served_in_prometheus_format_and_name_nobody(server, filled):
    with urllib.request.urlopen(f"{server}/metrics") as answer:
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        said = answer.read().decode()
    values = {}
    for line in said.splitlines():
        if not line.startswith("# "):
            assert LINE.fullmatch(line)
            name, _, value = line.rpartition(" ")
            values[name] = float(value)
    assert values["hts_queue_runs"] == 2
    assert values["hts_workers_up"] == values["hts_slots"] == values["hts_running"] == 0
    assert values['hts_runs{state="failed"}'] == values['hts_runs{state="finished"}'] == 1
    assert values['hts_runs{state="interrupted"}'] == 0
    assert 0 < values["hts_queue_oldest_seconds"] < 600
    assert values["hts_web_memory_bytes"] > 1e7
    assert values["hts_disk_bytes"] > values["hts_disk_free_bytes"] > 0
    assert values["hts_web_viewers"] == 0
    theirs = [run.id for run in filled.runs.list()] + [filled.classes.list()[0].code]
    for private in ("Emmy", "emmy", "Statistics", str(filled.home.root), *theirs):
        assert private not in said


def test_nothing_else_is_at_that_address(server):
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"{server}/")


def test_there_are_none_without_an_address_and_a_bad_one_is_said(capsys):
    assert serve_metrics({}) is None
    assert capsys.readouterr().err == ""
    assert serve_metrics({"HTS_METRICS": "127.0.0.1:http"}) is None
    assert "HTS_METRICS must be a whole number from 0 to 65535, got 'http'" in (
        capsys.readouterr().err
    )
    assert serve_metrics({"HTS_METRICS": "256.1.1.1:9464"}) is None
    assert "there are no metrics" in capsys.readouterr().err


def test_the_command_prints_those_of_the_lab(filled, capsys, tmp_path):
    assert main(["health", "--metrics", "--home", str(filled.home.root)]) == 0
    said = capsys.readouterr().out
    assert "\nhts_queue_runs 2\n" in said
    assert "hts_web" not in said
    assert main(["health", "--metrics", "--home", str(tmp_path / "none")]) == 2


def test_large_numbers_are_whole():
    assert text([Metric("a_bytes", "Size.", {"": 123456789012.0})]).endswith(
        "a_bytes 123456789012\n"
    )
