"""Files of weights, sound and hostile, made byte by byte."""

from __future__ import annotations

import json
import pickle  # noqa: TID251  (the bombs are made here, and must not go off)
import struct
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

NAMES = {"float64": "F64", "float32": "F32", "float16": "F16", "int8": "I8", "int64": "I64"}


def safetensors(arrays: dict[str, np.ndarray], **changes: Any) -> bytes:
    """The format written by hand; ``changes`` replaces whole entries of the header."""
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    body = b""
    for name, array in arrays.items():
        header[name] = {
            "dtype": NAMES[array.dtype.name],
            "shape": list(array.shape),
            "data_offsets": [len(body), len(body) + array.nbytes],
        }
        body += array.tobytes()
    header.update(changes)
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + body


def npz(arrays: dict[str, np.ndarray]) -> bytes:
    out = BytesIO()
    np.savez_compressed(out, **arrays)
    return out.getvalue()


def npy(array: np.ndarray) -> bytes:
    out = BytesIO()
    np.save(out, array)
    return out.getvalue()


def archive(**members: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return out.getvalue()


class Bomb:
    """Unpickling it creates the file ``mark``."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self):
        return (open, (str(self.mark), "w"))


def bomb(mark: Path) -> bytes:
    return pickle.dumps(Bomb(mark))


def explodes(content: bytes, mark: Path) -> bool:
    """Whether unpickling ``content`` would create ``mark``; tidied up afterwards."""
    pickle.loads(content).close()
    there = mark.exists()
    mark.unlink()
    return there
