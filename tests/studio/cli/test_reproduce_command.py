"""`python -m hts reproduce` as a person types it: to the end, killed, resumed, refused."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import tiny_reproduce

from hts.studio.cli.main import main
from hts.studio.reproduce import datasets as reproduce_datasets
from hts.studio.reproduce.result import load
from hts.studio.store.store import Store

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
ROOT = Path(__file__).resolve().parents[3]
RUNS = 3 * (2 * (1 + 3 * 2) + 2 + 5)  # seeds x (widths x (none + types x alphas) + deeper + scales)


@pytest.fixture(autouse=True)
def _tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reproduce_datasets, "PROTOCOLS", tiny_reproduce.PROTOCOLS)


@pytest.mark.process
@posix
def test_a_stopped_and_killed_reproduction_comes_to_table_and_verdicts(home, capsys) -> None:
    words = ["reproduce", "--data", "digits"]
    assert main([*words, "--resume"]) == 2
    assert "there is nothing to resume" in capsys.readouterr().err

    partial = home / "partial.json"
    process = begin(home, "--out", str(partial), until_done=1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=180)
    assert process.returncode == 130, err
    assert "Not run:" in out
    assert 0 < len(load(partial).runs) < RUNS

    process = begin(home, until_done=len(load(partial).runs) + 1)
    process.kill()
    process.communicate()
    with Store(home) as store:
        deadline = time.monotonic() + 240
        while store.groups.held():  # the worker notices that nobody is there
            assert time.monotonic() < deadline
            time.sleep(0.05)
        kept = {run.id for run in store.runs.list(sweep="s1")}
    assert len(load(partial).runs) < len(kept) < RUNS

    file = home / "out.json"
    assert main([*words, "--resume", "--out", str(file)]) == 0
    out = capsys.readouterr().out
    with Store(home) as store:
        assert [sweep.id for sweep in store.sweeps.list()] == ["s1"]
        assert kept <= {run.id for run in store.runs.list(sweep="s1")}
    result = load(file)
    assert result.complete
    assert len(result.runs) == result.planned == RUNS
    assert result.command == "python -m hts reproduce --quick --data digits"
    assert len(result.data["digits"].sha256) == 64
    assert result.data["digits"].train == 1438
    header, _, *table = [line for line in out.splitlines() if line.startswith("|")]
    assert header.startswith("| noise | alpha | sigma | width | seeds | steps | train %")
    assert len(table) == RUNS / 3
    for claim in result.claims:
        assert f"{claim.title}: {claim.ruling.upper()}" in out
        assert claim.parts
        for part in claim.parts:
            assert all(test.seeds == 3 for test in part.comparisons), part
    assert "type III, alpha 2: NaN in the released code" in out
    assert len(result.deviations) == 5

    assert main([*words, "--json"]) == 0  # nothing is trained again
    again = json.loads(capsys.readouterr().out)
    assert again["runs"] == json.loads(file.read_text())["runs"]


def begin(home: Path, *words: str, until_done: int) -> subprocess.Popen[str]:
    """The command in a process of its own, going on until so many runs are done."""
    script = str(ROOT / "tests" / "support" / "tiny_reproduce.py")
    process = subprocess.Popen(
        [sys.executable, script, "--slots", "1", *words],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "HTS_HOME": str(home), "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    with Store(home) as store:
        deadline = time.monotonic() + 240
        while not any(sweep.done >= until_done for sweep in store.sweeps.list()):
            assert time.monotonic() < deadline
            assert process.poll() is None, process.communicate()
            time.sleep(0.02)
    return process


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--data", "iris"], "data must be one of"),
        (["--data", "digits", "--full"], "digits has no full protocol"),
        (["--widths", "7"], "widths must be some of 50, 100, got 7"),
        (["--seeds", "x"], "seed must be a whole number"),
        (["--reference-scaling", "on"], "reference-scaling must be one of off, gpu, cpu"),
        (["--out", "no/such/folder/x.json"], "out must name a file in a folder"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(home, capsys, words, says) -> None:
    assert main(["reproduce", "--data", "digits", *words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    assert says in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("data", ["cifar10", "mnist"])
def test_data_that_cannot_be_had_are_named_before_anything_is_trained(
    data, home, capsys, monkeypatch
) -> None:
    monkeypatch.setenv("HTS_DATA_DIR", str(home))
    monkeypatch.setenv("HTS_CACHE", str(home / "cache"))

    def offline(*_: object) -> None:
        raise OSError("no way out")

    monkeypatch.setattr("hts.data.reading.obtain.fetch_all", offline)
    assert main(["reproduce", "--full", "--data", data]) == 2
    said = capsys.readouterr().err
    assert "is not on this computer and could not be downloaded. Tried: no way out" in said
    assert f"set HTS_DATA_DIR to a folder that holds one of these: {data}.npz" in said
    with Store(home) as store:
        assert not store.runs.list()
