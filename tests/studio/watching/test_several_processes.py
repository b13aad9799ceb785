"""Trainings of several processes: rank 0 watches, and says what part of the model it sees."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from hts.studio.store.store import Store
from hts.studio.watching.seen import watches_of

TRAINING = """
import os, torch, hts
from torch import nn
from torch.distributed.fsdp import fully_shard
from torch.nn.parallel import DistributedDataParallel

torch.distributed.init_process_group(
    "gloo", init_method=os.environ["MEETING"], rank=int(os.environ["RANK"]), world_size=2
)
for name in ("DDP", "FSDP"):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(20, 100), nn.ReLU(), nn.Linear(100, 60))
    for parameter in model.parameters():
        nn.init.normal_(parameter)
    if name == "DDP":
        model = DistributedDataParallel(model)
    else:
        fully_shard(model, mesh=torch.distributed.init_device_mesh("cpu", (2,)))
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
    with hts.watch(model, optimizer, name=name, every=1):
        for step in range(2):
            model(torch.randn(8, 20)).square().mean().backward()
            optimizer.step()
            optimizer.zero_grad()
torch.distributed.destroy_process_group()
hts.watch(nn.Linear(20, 60), name="left open").step()
print("trained")
"""


@pytest.mark.process
@pytest.mark.skipif(not torch.distributed.is_available(), reason="torch without distributed")
def test_rank_0_alone_watches_ddp_whole_and_of_fsdp_its_own_part_until_it_exits(
    home: Path, tmp_path_factory: pytest.TempPathFactory
):
    meeting = tmp_path_factory.mktemp("meeting") / "file"
    shared = {"HTS_HOME": str(home), "WORLD_SIZE": "2", "MEETING": f"file://{meeting}",
              "OMP_NUM_THREADS": "1"}  # fmt: skip
    started = [
        subprocess.Popen(
            [sys.executable, "-c", TRAINING],
            env={**os.environ, **shared, "RANK": rank},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in ("0", "1")
    ]
    said = [process.communicate(timeout=300) for process in started]
    for process, (out, err) in zip(started, said, strict=True):
        assert (out, err.count("Error")) == ("trained\n", 0), err
        # Threads of Gloo outlive their group and may abort a process that exits (pytorch#179291).
        assert process.returncode in (0, -signal.SIGABRT), err
    with Store(home) as store:
        watches = watches_of(store)
        found = {one.name: one for one in watches.list()}
        assert {one.state for one in found.values()} == {"ended"}
        assert len(watches.list()) == 3
        assert watches.looks(found["left open"].id)[-1].layers[0].verdict is not None
        whole, part = (watches.view(found[name].id).layers for name in ("DDP", "FSDP"))
    assert [(layer.name, layer.units) for layer in whole] == [("0.weight", 100), ("2.weight", 60)]
    assert [layer.units for layer in part] == [50, 30]
    assert part[0].note == "1,000 of 2,000 weights, the part that this process holds"
    assert found["FSDP"].about.part == "the part of each sharded layer that rank 0 holds"
    assert found["FSDP"].about.parameters == found["DDP"].about.parameters
