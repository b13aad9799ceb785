"""Weights that are in memory already: state dicts, dicts of arrays, and PyTorch modules.

Torch is not imported here: whoever has a tensor has imported it, and `sys.modules` knows.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np

from hts.validate import BadInput
from hts.weights.entry import Weight, as_floats, kind_of_shape, refusal

_MOST = 2**40  # entries; it is in memory already, so only its copies cost


def is_module(value: object) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.nn.Module)


def is_tensor(value: object) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)


def state_weights(arrays: Mapping[str, Any]) -> tuple[Weight, ...]:
    """The tensors and arrays of a state dict, nested dicts by names with dots; tied ones once.

    Raises `BadInput` if there are none, or for values that are no numbers.
    """
    found: list[Weight] = []
    seen: dict[tuple, str] = {}
    for name, value in _flat(arrays, ""):
        found.append(_tied(name, value, seen) or _weight(name, value))
    if not found:
        raise BadInput("the dict holds no arrays: there are no weights to look at.")
    return tuple(found)


def _flat(arrays: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for key, value in arrays.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            yield from _flat(value, f"{name}.")
        elif is_tensor(value) or isinstance(value, (np.ndarray, np.generic)):
            yield name, value
        elif not isinstance(value, (int, float, str, bytes, type(None))):
            raise BadInput(
                f"{name!r} is a {type(value).__name__}; tensors, NumPy arrays and dicts of them "
                "are accepted: other values have no entries to measure."
            )


def module_weights(model: Any) -> tuple[Weight, ...]:
    """The parameters of a ``torch.nn.Module`` by their names with dots, tied ones once.

    Units come first in every layer but the transposed convolutions, which are turned round.
    Parameters without values (lazy, on the meta device, sharded) say so.
    """
    found: list[Weight] = []
    seen: dict[tuple, str] = {}
    for path, module in model.named_modules():
        prefix = f"{path}." if path else ""
        for name, parameter in module.named_parameters(recurse=False, remove_duplicate=False):
            full = prefix + name
            found.append(_tied(full, parameter, seen) or _of_module(module, name, full, parameter))
        found.extend(_packed(module, prefix))
    if not found:
        raise BadInput(
            f"this {type(model).__name__} has no parameters: there are no weights to look at."
        )
    return tuple(found)


def _of_module(module: Any, name: str, full: str, parameter: Any) -> Weight:
    kind = type(module).__name__
    shape = () if _lazy(parameter) else tuple(parameter.shape)
    if kind == "ParametrizationList":
        kind = "parametrised"
    elif name == "in_proj_weight":
        kind = "attn q,k,v"
    elif name in ("q_proj_weight", "k_proj_weight", "v_proj_weight"):
        kind = f"attn {name[0]}"
    elif name.startswith(("weight_ih", "weight_hh")):  # of recurrent layers
        kind = f"{kind} {'input' if name.startswith('weight_ih') else 'hidden'}"
    elif kind == "NonDynamicallyQuantizableLinear":  # nn.MultiheadAttention's own Linear
        kind = "attn out"
    transposed = "ConvTranspose" in kind and len(shape) > 2
    if transposed and getattr(module, "groups", 1) > 1:
        groups = module.groups
        shape = (groups * shape[1], shape[0] // groups, *shape[2:])
        return _weight(full, parameter, kind, shape, load=partial(_grouped, parameter, groups))
    return _weight(full, parameter, kind, units_axis=int(transposed))


def _grouped(parameter: Any, groups: int) -> np.ndarray:
    """A transposed convolution (in, out / groups, ...) as (out, in / groups, ...)."""
    stored = _values(parameter)
    parts = stored.reshape(groups, -1, *stored.shape[1:]).swapaxes(1, 2)
    return parts.reshape(-1, *parts.shape[2:])


def _packed(module: Any, prefix: str) -> Iterator[Weight]:
    """Quantised modules keep no parameters: ``weight()`` gives what they compute with."""
    if "quantized" not in type(module).__module__ or not callable(getattr(module, "weight", None)):
        return
    weight = module.weight()
    if is_tensor(weight):
        yield _weight(f"{prefix}weight", weight, type(module).__name__)


def _tied(name: str, value: Any, seen: dict[tuple, str]) -> Weight | None:
    """A refused entry if the very same numbers were listed already."""
    place = _place(value)
    if place is None:
        return None
    if place in seen:
        return Weight(
            name=name,
            shape=tuple(value.shape),
            dtype=_dtype(value),
            kind="",
            load=partial(_values, value),
            refused=f"tied: the same numbers as {seen[place]}, counted once",
        )
    seen[place] = name
    return None


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
    shape: tuple[int, ...] | None = None,
    *,
    load: Any = None,
    units_axis: int = 0,
) -> Weight:
    if shape is None:
        shape = () if _lazy(value) else tuple(value.shape)
    dtype = _dtype(value)
    quantised = is_tensor(value) and value.is_quantized
    parts = load is None and shape and not (is_tensor(value) and not _plain(value))
    return Weight(
        name=name,
        shape=shape,
        dtype=dtype,
        kind=kind or kind_of_shape(shape),
        load=load or partial(_values, value),
        refused=_valueless(value) or refusal("float32" if quantised else dtype, shape, _MOST),
        units_axis=units_axis,
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
    """``value`` as float32 or float64; bfloat16 is exact in float32."""
    if not is_tensor(value):
        return as_floats(np.asarray(value), np.asarray(value).dtype.name)
    torch = sys.modules["torch"]
    found = value.detach()
    if found.is_quantized:
        found = found.dequantize()
    if found.layout != torch.strided:
        found = found.to_dense()
    if found.dtype != torch.float64:
        found = found.float()
    return found.cpu().numpy()
