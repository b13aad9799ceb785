"""List the trainings that hts.watch shows, the newest first, or show one with its last look.

Example: python -m hts watched watch-3f2a9c1b7d --csv looks.csv
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from hts.estimates import with_interval
from hts.studio.store.paths import replacing
from hts.studio.store.store import Store
from hts.studio.watching.files import as_json, looks_csv, plain
from hts.studio.watching.seen import watches_of
from hts.studio.watching.watches import Watched, Watches
from hts.validate import BadInput
from hts.watching.records import LayerAt


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", nargs="?", help="one of them; without it all are listed")
    parser.add_argument("--csv", metavar="FILE", help="write a line for each layer at each look")
    parser.add_argument("--delete", action="store_true", help="delete it with all it recorded")
    parser.add_argument("--json", action="store_true", help="print JSON: a list, or all of one")


def run(options: argparse.Namespace) -> None:
    watches = watches_of(Store())
    if options.id is None:
        if options.csv or options.delete:
            raise BadInput("--csv and --delete need the id of one training.")
        _list(watches, options.json)
        return
    one = watches.get(options.id)
    if options.csv:
        with replacing(Path(options.csv)) as file:
            file.write(looks_csv(watches, one.id).encode())
        print(f"the looks of {one.id} in {options.csv}", file=sys.stderr)
    if options.delete:
        watches.delete(one.id)
        print(f"{one.id} is deleted", file=sys.stderr)
    elif options.json:
        print(as_json(watches, one.id))
    else:
        _show(watches, one)


def _list(watches: Watches, as_text: bool) -> None:
    found = watches.list()
    if as_text:
        print(json.dumps([plain(one) for one in found]))
        return
    for one in found:
        print(f"{one.id}  {one.state:9} step {one.step:>7}  {one.about.model:24} {one.name}")
    if not found:
        print("nothing is watched yet: `hts.watch(model, optimizer)` in a training loop does it")


def _show(watches: Watches, one: Watched) -> None:
    print(f"{one.id}: {one.title}, {one.state}, step {one.step}")
    if one.message:
        print(f"  {one.message}")
    last = watches.last(one.id)
    if last is not None:
        loss = "" if last.loss is None else f", loss {last.loss:.4g}"
        print(f"  at step {last.step}{loss}:")
        wide = max((len(layer.name) for layer in last.layers), default=0)
        for layer in last.layers:
            print(_line(layer, wide))


def _line(layer: LayerAt, wide: int) -> str:
    tail = "no tail index"
    if layer.alpha is not None and layer.low is not None and layer.high is not None:
        tail = f"alpha {with_interval(layer.alpha, layer.low, layer.high)}"
        tail += "" if layer.fits else " (fit rejected)"
    share = "" if layer.share is None else f"norm-compressible {layer.share:5.1f} %"
    verdict = layer.verdict or ""
    return f"    {layer.name:{wide}}  {tail:38} {verdict:12} {share}  norm {layer.norm:.4g}"
