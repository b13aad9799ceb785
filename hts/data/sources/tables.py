"""The user's own tables, once they are taken in: datasets like any other.

A table is named ``table:`` and the first 12 hex digits of the SHA-256 of the file (and of the
label column, where it is not the one taken by default), so a run's settings name its data.  It is
stored as ``<digits>.npz`` beside ``<digits>.json``, the latter written last: no json, no table.

Where a name leads is said by a `Shelf`: of whoever has the machine, everything under
`tables_folder`; a program in which several people are told apart puts up another one by `look_on`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import msgspec
import numpy as np

from hts.data.sources.base import DatasetSource, Obtain
from hts.data.sources.dataset import Dataset, DataUnavailable
from hts.data.sources.scaling import Scaling
from hts.foreign import guarded
from hts.records import decode
from hts.validate import BadInput

Kind = TypeVar("Kind")
_NAME = re.compile(r"table:([0-9a-f]{12})")


def tables_folder() -> Path:
    """Where they are kept: ``tables`` under ``HTS_HOME`` (default ~/.hts)."""
    return Path(os.environ.get("HTS_HOME") or Path.home() / ".hts").expanduser() / "tables"


@dataclass(frozen=True)
class Shelf:
    """Tables by name, each with the folder it is in.

    ``offered``: what lists show, in their order.  ``named``: what is there beside these for who
    asks for it by its name.
    """

    offered: Mapping[str, Path]
    named: Mapping[str, Path] = field(default_factory=dict)

    def folder(self, name: str) -> Path | None:
        return self.offered.get(name) or self.named.get(name)


def in_folder(folder: Path) -> dict[str, Path]:
    """The tables in a folder, none of which need be readable."""
    return {f"table:{path.stem}": folder for path in sorted(folder.glob("*.json"))}


def everything() -> Shelf:
    """Whatever is under `tables_folder`; what others put into folders of their own is named."""
    own = tables_folder()
    folders = sorted(path for path in own.glob("[!.]*") if path.is_dir())
    named = {name: folder for folder in folders for name in in_folder(folder)}
    return Shelf(in_folder(own), named)


_shelf: Callable[[], Shelf] = everything


def look_on(shelf: Callable[[], Shelf]) -> None:
    """Have this process find tables on ``shelf``, which is asked anew each time."""
    global _shelf
    _shelf = shelf


@contextmanager
def looking_on(shelf: Callable[[], Shelf]) -> Iterator[None]:
    """`look_on` for the time of a block, in every thread of this process."""
    before = _shelf
    look_on(shelf)
    try:
        yield
    finally:
        look_on(before)


def place_of(name: str) -> Path | None:
    """The folder of the table ``name``; None without one, and for what is no table's name."""
    return _shelf().folder(name) if _NAME.fullmatch(name) else None


def missing(name: str) -> DataUnavailable:
    """What is said of a table that is not there, or not for this person."""
    return DataUnavailable(
        f"{name} is not among your tables: give the file again. The name is that of its content, "
        "so the same file gets the same name."
    )


class _About(msgspec.Struct, kw_only=True):
    """What is kept of a table; what has a default here was not kept before."""

    title: str
    filename: str
    label: str
    classes: tuple[str, ...]
    train: int
    test: int
    split: str
    dropped: list[str]  # names of the first columns left out
    left_out: int = 0  # how many there are; 0: those named
    inputs: int = 0
    read: str = ""  # how text is written


class _Columns(msgspec.Struct):
    """Names, which may be many, hence read where they are needed only."""

    columns: list[str]  # the inputs
    features: list[str] = []  # these and the constant ones, where there are such


def _read(path: Path, kind: type[Kind]) -> Kind:
    with _kept(path):
        return decode(path.read_bytes(), kind)


def _kept(path: Path) -> AbstractContextManager[None]:
    return guarded(str(path), "Give the file again.", says="is damaged", kind=DataUnavailable)


class OwnTable(DatasetSource):
    """A stored table; raises `DataUnavailable` if it is not there."""

    PREFIX = "table:"  # what its name begins with
    origin = "your own file"

    def __init__(self, name: str, folder: Path | None = None) -> None:
        match = _NAME.fullmatch(name)
        if match is None:
            raise BadInput(f"a table is named table: and 12 hex digits, got {name!r}.")
        folder = folder or place_of(name)
        if folder is None or not (path := folder / f"{match[1]}.json").exists():
            raise missing(name)
        about = _read(path, _About)
        self.name = name
        self.title = about.title
        self.inputs = about.inputs or len(_read(path, _Columns).columns)
        self.class_names = about.classes
        self.train, self.test = about.train, about.test
        out = about.dropped
        count = about.left_out or len(out)
        dropped = f" Left out: {count} column{'s' * (count != 1)} ({', '.join(out[:5])})."
        self.sentence = (
            f"Your table {about.filename}, label column {about.label!r}, features "
            f"standardised by the training part's mean and sd.{dropped if out else ''}"
            f"{about.read and f' Read with {about.read}.'}"
        )
        self.said = f"{self.sentence} "
        self._source = (
            f"your file {about.filename}; {about.split} split; standardised by the training part"
            f"{about.read and f'; {about.read}'}"
        )
        self._path, self._filename = path, about.filename

    @property
    def scaling(self) -> Scaling:
        """Rows of all feature columns, of which some are used; raises `DataUnavailable`."""
        mean, sd = self._arrays("mean", "sd")
        names = _read(self._path, _Columns)
        features = names.features or names.columns
        places = {name: k for k, name in enumerate(features)}
        used = [places[name] for name in names.columns]
        return Scaling(
            said=f"a row of {self._filename}: {len(features)} numbers, the columns in their order",
            mean=mean,
            sd=sd,
            columns=features,
            used=None if used == list(range(len(features))) else used,
        )

    def where(self) -> str:
        return "your tables"

    def load(self, obtain: Obtain) -> Dataset:
        """The stored arrays; raises `DataUnavailable` if they are damaged."""
        x_train, y_train, x_test, y_test = self._arrays("x_train", "y_train", "x_test", "y_test")
        return self.dataset(x_train, y_train, x_test, y_test, source=self._source)

    def _arrays(self, *names: str) -> list[np.ndarray]:
        path = self._path.with_suffix(".npz")
        with (
            _kept(path),
            path.open("rb") as handle,
            np.load(handle, allow_pickle=False) as archive,
        ):
            return [archive[name] for name in names]

    def forget(self) -> None:
        self._path.unlink(missing_ok=True)
        self._path.with_suffix(".npz").unlink(missing_ok=True)


def tables(folder: Path | None = None) -> list[OwnTable]:
    """The stored tables that are offered, by title; one that cannot be read is left out."""
    known = []
    for name, place in (_shelf().offered if folder is None else in_folder(folder)).items():
        try:
            known.append(OwnTable(name, place))
        except BadInput:
            continue
    return sorted(known, key=lambda table: (table.title, table.name))


def forget_table(name: str, folder: Path | None = None) -> None:
    """Delete a table from this computer; runs that used it keep their results."""
    OwnTable(name, folder).forget()
