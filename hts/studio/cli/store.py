"""Check the store, or bring it to this version's schema (opening it does that too).

upgrade: makes the store if there is none; before an older one is changed, a copy of its database is
kept beside it as hts.db.schema-N.  check: what is wrong with the database and the folders; with
--upgrade-dry-run, which steps an upgrade would apply, tried on a copy: nothing is changed.

Example: python -m hts store check
"""

from __future__ import annotations

import argparse
from pathlib import Path


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("upgrade", "check"))
    parser.add_argument("--home", help="the folder of the store (default HTS_HOME or ~/.hts)")
    dry = "try an upgrade on a copy, change nothing"
    parser.add_argument("--upgrade-dry-run", action="store_true", help=dry)


def run(options: argparse.Namespace) -> int:
    """Do it; exit code 1 if something is wrong."""
    from hts.studio.store.schema import MIGRATIONS
    from hts.studio.store.store import Store
    from hts.studio.transfer.backup import store_faults
    from hts.validate import BadInput

    if options.upgrade_dry_run:
        if options.what == "upgrade":
            raise BadInput("--upgrade-dry-run goes with check: python -m hts store check.")
        return _dry_run(options.home)
    with Store(options.home) as store:
        faults = list(store_faults(store)) if options.what == "check" else []
        for fault in faults:
            print(fault)
        if not faults:
            print(
                f"{store.home.root}: schema {len(MIGRATIONS)}, {len(store.runs.list())} runs, sound"
            )
    return int(bool(faults))


def _dry_run(named: str | None) -> int:
    from hts.studio.store.paths import Home, default_home
    from hts.studio.store.schema import MIGRATIONS
    from hts.studio.transfer.upgrade import try_upgrade

    home = Home(Path(named or default_home()).expanduser().absolute())
    tried = try_upgrade(home)
    if not tried.steps:
        print(f"{home.root}: schema {tried.before}, the newest; nothing to upgrade, sound")
        return 0
    print(f"{home.root}: schema {tried.before}, this version has {len(MIGRATIONS)}. It would add")
    for version, adds in enumerate(tried.steps, tried.before):
        print(f"  {version} -> {version + 1}: {adds}")
    print(
        f"Tried on a copy: sound, all {tried.rows} rows kept. The database of before "
        f"({tried.megabytes:.1f} MB) would stay as {home.database.name}.schema-{tried.before}; "
        f"{tried.free:.0f} MB of disk are free. Nothing was changed."
    )
    if not tried.fits:
        print("trouble: the disk has no room for that copy: free some first.")
    return int(not tried.fits)
