"""The price list: what compressibility costs and what else buys it, on one dataset.

Every method tries as many values on a validation part with seeds of its own, and is reported on the
test set with others, beside training without noise and under Gaussian noise.  Blocks of networks
are kept in the store's folder: the same command after Ctrl+C goes on where it stopped.

Example: python -m hts reproduce price --data digits --out prices.json
"""

from __future__ import annotations

import argparse
from pathlib import Path

from hts.price.files import read, text
from hts.price.records import PriceList
from hts.price.settings import DATA, command, settings_for
from hts.price.tables import TABLES
from hts.studio.cli.options import result_files
from hts.studio.store.paths import Home, default_home
from hts.studio.sweeps.values import parse_values

FIRST = next(iter(DATA))


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", help=f"one of {', '.join(DATA)} (default: {FIRST})")
    parser.add_argument("--quick", action="store_true", help="a look in minutes, no result")
    parser.add_argument("--seeds", metavar="V", help="other seeds than 1..20")
    result_files.arguments(parser, TABLES, "prices")


def run(options: argparse.Namespace) -> int:
    """Do it; exit code 0."""
    files = result_files.chosen(options, TABLES, ("data", "quick", "seeds"))
    found = _made(options) if options.given is None else read(Path(options.given))
    from hts.price.choose import Choice
    from hts.price.words import in_full

    json = text(found)
    files.write(json.encode(), Choice(found), json if options.json else in_full(found))
    return 0


def _made(options: argparse.Namespace) -> PriceList:
    data = FIRST if options.data is None else options.data
    given, words = {}, [command(data, quick=options.quick)]
    if options.seeds is not None:
        given["seeds"] = tuple(int(seed) for seed in parse_values("seed", options.seeds))
        words += ["--seeds", options.seeds]
    settings = settings_for(data, quick=options.quick, **given)
    from hts.price.run import price_list

    with result_files.progress(quiet=options.json) as tell:
        folder = Home(default_home()).computed("price")
        return price_list(settings, folder, " ".join(words), tell)
