"""What only a live module can tell: functions that compute a weight, and adapters in use."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from hts.foreign import reason
from hts.weights.entry import Weight

_STORED = (
    "_WeightNorm",
    "_SpectralNorm",
    "FakeSparsity",
)  # folded from what is stored, as in files


def owner_of(path: str, module: Any, owners: Mapping[str, Any]) -> tuple[Any, str]:
    """(the layer that computes with it, its weight's name) of a list of parametrisations."""
    if type(module).__name__ != "ParametrizationList":
        return module, ""
    above, _, name = path.rpartition("parametrizations.")
    return owners[above.removesuffix(".")], name


def kind_of_layer(module: Any) -> str:
    parametrize = sys.modules["torch"].nn.utils.parametrize
    return parametrize.type_before_parametrizations(module).__name__


def computed_by_modules(
    found: Iterable[Weight], owners: Mapping[str, Any], described: Callable[..., Weight]
) -> list[Weight]:
    """``found`` with one weight for each that functions compute which no file could hold.

    They run without gradients and as in evaluation, so that no power iteration takes a step.
    ``described(module, name, full name, tensor)`` is the weight that a tensor is.
    """
    weights = list(found)
    for path, functions in owners.items():
        owner, name = owner_of(path, functions, owners)
        kinds = [type(function).__name__ for function in functions] if name else []
        if not name or (len(kinds) == 1 and kinds[0] in _STORED):
            continue
        inside = [weight for weight in weights if weight.name.startswith(f"{path}.")]
        if not inside or any(weight.refused for weight in inside[:1]):
            continue
        full = path.replace(f"parametrizations.{name}", name)
        first = weights.index(inside[0])
        weights = [weight for weight in weights if weight not in inside]
        try:
            weight = described(owner, name, full, _in_evaluation(functions))
        except Exception as error:  # a function of somebody's own
            weight = Weight.unread(full, f"its parametrisation fails: {reason(error)}")
        weights.insert(first, weight)
    return weights


def _in_evaluation(functions: Any) -> Any:
    with sys.modules["torch"].no_grad(), _evaluating(functions):
        return functions()


@contextmanager
def _evaluating(module: Any) -> Iterator[None]:
    training = [inner for inner in module.modules() if inner.training]
    try:
        for inner in training:
            inner.training = False
        yield
    finally:
        for inner in training:
            inner.training = True


def adapter_in_use(owners: Mapping[str, Any], stem: str, adapter: str, rank: int) -> float | None:
    """What peft's, loralib's and torchtune's layers multiply B A by; 0 for an idle adapter."""
    layer = owners.get(stem)
    if layer is None:
        return None
    active = getattr(layer, "active_adapters", None)
    if any(getattr(layer, idle, False) for idle in ("merged", "disable_adapters", "disabled")):
        return 0.0
    if adapter and isinstance(active, (list, tuple)) and adapter not in active:
        return 0.0
    scaling = getattr(layer, "scaling", None)
    if isinstance(scaling, Mapping):
        scaling = scaling.get(adapter)
    alpha = getattr(layer, "alpha", None)
    if scaling is None and isinstance(alpha, (int, float)):
        scaling = alpha / rank
    return None if scaling is None else float(scaling)
