"""Which tensors of a model get noise: the parameter groups an optimizer cannot work out itself."""

from __future__ import annotations

import difflib
import warnings
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Any

from torch import nn

from hts.training.layer_kinds import Layer, is_pruned, layers_of, without_ends
from hts.training.stream_names import note_names
from hts.validate import BadInput, choice, flag


def noisy_groups(
    model: nn.Module,
    *,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    columns: str = "filter",
    embeddings: bool = False,
    **settings: Any,
) -> list[dict[str, Any]]:
    """``model.parameters()`` as groups with and without noise, for `HeavyTailedSGD` and others.

    Noisy are the weights of all Linear and Conv layers and of transformers' Conv1D, except the
    first convolution and the last of all these layers, in the order in which the model registers
    them.  So are the two factors of a LoRA pair (peft) unless the layer they adapt is quiet, and
    what `torch.nn.utils.prune` trains of a pruned weight (``weight_orig``), with a warning: noise
    behind the mask has no effect.  Quiet is everything else: biases, norms, recurrent and bare
    weights (``MultiheadAttention.in_proj_weight``), parametrised weights (what is trained is not
    the weight), embeddings unless ``embeddings=True``, and a weight tied to a quiet place.

    ``include`` and ``exclude`` move parameters by name, ``*`` standing for anything; ``exclude``
    wins.  ``columns``: filter or kernel, one unit of a convolution.  A ConvTranspose has its
    filters along the second axis, or gets noise per kernel where it has groups; Conv1D has its
    units along the second axis; a unit of a LoRA pair is a row of A and a column of B.  Included
    tensors of fewer than two axes are units entry by entry.  ``settings`` go into the noisy groups
    as they are.  Every group has ``param_names``, as `torch.optim` keeps them.  Raises `BadInput`
    where a name matches nothing or nothing would be noisy.
    """
    choice("columns", columns, ("filter", "kernel"))
    flag("embeddings", embeddings, why="it says whether embeddings get noise")
    names = {id(p): name for name, p in model.named_parameters()}
    note_names(model.named_parameters())
    layers = {layer.module: layer for layer in layers_of(model)}
    noisy_layers = {layer.module for layer in without_ends(layers.values())}

    def usual(owner: nn.Module, key: str) -> bool:
        layer = layers.get(owner)
        return (
            layer is not None
            and owner in noisy_layers
            and (embeddings or not layer.kind.by_choice)
            and (key == "weight" or is_pruned(owner, key))
        )

    places: dict[int, list[tuple[str, nn.Module, str]]] = {}
    for path, p, owner, key in _uses(model):
        places.setdefault(id(p), []).append((path, owner, key))
    _all_match((*include, *exclude), [path for at in places.values() for path, *_ in at])

    found: dict[str, list[nn.Parameter]] = {}
    quiet: list[nn.Parameter] = []
    pruned: list[str] = []
    for p in model.parameters():
        paths = [path for path, *_ in places[id(p)]]
        wanted = all(usual(owner, key) for _, owner, key in places[id(p)]) or _matches(
            paths, include
        )
        if not wanted or _matches(paths, exclude):
            quiet.append(p)
            continue
        path, owner, key = places[id(p)][0]
        found.setdefault(_columns_of(p, layers.get(owner), columns), []).append(p)
        pruned += [path] if is_pruned(owner, key) else []
    if not found:
        raise BadInput(
            "no parameter of this model would get noise: the first convolution and the last layer "
            f"have none by default; name some in include, from {', '.join(names.values())}."
        )
    if pruned:
        warnings.warn(
            f"noise goes to {', '.join(pruned)}: torch.nn.utils.prune trains these behind a mask, "
            "so pruned weights stay 0; exclude them to train them without noise.",
            stacklevel=2,
        )
    groups = [{"params": params, "columns": way, **settings} for way, params in found.items()]
    groups += [{"params": quiet, "noise": "none"}] if quiet else []
    # Noise goes by name, the same however a model is spread.  Not as (name, parameter) pairs: who
    # walks over group["params"] finds the parameters.
    return [{**group, "param_names": [names[id(p)] for p in group["params"]]} for group in groups]


def _uses(model: nn.Module) -> Iterator[tuple[str, nn.Parameter, nn.Module, str]]:
    """Every place of every parameter: its name there, itself, the module, the name within it."""
    for prefix, module in model.named_modules():
        for key, p in module.named_parameters(recurse=False, remove_duplicate=False):
            yield f"{prefix}.{key}" if prefix else key, p, module, key


def _columns_of(p: nn.Parameter, layer: Layer | None, columns: str) -> str:
    if p.dim() < 2:
        return "entry"
    if layer is None:
        return columns
    return layer.kind.filter if columns == "filter" else layer.kind.kernel


def _matches(paths: Sequence[str], patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(path, pattern) for path in paths for pattern in patterns)


def _all_match(patterns: Sequence[str], paths: Sequence[str]) -> None:
    for pattern in patterns:
        if not _matches(paths, [pattern]):
            near = difflib.get_close_matches(pattern, paths, n=1, cutoff=0)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise BadInput(
                f"no parameter of the model is called {pattern!r}: names are those of "
                f"model.named_parameters(), * stands for anything.{hint}"
            )
