"""A device that is not the CPU, on the CPU: tensors that say so and compute real values.

Every operation on `Foreign` tensors is done on the CPU, on the tensors inside.  What a device
refuses is refused: tensors of the CPU among them, NumPy's view of its memory, and, if it is listed
in `hts.platforms.NO_DOUBLE`, double precision.  Whatever makes the CPU wait for a device is counted
in `WAITS`, and what it is sent in `SENT`, by the function of ``hts`` that does it.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_map
from torch.utils.backend_registration import _setup_privateuseone_for_python_backend

import hts
from hts import platforms

KIND = "foreign"
WAITS: Counter[str] = Counter()
SENT: Counter[str] = Counter()
_HTS = str(Path(hts.__file__).parent)
_BRINGS = (torch.ops.aten._to_copy.default, torch.ops.aten.copy_.default)
_INDEXED = (
    torch.ops.aten.index.Tensor, torch.ops.aten.index_put.default, torch.ops.aten.index_put_.default
)  # fmt: skip


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
        WAITS[_caller()] += 1
        return self.inside.tolist()

    @classmethod
    def __torch_dispatch__(cls, func, types, args=(), kwargs=None):
        return _done(func, args, kwargs or {})


def _caller() -> str:
    """``file:function`` of the innermost frame of ``hts``."""
    frame = sys._getframe(1)
    while frame is not None:
        path = frame.f_code.co_filename
        if path.startswith(_HTS):
            return f"{Path(path).relative_to(_HTS).as_posix()}:{frame.f_code.co_name}"
        frame = frame.f_back
    return "elsewhere"


def _tells_sizes_or_values(func, args) -> bool:
    """Whether the CPU must know what is on the device to go on."""
    if func is torch.ops.aten.index.Tensor:
        return any(i is not None and i.dtype == torch.bool for i in args[1])
    tags = {torch.Tag.data_dependent_output, torch.Tag.dynamic_output_shape}
    return bool(tags & set(func.tags))


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
    if of_device and of_cpu and func not in _BRINGS:
        if (
            func not in _INDEXED
            or id(args[0]) not in of_device
            or any(args[2] is one for one in of_cpu if len(args) > 2)
        ):
            raise RuntimeError(f"{func}: some tensors are on the device and some on the CPU")
        SENT[_caller()] += 1  # places may be the CPU's, and are sent
    if (device := kwargs.get("device")) is not None:
        there = torch.device(device).type != "cpu"
        kwargs = {**kwargs, "device": torch.device("cpu")}
    if func is torch.ops.aten.copy_.default:  # non_blocking may follow the source
        args, there = (*args[:2],), id(args[0]) in of_device
    if func in _BRINGS:
        comes = id(args[-1 if func is torch.ops.aten.copy_.default else 0]) in of_device
        if comes != there:
            (SENT if there else WAITS)[_caller()] += 1
    elif of_device and _tells_sizes_or_values(func, args):
        WAITS[_caller()] += 1
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
            SENT[_caller()] += 1
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
