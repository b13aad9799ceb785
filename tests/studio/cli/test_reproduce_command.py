"""`python -m hts reproduce` as a person types it: to the end, interrupted, resumed, refused."""

from __future__ import annotations

import dataclasses
import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest
from patience import PATIENCE
from reproduce_factories import TINY, flat, reproduction

from hts.reproduce import protocols
from hts.reproduce.claims import judged
from hts.reproduce.result import Source, load, to_json
from hts.reproduce.run import Workplace
from hts.studio.cli.main import main
from hts.table_file import FORMATS

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocols, "_MODES", {"quick": (TINY,), "full": (TINY,)})


def test_it_tells_every_claim_and_writes_file_and_table(home, capsys, tiny, tmp_path) -> None:
    out, table = tmp_path / "out.json", tmp_path / "t.csv"
    words = ["reproduce", "--seeds", "2", "--out", str(out), "--table", str(table)]
    assert main([*words, "--rows", "settings"]) == 0
    said = capsys.readouterr().out
    result = load(out)
    assert result.complete
    assert result.command == "python -m hts reproduce --quick --seeds 2"
    assert len(result.data["digits"].sha256) == 64
    for one in judged(result):
        assert one.claim.title in said
        assert one.claim.rule in said
    assert "MNIST: all of it" in said
    assert len(table.read_text().splitlines()) == 1 + 2 * 2 * 3
    assert (home / "computed" / "networks.jsonl").read_text().count("\n") == result.planned

    assert main(["reproduce", "--seeds", "1", "--with", str(out), "--json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert len(again["networks"]) == result.planned
    assert again["command"].endswith("--with out.json")


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["reproduce", "--seeds", "3"], "--seeds"),
        (["reproduce", "--full"], "--full"),
        (["reproduce", "--slots", "0"], "--slots"),
        (["reproduce", "price", "--quick"], "--quick"),
        (["reproduce", "price", "--data", "digits"], "--data"),
        (["theory", "chaos", "--pair-replicates", "70"], "--pair-replicates"),
    ],
)
def test_what_only_shows_a_file_takes_no_option_of_training(home, capsys, words, named) -> None:
    assert main([*words, "--from", str(ROOT / "results/reproduce/quick.json")]) == 2
    said = capsys.readouterr().err
    assert said == f"error: --from shows what a file holds and trains nothing, got {named} too.\n"


def test_a_table_never_replaces_a_result(home, capsys, tmp_path) -> None:
    given, same = tmp_path / "a.csv", tmp_path / "b.csv"
    given.write_text(kept := to_json(reproduction()))
    (tmp_path / "link.csv").symlink_to(given)
    for words in (
        ["--from", given, "--table", tmp_path / "link.csv"],
        ["--with", given, "--table", given],
        ["--out", same, "--table", tmp_path / "." / "b.csv"],
    ):
        assert main(["reproduce", *map(str, words)]) == 2
        assert "table must name another file than the result's" in capsys.readouterr().err
    assert given.read_text() == kept
    assert not same.exists()


def test_what_was_interrupted_replaces_no_file(home, capsys, tiny, tmp_path, monkeypatch) -> None:
    out, table, new = (tmp_path / name for name in ("out.json", "t.csv", "new.json"))
    whole = reproduction()
    partial = dataclasses.replace(whole, networks=whole.networks[:7])
    words = ["reproduce", "--out", str(out), "--table", str(table)]
    monkeypatch.setattr("hts.reproduce.run.reproduced", lambda *_, **__: whole)
    assert main(words) == 0
    kept = out.read_bytes(), table.read_bytes()
    capsys.readouterr()
    monkeypatch.setattr("hts.reproduce.run.reproduced", lambda *_, **__: partial)
    assert main(words) == 130
    said = capsys.readouterr()
    for path in (out, table):
        assert f"{path} was left as it is: this result is not whole." in said.err
    assert "Not trained:" in said.out
    assert (out.read_bytes(), table.read_bytes()) == kept
    assert main([*words[:1], "--out", str(new)]) == 130
    assert len(load(new).networks) == 7


def test_what_cannot_be_written_is_named_and_the_result_is_told(
    home, capsys, tmp_path, monkeypatch
):
    """A full disk after hours of training costs a file, not what was found."""
    given, out, table = tmp_path / "a.json", tmp_path / "out.json", tmp_path / "t.csv"
    given.write_text(to_json(reproduction()))

    def full(path):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("hts.studio.cli.options.result_files.replacing", full)
    for option, path in (("--out", out), ("--table", table)):
        assert main(["reproduce", "--from", str(given), option, str(path)]) == 2
        said = capsys.readouterr()
        assert said.err == f"error: {path} cannot be written: No space left on device.\n"
        assert said.out.startswith("The norm-compressible share grows")


def test_an_interrupted_run_without_rows_is_still_told(home, capsys, tmp_path, monkeypatch) -> None:
    whole = reproduction()
    partial = dataclasses.replace(whole, networks=())
    monkeypatch.setattr("hts.reproduce.run.reproduced", lambda *_, **__: partial)
    table = tmp_path / "t.csv"
    assert main(["reproduce", "--table", str(table), "--rows", "verdicts"]) == 130
    said = capsys.readouterr()
    assert f"{table} was not written: this result has no rows 'verdicts'" in said.err
    assert "Not trained:" in said.out
    assert not table.exists()


@pytest.mark.parametrize("option", ["--from", "--with", "--out", "--table"])
@pytest.mark.parametrize("command", [["reproduce"], ["reproduce", "price"], ["theory", "chaos"]])
def test_a_file_without_a_name_is_refused_before_anything_is_trained(
    home, capsys, monkeypatch, command, option
) -> None:
    for trains in ("reproduce.run.reproduced", "price.run.price_list", "theory.run.run"):
        monkeypatch.setattr(f"hts.{trains}", lambda *_, **__: pytest.fail("it trains"))
    if option == "--with" and command != ["reproduce"]:
        return
    assert main([*command, option, ""]) == 2
    assert capsys.readouterr().err == f"error: {option[2:]} must name a file, got ''.\n"


@pytest.mark.parametrize("option", ["--from", "--with"])
def test_a_file_that_was_edited_is_refused_in_one_line(home, capsys, tiny, tmp_path, option):
    file = tmp_path / "a.json"
    file.write_text(to_json(reproduction()).replace('"full"', '"never"'))
    assert main(["reproduce", option, str(file)]) == 2
    assert "a regime of a.json must be one of" in capsys.readouterr().err
    assert not (home / "computed" / "networks.jsonl").exists()


def test_what_another_file_brings_is_no_longer_left_out(home, capsys, tmp_path) -> None:
    for name, setup in (("a", TINY), ("b", protocols.FULL[1].smaller(widths=(500,), seeds=1))):
        (tmp_path / f"{name}.json").write_text(to_json(reproduction(setup, flat)))
    words = ["--from", str(tmp_path / "a.json"), "--with", str(tmp_path / "b.json")]
    assert main(["reproduce", *words]) == 0
    said = capsys.readouterr().out
    assert "Digits: n = 60, 2000, 10000" in said
    assert "Digits: all of it" not in said


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"noise": "another"}, "its noise version differs"),
        ({"data": {"digits": Source(source="x", sha256="0" * 64, train=1, test=1)}}, "its copy of"),
        ({"setups": (TINY.smaller(steps=3),), "networks": ()}, "digits-tiny has other settings"),
        ({}, "these runs and a.json have networks of digits-tiny with 2 seeds"),
    ],
)
def test_what_cannot_be_joined_is_told_before_anything_is_trained(
    home, capsys, tiny, tmp_path, changes, says
) -> None:
    theirs = reproduction(TINY.smaller(widths=(60,), alphas=(1.25,), seeds=1), flat)
    place = Workplace([TINY], tmp_path / "x.jsonl")
    same = {"noise": place.noise, "data": place.sources}
    theirs = dataclasses.replace(theirs, **{**same, **changes})
    planned = sum(setup.planned for setup in theirs.setups)
    (tmp_path / "a.json").write_text(to_json(dataclasses.replace(theirs, planned=planned)))
    out = tmp_path / "out.json"
    assert main(["reproduce", "--with", str(tmp_path / "a.json"), "--out", str(out)]) == 2
    assert says in capsys.readouterr().err
    assert (home / "computed" / "networks.jsonl").read_text() == ""
    assert not out.exists()


def test_a_copy_that_went_another_way_leaves_what_was_trained(home, capsys, tiny, tmp_path) -> None:
    one, out = tmp_path / "one.json", tmp_path / "out.json"
    assert main(["reproduce", "--seeds", "1", "--widths", "20", "--out", str(one)]) == 0
    found = load(one)
    look = found.networks[0].looks[-1]
    other = msgspec.structs.replace(look, compressible=look.compressible + 1)
    changed = (*found.networks[0].looks[:-1], other)
    networks = (msgspec.structs.replace(found.networks[0], looks=changed), *found.networks[1:])
    one.write_text(to_json(dataclasses.replace(found, networks=networks)))
    words = ["reproduce", "--seeds", "1", "--widths", "20", "--out", str(out)]
    capsys.readouterr()
    assert main([*words, "--with", str(one)]) == 2
    said = capsys.readouterr().err
    assert "one.json has another network with seed 1 than these runs: digits-tiny, n = 20" in said
    assert said.endswith("What was trained here is kept without it.\n")
    assert load(out).networks == found.networks


def test_what_is_joined_has_no_more_alphas_than_a_file_may_have(home, capsys, tmp_path) -> None:
    for name, alphas in (("a", (1.9, 1.8, 1.7)), ("b", (1.6, 1.5, 1.4))):
        (tmp_path / f"{name}.json").write_text(to_json(reproduction(TINY.smaller(alphas=alphas))))
    out = tmp_path / "both.json"
    words = ["--from", str(tmp_path / "a.json"), "--with", str(tmp_path / "b.json")]
    assert main(["reproduce", *words, "--out", str(out)]) == 2
    said = capsys.readouterr().err
    assert "these runs with b.json must have 1 to 5 different alphas in a setup, got 1.9" in said
    assert not out.exists()


def test_seeds_are_said_to_begin_where_they_do(capsys) -> None:
    with pytest.raises(SystemExit):
        main(["reproduce", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert "seeds 1 to N, in ecg5000-width 101 on" in said


@pytest.mark.parametrize("rows", ["families", "verdicts"])
@pytest.mark.parametrize("ending", FORMATS)
def test_a_table_without_rows_is_refused_once_the_result_is_written(
    home, capsys, tmp_path, rows, ending
) -> None:
    single, out, table = (tmp_path / name for name in ("one.json", "out.json", f"t{ending}"))
    single.write_text(to_json(reproduction(TINY.smaller(seeds=1), flat)))
    words = ["--from", str(single), "--out", str(out), "--table", str(table)]
    assert main(["reproduce", *words, "--rows", rows]) == 2
    said = capsys.readouterr().err
    assert f"has no rows '{rows}', since the networks they need are missing" in said
    assert len(said.splitlines()) == 1
    assert not table.exists()
    assert load(out) == load(single)


@pytest.mark.process
@posix
def test_an_interrupted_one_says_what_is_missing_and_goes_on(home, tmp_path) -> None:
    script = str(ROOT / "tests" / "support" / "reproduce_factories.py")
    partial, kept = tmp_path / "partial.json", home / "computed" / "networks.jsonl"
    other = tmp_path / "other.json"
    found = reproduction(TINY.smaller(seeds=1))
    place = Workplace([TINY], tmp_path / "x.jsonl")
    other.write_text(to_json(dataclasses.replace(found, noise=place.noise, data=place.sources)))
    process = subprocess.Popen(
        [sys.executable, script, "--slots", "1", "--out", str(partial), "--with", str(other)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "HTS_HOME": str(home), "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    deadline = time.monotonic() + PATIENCE
    while not kept.exists() or kept.read_text().count("\n") < 3:
        assert time.monotonic() < deadline
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130, err
    assert "Not trained:" in out
    assert "The networks of other.json come in once all of these are trained." in err
    result = load(partial)
    assert 3 <= len(result.networks) < result.planned


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--data", "iris"], "data must be one of"),
        (["--data", "digits", "--widths", "7"], "widths must be some of 500, 2000, got 7"),
        (["--seeds", "x"], "seeds must be"),
        (["--setup", "nothing"], "setup must be one of"),
        (["--rows", "all"], "rows must be one of"),
        (["--table", "t.doc"], "a table's ending must be one of"),
        (["--out", "no/such/folder/x.json"], "must name a file in a folder"),
        (["--with", "pyproject.toml"], "is no result of"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(home, capsys, monkeypatch, words, says) -> None:
    monkeypatch.chdir(ROOT)
    assert main(["reproduce", *words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    assert says in err
    assert len(err.splitlines()) == 1


def test_data_that_cannot_be_had_are_named_before_anything_is_trained(
    home, capsys, monkeypatch
) -> None:
    monkeypatch.setenv("HTS_DATA_DIR", str(home))
    monkeypatch.setenv("HTS_CACHE", str(home / "cache"))

    def offline(*_: object) -> None:
        raise OSError("no way out")

    monkeypatch.setattr("hts.data.reading.obtain.fetch_all", offline)
    assert main(["reproduce", "--full", "--data", "mnist"]) == 2
    said = capsys.readouterr().err
    assert "is not on this computer and could not be downloaded. Tried: no way out" in said
    assert not (home / "computed" / "networks.jsonl").exists()
