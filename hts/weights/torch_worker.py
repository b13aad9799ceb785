"""A pickled checkpoint -> safetensors: the task of a limited process, see `hts.sandbox`.

The one file of this room that imports torch, and nobody but that process imports it.
``weights_only=True`` unpickles tensors and plain containers and refuses everything else, so no code
from the file runs; should torch have a hole there, the process has no secrets and little room.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from hts.foreign import reason
from hts.validate import BadInput
from hts.weights.containers import arrays_in
from hts.weights.names import storable

HOW = "Save the state dict, torch.save(model.state_dict(), path), or safetensors."
# Where training scripts keep the network among other things, the likeliest first.
WRAPPERS = ("state_dict", "model_state_dict", "model", "module", "net", "network")


def is_tensor(value: Any) -> bool:
    return isinstance(value, torch.Tensor)


def network_of(loaded: Any) -> tuple[Any, str]:
    """The part of a checkpoint that is the network, and what was left aside."""
    if isinstance(loaded, Mapping):
        for key in WRAPPERS:
            inner = loaded.get(key)
            if isinstance(inner, Mapping) and any(
                is_tensor(value) for _, value in arrays_in(inner, is_tensor)
            ):
                rest = ", ".join(str(k)[:30] for k in list(loaded)[:8] if k != key)
                return inner, f"taken from the entry {key!r}" + (f"; not read: {rest}" * bool(rest))
    return loaded, ""


def plain(tensor: torch.Tensor, entries: int) -> tuple[torch.Tensor | None, str]:
    """A dense tensor that safetensors can hold, or None and why not."""
    if tensor.is_nested:
        return None, "nested: tensors of different shapes in one have no rows to compare"
    if tensor.numel() > entries:
        return None, f"too large: {tensor.numel():,} entries, at most {entries:,} are loaded"
    if tensor.device.type == "meta":
        return None, "on the meta device: it has a shape but no values"
    if tensor.dtype in (torch.complex128, torch.complex32):
        return None, f"{str(tensor.dtype).removeprefix('torch.')}: complex weights"
    if tensor.is_quantized:
        return tensor.dequantize().clone(), ""
    if tensor.layout != torch.strided:
        return tensor.to_dense().clone(), ""
    return tensor.detach().clone(memory_format=torch.contiguous_format), ""


def convert(request: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Write the tensors of a checkpoint to ``weights.safetensors`` in ``folder``.

    ``request``: ``path``, ``source`` (what to call it), ``entries`` and ``tensors`` (the most of
    them).  Returns ``note`` and ``left``, what its reader should be told; raises `BadInput`.
    Arrays that are another one are not written twice: the metadata say which, as safetensors does.
    """
    torch.set_num_threads(1)
    source, entries, count = request["source"], request["entries"], request["tensors"]
    try:
        loaded = torch.load(request["path"], map_location="cpu", weights_only=True)
    except MemoryError:
        raise
    except Exception as error:
        if "memory" in str(error).lower():
            raise MemoryError from error
        raise BadInput(_explained(error, source)) from error
    try:
        return _written(loaded, folder / "weights.safetensors", entries, count)
    except BadInput as error:
        raise BadInput(f"{source} cannot be used: {error}. {HOW}") from None


def _written(loaded: Any, target: Path, entries: int, count: int) -> dict[str, Any]:
    inner, note = network_of(loaded)
    kept: dict[str, torch.Tensor] = {}
    left: dict[str, str] = {}
    same: dict[str, str] = {}
    quantised: list[str] = []
    seen: dict[tuple[Any, ...], str] = {}
    for called, tensor in arrays_in(inner, is_tensor):
        name = "the tensor __metadata__" if called == "__metadata__" else storable(called)
        if len(kept) + len(left) + len(same) >= count:
            raise BadInput(f"it holds more than {count:,} tensors, at most so many are accepted")
        if name in kept or name in left or name in same:
            raise BadInput(f"two of its tensors are called {name!r}")
        if not is_tensor(tensor):
            left[name] = tensor
            continue
        try:
            place = _place(tensor)
            if tensor.numel() and place in seen and tensor.device.type != "meta":
                same[name] = seen[place]
                continue
            seen[place] = name
            dense, why = plain(tensor, entries)
        except Exception as error:  # of one tensor; the others may do
            if isinstance(error, MemoryError) or "memory" in str(error).lower():
                raise
            dense, why = None, f"cannot be read: {reason(error)}"
        if dense is None:
            left[name] = why
        else:
            kept[name] = dense
            quantised += [name] * tensor.is_quantized
    if not kept and not left:
        raise BadInput(f"it holds a {type(loaded).__name__} without tensors: no weights to look at")
    if kept:
        save_file(kept, target, metadata=same)
    if quantised:
        note += f"{'; ' * bool(note)}dequantised: {', '.join(quantised[:8])}"
        note += " ..." * (len(quantised) > 8)
    return {"note": note, "left": left}


def _place(tensor: torch.Tensor) -> tuple[Any, ...]:
    """The same for tensors that are one array seen in one way."""
    try:
        return (tensor.data_ptr(), tuple(tensor.shape), tensor.stride())
    except RuntimeError:  # sparse tensors have no address
        return (id(tensor),)


def _explained(error: Exception, source: str) -> str:
    """Why torch did not load the file."""
    says = str(error)
    if "TorchScript" in says:
        return (
            f"{source} is a TorchScript archive, which is a program; only tensors are read. {HOW}"
        )
    if "WeightsUnpickler" in says or "weights_only" in says:
        return (
            f"{source} holds more than tensors and plain containers{_global(says)}, or is damaged. "
            "Reading anything else would run code from the file, so it is refused and none of it "
            f"was run. {HOW}"
        )
    damaged = "is no PyTorch checkpoint, or a damaged or truncated one"
    return f"{source} {damaged}: {reason(error)}. {HOW}"


def _global(says: str) -> str:
    """The forbidden name as torch gives it: ``Unsupported global: GLOBAL os.system was not...``."""
    words = says.replace("`", " ").split()
    if "GLOBAL" in words[:-1]:
        return f" ({words[words.index('GLOBAL') + 1][:80]})"
    return ""
