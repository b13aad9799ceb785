"""Which runs of a sweep are computed together, how many, and in which order; torch-free.

A group has the same shapes: its members differ only in `hts.config.VARYING`.  How large a group is
follows from the bytes that one step of a member touches.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

from hts.config import RunConfig
from hts.data.sources import info
from hts.validate import BadInput

LARGEST_GROUP, LARGEST_ON_GPU = 64, 1024
GROUP_BYTES = 64 * 2**20  # of weights and activations of all members: some caches' worth
GPU_BYTES = 4 * 2**30
FLOAT = 4


def group_size(config: RunConfig) -> int:
    """How many runs like ``config`` make a group, from 1 to `LARGEST_GROUP`.

    On a GPU that is asked for by name groups are limited by its memory instead of by caches.
    """
    try:
        known = info(config.data)
        family, inputs = config.family, known.inputs
        weights = family.parameters(config, inputs=inputs, classes=known.classes)
        outputs = sum(layer.outputs for layer in family.layers(config, inputs))
    except BadInput:  # its runs will say so, each
        return 1
    activations = min(config.batch_size, known.train) * outputs
    most, room = LARGEST_GROUP, GROUP_BYTES
    if config.device == "cuda":
        most, room = LARGEST_ON_GPU, GPU_BYTES
    return max(1, min(most, room // (FLOAT * (weights + activations))))


def plan_groups(
    configs: Sequence[RunConfig], size: Callable[[RunConfig], int] = group_size
) -> list[list[int]]:
    """Positions in ``configs``, group by group in the order in which they are to begin.

    The first replicate of everything comes before the second, and every shape has its turn, from
    the small to the large, so that early results cover the grid; later rounds go from the large
    to the small, so that no worker is left with a long group at the end.
    """
    alike: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for position, config in enumerate(configs):
        alike[config.shape].append(position)
    replicate = _replicates(configs)
    rounds: dict[int, list[list[int]]] = defaultdict(list)
    small_first = sorted(alike.values(), key=lambda members: -size(configs[members[0]]))
    for members in small_first:
        members.sort(key=lambda position: (replicate[position], position))
        for turn, group in enumerate(_cut(members, size(configs[members[0]]))):
            rounds[turn].append(group)
    return [group for turn in sorted(rounds) for group in rounds[turn][:: 1 if turn == 0 else -1]]


def _replicates(configs: Sequence[RunConfig]) -> list[int]:
    """For each run, how many before it differ from it in nothing but the seed."""
    seen: Counter[tuple[object, ...]] = Counter()
    found = []
    for config in configs:
        key = tuple(value for name, value in config.to_dict().items() if name != "seed")
        found.append(seen[key])
        seen[key] += 1
    return found


def _cut(members: list[int], most: int) -> list[list[int]]:
    """Parts of nearly equal size, none larger than ``most``."""
    parts = -(-len(members) // most)
    bounds = [len(members) * part // parts for part in range(parts + 1)]
    return [members[low:high] for low, high in itertools.pairwise(bounds)]
