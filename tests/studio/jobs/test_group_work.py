"""Groups computed in this process: results as they come, and what happens when one fails."""

from __future__ import annotations

import json
import sqlite3

import pytest

from hts.config import RunConfig
from hts.data import load
from hts.records import Evaluation, encode
from hts.runs.single import train
from hts.studio.jobs.processes import patience
from hts.studio.jobs.processes.ending import NO_ROOM
from hts.studio.jobs.processes.identity import this_process
from hts.studio.jobs.processes.patience import NoRoom
from hts.studio.jobs.sweeps import begin_sweep, resume_sweep
from hts.studio.jobs.workers import compute as engine
from hts.studio.jobs.workers import group_keeper, group_work
from hts.studio.jobs.workers.ended import thin
from hts.studio.jobs.workers.group_control import GroupControl
from hts.studio.jobs.workers.group_work import Crew
from hts.studio.store.members import Members
from hts.studio.store.store import Store
from hts.studio.store.sweep_row import Group, Member
from hts.studio.sweeps.spec import SweepSpec


def make(store: Store, base: RunConfig, **grid) -> str:
    return begin_sweep(store, SweepSpec(name="test", base=base, grid=grid))


def work(store: Store, control: GroupControl | None = None) -> None:
    """Compute group after group until none is left."""
    crew = Crew(store, control or GroupControl(store), None)
    group: Group | None = take(store)
    while group is not None:
        group = crew.compute(group)


def take(store: Store) -> Group:
    pid, started = this_process()
    group = store.groups.take(pid=pid, pid_started=started)
    assert group is not None
    return group


def test_members_come_to_the_results_of_runs_alone(store, short) -> None:
    sweep = make(store, short, noise=("none", "III"), seed=(1, 2))
    work(store)
    assert store.sweeps.get(sweep).state == "finished"
    for member in store.sweeps.members(sweep):
        alone = train(member.config, load("digits"))
        assert member.state == "done"
        assert member.result.test_accuracy == pytest.approx(alone.test_accuracy, abs=0.3)
        assert member.result.pruning_ratio == pytest.approx(alone.pruning_ratio, abs=5.1)
        run = store.runs.get(member.run)
        assert (run.state, run.device, run.sweep) == ("finished", "cpu", sweep)
        assert store.series.evaluations(run.id)[-1].step == 30
        assert store.series.snapshot(run.id, 30).pruning_ratio == member.result.pruning_ratio
        assert store.arrays.load_weights(run.id) is None


def test_weights_are_kept_when_asked_for(store, short) -> None:
    begin_sweep(store, SweepSpec(name="test", base=short, keep_weights=True))
    work(store)
    (run,) = store.runs.list(sweep=store.sweeps.list()[0].id)
    weights = store.arrays.load_weights(run.id)
    assert sorted(array.shape for array in weights.values()) == [(10, 20), (20, 64)]


def test_a_second_sweep_takes_over_what_is_there(store, short) -> None:
    first = make(store, short, seed=(1, 2))
    work(store)
    second = make(store, short, seed=(1, 2, 3))
    found = store.sweeps.get(second)
    assert (found.done, found.reused, found.waiting) == (2, 2, 1)
    work(store)
    runs = [member.run for member in store.sweeps.members(second)]
    assert runs[:2] == [member.run for member in store.sweeps.members(first)]
    assert [run.id for run in store.runs.list(sweep=second)] == runs[2:]
    assert store.sweeps.get(make(store, short, seed=(1, 2, 3))).state == "finished"


def test_a_divergence_is_a_result(store, short) -> None:
    sweep = make(store, short, sigma=(1e30, 0.1))
    work(store)
    blown, fine = store.sweeps.members(sweep)
    assert (blown.state, blown.result.stop_reason) == ("done", "diverged")
    assert store.runs.get(blown.run).message.startswith("Diverged at step")
    assert fine.result.stop_reason == "budget"
    assert store.sweeps.get(sweep).failed == 0


def test_what_cannot_be_had_fails_in_words_and_the_rest_completes(store, short) -> None:
    sweep = make(store, short, width=(20, 10**9), data=("digits", "table:0123456789ab"))
    work(store)
    members = {(m.config.width, m.config.data): m for m in store.sweeps.members(sweep)}
    assert members[20, "digits"].state == "done"
    assert "needs about" in members[10**9, "digits"].message
    assert "0123456789ab" in members[20, "table:0123456789ab"].message
    found = store.sweeps.get(sweep)
    assert (found.state, found.done, found.failed) == ("finished", 1, 3)


@pytest.fixture
def faulty(monkeypatch):
    """Lets the engine fail for groups of which ``fault(configs)`` gives an exception."""
    real = engine.run_group

    def install(fault) -> list[int]:
        sizes: list[int] = []

        def run_group(configs, dataset, **others):
            sizes.append(len(configs))
            if (error := fault(configs)) is not None:
                raise error
            real(configs, dataset, **others)

        monkeypatch.setattr(engine, "run_group", run_group)
        return sizes

    return install


def test_a_group_without_enough_memory_is_halved_until_it_fits(store, short, faulty) -> None:
    sizes = faulty(lambda configs: MemoryError() if len(configs) > 2 else None)
    sweep = make(store, short, seed=tuple(range(8)))
    work(store)
    assert sizes == [8, 4, 4, 2, 2, 2, 2]
    found = store.sweeps.get(sweep)
    assert (found.state, found.done) == ("finished", 8)


def test_the_one_run_that_cannot_be_computed_is_found(store, short, faulty) -> None:
    faulty(lambda configs: KeyError("w") if any(c.seed == 3 for c in configs) else None)
    sweep = make(store, short, seed=tuple(range(5)))
    work(store)
    states = [member.state for member in store.sweeps.members(sweep)]
    assert states == ["done", "done", "done", "failed", "done"]
    assert store.sweeps.members(sweep)[3].message == (
        "The run ended with an error, KeyError: 'w'. The worker log has the details."
    )


def test_out_of_memory_alone_is_said(store, short, faulty) -> None:
    faulty(lambda configs: RuntimeError("CUDA out of memory. Tried to allocate"))
    sweep = make(store, short, seed=(1, 2))
    work(store)
    messages = {member.message.split(".")[0] for member in store.sweeps.members(sweep)}
    assert messages == {"There was not enough memory for this run"}


def test_a_stop_is_noticed_in_the_middle_and_resume_goes_on(store, short) -> None:
    endless = short.replace(iterations=10**8, eval_every=10**6)
    sweep = make(store, endless, seed=(1, 2))

    class Stopping(GroupControl):
        def wanted(self, step: int):
            if step == 50:
                store.sweeps.stop(sweep, "Stopped.")
                self._ask_at = 0.0
            return super().wanted(step)

    work(store, Stopping(store))
    found = store.sweeps.get(sweep)
    assert (found.state, found.waiting, found.done, found.failed) == ("stopped", 2, 0, 0)
    assert store.groups.held() == []
    assert store.runs.list(sweep=sweep) == []
    resume_sweep(store, sweep)
    assert store.groups.waiting().positions == (0, 1)


def test_a_worker_goes_when_a_run_needs_its_place(store, short) -> None:
    make(store, short, width=(20, 30))
    run_id = store.runs.create(short.replace(seed=9))
    crew = Crew(store, GroupControl(store), None)
    assert crew.compute(take(store)) is None
    store.control.request(run_id, "stop")
    assert crew.compute(take(store)) is None  # the last one
    assert store.sweeps.list()[0].state == "finished"


def test_a_full_disk_is_waited_for_and_nothing_is_lost(store, short, monkeypatch) -> None:
    sweep = make(store, short, seed=(1, 2))
    real, refused = Members.finish, []

    def full_at_first(*args, **others):
        if len(refused) < 2:
            refused.append(args)
            raise sqlite3.OperationalError("database or disk is full")
        return real(*args, **others)

    monkeypatch.setattr(patience.time, "sleep", lambda _: None)
    monkeypatch.setattr(Members, "finish", full_at_first)
    work(store)
    assert len(refused) == 2
    assert store.sweeps.get(sweep).done == 2


def test_a_disk_that_stays_full_ends_the_worker(store, short, monkeypatch) -> None:
    make(store, short, seed=(1, 2))

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(patience, "WRITE_SECONDS", 0.0)
    monkeypatch.setattr(patience.time, "sleep", lambda _: None)
    monkeypatch.setattr(Members, "finish", full)
    with pytest.raises(NoRoom, match=r"could not be written .*No space left"):
        work(store)


@pytest.mark.parametrize("own", [False, True])
def test_only_a_sweep_of_a_command_is_stopped_for_want_of_room(
    store, short, monkeypatch, own
) -> None:
    """The others wait: the scheduler begins nothing before there is room."""

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(patience, "WRITE_SECONDS", 0.0)
    monkeypatch.setattr(patience.time, "sleep", lambda _: None)
    monkeypatch.setattr(Members, "finish", full)
    monkeypatch.setattr(group_work, "step_back", lambda _: None)
    spec = SweepSpec(name="test", base=short, grid={"seed": (1, 2)})
    sweep = begin_sweep(store, spec, worker=this_process() if own else None)
    pid, started = this_process()
    group = store.groups.take(pid=pid, pid_started=started, sweep_id=sweep if own else None)
    assert group_work.work_on_groups(store, str(group.number), None) == NO_ROOM
    assert store.sweeps.get(sweep).active is not own


def test_kept_evaluations_are_few_and_have_the_last() -> None:
    points = [
        Evaluation(step=step, train_loss=1.0, train_accuracy=1.0, test_accuracy=1.0, seconds=1.0)
        for step in range(1, 1001)
    ]
    kept = thin(points, 50)
    assert [point.step for point in kept] == list(range(20, 1001, 20))
    assert thin(points[:7], 50) == points[:7]
    assert [point.step for point in thin(points[:7], 3)] == [2, 4, 7]


def test_a_group_that_was_left_goes_on_from_its_step_to_the_same_bits(
    store, short, monkeypatch, tmp_path_factory
) -> None:
    monkeypatch.setattr(group_keeper, "LEAST_SECONDS", 0.0)
    grid = {"seed": (1, 2), "iterations": (20, 60)}
    with Store(tmp_path_factory.mktemp("whole")) as undisturbed:
        make(undisturbed, short, **grid)
        work(undisturbed)
        whole = [plain(undisturbed, member) for member in undisturbed.sweeps.members("s1")]

    class StopsAt40(GroupControl):
        def wanted(self, step):
            self.ending |= step >= 40
            return "stop" if self.stopping() else "run"

    sweep = make(store, short, **grid)
    crew = Crew(store, StopsAt40(store), None)
    assert crew.compute(take(store)) is None
    assert store.sweeps.get(sweep).done == 2
    left = [m.position for m in store.sweeps.members(sweep) if m.state == "waiting"]
    saved = store.saved_groups.get(sweep, left)
    assert (saved.step, sorted(saved.positions)) == (40, left)
    assert store.saved_groups.get(sweep, [0, 1, 2, 3]) is None

    begun: list[int] = []
    real = engine.run_group

    def run_group(configs, dataset, **others):
        begun.append(others["state"].step)
        real(configs, dataset, **others)

    monkeypatch.setattr(engine, "run_group", run_group)
    store.sweeps.stop(sweep, "")
    resume_sweep(store, sweep)
    work(store)
    assert begun == [40]
    assert [plain(store, member) for member in store.sweeps.members(sweep)] == whole
    assert not store.home.sweep_groups(sweep).exists()


def plain(store: Store, member: Member) -> list[dict]:
    """Everything that a member came to, but for the time it took."""
    run = store.runs.get(member.run)
    parts = [
        member.result,
        store.series.snapshot(run.id, run.step),
        *store.series.evaluations(run.id),
    ]
    found = [json.loads(encode(part)) for part in parts]
    for one in found:
        one.pop("seconds", None)
    return found
