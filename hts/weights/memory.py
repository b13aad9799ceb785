"""Weights that are in memory already: state dicts, dicts of arrays, and PyTorch modules.

Torch is not imported here: whoever has a tensor has imported it, and `sys.modules` knows.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np

from hts.real_array import is_tensor, tensor_values
from hts.validate import BadInput
from hts.weights.containers import arrays_in
from hts.weights.entry import Weight, as_floats, kind_of_shape, refusal
from hts.weights.in_use import in_use
from hts.weights.live import adapter_in_use, computed_by_modules, kind_of_layer, owner_of
from hts.weights.orientation import ungrouped

_MOST = 2**40  # entries; it is in memory already, so only its copies cost


def is_module(value: object) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.nn.Module)


def state_weights(arrays: Mapping[str, Any]) -> tuple[Weight, ...]:
    """The tensors and arrays of a state dict or checkpoint as the network computes with them.

    Nested containers are named with dots; see `in_use` for what is folded and left out.  Raises
    `BadInput` if there are no arrays.
    """
    found = [
        Weight.unread(name, value) if isinstance(value, str) else _weight(name, value)
        for name, value in arrays_in(arrays, _is_array)
    ]
    if not found:
        plain = (int, float, str, bytes, type(None), Mapping)
        other = next((k for k, v in arrays.items() if not isinstance(v, plain)), None)
        if other is None:
            raise BadInput("the dict holds no arrays: there are no weights to look at.")
        raise BadInput(
            f"{other!r} is a {type(arrays[other]).__name__}; tensors, NumPy arrays and dicts of "
            "them are accepted: other values have no entries to measure."
        )
    return in_use(found)


def _is_array(value: Any) -> bool:
    return is_tensor(value) or isinstance(value, (np.ndarray, np.generic))


def module_weights(model: Any) -> tuple[Weight, ...]:
    """The weights of a ``torch.nn.Module`` by their names with dots, as it computes with them.

    Units come first in every layer but the transposed convolutions and ``Conv1D``.  Masks and norms
    are folded without running the module's hooks; nothing of the module changes.  Parameters
    without values (lazy, on the meta device, sharded) say so.
    """
    found: list[Weight] = []
    owners: dict[str, Any] = {}
    buffers: set[str] = set()
    for path, module in model.named_modules():
        prefix = f"{path}." if path else ""
        owners[path] = module
        layer, parametrised = owner_of(path, module, owners)
        for name, parameter in module.named_parameters(recurse=False, remove_duplicate=False):
            found.append(_of_module(layer, parametrised or name, prefix + name, parameter))
        for name, buffer in module.named_buffers(recurse=False, remove_duplicate=False):
            found.append(_weight(prefix + name, buffer))
            buffers.add(prefix + name)
        found.extend(_packed(module, prefix))
    found = computed_by_modules(found, owners, _of_module)
    used = in_use(found, partial(adapter_in_use, owners))
    weights = tuple(_ungrouped(w, owners) for w in used if w.name not in buffers)
    if not weights:
        raise BadInput(
            f"this {type(model).__name__} has no parameters: there are no weights to look at."
        )
    return weights


def _of_module(module: Any, name: str, full: str, parameter: Any) -> Weight:
    kind = kind_of_layer(module)
    shape = () if _lazy(parameter) else tuple(parameter.shape)
    if name == "in_proj_weight":
        kind = "attn q,k,v"
    elif name in ("q_proj_weight", "k_proj_weight", "v_proj_weight"):
        kind = f"attn {name[0]}"
    elif name.startswith(("weight_ih", "weight_hh")):  # of recurrent layers
        kind = f"{kind} {'input' if name.startswith('weight_ih') else 'hidden'}"
    elif kind == "NonDynamicallyQuantizableLinear":  # nn.MultiheadAttention's own Linear
        kind = "attn out"
    bases = {base.__name__ for base in type(module).__mro__}
    turned = len(shape) == 2 if "Conv1D" in bases else "ConvTranspose" in kind and len(shape) > 2
    return _weight(full, parameter, kind, units_axis=int(turned))


def _ungrouped(weight: Weight, owners: Mapping[str, Any]) -> Weight:
    """A transposed convolution in groups keeps (in, out / groups, ...)."""
    groups = getattr(owners.get(weight.name.rpartition(".")[0]), "groups", 1)
    if weight.units_axis == 1 and len(weight.shape) > 2 and groups > 1:
        return ungrouped(weight, groups)
    return weight


def _packed(module: Any, prefix: str) -> Iterator[Weight]:
    """Quantised modules keep no parameters: ``weight()`` gives what they compute with."""
    if "quantized" not in type(module).__module__ or not callable(getattr(module, "weight", None)):
        return
    weight = module.weight()
    if is_tensor(weight):
        yield _weight(f"{prefix}weight", weight, type(module).__name__)


def _place(value: Any) -> tuple | None:
    """Where the numbers lie, or None where that cannot be said."""
    if isinstance(value, np.ndarray) and value.size:
        return (value.__array_interface__["data"][0], value.shape, value.strides)
    if not is_tensor(value):
        return None
    if _lazy(value) or value.numel() == 0:
        return None
    torch = sys.modules["torch"]
    if value.device.type == "meta" or value.layout != torch.strided or _sharded(value):
        return (id(value),)
    return (str(value.device), value.data_ptr(), tuple(value.shape), value.stride())


def _weight(
    name: str,
    value: Any,
    kind: str = "",
    *,
    units_axis: int = 0,
) -> Weight:
    shape = () if _lazy(value) else tuple(value.shape)
    dtype = _dtype(value)
    quantised = is_tensor(value) and value.is_quantized
    parts = shape and not (is_tensor(value) and not _plain(value))
    return Weight(
        name=name,
        shape=shape,
        dtype=dtype,
        kind=kind or kind_of_shape(shape),
        load=partial(_values, value),
        refused=_valueless(value) or refusal("float32" if quantised else dtype, shape, _MOST),
        units_axis=units_axis,
        place=_place(value),
        rows=partial(_some, value) if parts else None,
        note=f"quantised ({dtype}), taken as it computes: dequantised" if quantised else "",
    )


def _valueless(value: Any) -> str:
    if not is_tensor(value):
        return ""
    if _lazy(value):
        return "lazy: it has no shape yet; run one batch through the model first"
    if value.device.type == "meta":
        return "on the meta device: it has a shape but no values; load its weights first"
    if _sharded(value):
        return "sharded over processes: gather it (full_tensor()) first"
    return ""


def _lazy(value: Any) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(
        value, (torch.nn.parameter.UninitializedParameter, torch.nn.parameter.UninitializedBuffer)
    )


def _sharded(value: Any) -> bool:
    return hasattr(value, "full_tensor")


def _dtype(value: Any) -> str:
    return str(value.dtype).removeprefix("torch.")


def _plain(tensor: Any) -> bool:
    """Whether parts of it can be taken by themselves."""
    torch = sys.modules["torch"]
    return not tensor.is_quantized and tensor.layout == torch.strided and not _valueless(tensor)


def _some(value: Any, start: int, stop: int) -> np.ndarray:
    return _values(value[start:stop])


def _values(value: Any) -> np.ndarray:
    """``value`` as float32 or float64."""
    if is_tensor(value):
        return tensor_values(value)
    return as_floats(np.asarray(value), np.asarray(value).dtype.name)
