"""What a lab keeps of people: ``lab audit``, ``lab person`` and ``lab retention``."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hts.foreign import guarded
from hts.studio.jobs.person_data import delete_person, export_person, find_person
from hts.studio.jobs.retention import DAY, plan, tidy
from hts.studio.lab.audit import entries
from hts.studio.lab.people import OPERATOR
from hts.studio.lab.settings import current
from hts.studio.store.store import Store
from hts.validate import BadInput, number, whole


def arguments(what: Any) -> None:
    audit = what.add_parser(
        "audit",
        help="who deleted, steered, shared, removed, signed in as admin",
        example="lab audit --days 30",
    )
    audit.add_argument("--limit", default=200, help="entries at most, the newest (200)")
    audit.add_argument("--days", default=36_500, help="of the last so many days only")
    audit.add_argument("--who", help="of one person, by id")
    audit.add_argument("--json", action="store_true", help="print one JSON list")
    person = what.add_parser(
        "person",
        help="all data of one person: write it out, or remove it",
        example="lab person export Ada --out ada.zip",
    )
    person.add_argument("do", choices=("list", "export", "delete"))
    person.add_argument("name", nargs="?", help="an id, or a name that only one person has")
    person.add_argument("--out", metavar="FILE", help="the zip to write")
    person.add_argument("--yes", action="store_true", help="delete without asking")
    retention = what.add_parser(
        "retention", help="what age and quota would remove now", example="lab retention"
    )
    retention.add_argument("--apply", action="store_true", help="remove it")
    retention.add_argument("--json", action="store_true", help="print one JSON list")


def run(options: argparse.Namespace) -> int:
    with Store() as store:
        if options.what == "audit":
            _audit(store, options)
        elif options.what == "retention":
            _retention(store, options)
        elif options.do == "list":
            for known in store.people.list():
                print(f"{known.id:32} {known.role:8} {known.name}")
        elif options.name is None or (options.do == "export" and options.out is None):
            wants = "NAME --out FILE" if options.do == "export" else "NAME"
            raise BadInput(f"it is: python -m hts lab person {options.do} {wants}.")
        elif options.do == "export":
            _export(store, find_person(store, options.name), Path(options.out))
        else:
            _delete(store, find_person(store, options.name), sure=options.yes)
    return 0


def _export(store: Store, person: str, out: Path) -> None:
    if out.exists():
        raise BadInput(f"{out} is there already: an export replaces nothing.")
    with guarded(str(out), says="cannot be written"), out.open("xb") as file:
        out.chmod(0o600)
        count = export_person(store, person, file, by=OPERATOR)
    print(f"{out}: {count} files of {person}, {out.stat().st_size / 1e6:.1f} MB")


def _delete(store: Store, person: str, *, sure: bool) -> None:
    if not sure:
        print(f"This removes all data of {person} for good. Type the id to go on: ", end="")
        if input().strip() != person:
            raise BadInput("that is not the id, so nothing was removed.")
    done = delete_person(store, person, by=OPERATOR)
    print(
        f"removed {done.runs} runs, {done.sweeps} sweeps, {done.files} tables and weights; "
        f"{done.given} runs that others asked for are theirs now"
    )
    copies = sorted(store.home.root.glob("hts.db.schema-*"))
    more = f", and {', '.join(map(str, copies))}" if copies else ""
    print(f"backups still have them{more}")


def _retention(store: Store, options: argparse.Namespace) -> None:
    settings = current()
    due = plan(store, settings)
    if options.json:
        print(json.dumps([{k: v for k, v in vars(item).items() if k != "remove"} for item in due]))
    else:
        for item in due:
            end = f"stays: {item.stays}" if item.stays else "goes"
            size = f"{item.bytes / 1e6:.1f} MB"
            print(f"{item.what:28} {item.owner:24} {size:>10}  {item.why}; {end}")
        if not due:
            print(settings.retention.words or "nothing is removed: there is no [retention]")
    if options.apply:
        print(f"removed {tidy(store, settings)}", file=sys.stderr)


def _audit(store: Store, options: argparse.Namespace) -> None:
    why = "so much of the log is shown"
    days = number("days", options.days, low=0, high=10**6, why=why, open_low=True)
    limit = whole("limit", options.limit, low=1, high=10**6, why=why)
    found = entries(store, limit=limit, since=time.time() - days * DAY, who=options.who)
    if options.json:
        print(json.dumps([dataclasses.asdict(entry) for entry in found]))
        return
    for entry in found:
        at = datetime.fromtimestamp(entry.at, UTC).strftime("%Y-%m-%d %H:%M:%S")
        print(f"{at}  {entry.who:24} {entry.did:10} {entry.what}")
