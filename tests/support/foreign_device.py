"""A device that is not the CPU, on the CPU: tensors that say so and compute real values.

Every operation on `Foreign` tensors is done on the CPU, on the tensors inside.  What a device
refuses is refused: tensors of the CPU among them, NumPy's view of its memory, and, if it is listed
in `hts.platforms.NO_DOUBLE`, double precision.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_map
from torch.utils.backend_registration import _setup_privateuseone_for_python_backend

from hts import platforms

KIND = "foreign"
_BRINGS = (torch.ops.aten._to_copy.default, torch.ops.aten.copy_.default)


class Foreign(torch.Tensor):
    """Its values are in ``inside``, a tensor of the CPU."""

    inside: torch.Tensor

    @staticmethod
    def __new__(cls, inside: torch.Tensor) -> Foreign:
        if inside.dtype == torch.float64 and not platforms.has_double(torch.device(KIND)):
            raise TypeError(f"this device has no float64: {tuple(inside.shape)} of it were made")
        made = torch.Tensor._make_wrapper_subclass(
            cls, inside.shape, strides=inside.stride(), storage_offset=inside.storage_offset(),
            dtype=inside.dtype, device=torch.device(KIND, 0),
        )  # fmt: skip
        made.inside = inside
        return made

    def __repr__(self, *, tensor_contents: object = None) -> str:
        return f"Foreign({self.inside!r})"

    def numpy(self, *, force: bool = False) -> object:
        raise TypeError("the values of this device are not NumPy's to see: use .cpu() first")

    def tolist(self) -> list:
        return self.inside.tolist()

    @classmethod
    def __torch_dispatch__(cls, func, types, args=(), kwargs=None):
        return _done(func, args, kwargs or {})


def _done(func, args, kwargs):
    of_device: dict[int, Foreign] = {}
    of_cpu = []

    def inside(value):
        if isinstance(value, Foreign):
            of_device[id(value.inside)] = value
            return value.inside
        if isinstance(value, torch.Tensor) and value.ndim:  # a number may be the CPU's
            of_cpu.append(value)
        return value

    args, kwargs = tree_map(inside, (args, kwargs))
    there = bool(of_device)
    if of_device and of_cpu and func not in _BRINGS and "index" not in str(func):
        raise RuntimeError(f"{func}: some tensors are on the device and some on the CPU")
    if (device := kwargs.get("device")) is not None:
        there = torch.device(device).type != "cpu"
        kwargs = {**kwargs, "device": torch.device("cpu")}
    if func is torch.ops.aten.copy_.default:
        there = id(args[0]) in of_device
    out = func(*args, **kwargs)

    def outside(value):
        if not isinstance(value, torch.Tensor):
            return value
        known = of_device.get(id(value))
        if known is not None:
            return known
        if device is not None and any(value is given for given in (*of_cpu, *args)):
            value = value.clone()  # a copy to a device is one
        return Foreign(value)

    return tree_map(outside, out) if there else out


class _Made(TorchDispatchMode):
    """Tensors that are made on the device, or brought there, are `Foreign`."""

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        device = (kwargs or {}).get("device")
        if device is not None and torch.device(device).type == KIND:
            return _done(func, args, kwargs)
        return func(*args, **(kwargs or {}))


class _Tensor(TorchFunctionMode):
    """``torch.tensor(..., device=...)``, which no mode of operations sees."""

    def __torch_function__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        device = kwargs.get("device")
        if func is torch.tensor and device is not None and torch.device(device).type == KIND:
            return Foreign(func(*args, **{**kwargs, "device": "cpu"}))
        return func(*args, **kwargs)


# Autograd asks what devices there are at its first use in a process, and never again.
_setup_privateuseone_for_python_backend(KIND)


@contextmanager
def foreign_device(monkeypatch, *, double: bool) -> Iterator[None]:
    """This machine has an accelerator, which ``auto`` takes; ``double``: it has float64."""
    monkeypatch.setattr("hts.training.device.accelerators", lambda: [KIND])
    monkeypatch.setattr(platforms, "NO_DOUBLE", () if double else (KIND,))
    monkeypatch.setattr(  # modes are a thread's own, and end with it
        "hts.runs.lockstep.threads_of_one",
        lambda number: ThreadPoolExecutor(number, initializer=_begin),
    )
    with _Tensor(), _Made():
        yield


def _begin() -> None:
    _Tensor().__enter__()
    _Made().__enter__()
