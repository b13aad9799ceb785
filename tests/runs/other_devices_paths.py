"""The ways that a result takes through the program, on a device that is not the CPU.

Run by `test_other_devices`, in a process of its own.
"""

from __future__ import annotations

import dataclasses

import pytest
import torch
from foreign_device import foreign_device

import hts
from hts import RunConfig
from hts.studio.compress.measure import compression
from hts.studio.jobs.processes.identity import this_process
from hts.studio.jobs.processes.run_jobs import claim_for_this_process, create_for_this_process
from hts.studio.jobs.sweeps import begin_sweep
from hts.studio.jobs.workers.execute import execute
from hts.studio.jobs.workers.group_control import GroupControl
from hts.studio.jobs.workers.group_work import Crew
from hts.studio.store.store import Store
from hts.studio.sweeps.spec import SweepSpec
from hts.verify.device.check import CPU, Place
from hts.verify.device.run import CHECKS, run

SMALL = RunConfig(width=40, iterations=6, eval_every=3, noise="III", alpha=1.5, device="auto")
doubles = pytest.mark.parametrize("double", [True, False], ids=["double", "no double"])


@doubles
def test_a_stored_run_is_pruned_by_every_criterion_as_on_the_cpu(monkeypatch, tmp_path, double):
    def compressed(name: str, device: str):
        with Store(tmp_path / name) as store:
            run_id = create_for_this_process(store, SMALL.replace(device=device))
            claim_for_this_process(store, run_id)
            store.control.finish(run_id, execute(store, run_id))
            assert store.runs.get(run_id).device == ("foreign" if name == "there" else "cpu")
            return compression(store, run_id)

    here = compressed("here", "cpu")
    with foreign_device(monkeypatch, double=double):
        there = compressed("there", "auto")
    assert there.curves == here.curves
    assert there.layers == here.layers
    for name, views in here.views.items():
        for mine, found in zip(views, there.views[name], strict=True):
            assert dataclasses.replace(found, test_loss=mine.test_loss) == mine
            assert found.test_loss == pytest.approx(mine.test_loss, rel=1e-6)


@doubles
def test_a_sweep_comes_to_the_same_table(monkeypatch, tmp_path, double):
    def swept(name: str, device: str):
        grid = {"noise": ("II", "III"), "seed": (1, 2)}
        with Store(tmp_path / name) as store:
            base = SMALL.replace(device=device)
            sweep = begin_sweep(store, SweepSpec(name="both", base=base, grid=grid))
            pid, started = this_process()
            crew = Crew(store, GroupControl(store), None)
            group = store.groups.take(pid=pid, pid_started=started)
            while group is not None:
                group = crew.compute(group)
            members = store.sweeps.members(sweep)
            assert {store.runs.get(m.run).device for m in members} == {
                "foreign" if name == "there" else "cpu"
            }
            return [
                (m.result.test_accuracy, m.result.pruning_ratio, m.result.stop_reason)
                for m in members
            ]

    here = swept("here", "cpu")
    with foreign_device(monkeypatch, double=double):
        there = swept("there", "auto")
    assert len(here) == 4
    assert there == here


@doubles
def test_a_module_on_a_device_is_inspected_and_trained_as_on_the_cpu(monkeypatch, double):
    start = torch.linspace(-1, 1, 60 * 40).view(60, 40)

    def trained(device: str):
        module = torch.nn.Sequential(torch.nn.Linear(40, 60, bias=False))
        module[0].weight = torch.nn.Parameter(start.clone().to(device))
        optimizer = hts.HeavyTailedSGD(
            hts.noisy_groups(module, include=["0.weight"]),
            lr=0.1,
            noise="II",
            alpha=1.5,
            sigma=0.01,
            seed=1,
        )
        for _ in range(3):
            module[0].weight.grad = torch.ones(60, 40).to(device)
            optimizer.step()
        return module[0].weight.detach().cpu(), hts.inspect(module, noise="II").layers

    weights, layers = trained("cpu")
    with foreign_device(monkeypatch, double=double):
        there, inspected = trained("foreign")
    assert torch.equal(there, weights)
    assert inspected == layers


def test_every_check_of_verify_device_passes_or_is_skipped(monkeypatch, shared_data):
    extent = dataclasses.replace(
        CPU, draws=20_000, alphas=(1.75,), values=(14_000,), layers=((30, 20),), rounds=1,
        width=100, members=3, alone=1, ensemble_steps=4, memory_width=300, run_steps=4,
    )  # fmt: skip
    with foreign_device(monkeypatch, double=False):
        rows = list(run(Place(device=torch.device("foreign"), extent=extent), CHECKS))
    assert [row.says for row in rows if row.wrong] == []
    assert {row.check for row in rows} == {check.name for check in CHECKS}
    assert {row.check for row in rows if row.skipped} == {"graph", "memory"}
    assert len([row for row in rows if row.passed]) == 19
