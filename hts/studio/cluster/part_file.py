"""Results of one part of a sweep in a file: what a task of a job array leaves behind.

A line of JSON says which sweep, which part, which code; after it comes one line a member.  Each
line is on the disk before the next member is told of, so that a task that is ended at any moment
has lost nothing but what it was computing; a last line that is torn is cut off.  Weights lie
beside it, one safetensors file a member.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
from safetensors.numpy import load_file

from hts.foreign import guarded
from hts.records import decode
from hts.studio.jobs.workers.ended import Ended
from hts.studio.store.array_files import write_arrays
from hts.studio.store.paths import replacing
from hts.validate import BadInput

FORMAT = 1
PATTERN = "part-*.jsonl"
_NOTHING = msgspec.Raw(b"null")


@dataclass(frozen=True, kw_only=True)
class Header:
    """What the results of a part belong to."""

    format: int
    sweep: str  # the sweep's description, JSON
    part: int  # from 1
    of: int
    code: str  # `hts.studio.cluster.versions.code_version`
    data: dict[str, str]  # dataset -> `hts.studio.cluster.versions.data_checksum`


class _Line(msgspec.Struct, frozen=True, kw_only=True):
    position: int
    result: msgspec.Raw = _NOTHING
    snapshot: msgspec.Raw = _NOTHING
    evaluations: tuple[msgspec.Raw, ...] = ()
    device: str = ""
    threads: int | None = None
    weights: bool = False
    failed: str = ""  # why it has no result


@dataclass(frozen=True, kw_only=True)
class Failed:
    """A member that cannot be computed, and why."""

    position: int
    words: str


def part_path(folder: Path, part: int, of: int) -> Path:
    """Where part ``part`` of ``of`` lies."""
    digits = len(str(of))
    return folder / f"part-{part:0{digits}}-of-{of}.jsonl"


class PartFile:
    """A part's file, opened to add what it lacks.

    Raises `BadInput` if it is there and belongs to another sweep, or was written by other code.
    """

    def __init__(self, folder: Path, header: Header) -> None:
        self.path = part_path(folder, header.part, header.of)
        folder.mkdir(parents=True, exist_ok=True)
        if self.path.exists() and b"\n" in self.path.read_bytes():
            there, _ = read_part(self.path)
            check_alike(self.path, there, header)
            _cut_torn_line(self.path)
        else:
            with replacing(self.path, durable=True) as file:
                file.write(msgspec.json.encode(header) + b"\n")
        self._file = self.path.open("ab")

    def ended(self) -> set[int]:
        """Positions with a result: these need not be computed again."""
        _, found = read_part(self.path)
        return {one.position for one in found if isinstance(one, Ended)}

    def add(self, one: Ended | Failed) -> None:
        """Append it, and wait for the disk."""
        if isinstance(one, Failed):
            line = _Line(position=one.position, failed=one.words)
        else:
            if one.weights is not None:
                write_arrays(_weights(self.path, one.position), one.weights)
            line = _Line(
                position=one.position,
                result=msgspec.Raw(one.result),
                snapshot=msgspec.Raw(one.snapshot or b"null"),
                evaluations=tuple(msgspec.Raw(evaluation) for evaluation in one.evaluations),
                device=one.device,
                threads=one.threads,
                weights=one.weights is not None,
            )
        self._file.write(msgspec.json.encode(line) + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()


def read_part(path: Path) -> tuple[Header, Iterator[Ended | Failed]]:
    """The header, and what members came to, one after the other.

    Raises `BadInput` where the file is not a part's.
    """
    with guarded(str(path), says="cannot be read as a part of a sweep"), path.open("rb") as file:
        header = decode(file.readline(), Header)
    if header.format != FORMAT:
        raise BadInput(
            f"{path} has format {header.format}, this program reads {FORMAT}: collect it with the "
            "program that wrote it."
        )
    return header, _members(path)


def check_alike(path: Path, got: Header, wanted: Header) -> None:
    """Raise `BadInput` unless both belong to one sweep, by the same code, on the same data."""
    if got.sweep != wanted.sweep:
        raise BadInput(f"{path} belongs to another sweep: give each sweep a folder of its own.")
    if got.of != wanted.of:
        raise BadInput(
            f"{path} is one of {got.of} parts, not of {wanted.of}: parts of different numbers "
            "overlap. Compute all with one number, or in another folder."
        )
    if got.code != wanted.code:
        raise BadInput(
            f"{path} was written by hts {got.code}, not {wanted.code}: results of different code "
            "cannot stand in one sweep."
        )
    for name in got.data.keys() & wanted.data.keys():
        if got.data[name] != wanted.data[name]:
            raise BadInput(f"{path} was computed on another copy of {name}, with other contents.")


def _members(path: Path) -> Iterator[Ended | Failed]:
    with path.open("rb") as file:
        file.readline()
        for number, text in enumerate(file, start=2):
            if not text.endswith(b"\n"):
                return  # torn: its task was ended while it wrote
            with guarded(f"line {number} of {path}"):
                member = _member(path, decode(text, _Line))
            yield member


def _member(path: Path, line: _Line) -> Ended | Failed:
    if line.failed:
        return Failed(position=line.position, words=line.failed)
    snapshot = bytes(line.snapshot)
    return Ended(
        position=line.position,
        result=bytes(line.result),
        snapshot=None if snapshot == b"null" else snapshot,
        evaluations=tuple(bytes(evaluation) for evaluation in line.evaluations),
        weights=load_file(_weights(path, line.position)) if line.weights else None,
        device=line.device,
        threads=line.threads,
    )


def _weights(path: Path, position: int) -> Path:
    return path.with_suffix("") / f"{position}.safetensors"


def _cut_torn_line(path: Path) -> None:
    content = path.read_bytes()
    whole = content.rfind(b"\n") + 1
    if whole < len(content):
        os.truncate(path, whole)
