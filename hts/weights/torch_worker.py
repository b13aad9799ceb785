"""A pickled checkpoint -> safetensors, in a process of its own with little to lose.

Run by `hts.weights.torch_file` as a script, in Python's isolated mode, with an empty environment;
the one file of this room that imports torch, and it imports nothing of ours.  ``weights_only=True``
unpickles tensors and plain containers and refuses everything else, so no code from the file runs;
should torch have a hole there, this process has no secrets, and limits on memory, computing time,
the files it may write and the files it may open.
"""

from __future__ import annotations

import itertools
import json
import sys
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

# Where training scripts keep the network among other things, the likeliest first.
WRAPPERS = ("state_dict", "model_state_dict", "model", "module", "net", "network")
DEEPEST = 8
MOST_VISITS = 100_000


class Unusable(Exception):
    """What the person should read."""


def limit_ourselves(memory: int, seconds: int, written: int) -> None:
    """Lower this process's limits for good; ``memory`` is beyond what is in use now.

    Address space counts what is mapped, much of it never touched, hence relative to now.
    """
    if sys.platform == "win32":
        return  # no such limits there; the parent's clock still ends us
    import resource

    used = 0
    if Path("/proc/self/statm").exists():
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
        used = pages * resource.getpagesize()
    for which, most in (
        (resource.RLIMIT_AS, used + memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, written),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(which)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(which, (most, most))


def network_of(loaded: Any) -> tuple[Any, str]:
    """The part of a checkpoint that is the network, and what was left aside."""
    if isinstance(loaded, Mapping):
        for key in WRAPPERS:
            inner = loaded.get(key)
            if isinstance(inner, Mapping) and any(True for _ in tensors(inner)):
                rest = ", ".join(str(k)[:30] for k in list(loaded)[:8] if k != key)
                return inner, f"taken from the entry {key!r}" + (f"; not read: {rest}" * bool(rest))
    return loaded, ""


def tensors(value: Any) -> Iterator[tuple[str, torch.Tensor]]:
    """Every tensor within plain containers, by a name with dots."""
    visits = itertools.count(1)

    def walk(value: Any, name: str, depth: int) -> Iterator[tuple[str, torch.Tensor]]:
        if depth > DEEPEST or next(visits) > MOST_VISITS:
            raise Unusable(
                f"it nests containers deeper than {DEEPEST} or holds more than {MOST_VISITS:,} "
                "values: no network is stored like that"
            )
        if isinstance(value, torch.Tensor):
            yield name or "weights", value
        elif isinstance(value, (Mapping, list, tuple)):
            for key, inner in value.items() if isinstance(value, Mapping) else enumerate(value):
                yield from walk(inner, f"{name}.{key}" if name else str(key), depth + 1)

    yield from walk(value, "", 0)


def plain(tensor: torch.Tensor, entries: int) -> tuple[torch.Tensor | None, str]:
    """A dense tensor that safetensors can hold, or None and why not."""
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


def convert(source: Path, target: Path, entries: int, count: int) -> dict[str, Any]:
    """Write the tensors of ``source`` to ``target``; returns what the reader should be told."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        loaded = torch.load(source, map_location="cpu", weights_only=True)
    inner, note = network_of(loaded)
    kept: dict[str, torch.Tensor] = {}
    left: dict[str, str] = {}
    seen: dict[tuple[Any, ...], str] = {}
    for name, tensor in tensors(inner):
        if len(kept) + len(left) >= count:
            raise Unusable(f"it holds more than {count:,} tensors, at most so many are accepted")
        if name in kept or name in left:
            raise Unusable(f"two of its tensors are called {name!r}")
        try:
            place: tuple[Any, ...] = (tensor.data_ptr(), tuple(tensor.shape), tensor.stride())
        except RuntimeError:  # sparse tensors have no address
            place = (id(tensor),)
        if tensor.numel() and place in seen and tensor.device.type != "meta":
            left[name] = f"the same array as {seen[place]}: counted once"
            continue
        seen[place] = name
        dense, why = plain(tensor, entries)
        if dense is None:
            left[name] = why
        else:
            kept[name] = dense
    if not kept and not left:
        raise Unusable(f"it holds a {type(loaded).__name__} without tensors: no weights to look at")
    if kept:
        save_file(kept, target)
    return {"note": note, "left": left}


def main(source: str, folder: str, memory: str, seconds: str, entries: str, count: str) -> int:
    """Arguments as text; the answer is written to ``answer.json`` in ``folder``."""
    torch.set_num_threads(1)
    limit_ourselves(int(memory), int(seconds), written=int(memory))
    try:
        answer = convert(
            Path(source), Path(folder, "weights.safetensors"), int(entries), int(count)
        )
    except MemoryError:
        answer = {"error": "memory"}
    except Unusable as error:
        answer = {"error": "unusable", "says": str(error)}
    except Exception as error:  # whatever torch makes of a file that is not sound
        memory_gone = "memory" in str(error).lower()
        answer = {"error": "memory" if memory_gone else "load", "says": str(error)[:2000]}
    Path(folder, "answer.json").write_text(json.dumps(answer), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
