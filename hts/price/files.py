"""Price lists as files: those that come with the program, writing and reading one."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import msgspec

from hts.foreign import guarded
from hts.price.checked import checked
from hts.price.records import VERSION, PriceList
from hts.records import decode
from hts.validate import BadInput
from hts.version import ROOT

SHIPPED = ROOT / "results" / "price"


def text(found: PriceList) -> str:
    """JSON, one network a line."""
    head = dataclasses.replace(found, choosing=[], reported=[])
    lines = [msgspec.json.encode(head).decode().removesuffix('"choosing":[],"reported":[]}')]
    for name in ("choosing", "reported"):
        blocks = []
        for block in getattr(found, name):
            start = msgspec.json.encode(dataclasses.replace(block, networks=[])).decode()
            before, after = start.split('"networks":[]')
            rows = ",\n".join(msgspec.json.encode(one).decode() for one in block.networks)
            blocks.append(f'{before}"networks":[\n{rows}]{after}')
        lines.append(f'"{name}":[\n' + ",\n".join(blocks) + "]")
    return lines[0] + "\n" + ",\n".join(lines[1:]) + "}\n"


def read(path: Path) -> PriceList:
    """The price list in a file; `BadInput` if it is none, not whole, or one of another
    program."""
    with guarded(str(path)):
        content = path.read_bytes()
    with guarded(str(path), says="is no result of python -m hts reproduce price"):
        found = decode(content, PriceList)
    if found.record != VERSION:
        raise BadInput(
            f"{path} holds a price list of record version {found.record}, this program reads "
            f"version {VERSION}: they are not comparable."
        )
    return checked(found, str(path))


def shipped(data: str) -> Path | None:
    """The file of a dataset that comes with the program, if there is one."""
    path = SHIPPED / f"{data}.json"
    return path if path.exists() else None
