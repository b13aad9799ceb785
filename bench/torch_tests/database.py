"""Every optimizer in torch's own database, with each of its settings, beside ours around it.

The database lies in torch's wheel (`torch.testing._internal.common_optimizers`, which needs
expecttest).  Importing it changes settings of torch, so this belongs into a process of its own.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer
from torch.optim.lr_scheduler import ReduceLROnPlateau

from bench.torch_tests.substitutes import substitutes
from hts.validate import BadInput

STEPS = 4
SHAPES = ((4, 3), (3, 5))  # Muon takes matrices only


def measure() -> list[dict[str, Any]]:
    """For each optimizer: how many settings there are, and with which of them ours differs.

    Raises `BadInput` where expecttest is missing.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the import: hypothesis is not needed here
        try:
            from torch.testing._internal import common_optimizers as database
        except ModuleNotFoundError as error:
            raise BadInput(f"torch's optimizer database needs expecttest: {error}.") from None
    ours, found = substitutes(), []
    for info in database.optim_db:
        # Steps that are differentiated through are left out, as in torch's own comparisons.
        inputs = database._get_optim_inputs_including_global_cliquey_kwargs(
            "cpu", torch.float32, info, skip=("differentiable",)
        )
        kind, sparse = info.optim_cls, info.only_supports_sparse_grads
        differing = [
            given.desc
            for given in inputs
            if not same(
                trained(kind, given.kwargs, sparse),
                trained(ours[kind.__name__], given.kwargs, sparse),
            )
        ]
        differing += [
            f"schedulers {place}"
            for place, made in enumerate(info.scheduler_inputs)
            if not same(*(trained(k, {}, sparse, made) for k in (kind, ours[kind.__name__])))
        ]
        row = {"optimizer": kind.__name__, "settings": len(inputs), "differing": differing}
        row["schedules"] = len(info.scheduler_inputs)
        found.append({**row, "moved": _moved(trained(kind, inputs[0].kwargs, sparse))})
    return found


def trained(
    kind: Callable[..., Optimizer],
    options: dict[str, Any],
    sparse: bool,
    schedulers: Sequence[Callable[[Optimizer], Any]] = (),
) -> tuple[list[Tensor], list[Tensor]]:
    """The weights after some steps of fixed gradients, and all that the optimizer keeps."""
    weights = [w.clone().requires_grad_() for w in _start()]
    # Tensors among the options may be changed in place.
    own = {k: v.clone() if isinstance(v, Tensor) else v for k, v in options.items()}
    optimizer = kind(weights, **own)
    schedules = [scheduler(optimizer) for scheduler in schedulers]
    draw = torch.Generator().manual_seed(1)
    for _ in range(STEPS):
        gradients = [torch.randn(w.shape, generator=draw) for w in weights]

        def closure(gradients: list[Tensor] = gradients) -> Tensor:
            for w, gradient in zip(weights, gradients, strict=True):
                w.grad = gradient.to_sparse() if sparse else gradient.clone()
            return torch.tensor(sum(float(g.sum()) for g in gradients))

        closure()
        optimizer.step(closure)
        for schedule in schedules:
            plateau = isinstance(schedule, ReduceLROnPlateau)
            schedule.step(1.0) if plateau else schedule.step()
    rates = [torch.as_tensor(group["lr"]) for group in optimizer.param_groups]
    state = optimizer.state_dict()["state"]
    return [w.detach() for w in weights], [*rates, *_tensors(state)]


def same(one: tuple[list[Tensor], list[Tensor]], other: tuple[list[Tensor], list[Tensor]]) -> bool:
    """Whether two optimizers made the same of the same start, bit for bit."""
    pairs = list(zip([*one[0], *one[1]], [*other[0], *other[1]], strict=False))
    return len(one[1]) == len(other[1]) and all(torch.equal(a, b) for a, b in pairs)


def _start() -> list[Tensor]:
    draw = torch.Generator().manual_seed(0)
    return [torch.randn(shape, generator=draw) for shape in SHAPES]


def _tensors(kept: Any) -> Iterator[Tensor]:
    if isinstance(kept, Tensor):
        yield kept
    elif isinstance(kept, dict | list | tuple):
        for part in kept.values() if isinstance(kept, dict) else kept:
            yield from _tensors(part)


def _moved(found: tuple[list[Tensor], list[Tensor]]) -> bool:
    return not any(torch.equal(w, start) for w, start in zip(found[0], _start(), strict=True))
