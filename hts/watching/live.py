"""`hts.watch`: one line that shows a foreign training in the app while it trains."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

import torch

from hts.foreign import reason
from hts.validate import BadInput, printable
from hts.watching.pace import every_of
from hts.watching.records import About
from hts.watching.session import Watch

LONGEST_NAME = 200
RECORDER = "hts.studio.watching.on_disk"  # the store, which nothing else of the library writes to

log = logging.getLogger("hts.watch")


def watch(
    model: torch.nn.Module,
    optimizer: Any = None,
    *,
    name: str = "",
    every: int | str = "1 %",
    layers: str | Iterable[str] = (),
    home: Path | str | None = None,
) -> Watch:
    """Watch the training of ``model``: tails, norms and compressibility of every layer, live.

    ``with hts.watch(model, optimizer):`` around any loop, or `Watch.close` at its end; without
    either it closes when the program ends.  ``optimizer``: its steps are counted, wrapped or not;
    without one call ``step()`` on the result.  ``name``: what the app calls it; two watches of one
    name are two.  ``every``: a number of steps, or the share of the time that looks may cost (the
    first one, after the first step, and the last one come in any case).  ``layers``: names or
    patterns (``*``) of parameters; by default all with two axes or more, at most 64 of them.
    ``home``: the store, by default ``HTS_HOME``.

    Nothing about the training changes: no global generator is used and no gradient kept, and what
    goes wrong in a look or in the store is said once in the log ``hts.watch``.  Under
    ``torch.distributed`` rank 0 watches, and of sharded parameters its own part; other ranks do
    nothing.  Raises `BadInput` for arguments that cannot be used, before anything is watched.
    """
    if not isinstance(model, torch.nn.Module):
        raise BadInput(f"model must be a torch.nn.Module, got a {type(model).__name__}.")
    how = every_of(every)
    if not isinstance(name, str) or len(name) > LONGEST_NAME:
        raise BadInput(f"name must be a text of at most {LONGEST_NAME} characters, got {name!r}.")
    patterns = (layers,) if isinstance(layers, str) else tuple(layers)
    recorder = None
    if _rank() == 0:
        about = _about(model, optimizer, how.text)
        recorder = import_module(RECORDER).OnDisk(
            printable(name, LONGEST_NAME), about, Path(home) if home else None
        )
    watched = Watch(model, optimizer, recorder, every=how, layers=patterns)
    if recorder is not None:
        try:
            recorder.begin()
        except Exception as error:  # a full disk must not end a training
            log.warning("hts.watch cannot write yet (%s); it tries again", reason(error))
    return watched


def _rank() -> int:
    """Which of several processes that train together this is; 0 alone."""
    distributed = torch.distributed
    if distributed.is_available() and distributed.is_initialized():
        return distributed.get_rank()
    rank = os.environ.get("RANK", "0")  # torchrun sets it before processes know each other
    return int(rank) if rank.isdecimal() else 0


def _about(model: torch.nn.Module, optimizer: Any, every: str) -> About:
    first = next(model.parameters(), None)
    inner = getattr(model, "_orig_mod", None) or getattr(model, "module", None) or model
    sharded = any(hasattr(p, "to_local") for p in model.parameters())
    return About(
        model=type(inner).__name__,
        parameters=sum(p.numel() for p in model.parameters() if not _lazy(p)),
        optimizer="" if optimizer is None else type(optimizer).__name__,
        device="" if first is None else first.device.type,
        every=every,
        library=f"torch {torch.__version__}",
        part="the part of each sharded layer that rank 0 holds" if sharded else "",
    )


def _lazy(parameter: torch.nn.Parameter) -> bool:
    return isinstance(parameter, torch.nn.parameter.UninitializedParameter)
