"""Column pruning in place, with the masks of `torch.nn.utils.prune`."""

from __future__ import annotations

import numbers
from collections.abc import Sequence
from fnmatch import fnmatchcase

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.utils.prune import BasePruningMethod

from hts.pruning.criteria import CRITERIA, of_units
from hts.pruning.ranking import Ranking, rank
from hts.training.layer_kinds import Layer, is_pruned, layers_of, without_ends
from hts.validate import BadInput, choice, number, whole

_AXES = {"filter": 0, "transposed": 1}  # of a unit, by what `LayerKind.filter` says


class ColumnPruning(BasePruningMethod):
    """The mask that zeroes whole units: those at ``units`` along axis ``dim``.

    ``ColumnPruning.apply(layer, "weight", units)`` sets it, `torch.nn.utils.prune.remove` makes it
    permanent.  On a parameter that has a mask already, both hold.
    """

    PRUNING_TYPE = "global"  # it sees the whole tensor, units that are gone among them

    def __init__(self, units: Sequence[int] | NDArray[np.int64], dim: int = 0) -> None:
        self.units, self.dim = np.asarray(units, np.int64), dim

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Tensor:
        """``default_mask`` with zeros at the units."""
        units = torch.from_numpy(self.units).to(t.device)
        return default_mask.clone().index_fill_(self.dim, units, 0)


def prune_columns_(
    module: nn.Module,
    amount: float,
    *,
    criterion: str = "columns",
    scope: str = "layer",
    layers: str | Sequence[str] = (),
    seed: int = 0,
) -> dict[str, NDArray[np.int64]]:
    """Mask the units of smallest score in ``module``, in place; returns which, by layer name.

    ``amount``: a share in [0, 1] of the units that are left (a float, rounded down to whole units),
    or a number of units (an int): of each layer, or with ``scope="global"`` of all layers together.
    ``criterion``: one of `hts.pruning.criteria` that removes whole units; ``columns`` is the
    paper's, by the 2-norm of a unit's incoming weights.  ``layers``: names or patterns (``*``); by
    default ``module`` itself where it is a layer, else all Linear, Conv and transformers' Conv1D
    layers except the first convolution and the last layer.  ``seed`` is for random orders.

    A unit loses its incoming weights and its bias.  Masks are those of `torch.nn.utils.prune`
    (``weight_orig``, ``weight_mask``), which ``prune.is_pruned`` and ``prune.remove`` know; called
    again, more units go.  Raises `BadInput`, with nothing changed, for an amount or name that
    cannot be, and for layers whose weight is no parameter of units.
    """
    choice("criterion", criterion, of_units(), why="it has to remove whole units")
    chosen = _chosen(module, layers)
    left = [_left(name, layer) for name, layer in chosen]
    matrices = [_rows(layer)[units] for (_, layer), units in zip(chosen, left, strict=True)]
    ranking = rank(CRITERIA[criterion], matrices, scope=scope, seed=seed)
    counts = _counts(ranking, amount)
    found = {}
    for (name, layer), units, order, count in zip(
        chosen, left, ranking.orders, counts, strict=True
    ):
        found[name] = gone = np.sort(units[order[:count]])
        for key, dim in (("weight", _AXES[layer.kind.filter]), ("bias", 0)):
            if masked(layer.module, key) is not None:
                ColumnPruning.apply(layer.module, key, gone, dim)  # type: ignore[no-untyped-call]
    return found


def masked(module: nn.Module, name: str) -> Tensor | None:
    """What ``module`` computes with under this name: a parameter, or one behind its mask."""
    if is_pruned(module, f"{name}_orig", name):
        original, mask = getattr(module, f"{name}_orig"), getattr(module, f"{name}_mask")
        return (original * mask.to(original.dtype)).detach()
    found = module._parameters.get(name)
    if found is None or isinstance(found, nn.parameter.UninitializedParameter):
        return None
    return found.detach()


def _chosen(module: nn.Module, layers: str | Sequence[str]) -> list[tuple[str, Layer]]:
    if not isinstance(module, nn.Module):
        raise BadInput(f"module must be a torch.nn.Module, got {type(module).__name__}.")
    found = [layer for layer in layers_of(module) if not (layer.adapted or layer.kind.by_choice)]
    names = {at: name for name, at in module.named_modules()}
    patterns = (layers,) if isinstance(layers, str) else tuple(layers)
    known = [names[layer.module] for layer in found]
    for pattern in patterns:
        if not any(fnmatchcase(name, pattern) for name in known):
            raise BadInput(f"no layer is called {pattern!r}; there are {', '.join(known)}.")
    if patterns:
        found = [x for x in found if any(fnmatchcase(names[x.module], p) for p in patterns)]
    elif found and found[0].module is not module:
        found = without_ends(found)
    if not found:
        raise BadInput(
            "no layer of this module would be pruned: the first convolution and the last layer are "
            f"not by default; name some in layers, from {', '.join(known) or 'none'}."
        )
    return [(names[layer.module], layer) for layer in found]


def _left(name: str, layer: Layer) -> NDArray[np.int64]:
    """The units that no mask has taken; refuses layers that can have none."""
    weight = masked(layer.module, "weight")
    if weight is None or layer.kind.filter not in _AXES or not weight.is_floating_point():
        raise BadInput(
            f"the units of {name or type(layer.module).__name__} cannot be masked: its weight has "
            "to be a parameter of floating-point numbers, with the units along one axis."
        )
    if not is_pruned(layer.module, "weight_orig"):
        return np.arange(weight.shape[_AXES[layer.kind.filter]])
    mask = layer.module.get_buffer("weight_mask").transpose(0, _AXES[layer.kind.filter])
    return mask.flatten(1).any(1).nonzero().flatten().cpu().numpy()


def _rows(layer: Layer) -> NDArray[np.float32] | NDArray[np.float64]:
    """Its weights as (units, inputs)."""
    weight = masked(layer.module, "weight")
    assert weight is not None  # `_left` has seen it
    matrix = weight.transpose(0, _AXES[layer.kind.filter]).flatten(1).cpu()
    return (matrix if matrix.dtype == torch.float64 else matrix.float()).numpy()


def _counts(ranking: Ranking, amount: float) -> list[int]:
    together = sum(ranking.parts)
    if not isinstance(amount, numbers.Integral) or isinstance(amount, bool):
        share = number("amount", amount, low=0.0, high=1.0, open_low=False, why="it is a share")
    elif ranking.scope == "layer":
        fewest = min(ranking.parts)
        count = whole("amount", amount, low=0, high=fewest, why="a layer has no more units left")
        return [count] * len(ranking.parts)
    else:
        share = whole("amount", amount, low=0, high=together, why="no more units are left")
        share /= max(1, together)
    return [int(count) for count in ranking.counts(np.array([share]))[0]]
