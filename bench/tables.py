"""How many awkward tables readers get right, and the CPU time of a large one.

A file is right where features and labels are; nobody is told anything about it.  pandas guesses
separators only where asked; clevercsv and Python's sniffer find separator and quotation mark, and
pandas reads on with them.
"""

from __future__ import annotations

import csv
import io
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bench.awkward_tables import U, V, files
from hts.data.reading.dialect import Dialect
from hts.data.reading.own_table import register_table
from hts.data.reading.table_file import opened

Reader = Callable[[bytes], tuple[np.ndarray, list[str]]]


def measure(megabytes: float, runs: int) -> dict[str, list[dict[str, Any]]]:
    """``awkward``: files read right by each reader; ``separators``: those where it is found;
    ``speed``: seconds of CPU, least of ``runs``."""
    return {
        "awkward": [
            {"reader": name, "right": len(files()) - len(wrong), "of": len(files()), "wrong": wrong}
            for name, wrong in ((name, _wrong(read)) for name, read in _readers().items())
        ],
        "separators": [
            {"finder": name, "right": sum(map(finds, files().values())), "of": len(files())}
            for name, finds in _finders().items()
        ],
        "speed": [_speed(megabytes, runs)],
    }


def _ours(content: bytes) -> tuple[np.ndarray, list[str]]:
    table = opened(io.BytesIO(content), Dialect()).read(None)
    return table.block(slice(0, len(table.columns))), list(table.labels)


def _pandas(content: bytes, **how: Any) -> tuple[np.ndarray, list[str]]:
    frame = pd.read_csv(io.BytesIO(content), **how)
    return frame.iloc[:, :-1].to_numpy(np.float64), frame.iloc[:, -1].astype(str).tolist()


def _sniffed(content: bytes) -> tuple[np.ndarray, list[str]]:
    found = csv.Sniffer().sniff(content.decode("utf-8-sig")[:4096])
    return _pandas(content, sep=found.delimiter, quotechar=found.quotechar or '"')


def _clevercsv(content: bytes) -> tuple[np.ndarray, list[str]]:
    import clevercsv

    found = clevercsv.Sniffer().sniff(content.decode("utf-8-sig")[:4096])
    return _pandas(content, sep=found.delimiter or ",", quotechar=found.quotechar or '"')


def _readers() -> dict[str, Reader]:
    readers: dict[str, Reader] = {
        "hts": _ours,
        "pandas": _pandas,
        "pandas sep=None": lambda content: _pandas(content, sep=None, engine="python"),
        "csv.Sniffer + pandas": _sniffed,
    }
    try:
        import clevercsv  # noqa: F401
    except ImportError:
        return readers
    return {**readers, "clevercsv + pandas": _clevercsv}


def _finders() -> dict[str, Callable[[tuple[bytes, list[str]]], bool]]:
    """Who finds separators, as a test of whether it finds ours, which reads all files right."""

    def finds(sniff: Callable[[str], Any]) -> Callable[[tuple[bytes, list[str]]], bool]:
        def right(file: tuple[bytes, list[str]]) -> bool:
            layout = opened(io.BytesIO(file[0]), Dialect()).layout
            text = file[0].decode(layout.dialect.encoding)[:4096]
            try:
                return sniff(text).delimiter == layout.dialect.separator
            except Exception:
                return False

        return right

    found = {"csv.Sniffer": finds(csv.Sniffer().sniff)}
    try:
        import clevercsv
    except ImportError:
        return found
    return {**found, "clevercsv": finds(clevercsv.Sniffer().sniff)}


def _wrong(read: Reader) -> list[str]:
    """The files that ``read`` refuses or misreads."""
    wrong = []
    for name, (content, labels) in files().items():
        try:
            features, found = read(content)
        except Exception:
            wrong.append(name)
            continue
        if not np.array_equal(features, np.column_stack([U, V])) or found != labels:
            wrong.append(name)
    return wrong


def _speed(megabytes: float, runs: int) -> dict[str, Any]:
    rows = max(20, round(megabytes * 1e6 / 477))  # 50 numbers of 9 or 10 bytes
    x = np.random.default_rng(0).normal(size=(rows, 50))
    names = ",".join(f"f{k}" for k in range(50))
    lines = [",".join([*(f"{v:.6f}" for v in row), "abc"[k % 3]]) for k, row in enumerate(x)]
    content = "\n".join([f"{names},label", *lines, ""]).encode()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "large.csv"
        file.write_bytes(content)
        found = {
            "megabytes": round(len(content) / 1e6, 1),
            "read": _least(lambda: _ours(content), runs),
            "register": _least(lambda: register_table(file, folder=Path(folder)), runs),
            "pandas": _least(lambda: pd.read_csv(file), runs),
        }
    return {**found, "read_of_pandas": round(found["read"] / found["pandas"], 2)}


def _least(what: Callable[[], object], runs: int) -> float:
    times = []
    for _ in range(runs):
        start = time.process_time()
        what()
        times.append(time.process_time() - start)
    return round(min(times), 4)
