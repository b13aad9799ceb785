"""What comes in while others watch, from a process of its own: uploads, and runs asked for.

``python -m bench.app.incoming`` makes its files, says ``ready``, and begins at a line on its
input: uploads of weights and tables in turn, and visitors of the Train page who each press Train
once, all evenly over the seconds.  Prints one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Sequence

import numpy as np

from bench.app.uploads import TABLES, WEIGHTS, Visitor, table_file, weights_file


async def come_in(port: int, files: Sequence[tuple[str, bytes]], runs: int, seconds: float) -> dict:
    """Give the files and ask for the runs over ``seconds``; what was refused, and how long it took.

    ``files``: weights end in .npy, tables in .csv.
    """
    took: dict[str, list[float]] = {"upload": [], "train": []}
    said: list[str] = []

    async def after(wait: float, kind: str, visitor: Visitor, act: Awaitable[None]) -> None:
        await asyncio.sleep(wait)
        began = time.monotonic()
        await act
        took[kind].append(time.monotonic() - began)
        said.extend(visitor.said)

    tasks = []
    for place, (name, content) in enumerate(files):
        visitor = Visitor(port, *(WEIGHTS if name.endswith(".npy") else TABLES))
        given = visitor.give(name, content, asyncio.Barrier(1))
        tasks.append(after(seconds * place / len(files), "upload", visitor, given))
    for place in range(runs):
        visitor = Visitor(port, "", f"seed={1000 + place}", "")
        tasks.append(after(seconds * place / runs, "train", visitor, visitor.press("train")))
    await asyncio.gather(*tasks)
    median = {f"{kind}_seconds_median": round(float(np.median(s)), 2) for kind, s in took.items()}
    return {"said": sorted(set(said))[:5], "cpu_seconds": round(time.process_time(), 1), **median}


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.app.incoming", description=__doc__)
    for name in ("port", "uploads", "mb", "runs"):
        parser.add_argument(f"--{name}", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    options = parser.parse_args(words)
    size = options.mb * 2**20
    files = [
        (f"t{k}.csv", table_file(options.mb, seed=k))
        if k % 2
        else (f"n{k}.npy", weights_file(size, seed=k))
        for k in range(options.uploads)
    ]
    print("ready", flush=True)
    sys.stdin.readline()
    coming = come_in(options.port, files, options.runs, options.seconds)
    print(json.dumps(asyncio.run(coming)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
