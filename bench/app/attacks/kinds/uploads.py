"""Files that are given to the app: code in them, names that lead out, lies about their sizes."""

from __future__ import annotations

import functools
import io
import json
import resource
import struct
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from bench.app.attacks.kind import Kind, Try
from bench.app.attacks.kinds import KINDS
from bench.app.attacks.place import Place
from hts.data.reading.dialect import Dialect
from hts.data.reading.table_apart import register_apart
from hts.studio.store.paths import Home
from hts.studio.transfer.uploads import Uploads
from hts.validate import BadInput

GROWTH_MB = 200  # of this process at most, whatever a file says of itself
NAMES = (
    "../../victim.npy", "/etc/victim.npy", "a/../../victim.npy", "..\\victim.npy", "a\x00b.npy",
    "a\nb.npy", "\x1b[2J.npy", "con.npy", "x" * 5000 + ".npy", "<img src=x>.npy", "\u202eabc.npy",
)  # fmt: skip


def _code(victim: Path) -> bytes:
    """A pickle that makes the file ``victim`` once it is loaded."""
    return f"cbuiltins\nopen\n(V{victim}\nVw\ntR.".encode()


def _safetensors(header: object, data: bytes = b"", length: int | None = None) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def _npy(header: bytes, data: bytes = b"") -> bytes:
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + data


def _zip(members: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return made.getvalue()


def _large() -> bytes:
    """320 MB of zeros in 0.3 MB."""
    head = b"{'descr': '<f8', 'fortran_order': False, 'shape': (40000000,), }"
    whole = _npy(head.ljust(117) + b"\n", bytes(320 * 10**6))
    return _zip({"weight.npy": whole})


def _entry(**changed: object) -> dict[str, object]:
    return {"a": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16], **changed}}


WEIGHTS: dict[str, Callable[[Path], bytes]] = {
    "code.pt": _code,
    "code.npy": lambda victim: _objects(victim),
    "code in it.pt": lambda victim: _zip({"archive/data.pkl": _code(victim)}),
    "code.npz": lambda victim: _zip({"a.npy": _objects(victim)}),
    "large.npz": lambda _: _large(),
    "path.npz": lambda _: _zip({"../../victim.npy": b"x"}),
    "shape.npy": lambda _: _npy(b"{'descr':'<f8','fortran_order':False,'shape':(10**9,10**9)}\n"),
    "negative.npy": lambda _: _npy(b"{'descr':'<f8','fortran_order':False,'shape':(-1,)}\n"),
    "call.npy": lambda _: _npy(b"__import__('os').system('touch victim')\n"),
    "deep.npy": lambda _: _npy(b"(" * 20_000),
    "surrogate.safetensors": lambda _: _safetensors(
        b'{"\\ud800":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}', bytes(16)
    ),
    "header.safetensors": lambda _: _safetensors({}, length=2**62),
    "deep.safetensors": lambda _: _safetensors(b"[" * 100_000),
    "outside.safetensors": lambda _: _safetensors(_entry(data_offsets=[0, 2**40]), bytes(16)),
    "backwards.safetensors": lambda _: _safetensors(_entry(data_offsets=[16, 0]), bytes(16)),
    "negative.safetensors": lambda _: _safetensors(_entry(shape=[-4]), bytes(16)),
    "huge.safetensors": lambda _: _safetensors(_entry(shape=[2**40, 2**40]), bytes(16)),
    "text.safetensors": lambda _: _safetensors(_entry(shape="four"), bytes(16)),
    "kind.safetensors": lambda _: _safetensors(_entry(dtype="X" * 10_000), bytes(16)),
    "empty.safetensors": lambda _: b"",
    "letters.pt": lambda _: b"not a file of weights",
    "half.npz": lambda _: _large()[:1000],
}
TABLES: dict[str, bytes] = {
    "wide.csv": b",".join([b"1"] * 100_000) + b"\n",
    "code.npz": _zip({"X.npy": b"\x80\x04cos\nsystem\n(S'touch victim'\ntR."}),
    "bytes.csv": bytes(range(256)) * 100,
    "null.csv": b"a,b\n1,\x00\n" * 50,
    "quote.csv": b'a,b\n"' + b"x" * 2_000_000,
    "empty.csv": b"",
    "page.csv": b"<!doctype html><script>alert(1)</script>",
    "letters.parquet": b"PAR1 or so PAR1",
    "letters.feather": b"ARROW1 or so",
}


def cases(place: Place) -> Iterator[tuple[str, Try]]:
    for name, make in WEIGHTS.items():
        yield f"weights: {name}", functools.partial(_weights, make, name)
    for name in NAMES:
        yield f"weights called {name[:30]!r}", functools.partial(_called, name)
    for name, content in TABLES.items():
        yield f"a table: {name}", functools.partial(_table, name, content)


def _objects(victim: Path) -> bytes:
    return _npy(b"{'descr': '|O', 'fortran_order': False, 'shape': (1,)}\n", _code(victim))


def _weights(make: Callable[[Path], bytes], name: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        victim, file = Path(folder, "victim"), Path(folder, name)
        file.write_bytes(make(victim))
        return _refused(lambda: Uploads(Home(Path(folder, "home"))).add(file), victim)


def _called(name: str) -> str:
    """The file is sound: it is kept, in its place, under a name that can be shown, or refused."""
    made = io.BytesIO()
    np.save(made, np.ones((4, 4), np.float32))
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder, "home"))
        try:
            Uploads(home).add(made.getvalue(), name)
        except BadInput as error:
            return _said(error)
        outside = [path for path in Path(folder).iterdir() if path != home.root]
        (kept,) = Uploads(home).list()
        shown = kept.filename.isprintable() and len(kept.filename) <= 200
        if outside or "/" in kept.filename or "\\" in kept.filename:
            return f"it was kept as {kept.filename[:80]!r}"
        return "" if shown else f"it is called {kept.filename[:80]!r}"


def _table(name: str, content: bytes) -> str:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, name)
        file.write_bytes(content)
        take_in = functools.partial(register_apart, file, name, None, Dialect())
        return _refused(take_in, Path(folder, "victim"))


def _refused(take_in: Callable[[], object], victim: Path) -> str:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        take_in()
    except BadInput as error:
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        if victim.exists() or Path("victim").exists():
            return "its code ran"
        return f"this process grew by {grown:.0f} MB" if grown > GROWTH_MB else _said(error)
    return "it was taken in"


def _said(error: BadInput) -> str:
    said = str(error)
    return "" if said.isprintable() and len(said) <= 4000 else f"says {said[:80]!r}"


KINDS.register(
    Kind(
        name="uploads",
        right="no code in them runs, nothing is written elsewhere; refused in one sentence",
        cases=cases,
    )
)
