"""Where a network that is followed stands, in a file, so that an interrupted one goes on.

Batches and noise are functions of the step, so the network comes to the same looks.
"""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import msgspec
import numpy as np
import torch
from torch import Tensor

from hts.platforms import replace
from hts.records import decode, encode
from hts.reproduce.records import Look
from hts.runs.session import Session

SAVE_SECONDS = 60.0  # networks that take less are never saved


class _Looks(msgspec.Struct):
    looks: list[Look]


class Saved:
    """A file for one network; without ``path`` nothing is saved.

    ``received``: what each of its layers has received of the noise, which goes on too.
    """

    def __init__(self, path: Path | None) -> None:
        self._path, self._last = path, time.monotonic()

    def load(self, session: Session, received: list[Tensor]) -> tuple[int, list[Look], float]:
        """Bring ``session`` and ``received`` to where they stood: step, looks and seconds."""
        if self._path is None or not self._path.exists():
            return 0, [], 0.0
        try:
            with np.load(self._path) as file:
                arrays = dict(file)
            looks = decode(arrays.pop("looks").tobytes(), _Looks).looks
            step, seconds = int(arrays.pop("step")), float(arrays.pop("seconds"))
        except (OSError, EOFError, ValueError, KeyError, BadZipFile, msgspec.MsgspecError):
            return 0, [], 0.0  # a full disk, an old form
        for number, one in enumerate(received):
            one.copy_(torch.from_numpy(arrays.pop(f"received {number}")))
        session.load(arrays)
        return step, looks, seconds

    def save(
        self, session: Session, received: list[Tensor], step: int, looks: list[Look], seconds: float
    ) -> None:
        """Keep the state after gradient step ``step``, before its noise, once a minute has gone."""
        if self._path is None or time.monotonic() - self._last < SAVE_SECONDS:
            return
        told: dict[str, Any] = {
            "looks": np.frombuffer(encode(_Looks(looks=looks)), dtype=np.uint8),
            "step": np.array(step),
            "seconds": np.array(seconds),
            **session.tensors(),
            **{f"received {number}": one.numpy() for number, one in enumerate(received)},
        }
        part = self._path.with_suffix(f".{os.getpid()}-{threading.get_ident()}.part")
        try:
            with part.open("wb") as file:
                np.savez(file, **told)
            replace(part, self._path)
        finally:
            part.unlink(missing_ok=True)
        self._last = time.monotonic()

    def forget(self) -> None:
        """The network is done."""
        if self._path is not None:
            self._path.unlink(missing_ok=True)
