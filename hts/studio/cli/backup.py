"""Write everything that is stored into one file, while people go on working.

Runs, sweeps, uploaded tables and weights; not the datasets, which are downloaded again.

Example: python -m hts backup lab.tar
"""

from __future__ import annotations

import argparse
from pathlib import Path


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="a new file, such as lab.tar or lab.tar.gz")
    parser.add_argument("--home", help="the folder of the store (default HTS_HOME or ~/.hts)")


def run(options: argparse.Namespace) -> None:
    from hts.studio.store.store import Store
    from hts.studio.transfer.backup import back_up
    from hts.validate import BadInput

    try:
        made = back_up(Store(options.home), options.file.absolute())
    except OSError as error:
        raise BadInput(f"{options.file} cannot be written: {error}.") from None
    size = f"{made['bytes'] / 1e6:.1f} MB"
    print(f"{options.file}: {made['runs']} runs, {made['files']} files, {size}")
