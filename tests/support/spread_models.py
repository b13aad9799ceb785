"""Trains one model in several processes, in every way to spread it, and says what its noise was.

Run as a program with a folder to write to: every rank of 4 and of 2 gloo processes takes all cases,
and the parent prints one line of JSON, ``{case: [outcome of each rank]}``.  An outcome is "equal"
(bit for bit the parameters of one process), "differs", "steps", or the text of a refusal.
"""

from __future__ import annotations

import itertools
import json
import multiprocessing
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
import torch.distributed as dist
import torch.distributed.checkpoint as checkpoint
from torch import nn
from torch.distributed.checkpoint.state_dict import get_state_dict, set_state_dict
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import FullyShardedDataParallel, ShardingStrategy, fully_shard
from torch.distributed.optim import ZeroRedundancyOptimizer
from torch.distributed.tensor import DTensor, Partial, Replicate, Shard, distribute_tensor
from torch.distributed.tensor.parallel import (
    ColwiseParallel,
    RowwiseParallel,
    parallelize_module,
)
from torch.nn.parallel import DistributedDataParallel

import hts
from hts.noise import NoiseSource
from hts.training import first_step
from hts.training.injection import COLUMNS, add_noise_
from hts.training.stream_names import plain_name
from hts.validate import BadInput

STEPS = 3
TYPES = ("gaussian", "I", "II", "III")
Made = tuple[nn.Module, torch.optim.Optimizer]


class Perceptron(nn.Module):
    """Layers of equal shapes, and of sizes that 4 does not divide."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nn.Linear(6, 10), nn.Linear(10, 10)
        self.c, self.d = nn.Linear(10, 10), nn.Linear(10, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.d(self.c(self.b(self.a(x).relu()).relu()).relu())


class Convolutions(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nn.Conv2d(1, 4, 3), nn.Conv2d(4, 5, 3)
        self.c, self.d, self.e = nn.ConvTranspose2d(5, 3, 2), nn.Linear(27, 7), nn.Linear(7, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.e(self.d(self.c(self.b(self.a(x))).flatten(1)))


class Transformer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(11, 8)
        layer = nn.TransformerEncoderLayer(8, 2, 12, dropout=0.0, batch_first=True)
        self.layers, self.out = nn.TransformerEncoder(layer, 2), nn.Linear(8, 11)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.out(self.layers(self.words(x)))


INPUTS = {
    Perceptron: lambda: torch.ones(4, 6),
    Convolutions: lambda: torch.ones(4, 1, 6, 6),
    Transformer: lambda: torch.arange(20).view(4, 5) % 11,
}


def fresh(kind: type[nn.Module] = Perceptron) -> nn.Module:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return kind()


def sgd(params: object, noise: str = "III", seed: int = 7, **more: object) -> hts.HeavyTailedSGD:
    return hts.HeavyTailedSGD(
        params, 0.05, noise=noise, alpha=1.6, sigma=0.01, seed=seed, momentum=0.9, **more
    )


def noise_alone(model: nn.Module, optimizer: torch.optim.Optimizer, x: torch.Tensor) -> None:
    """Forward and backward as ever, but with gradients of 0: what moves is the noise."""
    for _ in range(STEPS):
        optimizer.zero_grad()
        (model(x).sum() * 0).backward()
        optimizer.step()


def whole(model: nn.Module) -> dict[str, torch.Tensor]:
    found = {}
    for name, p in model.named_parameters():  # in the same order everywhere: collectives
        full = p.full_tensor() if isinstance(p, DTensor) else p
        found[plain_name(name)] = full.detach().clone()
    return found


# -- ways to spread a model, all right -----------------------------------------------------
def replicas(model: nn.Module, noise: str) -> Made:
    spread = DistributedDataParallel(model)
    return spread, sgd(hts.noisy_groups(spread), noise)


def replicas_compiled(model: nn.Module, noise: str) -> Made:
    spread = DistributedDataParallel(torch.compile(model, backend="eager"))
    return spread.module._orig_mod, sgd(spread.named_parameters(), noise)


def replicas_by_place(model: nn.Module, noise: str) -> Made:
    spread = DistributedDataParallel(model)
    return spread, sgd(spread.parameters(), noise)


def sharded(model: nn.Module, noise: str) -> Made:
    for child in model.children():
        if isinstance(child, nn.Linear):
            fully_shard(child)
    fully_shard(model)
    return model, sgd(hts.noisy_groups(model), noise)


def sharded_by_place(model: nn.Module, noise: str) -> Made:
    fully_shard(model)
    return model, sgd(model.parameters(), noise)


def sharded_and_replicated(model: nn.Module, noise: str) -> Made:
    half = dist.get_world_size() // 2
    mesh = init_device_mesh("cpu", (half, 2), mesh_dim_names=("replicas", "shards"))
    fully_shard(model, mesh=mesh)
    return model, sgd(hts.noisy_groups(model), noise)


def split(model: nn.Module, mesh: object) -> nn.Module:
    ways = (ColwiseParallel(), RowwiseParallel())
    return parallelize_module(model, mesh, dict(zip("abcd", 2 * ways, strict=True)))


def tensor_parallel(model: nn.Module, noise: str) -> Made:
    split(model, init_device_mesh("cpu", (dist.get_world_size(),)))
    return model, sgd(hts.noisy_groups(model), noise)


def sharded_tensor_parallel(model: nn.Module, noise: str) -> Made:
    half = dist.get_world_size() // 2
    mesh = init_device_mesh("cpu", (half, 2), mesh_dim_names=("data", "tensor"))
    split(model, mesh["tensor"])
    fully_shard(model, mesh=mesh["data"])
    return model, sgd(hts.noisy_groups(model), noise)


def inside_zero(model: nn.Module, noise: str) -> Made:
    spread = DistributedDataParallel(model)
    settings = {"lr": 0.05, "noise": noise, "alpha": 1.6, "sigma": 0.01, "seed": 7}
    groups = hts.noisy_groups(spread)
    return spread, ZeroRedundancyOptimizer(groups, hts.HeavyTailedSGD, momentum=0.9, **settings)


def around_zero(model: nn.Module, noise: str) -> Made:
    spread = DistributedDataParallel(model)
    groups = hts.noisy_groups(spread)
    zero = ZeroRedundancyOptimizer(groups, torch.optim.SGD, lr=0.05, momentum=0.9)
    return spread, hts.HeavyTailedNoise(zero, noise=noise, alpha=1.6, sigma=0.01, seed=7)


def two_optimizers(model: nn.Module, noise: str) -> Made:
    spread = DistributedDataParallel(model)
    groups = hts.noisy_groups(spread)

    class Both:
        def __init__(self) -> None:
            self.optimizers = [sgd(groups[:1], noise), sgd(groups[1:], noise)]

        def zero_grad(self) -> None:
            for one in self.optimizers:
                one.zero_grad()

        def step(self) -> None:
            for one in reversed(self.optimizers):
                one.step()

    return spread, Both()


def flat_unsharded(model: nn.Module, noise: str) -> Made:
    spread = FullyShardedDataParallel(
        model,
        sharding_strategy=ShardingStrategy.NO_SHARD,
        use_orig_params=True,
        device_id=torch.device("cpu"),
    )
    return spread, sgd(hts.noisy_groups(spread), noise)


RIGHT = {
    4: [replicas, sharded, sharded_and_replicated, sharded_tensor_parallel, inside_zero],
    2: [
        replicas, replicas_compiled, replicas_by_place, sharded, sharded_by_place, tensor_parallel,
        inside_zero, around_zero, two_optimizers, flat_unsharded,
    ],
}  # fmt: skip


# -- set-ups whose outcome is checked in another way: right ones step, wrong ones are refused ----
def own_part(names: str) -> nn.Module:
    """A module with two of the layers, other ones in each rank, as in a pipeline."""
    model = fresh()
    for name in set("abcd") - set(names):
        delattr(model, name)
    return model


def pipeline_by_name() -> torch.optim.Optimizer:
    return sgd(own_part("ab" if dist.get_rank() else "cd").named_parameters())


def pipeline_by_place() -> torch.optim.Optimizer:
    return sgd(own_part("ab" if dist.get_rank() else "cd").parameters())


def ensemble_of_seeds() -> torch.optim.Optimizer:
    torch.manual_seed(dist.get_rank())
    return sgd(Perceptron().named_parameters(), seed=dist.get_rank())


def ensemble_of_one_seed() -> torch.optim.Optimizer:
    torch.manual_seed(dist.get_rank())
    return sgd(Perceptron().named_parameters())


def chains_from_one_start() -> torch.optim.Optimizer:
    params = list(fresh().parameters())
    return sgd([{"params": params, "sigma": 0.01 * (1 + dist.get_rank())}])


def slices_by_hand() -> torch.optim.Optimizer:
    model = fresh()
    mine = model.b.weight.detach().chunk(2)[dist.get_rank()].clone()
    return sgd([("b.weight", nn.Parameter(mine))])


def flat_shards() -> torch.optim.Optimizer:
    model = FullyShardedDataParallel(fresh(), device_id=torch.device("cpu"))
    return sgd(model.parameters())


def flat_shards_as_entries() -> torch.optim.Optimizer:
    model = FullyShardedDataParallel(fresh(), device_id=torch.device("cpu"))
    return sgd(model.parameters(), columns="entry")


def flat_shards_by_name() -> torch.optim.Optimizer:
    model = FullyShardedDataParallel(fresh(), use_orig_params=True, device_id=torch.device("cpu"))
    return sgd(hts.noisy_groups(model))


def zero_by_place() -> torch.optim.Optimizer:
    settings = {"lr": 0.05, "sigma": 0.01, "seed": 7}
    return ZeroRedundancyOptimizer(fresh().parameters(), hts.HeavyTailedSGD, **settings)


def zero_with_names_by_hand() -> torch.optim.Optimizer:
    names, params = zip(*fresh().named_parameters(), strict=True)
    group = {"params": list(params), "param_names": list(names)}
    settings = {"lr": 0.05, "sigma": 0.01, "seed": 7}
    return ZeroRedundancyOptimizer([group], hts.HeavyTailedSGD, **settings)


def partial_sums() -> torch.optim.Optimizer:
    mesh = init_device_mesh("cpu", (dist.get_world_size(),))
    return sgd([("w", nn.Parameter(DTensor.from_local(torch.ones(3, 3), mesh, [Partial()])))])


def after_one_process_alone() -> torch.optim.Optimizer:
    """The first process tries something with the same names, of which the others know nothing."""
    if dist.get_rank() == 0:
        torch.manual_seed(5)
        first_step.PATIENCE, patience = 0.1, first_step.PATIENCE
        steps(lambda: sgd(Perceptron().named_parameters()))
        first_step.PATIENCE = patience
    dist.barrier()
    return sgd(fresh().named_parameters())


STEPPING = [
    pipeline_by_name, ensemble_of_seeds, chains_from_one_start, after_one_process_alone,
]  # fmt: skip
REFUSED = [
    pipeline_by_place, ensemble_of_one_seed, slices_by_hand, flat_shards, flat_shards_as_entries,
    flat_shards_by_name, zero_by_place, zero_with_names_by_hand, partial_sums,
]  # fmt: skip


def steps(make: Callable[[], torch.optim.Optimizer]) -> str:
    try:
        optimizer = make()
        params = [p for group in optimizer.param_groups for p in group["params"]]
        for p in params:
            p.grad = torch.zeros_like(p)
        before = [p.detach().clone() for p in params]
        try:
            optimizer.step()
        except BadInput as error:
            still = all(map(torch.equal, before, (p.detach() for p in params)))
            return f"{error}" if still else "moved before it was refused"
    except BadInput as error:
        return str(error)
    return "steps"


def trained(way: Callable[[nn.Module, str], Made], kind: type[nn.Module], noise: str) -> str:
    model = fresh(kind)
    by_place = way in (replicas_by_place, sharded_by_place)
    optimizer = sgd(model.parameters() if by_place else hts.noisy_groups(model), noise)
    if way is replicas_compiled:
        optimizer = sgd(model.named_parameters(), noise)
    noise_alone(model, optimizer, INPUTS[kind]())
    spread, optimizer = way(fresh(kind), noise)
    noise_alone(spread, optimizer, INPUTS[kind]())
    return same(model, spread)


def placed(noise: str, columns: str) -> str:
    """All placements on meshes of one and two axes, of a tensor that none of them divides."""
    source = NoiseSource(noise, 1.6, seed=1, layer="w")
    start = torch.linspace(-1, 1, 105).view(5, 7, 3)
    wanted = start.clone()
    add_noise_(wanted, source, 0.3, 2, columns)
    kinds = [Shard(0), Shard(1), Shard(2), Replicate()]
    for shape in ((4,), (2, 2)):
        mesh = init_device_mesh("cpu", shape)
        for placements in itertools.product(kinds, repeat=len(shape)):
            tensor = distribute_tensor(start.clone(), mesh, placements)
            add_noise_(tensor, source, 0.3, 2, columns)
            if not torch.equal(tensor.full_tensor(), wanted):
                return f"differs at {placements}"
    return "equal"


def saved(folder: Path) -> str:
    model, optimizer = sharded(fresh(), "III")
    noise_alone(model, optimizer, INPUTS[Perceptron]())
    state = dict(zip(("model", "optimizer"), get_state_dict(model, optimizer), strict=True))
    checkpoint.save(state, checkpoint_id=folder / "checkpoint")
    return "steps"


def resumed(folder: Path) -> str:
    """On another number of processes; torch takes a step at learning rate 0 to make the state."""
    model, optimizer = sharded(fresh(), "III")
    state = dict(zip(("model", "optimizer"), get_state_dict(model, optimizer), strict=True))
    checkpoint.load(state, checkpoint_id=folder / "checkpoint")
    set_state_dict(
        model, optimizer, model_state_dict=state["model"], optim_state_dict=state["optimizer"]
    )
    noise_alone(model, optimizer, INPUTS[Perceptron]())
    one = fresh()
    never_stopped = sgd(hts.noisy_groups(one))
    for _ in range(2):
        noise_alone(one, never_stopped, INPUTS[Perceptron]())
    return same(one, model)


def resumed_from_zero(make: Callable[[nn.Module, str], Made]) -> str:
    """The state that one process gathers goes on in every process."""
    spread, optimizer = inside_zero(fresh(), "III")
    noise_alone(spread, optimizer, INPUTS[Perceptron]())
    optimizer.consolidate_state_dict(to=0)
    state = [optimizer.state_dict() if dist.get_rank() == 0 else None]
    dist.broadcast_object_list(state)
    model = fresh()
    model.load_state_dict(spread.module.state_dict())
    spread, optimizer = make(model, "III")
    optimizer.load_state_dict(state[0])
    noise_alone(spread, optimizer, INPUTS[Perceptron]())
    one = fresh()
    never_stopped = sgd(hts.noisy_groups(one))
    for _ in range(2):
        noise_alone(one, never_stopped, INPUTS[Perceptron]())
    return same(one, spread)


def same(one: nn.Module, other: nn.Module) -> str:
    here, there = whole(one), whole(other)
    equal = all(torch.equal(here[name], there[name]) for name in here)
    return "equal" if equal and here.keys() == there.keys() else "differs"


def cases(world: int, folder: Path) -> Iterator[tuple[str, Callable[[], str]]]:
    for way in RIGHT[world]:
        kinds = [Perceptron] if "tensor" in way.__name__ else list(INPUTS)
        for kind in kinds:
            for noise in TYPES if kind is Perceptron else ["III"]:
                name = f"{way.__name__} {kind.__name__} {noise}"
                yield name, lambda w=way, k=kind, n=noise: trained(w, k, n)
    if world == 2:
        yield "resumed", lambda: resumed(folder)
        for way in (inside_zero, around_zero, replicas):
            yield f"from zero to {way.__name__}", lambda w=way: resumed_from_zero(w)
        for make in STEPPING + REFUSED:
            yield make.__name__, lambda m=make: steps(m)
    else:
        yield "saved", lambda: saved(folder)
        for noise, columns in itertools.product(TYPES, COLUMNS):
            yield f"placed {noise} {columns}", lambda n=noise, c=columns: placed(n, c)


def rank_of(rank: int, world: int, folder: Path, said: multiprocessing.SimpleQueue) -> None:
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    meet = (folder / f"meet-{world}").as_uri()
    dist.init_process_group("gloo", init_method=meet, rank=rank, world_size=world)
    name = "nothing yet"
    try:
        for name, outcome in cases(world, folder):
            said.put((f"{world} {name}", outcome()))
    except Exception:
        said.put((f"{world} {name}", traceback.format_exc()))
        said.put(("failed", ""))
        raise
    said.put(None)
    dist.barrier()
    dist.destroy_process_group()


def main(folder: Path) -> None:
    context = multiprocessing.get_context("fork")
    found: dict[str, list[str]] = {}
    for world in RIGHT:
        said = context.SimpleQueue()
        ranks = [
            context.Process(target=rank_of, args=(r, world, folder, said)) for r in range(world)
        ]
        for one in ranks:
            one.start()
        left = world
        while left:
            word = said.get()
            if word is None:
                left -= 1
                continue
            if word[0] == "failed":
                for one in ranks:
                    one.terminate()
                break
            found.setdefault(word[0], []).append(word[1])
        for one in ranks:
            one.join()
    print(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
