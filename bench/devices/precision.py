"""What shorter products change in the results of runs: tf32 and bf16 beside float32, over seeds.

The products are done here as a GPU's do them, on the CPU: operands are rounded to 11 (tf32) or 8
(bf16) significant bits, multiplied exactly and added in float32.  The control adds in float32 in
another order, which is what a change of machine does.  Differences are within a seed.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from hts.config import RunConfig
from hts.data import load
from hts.records import RunResult
from hts.runs.single import train
from hts.training import one_layer

_aten = torch.ops.aten
# Of the operands, those that are multiplied; the others are added to, or written.
_PRODUCTS = {
    _aten.mm.default: (0, 1), _aten.mm.out: (0, 1), _aten.addmm_.default: (1, 2),
    _aten.bmm.default: (0, 1), _aten.baddbmm_.default: (1, 2),
}  # fmt: skip
_LESS = 2**13  # activations of a block, in place of 2^19


class Rounded(TorchDispatchMode):
    """Within it, products take operands that ``rounding`` made short."""

    def __init__(self, rounding: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self._rounding = rounding

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func in _PRODUCTS:
            given = list(args)
            for place in _PRODUCTS[func]:
                given[place] = self._rounding(given[place])
            args = tuple(given)
        return func(*args, **(kwargs or {}))


def bf16(x: Tensor) -> Tensor:
    """The nearest of 8 significant bits."""
    return x.bfloat16().float()


def tf32(x: Tensor) -> Tensor:
    """The nearest of 11 significant bits, halves away from zero."""
    bits = x.contiguous().view(torch.int32)
    return ((bits + 0x1000) & ~0x1FFF).view(torch.float32)


@contextmanager
def _other_order() -> Iterator[None]:
    before = one_layer.BLOCK_ELEMENTS, one_layer.SMALLEST_BLOCK
    one_layer.BLOCK_ELEMENTS, one_layer.SMALLEST_BLOCK = _LESS, 32
    try:
        yield
    finally:
        one_layer.BLOCK_ELEMENTS, one_layer.SMALLEST_BLOCK = before


_WAYS: dict[str, Callable[[], AbstractContextManager[object]]] = {
    "float32": nullcontext,
    "control: other order of sums": _other_order,
    "tf32": lambda: Rounded(tf32),
    "bf16": lambda: Rounded(bf16),
}


def measure(
    data: Sequence[str] = ("digits", "ecg5000-binary"), *, seeds: int = 10, steps: int = 1000
) -> list[dict[str, Any]]:
    """Rows ``{data, products, test_accuracy, ..._apart}``: medians, and largest differences."""
    return [row for name in data for row in _of(name, seeds, steps)]


def _of(name: str, seeds: int, steps: int) -> Iterator[dict[str, Any]]:
    dataset = load(name)
    base = RunConfig(
        data=name, noise="III", iterations=steps, eval_every=steps, device="cpu",
        batch_size=100 if name == "digits" else 500,
    )  # fmt: skip
    plain: list[dict[str, float]] = []
    for way, context in _WAYS.items():
        found = []
        for seed in range(1, seeds + 1):
            with context():
                found.append(_figures(train(base.replace(seed=seed), dataset)))
        plain = plain or found
        row: dict[str, Any] = {"data": name, "products": way, "seeds": seeds, "steps": steps}
        for figure in found[0]:
            apart = [one[figure] - other[figure] for one, other in zip(found, plain, strict=True)]
            row[figure] = statistics.median(one[figure] for one in found)
            row[f"{figure}_mean_change"] = statistics.mean(apart)
            row[f"{figure}_largest_change"] = max(abs(change) for change in apart)
        yield row


def _figures(result: RunResult) -> dict[str, float]:
    nan = float("nan")
    tail = nan if result.tail_index is None else result.tail_index.alpha
    return {
        "test_accuracy": nan if result.test_accuracy is None else result.test_accuracy,
        "norm_compressible": nan if result.pruning_ratio is None else result.pruning_ratio,
        "tail_index": tail,
    }
