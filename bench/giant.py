"""`hts.inspect` on a network far larger than memory: time, and memory that is not the file's.

The file has the shapes of a language model of 7e9 bfloat16 weights, half of its layers Gaussian and
half with stable noise, every value drawn by itself.  It is inspected by a process of its own, which
watches its anonymous memory; pages of the file that the system keeps do not count.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from math import prod
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from hts.noise import sample

WIDTH, INNER, VOCABULARY, LAYERS = 4096, 11_008, 64_000, 32
_ROWS = 1024  # drawn at a time
_EVERY = 0.02  # seconds between looks at the memory


def shapes(layers: int = LAYERS) -> dict[str, tuple[int, ...]]:
    """Names and shapes, in the order of the file."""
    found: dict[str, tuple[int, ...]] = {"model.embed_tokens.weight": (VOCABULARY, WIDTH)}
    for k in range(layers):
        stem = f"model.layers.{k}"
        for name in ("q_proj", "k_proj", "v_proj", "o_proj"):
            found[f"{stem}.self_attn.{name}.weight"] = (WIDTH, WIDTH)
        for name in ("gate_proj", "up_proj"):
            found[f"{stem}.mlp.{name}.weight"] = (INNER, WIDTH)
        found[f"{stem}.mlp.down_proj.weight"] = (WIDTH, INNER)
        found[f"{stem}.input_layernorm.weight"] = (WIDTH,)
    found["lm_head.weight"] = (VOCABULARY, WIDTH)
    return found


def make(path: Path, layers: int = LAYERS) -> int:
    """Write the file; returns the number of its weights."""
    header: dict[str, Any] = {}
    end = 0
    for name, shape in shapes(layers).items():
        first, end = end, end + 2 * prod(shape)
        header[name] = {"dtype": "BF16", "shape": shape, "data_offsets": [first, end]}
    text = json.dumps(header).encode()
    with path.open("wb") as out:
        out.write(len(text).to_bytes(8, "little") + text)
        for k, shape in enumerate(shapes(layers).values()):
            for rows in _drawn(k, shape):
                out.write(_bfloat16(rows).data)
    return end // 2


def _drawn(k: int, shape: tuple[int, ...]) -> Iterator[np.ndarray]:
    """Blocks of rows of array ``k``: N(0, 0.02^2), in every second with stable noise."""
    inputs = prod(shape[1:])
    for start in range(0, shape[0], _ROWS):
        rows = min(_ROWS, shape[0] - start)
        draw = np.random.default_rng((k, start))
        values = draw.standard_normal((rows, inputs), dtype=np.float32)
        if k % 2:
            values += sample("II", 1.75, units=rows, inputs=inputs, seed=k, step=start + 1)
        values *= np.float32(0.02)
        yield values


def _bfloat16(values: np.ndarray) -> np.ndarray:
    """Rounded to the nearest, as 16-bit codes."""
    return ((values.view(np.uint32) + np.uint32(0x8000)) >> np.uint32(16)).astype("<u2")


def measure(folder: Path | None, layers: int = LAYERS, path: Path | None = None) -> dict[str, Any]:
    """Make the file in ``folder``, inspect it and delete it, or inspect the one at ``path``."""
    if path is not None:
        return _in_a_process(path)
    with TemporaryDirectory(dir=folder, prefix="giant-") as inside:
        began = time.monotonic()
        made = Path(inside, "giant.safetensors")
        weights = make(made, layers)
        return {"weights": weights, "made_s": time.monotonic() - began, **_in_a_process(made)}


def _in_a_process(path: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.giant", str(path)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def _anonymous() -> int:
    """Bytes of this process that are no file's (Linux)."""
    status = Path("/proc/self/status").read_text("ascii")
    line = next(line for line in status.splitlines() if line.startswith("RssAnon:"))
    return 1024 * int(line.split()[1])


def _inspected(path: Path) -> dict[str, Any]:
    peak, ended = 0, threading.Event()

    def watch() -> None:
        nonlocal peak
        while not ended.wait(_EVERY):
            peak = max(peak, _anonymous())

    watching = threading.Thread(target=watch, daemon=True)
    watching.start()
    began = time.monotonic()
    from hts.inspection.network import inspect

    found = inspect(path)
    seconds = time.monotonic() - began
    ended.set()
    watching.join()
    return {
        "layers": len(found.layers),
        "left_out": len(found.left_out),
        "entries": sum(layer.size for layer in found.layers),
        "seconds": seconds,
        "cpu_seconds": sum(os.times()[:2]),
        "peak_anonymous_mb": peak / 1e6,
    }


if __name__ == "__main__":
    print(json.dumps(_inspected(Path(sys.argv[1]))))
