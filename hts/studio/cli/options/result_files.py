"""Options of commands whose result is a file: --out, --from, --table and --rows, --json."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from hts.foreign import reason
from hts.studio.store.paths import replacing
from hts.table_file import FORMATS, table_bytes
from hts.validate import BadInput, choice

Rows = Callable[[Any], Iterable[Mapping[str, Any]]]
Tell = Callable[[str, float], None]  # what is being done, and the share that is
_BAR = "{desc} {percentage:3.0f}%|{bar}| [{elapsed}<{remaining}]"


def arguments(parser: argparse.ArgumentParser, tables: Mapping[str, Rows], usual: str) -> None:
    """``tables``: what ``--rows`` may name; ``usual``: what it is if it is not given."""
    endings = ", ".join(FORMATS)
    parser.add_argument("--out", metavar="FILE", help="write the result as a JSON file")
    parser.add_argument("--from", dest="given", metavar="FILE", help="show such a file instead")
    parser.add_argument(
        "--table", metavar="FILE", help=f"write a table, a file that ends with {endings}"
    )
    parser.add_argument(
        "--rows", default=usual, help=f"which: {', '.join(tables)} (default: {usual})"
    )
    parser.add_argument("--json", action="store_true", help="print what --out writes")


@dataclass(frozen=True)
class ResultFiles:
    """Where a result goes, checked before it is made."""

    out: Path | None
    table: Path | None
    name: str  # of the rows
    rows: Rows

    def write(self, text: bytes, result: Any, says: str = "", *, whole: bool = True) -> None:
        """``text``: the result as JSON; ``result``: what ``rows`` takes.

        ``says`` is printed then, also where a file cannot be written.  A result that is not
        ``whole`` replaces no file: another, perhaps a fuller one, may be in it.  Raises `BadInput`
        if a file cannot be written, and, once the result is, if there are no such rows.
        """
        try:
            if self.out is not None and (whole or _is_new(self.out)):
                _write(self.out, text)
            if self.table is not None and (whole or _is_new(self.table)):
                self._write_rows(self.table, result, whole=whole)
        finally:
            if says:
                print(says)

    def _write_rows(self, table: Path, result: Any, *, whole: bool) -> None:
        if rows := list(self.rows(result)):
            _write(table, table_bytes(rows, table.suffix))
            return
        why = (
            f"{table} was not written: this result has no rows {self.name!r}, since the networks "
            "they need are missing, diverged or of one seed."
        )
        if whole:
            raise BadInput(why)
        print(why, file=sys.stderr)


def chosen(
    options: argparse.Namespace, tables: Mapping[str, Rows], trains: Sequence[str]
) -> ResultFiles:
    """The files asked for; `BadInput` if one cannot be written or there is no such table.

    Also if the table would replace a result, or if one of the options in ``trains``, which are None
    or False unless they are given, stands beside ``--from``.
    """
    rows = tables[choice("rows", options.rows, tables)]
    others = getattr(options, "others", ())
    named = {
        "out": [options.out],
        "table": [options.table],
        "from": [options.given],
        "with": others,
    }
    for option, names in named.items():
        if "" in names:
            raise BadInput(f"{option} must name a file, got ''.")
    out, table = (_writable(name, getattr(options, name)) for name in ("out", "table"))
    if table is not None:
        choice("a table's ending", table.suffix, FORMATS)
        results = (options.out, options.given, *others)
        if any(name is not None and same_file(Path(name), table) for name in results):
            raise BadInput(f"table must name another file than the result's, got {table} for both.")
    for name in trains if options.given else ():
        if getattr(options, name) not in (None, False):
            flag = name.removeprefix("set_").replace("_", "-")
            raise BadInput(f"--from shows what a file holds and trains nothing, got --{flag} too.")
    return ResultFiles(out, table, options.rows, rows)


@contextlib.contextmanager
def progress(*, quiet: bool) -> Iterator[Tell]:
    """A bar on stderr, and what moves it; none where that is no terminal, or ``quiet``."""
    with tqdm(total=100, bar_format=_BAR, file=sys.stderr, disable=quiet or None) as bar:

        def tell(says: str, share: float) -> None:
            bar.set_description(says, refresh=False)
            bar.update(100 * share - bar.n)

        yield tell


def same_file(one: Path, other: Path) -> bool:
    """Whether what is written to one of two paths replaces what is in the other."""
    return one.resolve() == other.resolve() or (
        one.exists() and other.exists() and one.samefile(other)
    )


def _write(path: Path, content: bytes) -> None:
    try:
        with replacing(path) as file:
            file.write(content)
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {reason(error)}.") from error


def _is_new(path: Path) -> bool:
    """Whether there is no such file yet; says that one is left as it is."""
    if path.exists():
        print(
            f"{path} was left as it is: this result is not whole. What was trained is kept, and "
            "the same command goes on.",
            file=sys.stderr,
        )
    return not path.exists()


def _writable(option: str, name: str | None) -> Path | None:
    """``name`` as a path, if a file can be written there: better said before hours of training."""
    if name is None:
        return None
    path = Path(name)
    folder = path.absolute().parent
    if path.is_dir() or not folder.is_dir() or not os.access(folder, os.W_OK):
        raise BadInput(f"{option} must name a file in a folder that can be written to, got {path}.")
    return path
