"""Weights that were given to the app: checked once, kept by the hash of their content.

An upload is named ``weights:`` and the first 12 hex digits of the SHA-256 of the file.  It is kept
in a folder of its owner's as ``<digits>.<format>`` beside ``<digits>.json``, the latter written
last: no json, no upload.  A limited process reads the file (`hts.sandbox`), every number of it;
what is kept is the safetensors that it made, or was given.  Who shows an upload opens only these:
at most ``HEADER`` bytes of checked header and one array are ever in memory.
"""

from __future__ import annotations

import builtins
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from io import BytesIO
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from typing import BinaryIO

from hts.foreign import guarded
from hts.records import decode
from hts.sandbox import Bounds, run_limited
from hts.studio.store.holdings import WEIGHTS
from hts.studio.store.paths import Home, replacing
from hts.validate import BadInput
from hts.weights.entry import FileWeights, Weight
from hts.weights.in_use import in_use
from hts.weights.limits import LIMITS, Limits, check_file_bytes
from hts.weights.places import opened, resolved
from hts.weights.read import READERS, ending_of
from hts.weights.safetensors_file import read_safetensors
from hts.weights.torch_file import convert_torch

LARGEST_UPLOAD = 2 * 2**30  # bytes in one file
LARGEST_TOTAL = 8 * 2**30  # bytes in all of them
HEADER = 4 * 2**20  # bytes
_HOW = "Save the arrays as .safetensors, or a state dict by torch.save(model.state_dict(), path)."


@dataclass(frozen=True, kw_only=True)
class StoredWeights:
    """What is known of an upload without opening it."""

    id: str  # "weights:<12 hex digits>"
    filename: str  # as it was called by who gave it
    format: str  # what is kept: "safetensors", in older stores also "npz" or "npy"
    arrays: int
    bytes: int  # on disk
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Uploads:
    """The weights that one person uploaded; ``key`` names their folder (`holdings.key_of`)."""

    home: Home
    key: str = ""
    total_limit: int = LARGEST_TOTAL  # bytes of all of them

    @property
    def folder(self) -> Path:
        return self.home.weights_of(self.key)

    def add(
        self,
        source: Path | str | bytes | BinaryIO,
        filename: str | None = None,
        *,
        limit: int = LARGEST_UPLOAD,
        limits: Limits = LIMITS,
    ) -> str:
        """Check a file of weights, keep it and return its id ``weights:<12 hex digits>``.

        ``source``: a path, the bytes, or a file open for reading bytes; ``filename`` says what it
        is called where ``source`` does not.  ``limit``: largest size in bytes of this file, judged
        before copying.  The same content has the same id, and is kept once.  Raises `BadInput`
        that says what is wrong with the file.
        """
        name = filename or (Path(source).name if isinstance(source, (str, Path)) else "")
        name = "".join(c for c in name.replace("\\", "/").split("/")[-1] if c.isprintable())[-200:]
        ending = ending_of(name)
        with _readable(source) as handle:
            size = handle.seek(0, 2)
            check_file_bytes(name, size, limit, why="an upload has to fit on this computer's disk")
            digits = _sha256(handle)
            if (self.folder / f"{digits}.json").exists():
                return f"weights:{digits}"
            self._check_total(size)
            # A folder beside its destination: moving there is then a rename, all or nothing.
            self.folder.mkdir(parents=True, exist_ok=True)
            with TemporaryDirectory(dir=self.folder, prefix=".checking-") as folder:
                copy = Path(folder, f"upload{ending}")
                with copy.open("xb") as out:
                    handle.seek(0)
                    copyfileobj(handle, out, 2**20)
                found = _checked(copy, name, limits)
                assert found.path is not None  # there is a weight, so there is a file
                self._check_total(found.path.stat().st_size)
                self._keep(digits, name, found)
        return f"weights:{digits}"

    def get(self, id_: str, *, limits: Limits = LIMITS) -> FileWeights:
        """An upload, opened as `read_weights` opens a file; raises `BadInput` without one."""
        known, path = self._about(id_)
        found = READERS[ending_of(path.name)](resolved(path, None), known.filename, limits)
        weights = in_use(found.weights)
        return replace(found, source=known.filename, weights=weights, notes=known.notes, path=path)

    def list(self) -> builtins.list[StoredWeights]:
        """The uploads, by file name; one that cannot be read is left out."""
        known = []
        for path in sorted(self.folder.glob("*.json")):
            with suppress(BadInput):
                known.append(self._about(f"weights:{path.stem}")[0])
        return sorted(known, key=lambda upload: (upload.filename, upload.id))

    def _keep(self, digits: str, name: str, found: FileWeights) -> None:
        assert found.path is not None
        ending = found.path.suffix
        lost = [f"{w.name}: {w.refused}" for w in found.weights if not w.dtype][:20]
        about = StoredWeights(
            id=f"weights:{digits}",
            filename=name,
            format=ending.removeprefix("."),
            arrays=len(found.weights),
            bytes=found.path.stat().st_size,
            notes=(*found.notes, *lost),
        )
        found.path.replace(self.folder / f"{digits}{ending}")
        with replacing(self.folder / f"{digits}.json") as handle:
            handle.write(json.dumps(asdict(about), ensure_ascii=False, indent=1).encode())

    def _check_total(self, size: int) -> None:
        kept, most = sum(upload.bytes for upload in self.list()), self.total_limit
        if kept + size > most:
            raise BadInput(
                f"uploads take {kept / 2**20:,.0f} MB already and this file {size / 2**20:,.0f} "
                f"MB; at most {most / 2**20:,.0f} MB are kept in all: delete one that is not "
                "needed."
            )

    def _about(self, id_: str) -> tuple[StoredWeights, Path]:
        path = self.folder / f"{WEIGHTS.digits(id_)}.json"
        if not path.exists():
            raise WEIGHTS.missing(id_)
        with guarded(f"what is kept of {id_}", "Give it again.", says="is damaged"):
            known = decode(path.read_bytes(), StoredWeights)
        return known, path.with_suffix(f".{known.format}")


def _checked(copy: Path, name: str, limits: Limits) -> FileWeights:
    """What is in the file, read by a limited process; its ``path`` is the safetensors to keep."""
    limits = replace(limits, header_bytes=min(HEADER, limits.header_bytes))
    if copy.suffix in (".pt", ".pth"):
        found = convert_torch(copy, name, copy.parent, limits)
    else:
        found = _canonical(copy, name, limits)
    if not any(not weight.refused for weight in found.weights):
        first = next((w for w in found.weights if not w.dtype), found.weights[0])
        raise BadInput(
            f"{name} holds {len(found.weights)} arrays and none can be measured; the first is "
            f"{first.name!r}: {first.refused}."
        )
    return found


def _canonical(copy: Path, name: str, limits: Limits) -> FileWeights:
    memory = limits.memory_for(copy.stat().st_size)
    answer = run_limited(
        "hts.weights.canonical:canonical",
        {
            "path": str(copy),
            "source": name,
            "limits": asdict(limits),
            "array_bytes": memory // 2,  # one is turned round, or written, beside itself
        },
        copy.parent,
        Bounds(memory=memory, seconds=limits.worker_seconds, written=LARGEST_UPLOAD),
        what=name,
        hint=_HOW,
    )
    left = tuple(Weight.unread(key, why) for key, why in answer["left"].items())
    path = copy if copy.suffix == ".safetensors" else copy.with_name("weights.safetensors")
    if not path.exists():
        return FileWeights(source=name, format="safetensors", weights=left)
    found = read_safetensors(path, name, limits)
    return replace(found, weights=(*found.weights, *left), notes=tuple(answer["notes"]))


@contextmanager
def _readable(source: Path | str | bytes | BinaryIO) -> Iterator[BinaryIO]:
    if isinstance(source, bytes):
        yield BytesIO(source)
    elif isinstance(source, (str, Path)):
        with opened(resolved(Path(source), None)) as handle:
            yield handle
    else:
        yield source


def _sha256(handle: BinaryIO) -> str:
    total = hashlib.sha256()
    handle.seek(0)
    while block := handle.read(2**20):
        total.update(block)
    return total.hexdigest()[:12]
