"""Every method of every part of the store, asked by everybody: denied, or answered within rules."""

from __future__ import annotations

import inspect
from pathlib import Path

import factories
import numpy as np
import pytest

from hts.records import Moment, encode
from hts.studio.lab.access import NotAllowed, NotSeen, SweepNotSeen
from hts.studio.lab.reader import (
    RULES,
    Reader,
    admins,
    everybody,
    in_sight,
    of_class,
    of_person,
    of_run,
    of_sweep,
)
from hts.studio.store.paths import replacing
from hts.studio.store.store import Store

# Changes, and what only programs of the studio ask.  A method has to be here or to have a rule.
DENIED = {
    "runs": "create like rename delete update next_id number sees set_visibility forget_in_sweeps",
    "owners": "bytes_of_run same_request add_asker withdraw computing",
    "queue": "drain note_turn",
    "control": "request requeue assign take_back mark_interrupted claim describe progress"
    " set_paused set_running leave_paused begin_again interrupt_idle finish fail",
    "networks": "add_evaluations evaluations evaluations_of_all add_moment summaries"
    " summaries_of_all rollback",
    "series": "add_evaluations add_snapshot add_summary write_live rollback",
    "arrays": "save_checkpoint save_weights checkpoint_says",
    "sweeps": "create stop start_again rename delete sees set_visibility settle touch",
    "members": "finish fail reuse_finished retry_failed",
    "saved_groups": "save get drop",
    "groups": "add get waiting take leave note_progress remaining",
    "people": "remember set_key of_key",
    "classes": "create of_code list change join of_token rename remove removed was_removed"
    " let_back give revoke empty",
    "holdings": "list of find add show_to show_to_class hide_from_classes told rename delete"
    " bytes_of faults settle",
    "boards": "asked_for predict predictions forget",
}
ASKING = ("guest", "max", "bob", "felix", "emmy", "root")  # bob is in ann's class, emmy teaches it
ANSWERED = {
    of_run: {"emmy", "root"},
    of_sweep: {"emmy", "root"},
    of_person: {"emmy", "root"},
    of_class: {"bob", "emmy", "root"},
    admins: {"root"},
    everybody: set(ASKING),
}


def parts(store: Store) -> dict[str, object]:
    return {name: part for name, part in vars(store).items() if name not in ("home", "db")}


def methods(part: object) -> set[str]:
    named = inspect.getmembers(type(part), callable)
    return {name for name, _ in named if not name.startswith("_")}


@pytest.fixture
def private(store, people, config, result) -> dict[object, tuple]:
    """What ann alone has, as the arguments that ask for it by each kind of rule."""
    ann = people["ann"].id
    run_id = store.runs.create(config, owner=ann)
    store.series.add_evaluations(run_id, factories.evaluations(10))
    store.series.add_snapshot(run_id, factories.snapshot(10))
    store.series.write_live(run_id, factories.snapshot(20))
    moment = Moment(step=10, seconds=1.0, members=[factories.snapshot(10)])
    with replacing(store.home.moment(run_id, 10)) as file:
        file.write(encode(moment))
    store.arrays.save_checkpoint(run_id, 10, 1.0, {"a": np.ones(1)})
    store.arrays.save_weights(run_id, {"a": np.ones(1)})
    store.owners.add_asker(run_id, people["root"].id)
    sweep_id = store.sweeps.create("{}", "mine", [config.replace(seed=2)], owner=ann)
    store.groups.add(sweep_id, [[0]])
    return {of_run: (run_id,), of_sweep: (sweep_id,), of_person: (ann,), of_class: (1,)}


def test_every_method_has_a_rule_or_is_denied(store):
    for name, part in parts(store).items():
        ruled, denied = set(RULES.get(name, ())), set(DENIED.get(name, "").split())
        assert not ruled & denied
        assert ruled | denied == methods(part), name


@pytest.mark.parametrize("name", ASKING)
def test_what_has_no_rule_is_not_there(store, people, name):
    theirs = Reader(store, people[name])
    for part, found in parts(store).items():
        for method in methods(found) - set(RULES.get(part, ())):
            with pytest.raises(NotAllowed, match="is not for readers"):
                getattr(getattr(theirs, part), method)
    for part in ("db", "close", "unknown"):
        with pytest.raises(NotAllowed, match="is not for readers"):
            getattr(theirs, part)


def test_a_part_or_method_that_is_new_is_not_there(store, people, monkeypatch):
    monkeypatch.setattr(type(store.runs), "secret", lambda self: "told", raising=False)
    monkeypatch.setattr(store, "fresh", store.runs, raising=False)
    theirs = Reader(store, people["root"])
    for ask in (lambda: theirs.runs.secret(), lambda: theirs.fresh.get("x")):
        with pytest.raises(NotAllowed):
            ask()


RULED = [(part, name) for part, rules in RULES.items() for name in rules]


@pytest.mark.parametrize(
    ("part", "name"), [(part, name) for part, name in RULED if RULES[part][name] is not in_sight]
)
def test_who_is_answered_about_what_ann_alone_has(store, people, private, config, part, name):
    rule = RULES[part][name]
    given = private.get(rule, ())
    given += {"snapshot": (10,), "moment": (10,)}.get(name, ())
    answered = set()
    for asking in ASKING:
        try:
            found = getattr(getattr(Reader(store, people[asking]), part), name)(*given)
        except (NotAllowed, NotSeen, SweepNotSeen):
            continue
        assert found == getattr(getattr(store, part), name)(*given)
        answered.add(asking)
    assert answered == ANSWERED[rule]


def test_lists_hold_what_each_person_sees(store, people, private, config, result):
    (mine,), (sweep,) = private[of_run], private[of_sweep]
    shown = store.runs.create(config.replace(seed=3), owner=people["max"].id, visibility="public")
    done = config.replace(seed=4)
    finished = store.runs.create(done, owner=people["ann"].id)
    store.control.claim(finished, pid=1, pid_started=1.0)
    store.control.finish(finished, result)
    everything = store.runs.list()
    for asking in ASKING:
        theirs, sees = Reader(store, people[asking]), asking in ("emmy", "root")
        expected = {mine, shown, finished} if sees else {shown}
        assert {run.id for run in theirs.runs.list()} == expected
        wider = theirs.runs.list(sight=None)  # whoever asks, the sight is their own
        assert {run.id for run in wider} == expected
        assert [found.id for found in theirs.sweeps.list()] == [sweep] * sees
        found = theirs.runs.finished(done)
        assert (found.id if found else None) == (finished if sees else None)
    assert len(everything) == 3
    assert {name for part, name in RULED if RULES[part][name] is in_sight} == {"list", "finished"}


@pytest.mark.parametrize("asked", ["alice", "oidc:max", "code:1:ann"])
def test_a_guest_learns_nothing_of_anybody(store, people, asked):
    theirs = Reader(store, people["guest"])
    for ask in (
        theirs.owners.unfinished_of,
        theirs.owners.bytes_of,
        theirs.people.get,
        theirs.classes.mates_of,
        theirs.classes.students_of,
    ):
        with pytest.raises(NotAllowed, match="guest may not read what belongs to"):
            ask(asked)


def test_everybody_reads_about_themselves(store, people, private):
    (ann,) = private[of_person]
    theirs = Reader(store, people["ann"])
    assert theirs.owners.unfinished_of(ann).queued == 1
    assert theirs.owners.bytes_of(ann) > 0
    assert theirs.classes.mates_of(ann) >= {ann, people["bob"].id, people["emmy"].id}


def test_pages_do_not_reach_behind_a_reader():
    for path in Path("pages").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert "whole_of" not in text, path
        assert ".behind" not in text, path
