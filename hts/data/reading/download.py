"""Fetching a published file: addresses in turn, checksum, progress, and going on where it broke.

pooch compares the checksum and moves the file into place in one step.  It starts over after a
break, so what moves the bytes is `Resuming`, which keeps them in ``<name>.part``.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from hts.data.reading.files import locked
from hts.data.sources.dataset import DataUnavailable
from hts.data.sources.family import RemoteFile
from hts.platforms import replace

Progress = Callable[[int, "int | None"], None]  # bytes so far, bytes in all where known

_BLOCK = 2**18  # bytes
_WAIT = (10, 30)  # seconds to connect, and without any byte
_TRIES = 3  # at one address, as long as bytes came


class Broken(Exception):
    """The connection ended before the whole file was here."""


class Resuming:
    """A downloader for pooch that continues ``part`` where the server can (HTTP ranges)."""

    def __init__(self, part: Path, progress: Progress | None) -> None:
        self.part = part
        self.progress = progress

    def __call__(self, url: str, output_file: Any, pooch: Any) -> None:
        """Bring ``url`` to ``output_file``; pooch calls this and then compares the checksum."""
        for left in reversed(range(_TRIES)):
            before = self._size()
            try:
                self._continue(url)
                break
            except Broken:
                if left == 0 or self._size() <= before:
                    raise
        replace(self.part, Path(output_file))

    def _size(self) -> int:
        return self.part.stat().st_size if self.part.exists() else 0

    def _continue(self, url: str) -> None:
        import requests
        from urllib3.exceptions import HTTPError

        have = self._size()
        # identity: a server must not unpack or repack what the checksum was taken of
        headers = {"Accept-Encoding": "identity"}
        if have:
            headers["Range"] = f"bytes={have}-"
        with requests.get(url, headers=headers, stream=True, timeout=_WAIT) as answer:
            if answer.status_code == 416:  # nothing after what we have: whole, or another file
                whole = answer.headers.get("Content-Range", "").rpartition("/")[2]
                if whole == str(have):
                    return
                self.part.unlink()
                raise Broken("the part kept from before does not belong to this file")
            answer.raise_for_status()
            if answer.status_code != 206:
                have = 0
            length = answer.headers.get("Content-Length", "")
            total = have + int(length) if length.isdigit() else None
            with self.part.open("ab" if have else "wb") as handle:
                while True:
                    try:
                        block = answer.raw.read(_BLOCK, decode_content=False)
                    except (HTTPError, OSError) as error:
                        why = f"the connection broke after {have} bytes: {error}"
                        raise Broken(why) from error
                    if not block:
                        break
                    handle.write(block)
                    have += len(block)
                    if self.progress is not None:
                        self.progress(have, total)
        if total is not None and have < total:
            raise Broken(f"the connection ended after {have} of {total} bytes")


def fetch(file: RemoteFile, folder: Path, progress: Progress | None = None) -> Path:
    """Path of ``file`` in ``folder``, downloaded if it is not there with the right checksum.

    Processes that want the same file wait for one another.  Raises `DataUnavailable` that lists
    every address and why it failed.
    """
    import pooch
    import requests

    pooch.get_logger().setLevel("WARNING")
    part = folder / f"{file.name}.part"
    failures: list[str] = []
    with locked(folder / f"{file.name}.lock"):
        for address in file.addresses:
            try:
                return Path(
                    pooch.retrieve(address, known_hash=file.checksum, fname=file.name, path=folder,
                                   downloader=Resuming(part, progress))
                )  # fmt: skip
            except requests.exceptions.ConnectionError:
                why = "no connection"
            except requests.exceptions.HTTPError as error:
                why = f"the server refused ({error})"
            except (requests.exceptions.RequestException, Broken) as error:
                why = str(error)
            except ValueError:  # pooch: the bytes came and are not the right ones
                why = "wrong checksum, so the file there is another one"
            failures.append(f"{address}: {why}")
    raise DataUnavailable("; ".join(failures))


def fetch_all(
    files: tuple[RemoteFile, ...], folder: Path, progress: Progress | None = None
) -> dict[str, Path]:
    """All ``files`` by name; ``progress`` counts over all of them together."""
    sizes = [file.size for file in files]
    total = None if None in sizes else sum(size or 0 for size in sizes)
    paths: dict[str, Path] = {}
    done = 0
    for file in files:

        def along(bytes_here: int, here: int | None, before: int = done) -> None:
            if progress is not None:
                progress(before + bytes_here, here if len(files) == 1 else total)

        paths[file.name] = fetch(file, folder, along)
        done += paths[file.name].stat().st_size
    return paths
