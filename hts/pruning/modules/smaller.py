"""The smaller module that answers as a masked one does."""

from __future__ import annotations

import copy
from collections import OrderedDict

import torch
from torch import Tensor, nn
from torch.nn.utils.prune import is_pruned

from hts.pruning.modules.masks import masked
from hts.validate import BadInput

# What treats every unit alone, so that a unit that is gone gives a constant.
ENTRYWISE = (
    nn.ReLU, nn.ReLU6, nn.LeakyReLU, nn.ELU, nn.SELU, nn.CELU, nn.GELU, nn.SiLU, nn.Mish, nn.Tanh,
    nn.Sigmoid, nn.Softplus, nn.Softsign, nn.Hardtanh, nn.Hardsigmoid, nn.Hardswish, nn.LogSigmoid,
    nn.Identity, nn.Dropout,
)  # fmt: skip


@torch.no_grad()
def remove_columns(model: nn.Sequential) -> nn.Sequential:
    """A copy of ``model`` whose Linear layers lack the units without incoming weights.

    It has the names of ``model``, no masks, and in evaluation mode its outputs up to rounding: what
    such a unit sends on is a constant, which the next layer's bias takes in.  The last Linear layer
    keeps all units, every other one at least one.

    Between the first and the last Linear layer there may be Linear layers, activations that act on
    every entry alone, Identity and Dropout; what stands before and after is copied as it is.
    Raises `BadInput` for any other module.
    """
    if not isinstance(model, nn.Sequential) or type(model).forward is not nn.Sequential.forward:
        raise BadInput(
            f"units can be removed from a torch.nn.Sequential only, got {type(model).__name__}: "
            "where the outputs of a unit go in other modules is not known; they keep their masks."
        )
    parts = list(model._modules.items())
    linear = [place for place, (_, part) in enumerate(parts) if type(part) is nn.Linear]
    if not linear:
        raise BadInput("units can be removed where there is a torch.nn.Linear; this has none.")
    first, last = linear[0], linear[-1]
    left: OrderedDict[str, nn.Module] = OrderedDict()
    kept: Tensor | None = None  # the units of the layer before, True where they stay
    constants = torch.zeros(0)  # what those that do not stay send on
    for place, (name, part) in enumerate(parts):
        if place in linear:
            assert isinstance(part, nn.Linear)
            left[name], kept, constants = _smaller(part, kept, constants, whole=place == last)
            continue
        if is_pruned(part):
            raise BadInput(
                f"{name} is a {type(part).__name__} with a mask, which would be lost: make it "
                "permanent with torch.nn.utils.prune.remove first."
            )
        if first < place < last:
            if type(part) not in ENTRYWISE:
                raise BadInput(
                    f"{name} is a {type(part).__name__}, between two Linear layers: only "
                    f"{', '.join(kind.__name__ for kind in ENTRYWISE)} may stand there."
                )
            constants = copy.deepcopy(part).eval()(constants)
        left[name] = copy.deepcopy(part)
    return nn.Sequential(left).train(model.training)


def _smaller(
    layer: nn.Linear, inputs: Tensor | None, constants: Tensor, *, whole: bool
) -> tuple[nn.Linear, Tensor, Tensor]:
    """The layer without what is gone, which of its units stay, and the constants of the others."""
    weight, bias = masked(layer, "weight"), masked(layer, "bias")
    if weight is None:
        raise BadInput("the weight of a Linear layer is no parameter: undo its parametrisation.")
    if inputs is not None:
        if constants.any():
            shift = weight[:, ~inputs] @ constants
            bias = shift if bias is None else bias + shift
        weight = weight[:, inputs]
    kept = torch.ones(len(weight), dtype=torch.bool, device=weight.device)
    if not whole:
        kept = weight.any(1)
        kept[0] |= not kept.any()
    made = nn.Linear(
        weight.shape[1], int(kept.sum()), bias is not None, weight.device, weight.dtype
    )
    made.weight.copy_(weight[kept])
    if bias is None:
        return made, kept, weight.new_zeros(int((~kept).sum()))
    made.bias.copy_(bias[kept])
    return made, kept, bias[~kept]
