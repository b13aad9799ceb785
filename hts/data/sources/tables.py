"""The user's own tables, once they are taken in: datasets like any other.

A table is named ``table:`` and the first 12 hex digits of the SHA-256 of the file (and of the
label column, where it is not the one taken by default), so a run's settings name its data.  It is
stored as ``<digits>.npz`` beside ``<digits>.json``, the latter written last: no json, no table.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from hts.data.sources.base import DatasetSource, Obtain
from hts.data.sources.dataset import Dataset, DataUnavailable
from hts.data.sources.scaling import Scaling
from hts.validate import BadInput

_NAME = re.compile(r"table:([0-9a-f]{12})")


def tables_folder() -> Path:
    """Where they are kept: ``tables`` under ``HTS_HOME`` (default ~/.hts)."""
    return Path(os.environ.get("HTS_HOME") or Path.home() / ".hts").expanduser() / "tables"


class OwnTable(DatasetSource):
    """A stored table; raises `DataUnavailable` if it is not there."""

    PREFIX = "table:"  # what its name begins with
    origin = "your own file"

    def __init__(self, name: str, folder: Path | None = None) -> None:
        match = _NAME.fullmatch(name)
        if match is None:
            raise BadInput(f"a table is named table: and 12 hex digits, got {name!r}.")
        path = (folder or tables_folder()) / f"{match[1]}.json"
        try:
            about = json.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            raise DataUnavailable(
                f"{name} is not among the tables in {path.parent}: give the file again. The name "
                "is that of its content, so the same file gets the same name."
            ) from None
        except ValueError as error:
            raise DataUnavailable(f"{path} is damaged ({error}): give the file again.") from None
        self.name = name
        self.title = about["title"]
        self.inputs = len(about["columns"])
        self.class_names = tuple(about["classes"])
        self.train, self.test = about["train"], about["test"]
        out, read = about["dropped"], about.get("read")  # tables of before did not keep that
        dropped = f" Left out: {len(out)} columns ({', '.join(out[:5])})." if out else ""
        self.sentence = (
            f"Your table {about['filename']}, label column {about['label']!r}, features "
            f"standardised by the training part's mean and sd.{dropped}"
        ) + (f" Read with {read}." if read else "")
        self._source = (
            f"your file {about['filename']}; {about['split']} split; standardised by the training "
            f"part{'; ' if read else ''}{read or ''}"
        )
        self._path = path
        self._filename, self._used = about["filename"], about["columns"]
        self._features = about.get("features", self._used)  # tables of before did not keep them

    @property
    def scaling(self) -> Scaling:
        """Rows of all feature columns, of which some are used; raises `DataUnavailable`."""
        mean, sd = self._arrays("mean", "sd")
        features, used = self._features, [self._features.index(name) for name in self._used]
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
        try:
            with path.open("rb") as handle, np.load(handle, allow_pickle=False) as archive:
                return [archive[name] for name in names]
        except (OSError, ValueError, KeyError, BadZipFile) as error:
            raise DataUnavailable(f"{path} is damaged ({error}): give the file again.") from error

    def forget(self) -> None:
        self._path.unlink(missing_ok=True)
        self._path.with_suffix(".npz").unlink(missing_ok=True)


def tables(folder: Path | None = None) -> list[OwnTable]:
    """The stored tables, by title; one that cannot be read is left out."""
    known = []
    for path in sorted((folder or tables_folder()).glob("*.json")):
        try:
            known.append(OwnTable(f"table:{path.stem}", folder))
        except (BadInput, KeyError):
            continue
    return sorted(known, key=lambda table: (table.title, table.name))


def forget_table(name: str, folder: Path | None = None) -> None:
    """Delete a table from this computer; runs that used it keep their results."""
    OwnTable(name, folder).forget()
