"""Check the store, or bring it to this version's schema (opening it does that too).

upgrade: makes the store if there is none; before an older one is changed, a copy of its database is
kept beside it as hts.db.schema-N.  check: what is wrong with the database and the folders.
"""

from __future__ import annotations

import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("upgrade", "check"))
    parser.add_argument("--home", help="the folder of the store (default HTS_HOME or ~/.hts)")


def run(options: argparse.Namespace) -> int:
    """Do it; exit code 1 if something is wrong."""
    from hts.studio.store.schema import MIGRATIONS
    from hts.studio.store.store import Store
    from hts.studio.transfer.backup import store_faults

    with Store(options.home) as store:
        faults = list(store_faults(store)) if options.what == "check" else []
        for fault in faults:
            print(fault)
        if not faults:
            print(
                f"{store.home.root}: schema {len(MIGRATIONS)}, {len(store.runs.list())} runs, sound"
            )
    return int(bool(faults))
