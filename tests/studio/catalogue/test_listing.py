"""Lists of runs: order, counts, what differs, seeds folded, and who sees what."""

from __future__ import annotations

import dataclasses

import pytest
import several_factories
from catalogue_factories import tail

from hts.config import RunConfig
from hts.studio.catalogue import facts
from hts.studio.catalogue.listing import (
    Asked,
    briefly,
    differing,
    fold,
    folded,
    listed,
    runs_of,
    tags,
)
from hts.studio.catalogue.tables import about_metrics, folded_rows, local, run_rows
from hts.studio.jobs.annotations import annotate
from hts.studio.lab.reader import Reader
from hts.validate import BadInput


def order(store, **asked):
    return [run.id for run in runs_of(store, listed(store, Asked(**asked)).numbers)]


def test_any_setting_and_any_result_sorts_all_runs(store, finished):
    low, high = finished({"lr": 0.5}, test_accuracy=60.0), finished(test_accuracy=90.0)
    waiting = store.runs.create(RunConfig(lr=0.1))
    assert order(store) == [waiting, high, low]
    assert order(store, sort="lr") == [low, waiting, high]
    assert order(store, sort="lr", down=False) == [high, waiting, low]
    assert order(store, sort="test_accuracy") == [high, low, waiting]  # what has none comes last
    assert order(store, sort="test_accuracy", down=False) == [low, high, waiting]
    with pytest.raises(BadInput, match="sort must be one of"):
        listed(store, Asked(sort="beauty"))


def test_no_run_is_beyond_the_end_of_a_list(store):
    ids = [store.runs.create(RunConfig(seed=seed)) for seed in range(501)]
    found = listed(store, Asked(where="seed>=1"))
    assert (len(found), found.among) == (500, 501)
    assert order(store, down=False) == ids


def test_a_list_reads_only_runs_that_have_changed(store, finished, monkeypatch):
    run_id, other = finished(), finished({"seed": 2})
    listed(store, Asked())
    made = []
    monkeypatch.setattr(facts, "_row", lambda row: made.append(row["id"]))
    assert order(store) == [other, run_id]
    assert made == []
    store.runs.update(run_id, title="new")
    listed(store, Asked())
    assert made == [run_id]


def test_what_is_deleted_or_changed_is_so_in_the_next_list(store, finished):
    gone, stays = finished(), finished({"seed": 2})
    assert len(listed(store, Asked())) == 2
    store.runs.delete(gone)
    assert order(store) == [stays]
    store.runs.rename(stays, "the one")
    assert order(store, where="one") == [stays]


def test_settings_differ_that_have_an_effect_somewhere(store, finished):
    finished({"noise": "none", "alpha": 1.5})
    finished({"lr": 1e6})
    finished({"lr": 1e6, "alpha": 1.5, "seed": 2})
    numbers = listed(store, Asked()).numbers
    assert [column.name for column in differing(store, numbers)] == ["noise", "alpha", "lr", "seed"]
    assert differing(store, numbers[:1]) == []


def test_steered_runs_are_listed_by_what_was_changed(store, finished):
    run_id = finished()
    change = '[{"setting": "lr", "value": 0.5, "who": null, "at": 1.0, "step": 3}]'
    store.runs.update(run_id, steered=change)
    assert briefly(store, listed(store, Asked()).numbers)[0]["lr"] == "0.02@0/0.5@3"


def test_seeds_are_folded_to_a_median_and_its_interval_each_once(store, finished):
    for seed in (1, 2, 3):
        finished({"seed": seed}, test_accuracy=80.0 + seed, tail_index=tail(1.5 + seed / 10))
    finished({"seed": 3}, test_accuracy=83.0)  # the same network again
    finished({"seed": 1, "alpha": 1.5}, test_accuracy=99.0)
    found = listed(store, Asked())
    groups = [fold(store, group) for group in folded(store, found.numbers)]
    assert [(len(group.runs), group.seeds) for group in groups] == [(1, (1,)), (4, (1, 2, 3))]
    middle = groups[1].medians["test_accuracy"]
    assert (middle.median, middle.low, middle.high, middle.n) == (82.0, 81.0, 83.0, 3)
    rows = folded_rows(groups)
    assert rows[0]["result_test_accuracy_low"] is None  # one seed has no interval
    assert (rows[1]["seeds"], rows[1]["result_test_accuracy_level"]) == (3, middle.level)


def test_groups_are_sorted_by_their_medians(store, finished):
    for seed, wide, narrow in ((1, 50.0, 70.0), (2, 60.0, 71.0), (3, 99.0, 72.0)):
        finished({"seed": seed, "width": 2000}, test_accuracy=wide)
        finished({"seed": seed, "width": 20}, test_accuracy=narrow)
    for down, widths in ((True, [20, 2000]), (False, [2000, 20])):
        asked = Asked(sort="test_accuracy", down=down)
        groups = folded(store, listed(store, asked).numbers, asked)
        assert [fold(store, group).config.width for group in groups] == widths


def test_networks_of_a_run_of_several_are_seeds_too(store, finished):
    several = store.runs.get(several_factories.put(store))
    noisy = [m.result.test_accuracy for m in several.result.members if m.arm == "main"]
    single = finished({**several.config.to_dict(), "replicates": 1, "seed": 9}, test_accuracy=50.0)
    (group,) = folded(store, listed(store, Asked()).numbers)
    one = fold(store, group)
    assert one.runs == (single, several.id)
    assert one.medians["test_accuracy"].n == len(noisy) + 1


def test_what_somebody_does_not_see_is_in_no_list_and_no_count(store, hosted, people, finished):
    ann, bob = people["ann"], people["bob"]
    mine = finished(owner=ann.id)
    hidden = finished({"seed": 2}, owner=bob.id)
    annotate(store, hidden, tags=["secret"], by=bob)
    reader = Reader(store, ann)
    assert order(reader) == [mine]
    assert listed(reader, Asked(where="seed<9")).among == 1
    assert tags(reader) == []
    with pytest.raises(BadInput, match="or it is not yours to see"):
        annotate(reader, hidden, name="taken")


def test_times_are_exported_with_their_distance_to_utc(store, finished):
    finished()
    (run,) = runs_of(store, listed(store, Asked()).numbers)
    (row,) = run_rows([run])
    assert row["created"] == local(run.created)
    assert row["created"][19] in "+-"
    assert (row["alpha"], row["result_test_accuracy"], row["state"]) == (1.75, 80.0, "finished")
    columns = differing(store, [run.number])
    assert about_metrics([run], columns) == {run.id: {"name": ""}}


def test_names_notes_and_tags_have_room_and_no_more(store, finished):
    run_id = finished()
    annotate(store, run_id, name="  a\nname ", note=" why \n", tags=["b", "a", "b", " "], star=True)
    run = store.runs.get(run_id)
    assert (run.title, run.notes, run.tags, run.star) == ("a name", "why", ("b", "a"), True)
    annotate(store, run_id, star=False)
    assert store.runs.get(run_id) == dataclasses.replace(run, star=False, revision=run.revision + 1)
    for bad in ({"name": "x" * 201}, {"note": "x" * 2001}, {"tags": ["a|b"]}, {"tags": ["x" * 41]},
                {"tags": [str(k) for k in range(21)]}):  # fmt: skip
        with pytest.raises(BadInput, match="at most"):
            annotate(store, run_id, **bad)
