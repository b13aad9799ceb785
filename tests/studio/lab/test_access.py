"""Who sees and who changes what, row by row."""

from __future__ import annotations

import pytest

from hts.studio.jobs import client
from hts.studio.lab.access import NotAllowed, NotSeen
from hts.studio.lab.reader import Reader
from hts.studio.store.run_row import UnknownRun
from hts.studio.transfer.export import config_json, metrics_csv, weights_file
from hts.studio.transfer.last_weights import last_weights
from hts.validate import BadInput

ALL = ("root", "operator", "emmy", "felix", "max", "mia", "ann", "bob", "cem", "guest")
# Whose run, shown to whom: who sees it.
SEEN = {
    ("max", "private"): {"root", "operator", "max"},
    ("max", "lab"): {"root", "operator", "max", "mia", "emmy", "felix"},
    ("max", "public"): set(ALL),
    ("ann", "private"): {"root", "operator", "ann", "emmy"},
    ("ann", "lab"): {"root", "operator", "ann", "bob", "emmy", "felix", "max", "mia"},
    ("ann", "public"): set(ALL),
    ("emmy", "private"): {"root", "operator", "emmy"},
    ("emmy", "lab"): {"root", "operator", "emmy", "felix", "max", "mia", "ann", "bob"},
    (None, "private"): {"root", "operator"},
    (None, "lab"): {"root", "operator", "emmy", "felix", "max", "mia"},
}
CHANGED = {
    "max": {"root", "operator", "max"},
    "ann": {"root", "operator", "ann", "emmy"},
    "emmy": {"root", "operator", "emmy"},
    None: {"root", "operator"},
}


def refused(ask, *arguments) -> str | None:
    """What is said to somebody who may not; None if they may."""
    try:
        ask(*arguments)
    except (NotSeen, NotAllowed) as error:
        return str(error)
    return None


@pytest.mark.parametrize(("owner", "visibility"), SEEN)
def test_who_sees_a_run_in_lists_by_name_and_in_parts(store, people, config, owner, visibility):
    run_id = store.runs.create(
        config, owner=owner and people[owner].id, visibility=visibility, title="mine"
    )
    seen = set()
    for name in ALL:
        theirs = Reader(store, people[name])
        listed = [run.id for run in theirs.runs.list()] == [run_id]
        refusal = refused(theirs.runs.get, run_id)
        assert listed == (refusal is None)
        if refusal is None:
            assert theirs.runs.get(run_id).title == "mine"
            assert theirs.series.evaluations(run_id) == []
            assert theirs.series.snapshot_steps(run_id) == []
            assert config_json(theirs, run_id).startswith("{")
            assert metrics_csv(theirs, run_id).startswith("step,")
            assert theirs.tail.view(run_id).run.id == run_id
            seen.add(name)
            continue
        assert refusal == f"there is no run {run_id!r}, or it is not yours to see."
        for read in (metrics_csv, config_json, weights_file, last_weights):
            with pytest.raises(NotSeen):
                read(theirs, run_id)
        parts = (
            theirs.series.evaluations,
            theirs.series.summaries,
            theirs.series.snapshot_steps,
            theirs.series.live,
        )
        for ask in (
            *parts,
            theirs.arrays.load_weights,
            theirs.arrays.load_checkpoint,
            theirs.tail.view,
        ):
            with pytest.raises(NotSeen):
                ask(run_id)
    assert seen == SEEN[owner, visibility]


@pytest.mark.parametrize("owner", CHANGED)
@pytest.mark.parametrize(
    "change",
    [
        client.stop,
        client.pause,
        client.step,
        client.resume,
        client.delete,
        lambda store, run_id: client.rename(store, run_id, "other"),
        lambda store, run_id: client.show_to(store, run_id, "private"),
    ],
)
def test_who_changes_a_run_that_everybody_sees(store, people, config, owner, change):
    allowed = set()
    for name in ALL:
        run_id = store.runs.create(config, owner=owner and people[owner].id, visibility="public")
        before = store.runs.get(run_id)
        refusal = refused(change, Reader(store, people[name]), run_id)
        if refusal is None:
            allowed.add(name)
            continue
        said = "the operator" if owner is None else owner
        assert refusal.startswith(f"run {run_id} belongs to {said}: you may look at it, but only")
        assert store.runs.get(run_id) == before
    assert allowed == CHANGED[owner]


def test_who_changes_a_sweep(store, people, config):
    for change in (
        client.stop_sweep,
        client.delete,
        lambda store, sweep_id: client.rename(store, sweep_id, "other"),
        lambda store, sweep_id: client.show_to(store, sweep_id, "public"),
    ):
        allowed = set()
        for name in ALL:
            sweep_id = store.sweeps.create(
                "{}", "sweep", [config], owner=people["ann"].id, visibility="public"
            )
            if change is client.delete:
                store.sweeps.stop(sweep_id, "")
            refusal = refused(change, Reader(store, people[name]), sweep_id)
            if refusal is None:
                allowed.add(name)
            else:
                assert f"sweep {sweep_id} belongs to ann" in refusal
        assert allowed == {"root", "operator", "ann", "emmy"}


def test_a_private_sweep_is_not_there_for_others(store, people, config):
    sweep_id = store.sweeps.create("{}", "sweep", [config], owner=people["ann"].id)
    for name, sees in (("ann", True), ("emmy", True), ("bob", False), ("guest", False)):
        theirs = Reader(store, people[name])
        assert [sweep.id for sweep in theirs.sweeps.list()] == [sweep_id] * sees
        if sees:
            assert len(theirs.sweeps.members(sweep_id)) == 1
        else:
            for ask in (
                theirs.sweeps.get,
                theirs.sweeps.members,
                lambda s, t=theirs: client.stop_sweep(t, s),
            ):
                with pytest.raises(BadInput, match="or it is not yours to see"):
                    ask(sweep_id)


def test_what_one_may_not_see_and_what_is_not_there_are_told_apart_by_nobody(store, people, config):
    hidden = store.runs.create(config, owner=people["max"].id)
    theirs = Reader(store, people["mia"])
    said = []
    for run_id in (hidden, "0123456789-1"):
        for ask in (
            client.stop,
            client.repeat,
            client.delete,
            lambda reader, run_id: reader.runs.get(run_id),
        ):
            with pytest.raises(UnknownRun) as caught:
                ask(theirs, run_id)
            said.append(str(caught.value).replace(run_id, "X"))
    assert set(said) == {"there is no run 'X', or it is not yours to see."}


def test_a_reader_changes_nothing_by_itself(store, people, config):
    theirs = Reader(store, people["root"])
    for change in (
        lambda: theirs.runs.create(config),
        lambda: theirs.queue.drain("no"),
        lambda: theirs.people.remember("x", name="x", role="admin", how="oidc"),
    ):
        with pytest.raises(NotAllowed, match="is not for readers"):
            change()
    assert store.runs.list() == []


def test_somebody_must_be_named_in_a_lab_and_need_not_be_without_one(
    store, config, people, monkeypatch
):
    with pytest.raises(NotAllowed, match="nobody was named"):
        client.submit(store, config)
    monkeypatch.delenv("HTS_LAB")
    (run_id,) = client.submit(store, config)
    assert store.runs.get(run_id).owner == "local"
    client.stop(store, run_id)
    client.delete(store, run_id)


def test_nobody_speaks_for_another_person(store, people, config):
    run_id = store.runs.create(config, owner=people["max"].id, visibility="public")
    with pytest.raises(NotAllowed):
        client.stop(Reader(store, people["mia"]), run_id, by=people["max"])


def test_guests_start_nothing(store, people, config):
    theirs = Reader(store, people["guest"])
    shown = store.runs.create(config, owner=people["max"].id, visibility="public")
    for ask in (lambda: client.submit(theirs, config), lambda: client.repeat(theirs, shown)):
        with pytest.raises(NotAllowed, match="a guest may not start a run"):
            ask()


def test_what_a_person_sees_is_asked_anew_each_time(store, people, config):
    run_id = store.runs.create(config, owner=people["ann"].id)
    theirs = Reader(store, people["emmy"])
    assert theirs.runs.get(run_id)
    store.classes.remove(1, people["ann"].id)
    with pytest.raises(NotSeen):
        theirs.runs.get(run_id)
