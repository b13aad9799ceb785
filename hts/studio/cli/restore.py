"""Unpack a backup into an empty folder, which is then the home of a store.

Checksums and the database are checked first.  What was going on when the backup was made is
interrupted; it can be resumed from its checkpoint.

Example: python -m hts restore lab.tar
"""

from __future__ import annotations

import argparse
from pathlib import Path


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="what `python -m hts backup` wrote")
    parser.add_argument("--home", help="an empty folder (default HTS_HOME or ~/.hts)")


def run(options: argparse.Namespace) -> None:
    from hts.studio.store.paths import default_home
    from hts.studio.transfer.backup import restore

    home = Path(options.home or default_home()).expanduser().absolute()
    with restore(options.file, home) as store:
        print(f"{home}: {len(store.runs.list())} runs and {len(store.sweeps.list())} sweeps")
