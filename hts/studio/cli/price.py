"""The price list: what compressibility costs and what else buys it, on one dataset.

Every method tries as many values on a validation part with seeds of its own, and is reported on the
test set with others, beside training without noise and under Gaussian noise.  Blocks of networks
are kept in the store's folder: the same command after Ctrl+C goes on where it stopped.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tqdm import tqdm

from hts.price.files import read, text
from hts.price.records import PriceList
from hts.price.settings import DATA, command, settings_for
from hts.price.tables import TABLES
from hts.studio.cli.reproduce import shown_only
from hts.studio.store.paths import Home, default_home, replacing
from hts.studio.sweeps.values import parse_values
from hts.table_file import FORMATS, table_bytes
from hts.validate import BadInput, choice

_BAR = "{desc} {percentage:3.0f}%|{bar}| [{elapsed}<{remaining}]"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", default="digits", help=f"one of {', '.join(DATA)}")
    parser.add_argument("--quick", action="store_true", help="a look in minutes, no result")
    parser.add_argument("--seeds", metavar="V", help="other seeds than 1..20")
    parser.add_argument("--out", metavar="FILE", help="write a JSON file of every network")
    parser.add_argument("--from", dest="given", metavar="FILE", help="show such a file instead")
    parser.add_argument(
        "--table", metavar="FILE", help=f"write a table, a file that ends with {', '.join(FORMATS)}"
    )
    parser.add_argument(
        "--rows", default="prices", help=f"which: {', '.join(TABLES)} (default: prices)"
    )
    parser.add_argument("--json", action="store_true", help="print what --out writes")


def run(options: argparse.Namespace) -> int:
    """Do it; exit code 0."""
    rows = TABLES[choice("rows", options.rows, TABLES, why="there are no other tables")]
    table, out = (_writable(name) for name in (options.table, options.out))
    if table is not None:
        choice("a table's ending", table.suffix, FORMATS, why="it says how the table is written")
    if options.given:
        shown_only(options, ("quick", "seeds"))
    found = read(Path(options.given)) if options.given else _made(options)
    from hts.price.choose import Choice
    from hts.price.words import in_full

    if out is not None:
        with replacing(out) as file:
            file.write(text(found).encode())
    if table is not None:
        with replacing(table) as file:
            file.write(table_bytes(list(rows(Choice(found))), table.suffix))
    print(text(found) if options.json else in_full(found))
    return 0


def _made(options: argparse.Namespace) -> PriceList:
    given, words = {}, [command(options.data, quick=options.quick)]
    if options.seeds is not None:
        given["seeds"] = tuple(int(seed) for seed in parse_values("seed", options.seeds))
        words += ["--seeds", options.seeds]
    settings = settings_for(options.data, quick=options.quick, **given)
    from hts.price.run import price_list

    with tqdm(total=100, bar_format=_BAR, file=sys.stderr, disable=options.json or None) as bar:

        def tell(says: str, share: float) -> None:
            bar.set_description(says, refresh=False)
            bar.update(100 * share - bar.n)

        folder = Home(default_home()).computed("price")
        return price_list(settings, folder, " ".join(words), tell)


def _writable(name: str | None) -> Path | None:
    """The path, if a file can be written there: better said before minutes of training."""
    if name is None:
        return None
    path = Path(name)
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise BadInput(f"out and table must name files in folders that exist, got {name}.")
    return path
