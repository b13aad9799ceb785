"""Whether every tensor of an optimizer gets the noise it should: looked at once, not assumed.

Before the first step: no two parameters share a stream, and something gets noise.  Where several
processes train together, they also compare, through the store with which they found each other:
a stream must mean one parameter, with the same values where two hold the same part of it.  That
tells replicas and shards, which are right, from ways to split a model that the optimizer cannot
see (FlatParameters of FSDP1, parameters numbered by place inside ZeRO, slices as plain tensors).
After the first noise: each tensor has moved by just that.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import torch
from torch import Tensor

from hts.noise.sources import NoiseSource
from hts.training.injection import add_to_part_, has_columns
from hts.training.shards import Held, held_part
from hts.validate import BadInput

PATIENCE = 5.0  # seconds that a process waits for the others, at most
_LOOKED_AT = 64  # values of a tensor that are compared
_ROWS_VALUES = 1 << 14  # values of a tensor that are followed through its first noise
_rounds = itertools.count()


@dataclass(frozen=True)
class Claim:
    """A parameter, and the stream it takes its noise from."""

    tensor: Tensor
    columns: str
    seed: int
    stream: int | str
    moves: bool  # in this step


def check_claims(claims: Sequence[Claim]) -> None:
    """Raise `BadInput` where noise as claimed would be wrong or missing."""
    taken = set()
    for claim in claims:
        if (claim.seed, claim.stream) in taken:
            raise BadInput(
                f"two parameters are called {claim.stream!r}, so they would get the same noise: "
                "name them as in model.named_parameters(), or give their groups different seeds."
            )
        taken.add((claim.seed, claim.stream))
    moving = [claim for claim in claims if claim.moves]
    if moving and not any(_gets_noise(claim) for claim in moving):
        raise BadInput(
            "none of the parameters that this step moves would get noise: each has fewer than two "
            "axes or no elements, as the FlatParameters of FullyShardedDataParallel have. Take "
            'fully_shard, columns="entry" for noise on vectors, or noise="none".'
        )
    dist = torch.distributed
    if dist.is_available() and dist.is_initialized() and dist.get_world_size() > 1:
        try:
            wrong = _disagreement(claims)
        except RuntimeError:  # no store to ask, as with MPI or torch's fake process group
            return
        if wrong:
            raise BadInput(wrong)


def _gets_noise(claim: Claim) -> bool:
    return has_columns(claim.tensor, claim.columns) and claim.tensor.numel() > 0


def _disagreement(claims: Sequence[Claim]) -> str | None:
    """What is wrong with this round's claims beside those of the other processes, if anything.

    Whoever claims first sets what the others must agree with; each waits a little for the last.
    A round for which not all came is over: who comes later was not part of it.
    """
    dist = torch.distributed
    store = dist.group.WORLD.get_group_store()  # type: ignore[union-attr]
    place = f"hts/noise/{next(_rounds)}"
    while store.check([f"{place}/over"]):
        place = f"hts/noise/{next(_rounds)}"
    wrong = None
    for claim in claims:
        if not claim.tensor.requires_grad:
            continue
        part = held_part(claim.tensor)
        stream = f"{place}/{claim.seed}/{claim.stream!r}"
        about = f"shape {list(part.shape)}"
        if isinstance(claim.stream, int):
            about += f", one of {len(claims)}"
        first = store.compare_set(stream, "", about).decode()
        if first != about:
            wrong = _different(claim, about, first)
            break
        if part.local.numel() == 0:
            continue
        values = _digest(part)
        if store.compare_set(f"{stream}/{part.name}", "", values).decode() != values:
            wrong = _different(claim, about, "other values")
            break
    if wrong:
        store.set(f"{place}/wrong", wrong)
    if store.add(f"{place}/arrived", 1) == dist.get_world_size() or wrong:
        store.set(f"{place}/all", "yes")
    try:
        store.wait([f"{place}/all"], timedelta(seconds=PATIENCE))
    except RuntimeError:
        store.set(f"{place}/over", "yes")
    return store.get(f"{place}/wrong").decode() if store.check([f"{place}/wrong"]) else None


def _different(claim: Claim, here: str, there: str) -> str:
    called = (
        f"number {claim.stream}" if isinstance(claim.stream, int) else f"called {claim.stream!r}"
    )
    return (
        f"the parameter {called} has {here} in one process and {there} in another, so the same "
        "noise would go to different weights. Name parameters with hts.noisy_groups(model) or "
        "model.named_parameters(), shard them as DTensors (fully_shard, tensor parallel) rather "
        "than as plain tensors or by FullyShardedDataParallel, and give models that are trained "
        "apart different seeds."
    )


def _digest(part: Held) -> str:
    """Some of the values, the same for the same tensor on any device."""
    local = part.local.reshape(-1)
    some = local[:: max(1, local.numel() // _LOOKED_AT)]
    some = torch.view_as_real(some) if some.is_complex() else some
    return hashlib.blake2b(some.cpu().double().numpy().tobytes(), digest_size=8).hexdigest()


class Followed:
    """The first values of a parameter before its noise; `check` looks at them after it."""

    def __init__(self, tensor: Tensor) -> None:
        self.tensor = tensor
        part = held_part(tensor)
        many = max(1, _ROWS_VALUES * len(part.local) // max(1, part.local.numel()))
        few = part.first(many)
        self.before = Held(few.local.clone(), few.shape, few.places)

    def check(self, source: NoiseSource, scale: float, step: int, columns: str) -> None:
        """Raise `BadInput` unless the parameter moved by this noise and nothing else."""
        wanted = self.before
        add_to_part_(wanted, source, scale, step, columns)
        now = held_part(self.tensor).local[: len(wanted.local)]
        if not torch.allclose(now, wanted.local, rtol=0, atol=0, equal_nan=True):
            raise BadInput(
                f"a parameter of shape {tuple(self.tensor.shape)} ({type(self.tensor).__name__}) "
                "was not moved by its noise: its memory cannot be written in place. Give its group "
                'noise="none".'
            )
