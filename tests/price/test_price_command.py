"""``python -m hts reproduce price``: kept blocks, the same again, a table, mistakes in one line."""

from __future__ import annotations

import pytest

from hts.price import plan, run
from hts.price.files import read
from hts.price.methods import METHODS
from hts.price.methods.noise import Noise
from hts.price.plan import tasks
from hts.price.records import SHARES, VERSION
from hts.price.settings import PriceSettings, settings_for
from hts.studio.cli.main import main
from hts.studio.jobs.background import side_job, standing
from hts.studio.jobs.workers.small_work import work_on_small_job
from hts.studio.store.store import Store
from hts.validate import BadInput

TINY = {
    "width": 50, "steps": 4, "seeds": (1, 2), "choosing": (101,), "most_train": 200, "tuning": 2,
    "attacked": 10, "attack_steps": 2,
}  # fmt: skip


@pytest.fixture
def few(monkeypatch, tmp_path):
    """Two methods of two values, tiny networks, and a home of their own."""
    monkeypatch.setenv("HTS_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("hts.price.settings.QUICK", TINY)
    chosen = {name: METHODS[name] for name in ("none", "gaussian", "dropout")}
    for method in chosen.values():
        monkeypatch.setattr(method, "grid", method.grid[:2])
    for where in (plan, run):
        monkeypatch.setattr(where, "METHODS", chosen)
    monkeypatch.setattr("hts.price.measure.SAMPLED_METHODS", ())
    return tmp_path


def test_networks_that_are_kept_are_not_trained_again_and_the_result_is_the_same(few, monkeypatch):
    first, again = few / "first.json", few / "again.json"
    words = ["reproduce", "price", "--quick", "--json"]
    assert main([*words, "--out", str(first)]) == 0
    kept = sorted((few / "home").rglob("digits-*.json"))
    assert len(kept) == 3 * 2 * 2
    kept[0].write_text("{")  # one that was not written to its end is made again
    made = []
    make = run._made
    monkeypatch.setattr(run, "_made", lambda task, *rest: made.append(task) or make(task, *rest))
    assert main([*words, "--out", str(again)]) == 0
    assert len(made) == 1
    one, other = read(first), read(again)
    for name in ("choosing", "reported"):
        pairs = zip(getattr(one, name), getattr(other, name), strict=True)
        assert all(a.networks == b.networks for a, b in pairs)
    assert one.made.command == "python -m hts reproduce price --data digits --quick"
    assert len(one.made.sha256) == 64


def test_a_stored_list_is_shown_and_written_as_a_table(few, capsys):
    path, table = few / "list.json", few / "front.csv"
    main(["reproduce", "price", "--quick", "--json", "--out", str(path)])
    capsys.readouterr()
    words = ["reproduce", "price", "--from", str(path)]
    assert main([*words, "--table", str(table), "--rows", "front"]) == 0
    said = capsys.readouterr().out
    assert "Median test accuracy" in said
    assert "the networks it needs are not in this result." in said
    assert len(table.read_text().splitlines()) == 1 + 3 * 3 * len(SHARES)


def test_the_same_is_made_for_a_page_by_a_worker(few):
    store = Store(few / "home")
    settings = {"data": "digits", "quick": True, "record": VERSION}
    asked = side_job(store, None, "price", settings)
    assert work_on_small_job(store, asked.task[1], None) == 0
    assert standing(asked).state == "done"
    found = read(asked.result)
    assert found.made.command == "python -m hts reproduce price --data digits --quick"
    assert len(found.reported) == 3 * 2


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--data", "moons"], "data must be one of digits"),
        (["--rows", "all"], "rows must be one of front"),
        (["--table", "list.docx"], "a table's ending must be one of .csv"),
        (["--out", "no/such/folder.json"], "must name a file in a folder that can be written to"),
        (["--from", "missing.json"], "missing.json cannot be read: No such file"),
        (["--seeds", "101"], "must share no seed"),
    ],
)
def test_mistakes_are_told_in_one_line(words, says, capsys):
    assert main(["reproduce", "price", *words]) == 2
    said = capsys.readouterr().err
    assert says in said
    assert len(said.splitlines()) == 1


def test_blocks_of_other_settings_seeds_or_data_have_other_files(tmp_path):
    task = next(tasks(PriceSettings()))[0]
    plain = task.file(PriceSettings(), "0", "n", tmp_path)
    assert plain == task.file(
        PriceSettings(choosing=(77,)), "0", "n", tmp_path
    )  # the task has its own
    assert plain != task.file(PriceSettings(steps=999), "0", "n", tmp_path)
    assert plain != task.file(PriceSettings(), "1", "n", tmp_path)
    assert plain != task.file(PriceSettings(), "0", "of other noise", tmp_path)


def test_bad_settings_are_refused_by_name():
    with pytest.raises(BadInput, match="steps must be"):
        settings_for("digits", steps=1)
    with pytest.raises(BadInput, match="width must be"):
        settings_for("digits", width=10)
    with pytest.raises(BadInput, match="target must be"):
        settings_for("digits", target=101)
    with pytest.raises(BadInput, match="each seed must be there once"):
        settings_for("digits", seeds=(1, 2, 1))
    with pytest.raises(BadInput, match="seed must be a whole number from 0"):
        settings_for("digits", seeds=(-1,))


def test_every_method_tries_its_values_with_the_same_seeds_for_choice_and_report():
    settings = PriceSettings()
    seeds = {reported: set() for reported in (False, True)}
    for task, reported in tasks(settings):
        seeds[reported].add(task.seeds)
        assert reported or task.method.on_front
    assert seeds == {False: {settings.choosing}, True: {settings.seeds}}
    assert any(isinstance(task.method, Noise) for task, _ in tasks(settings))
