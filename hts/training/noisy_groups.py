"""Which tensors of a model get noise: the parameter groups an optimizer cannot work out itself."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Any

from torch import nn
from torch.nn.modules.conv import _ConvNd, _ConvTransposeNd

from hts.validate import BadInput, choice


def noisy_groups(
    model: nn.Module,
    *,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    columns: str = "filter",
    **settings: Any,
) -> list[dict[str, Any]]:
    """``model.parameters()`` as groups with and without noise, for `HeavyTailedSGD` and others.

    Noisy are the weights of all Linear and Conv layers except the first convolution and the last
    of all these layers, in the order in which the model registers them.  Quiet is everything else:
    biases, norms, embeddings, recurrent and bare weights (``MultiheadAttention.in_proj_weight``),
    parametrised weights (what is trained is not the weight), and a weight tied to a quiet place.

    ``include`` and ``exclude`` move parameters by name, ``*`` standing for anything; ``exclude``
    wins.  ``columns``: filter or kernel, one unit of a convolution.  A ConvTranspose has its
    filters along the second axis, or gets noise per kernel where it has groups.  Included tensors
    of fewer than two axes are units entry by entry.  ``settings`` go into the noisy groups as they
    are.  Raises `BadInput` where a name matches nothing or nothing would be noisy.
    """
    choice("columns", columns, ("filter", "kernel"))
    names = {id(p): name for name, p in model.named_parameters()}
    places: dict[int, list[tuple[str, nn.Module, bool]]] = {}
    layers = [m for m in model.modules() if isinstance(m, nn.Linear | _ConvNd)]
    convolutions = [m for m in layers if isinstance(m, _ConvNd)]
    quiet_layers = [*layers[-1:], *convolutions[:1]]
    for path, p, owner, key in _uses(model):
        usual = owner in layers and owner not in quiet_layers and key == "weight"
        places.setdefault(id(p), []).append((path, owner, usual))
    _all_match((*include, *exclude), [path for uses in places.values() for path, *_ in uses])

    found: dict[str, list[nn.Parameter]] = {}
    quiet: list[nn.Parameter] = []
    for p in model.parameters():
        paths = [path for path, *_ in places[id(p)]]
        wanted = all(usual for *_, usual in places[id(p)]) or _matches(paths, include)
        if not wanted or _matches(paths, exclude):
            quiet.append(p)
            continue
        owner = places[id(p)][0][1]
        found.setdefault(_columns_of(p, owner, columns), []).append(p)
    if not found:
        raise BadInput(
            "no parameter of this model would get noise: the first convolution and the last layer "
            f"have none by default; name some in include, from {', '.join(names.values())}."
        )
    groups = [{"params": params, "columns": way, **settings} for way, params in found.items()]
    return [*groups, {"params": quiet, "noise": "none"}] if quiet else groups


def _uses(model: nn.Module) -> Iterator[tuple[str, nn.Parameter, nn.Module, str]]:
    """Every place of every parameter: its name there, itself, the module, the name within it."""
    for prefix, module in model.named_modules():
        for key, p in module.named_parameters(recurse=False, remove_duplicate=False):
            yield f"{prefix}.{key}" if prefix else key, p, module, key


def _columns_of(p: nn.Parameter, owner: nn.Module, columns: str) -> str:
    if p.dim() < 2:
        return "entry"
    if columns == "filter" and isinstance(owner, _ConvTransposeNd):
        return "transposed" if owner.groups == 1 else "kernel"
    return columns


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
