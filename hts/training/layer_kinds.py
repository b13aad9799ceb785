"""Layers whose weight is made of units, and along which axis a unit lies in each kind of them.

Recognised by what they are, so that neither transformers nor peft has to be there: transformers'
``Conv1D`` keeps its weight as (in, out), peft's LoRA keeps two small layers beside the one they
adapt, and `torch.nn.utils.prune` keeps what is trained of a ``weight`` as ``weight_orig``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from torch import nn
from torch.nn.modules.conv import _ConvNd, _ConvTransposeNd


@dataclass(frozen=True)
class LayerKind:
    """``filter``, ``kernel``: what a group's ``columns`` must be where the user says that word."""

    fits: Callable[[nn.Module], bool]
    filter: str = "filter"
    kernel: str = "kernel"
    convolution: bool = False  # the first one of a model reads the input
    by_choice: bool = False  # has noise only where it is asked for, and is never the last layer


@dataclass(frozen=True)
class Layer:
    """A layer of a model; ``adapted``: the layer that this one, of a LoRA pair, belongs to."""

    module: nn.Module
    kind: LayerKind
    adapted: nn.Module | None = None


def _is_conv1d(module: nn.Module) -> bool:
    """transformers' Conv1D, a linear layer: ``weight`` is (in, out), ``nf`` is out."""
    named = any(kind.__name__ == "Conv1D" for kind in type(module).__mro__)
    weight = getattr(module, "weight", None)
    return named and weight is not None and weight.shape[1:] == (getattr(module, "nf", None),)


KINDS = (
    LayerKind(lambda m: isinstance(m, nn.Linear)),
    LayerKind(_is_conv1d, filter="transposed", kernel="transposed"),
    LayerKind(
        lambda m: isinstance(m, _ConvTransposeNd) and m.groups == 1,
        filter="transposed",
        convolution=True,
    ),
    LayerKind(lambda m: isinstance(m, _ConvTransposeNd), filter="kernel", convolution=True),
    LayerKind(lambda m: isinstance(m, _ConvNd), convolution=True),
    LayerKind(lambda m: isinstance(m, nn.Embedding | nn.EmbeddingBag), by_choice=True),
)
# One unit of a LoRA pair is one of its rank-one parts: a row of A, and the column of B it meets.
_ADAPTERS = {
    "lora_A": LayerKind(lambda m: True),
    "lora_B": LayerKind(lambda m: True, filter="transposed", kernel="transposed"),
}


def layers_of(model: nn.Module) -> list[Layer]:
    """The layers of a known kind, in the order in which ``model`` registers them."""
    adapters = {}
    for host in model.modules():
        for name, kind in _ADAPTERS.items():
            parts = getattr(host, name, None)
            if isinstance(parts, nn.ModuleDict):
                adapted = getattr(host, "base_layer", host)
                adapters.update({part: Layer(part, kind, adapted) for part in parts.values()})
    found = []
    for module in model.modules():
        for kind in KINDS:
            if kind.fits(module):
                found.append(adapters.get(module, Layer(module, kind)))
                break
    return found


def without_ends(layers: Iterable[Layer]) -> list[Layer]:
    """``layers`` but for the first convolution and the last one of all, which are left alone.

    A LoRA pair goes with the layer it adapts; embeddings are no last layer.
    """
    found = list(layers)
    ends = [own for own in found if own.adapted is None and not own.kind.by_choice]
    convolutions = [layer for layer in ends if layer.kind.convolution]
    alone = {layer.module for layer in (*ends[-1:], *convolutions[:1])}
    return [layer for layer in found if (layer.adapted or layer.module) not in alone]


def is_pruned(module: nn.Module, key: str, name: str = "weight") -> bool:
    """Whether ``key`` is what `torch.nn.utils.prune` trains of ``name``, behind its mask."""
    return key == f"{name}_orig" and f"{name}_mask" in dict(module.named_buffers(recurse=False))
