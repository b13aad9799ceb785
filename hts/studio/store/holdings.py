"""Tables and files of weights that people keep here: whose they are, and who else sees them.

Each person's lie in a folder of their own, so that nothing of one person's can take the place of
another's, whatever it is called and whatever is in it.  Its row says who sees it.  What lies beside
these folders belongs to nobody in particular (owner ``""``): to whoever has the machine, and to
every admin; it needs no row.  A thing is named by its kind and 12 hex digits; its files are
``<digits>.*``, of which ``<digits>.json`` says what it is.
"""

from __future__ import annotations

import builtins
import hashlib
import json
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hts.data.sources.tables import missing
from hts.foreign import guarded
from hts.studio.store.database import Database
from hts.studio.store.paths import Home, replacing
from hts.studio.store.run_row import Visibility
from hts.studio.store.sight import Sight
from hts.validate import BadInput

NOBODY = ""
_DIGITS = re.compile(r"[0-9a-f]{12}")


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of thing.  ``title``: what of its JSON people call it by, and may change."""

    word: str  # as the database and sentences say it
    prefix: str
    folder: Callable[[Home, str], Path]  # of an owner's key
    title: str
    says: Callable[[Mapping[str, Any]], str]  # its sizes, in words
    missing: Callable[[str], BadInput]  # what is said of one that is not there

    def digits(self, name: str) -> str:
        """The part of its name that stands in file names; `BadInput` for another name."""
        digits = name.removeprefix(self.prefix)
        if not name.startswith(self.prefix) or not _DIGITS.fullmatch(digits):
            raise BadInput(
                f"{self.word} is named {self.prefix} and 12 hex digits, got {name[:80]!r}."
            )
        return digits


def _table_says(about: Mapping[str, Any]) -> str:
    inputs = about.get("inputs") or len(about["columns"])
    examples = about["train"] + about["test"]
    return f"{examples:,} examples of {inputs:,} inputs, {len(about['classes']):,} classes"


def _weights_say(about: Mapping[str, Any]) -> str:
    return f"{about['arrays']:,} {'array' if about['arrays'] == 1 else 'arrays'}"


def _no_upload(name: str) -> BadInput:
    return BadInput(
        f"{name} is not among your uploads: give the file again. The name is that of its content, "
        "so the same file gets the same name."
    )


TABLE = Kind(
    word="table",
    prefix="table:",
    folder=lambda home, key: home.tables_of(key),
    title="title",
    says=_table_says,
    missing=missing,
)
WEIGHTS = Kind(
    word="weights",
    prefix="weights:",
    folder=lambda home, key: home.weights_of(key),
    title="filename",
    says=_weights_say,
    missing=_no_upload,
)
KINDS: Mapping[str, Kind] = {kind.word: kind for kind in (TABLE, WEIGHTS)}


def kind_of(name: str) -> Kind:
    """The kind of thing that is called so; `BadInput` for what is no such name."""
    kind = KINDS.get(name.partition(":")[0])
    if kind is None:
        raise BadInput(f"a table is named table:..., weights weights:..., got {name[:80]!r}.")
    kind.digits(name)
    return kind


@dataclass(frozen=True)
class Told:
    """What is known of a thing without opening its data."""

    title: str
    says: str  # its sizes, in words
    bytes: int  # on disk


@dataclass(frozen=True, kw_only=True)
class Holding:
    """One thing that somebody keeps.  ``classes``: whose students may use it, by number."""

    kind: Kind
    name: str
    owner: str
    visibility: Visibility
    made: float  # unix seconds; 0.0 where that is not known
    classes: tuple[int, ...] = ()


def key_of(owner: str) -> str:
    """The name of this owner's folders."""
    return hashlib.sha256(owner.encode()).hexdigest()[:16] if owner else ""


@dataclass(frozen=True)
class Holdings:
    """The tables ``holdings`` and ``class_holdings``, and the folders they speak of."""

    db: Database
    home: Home

    def list(self, kind: Kind, sight: Sight) -> builtins.list[Holding]:
        """What somebody sees of a kind: their own first, then the newest; files may be missing."""
        condition, values = sight.of_holdings()
        rows = self.db.rows(
            f"SELECT * FROM holdings AS h WHERE kind = ? AND {condition} "
            "ORDER BY owner = ? DESC, made DESC, owner, name",
            (kind.word, *values, sight.person),
        )
        found = [self._holding(row) for row in rows]
        if sight.everything:
            known = {holding.name for holding in found if holding.owner == NOBODY}
            found += [h for h in self._of_nobody(kind) if h.name not in known]
        return found

    def of(self, owner: str) -> builtins.list[Holding]:
        """All that this person keeps."""
        sight = Sight(person=owner, everything=owner == NOBODY)
        every = (holding for kind in KINDS.values() for holding in self.list(kind, sight))
        return [holding for holding in every if holding.owner == owner]

    def find(self, name: str, sight: Sight) -> Holding | None:
        """What somebody sees by this name: their own, or else the newest."""
        return next((h for h in self.list(kind_of(name), sight) if h.name == name), None)

    def _of_nobody(self, kind: Kind) -> Iterator[Holding]:
        for path in sorted(kind.folder(self.home, "").glob("*.json")):
            yield Holding(
                kind=kind, name=f"{kind.prefix}{path.stem}", owner=NOBODY, visibility="private",
                made=path.stat().st_mtime,
            )  # fmt: skip

    def _holding(self, row: Any) -> Holding:
        classes = self.db.rows(
            "SELECT class FROM class_holdings WHERE kind = ? AND owner = ? AND name = ? "
            "ORDER BY class",
            (row["kind"], row["owner"], row["name"]),
        )
        return Holding(
            kind=KINDS[row["kind"]], name=row["name"], owner=row["owner"],
            visibility=row["visibility"], made=row["made"],
            classes=tuple(found["class"] for found in classes),
        )  # fmt: skip

    def add(self, name: str, owner: str) -> None:
        """Note that this person keeps what lies in their folder; nobody else sees it."""
        self.db.change(
            "INSERT OR IGNORE INTO holdings VALUES (?, ?, ?, 'private', ?)",
            (kind_of(name).word, owner, name, time.time()),
        )

    def show_to(self, holding: Holding, visibility: Visibility) -> None:
        """Let nobody else, the lab or everybody see it."""
        with self.db.writing():
            self.add(holding.name, holding.owner)
            self.db.change(
                "UPDATE holdings SET visibility = ? WHERE kind = ? AND owner = ? AND name = ?",
                (visibility, holding.kind.word, holding.owner, holding.name),
            )

    def show_to_class(self, holding: Holding, number: int) -> None:
        """Let the students of a class use it."""
        with self.db.writing():
            self.add(holding.name, holding.owner)
            self.db.change(
                "INSERT OR IGNORE INTO class_holdings VALUES (?, ?, ?, ?)",
                (number, holding.kind.word, holding.owner, holding.name),
            )

    def hide_from_classes(self, holding: Holding) -> None:
        self.db.change(
            "DELETE FROM class_holdings WHERE kind = ? AND owner = ? AND name = ?",
            (holding.kind.word, holding.owner, holding.name),
        )

    def told(self, holding: Holding) -> Told:
        """What is known of it; raises `BadInput` if its files have gone or are damaged."""
        about, files = self._about(holding), self._files(holding)
        with guarded(f"what is kept of {holding.name}", says="is damaged"):
            title = str(about[holding.kind.title])
            return Told(title, holding.kind.says(about), sum(map(_size, files)))

    def rename(self, holding: Holding, title: str) -> None:
        """Call it ``title`` from now on; raises `BadInput` as `told` does."""
        about = {**self._about(holding), holding.kind.title: title}
        with replacing(self._folder(holding) / self._json(holding)) as file:
            file.write(json.dumps(about).encode())

    def delete(self, holding: Holding) -> None:
        """Remove its files and its row; what is damaged goes too."""
        with self.db.writing():
            self.db.change(
                "DELETE FROM holdings WHERE kind = ? AND owner = ? AND name = ?",
                (holding.kind.word, holding.owner, holding.name),
            )
            (self._folder(holding) / self._json(holding)).unlink(missing_ok=True)  # first
            for path in self._files(holding):
                path.unlink(missing_ok=True)

    def _folder(self, holding: Holding) -> Path:
        return holding.kind.folder(self.home, key_of(holding.owner))

    def _json(self, holding: Holding) -> str:
        return f"{holding.kind.digits(holding.name)}.json"

    def _files(self, holding: Holding) -> builtins.list[Path]:
        return sorted(self._folder(holding).glob(f"{holding.kind.digits(holding.name)}.*"))

    def _about(self, holding: Holding) -> dict[str, Any]:
        path = self._folder(holding) / self._json(holding)
        if not path.exists():
            raise holding.kind.missing(holding.name)
        with guarded(f"what is kept of {holding.name}", "Give it again.", says="is damaged"):
            about = json.loads(path.read_bytes())
            if not isinstance(about, dict):
                raise ValueError("it is no JSON object")
        return about

    def bytes_of(self, owner: str) -> int:
        """Bytes on disk of all that this person keeps."""
        folders = (kind.folder(self.home, key_of(owner)) for kind in KINDS.values())
        return sum(_size(path) for folder in folders for path in folder.glob("*"))

    def faults(self) -> Iterator[str]:
        """What is wrong, in words: rows without files, and files without rows."""
        rows = {
            (row["kind"], key_of(row["owner"]), row["name"]): row["owner"]
            for row in self.db.rows("SELECT kind, owner, name FROM holdings")
        }
        files = set(self._every_file())
        for kind, key, name in sorted(rows.keys() - files):
            yield f"{name} of {rows[kind, key, name] or 'nobody'} has no file"
        for _, key, name in sorted(found for found in files - rows.keys() if found[1]):
            yield f"{name} in the folder {key} belongs to nobody"

    def settle(self) -> None:
        """Remove what was deleted while a backup was made: files of people without rows."""
        rows = self.db.rows("SELECT kind, owner, name FROM holdings")
        known = {(row["kind"], key_of(row["owner"]), row["name"]) for row in rows}
        for word, key, name in set(self._every_file()) - known:
            if key:
                for path in KINDS[word].folder(self.home, key).glob(f"{name.partition(':')[2]}.*"):
                    path.unlink()

    def _every_file(self) -> Iterable[tuple[str, str, str]]:
        for kind in KINDS.values():
            top = kind.folder(self.home, "")
            for path in (*top.glob("*.json"), *top.glob("[!.]*/*.json")):
                key = "" if path.parent == top else path.parent.name
                yield kind.word, key, f"{kind.prefix}{path.stem}"


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:  # deleted meanwhile
        return 0
