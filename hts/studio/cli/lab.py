"""Check a lab's settings, make class codes, and stop new runs before a restart.

check: read the file that HTS_LAB names and say what follows from it; with `--address` only whether
it may be served there.  class: make a class code, list classes, close or reset one.  lesson: write
what a class did into a zip.  results: write what each student did into a table.  task: check a
task's file.  rehearse: try a lesson on this machine.
teacher: make a key with which a teacher signs in where there are no accounts.
audit: who deleted, steered, shared, removed a student, signed in as admin.  person: write out or
remove all data of one.  retention: what age and quota would remove now.
drain: let running jobs finish and start no new ones, before a restart; `--over` undoes it.
Whoever runs these commands has the machine, and may do everything.

Example: python -m hts lab check
"""

from __future__ import annotations

import argparse
import ipaddress
import json
import os
from collections.abc import Mapping
from datetime import datetime
from typing import cast

from hts.studio.cli.lab_parts import data, lesson
from hts.studio.lab.codes import close_class, key_holder, make_class, make_key
from hts.studio.lab.people import OPERATOR, ROLES, How, Person, Role
from hts.studio.lab.settings import VARIABLE, LabSettings, current
from hts.studio.lab.troubles import troubles
from hts.studio.store.classes import SEATS, Class
from hts.studio.store.store import Store
from hts.validate import BadInput, choice

DRAINING = "The lab is about to restart: runs in progress finish, and no new run starts."


def arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    check = what.add_parser(
        "check", help="read the settings and say what they mean", example="lab check"
    )
    check.add_argument("--json", action="store_true", help="print one JSON object")
    check.add_argument("--address", help="refuse to serve everybody as the only user there")
    drain = what.add_parser("drain", help="start no new run until --over", example="lab drain")
    drain.add_argument("--over", action="store_true", help="go on again")
    drain.add_argument("--says", default=DRAINING, help="what pages say meanwhile")
    teacher = what.add_parser(
        "teacher", help="make a key with which a teacher signs in", example="lab teacher Emmy"
    )
    teacher.add_argument("name", help="what the teacher is called")
    teacher.add_argument("--revoke", action="store_true", help="end the key instead")
    classes = what.add_parser(
        "class", help="make, list and close class codes", example="lab class list"
    )
    do = classes.add_subparsers(dest="do", required=True, metavar="DO")
    make = do.add_parser(
        "make",
        help="make a class and print its code",
        example='lab class make "Statistics, Thursday" --teacher Emmy',
    )
    make.add_argument("name", help="what it is called")
    make.add_argument("--teacher", help="the teacher's name as they sign in, e.g. their e-mail")
    make.add_argument("--seats", default=SEATS, help=f"how many students can join ({SEATS})")
    listing = do.add_parser("list", help="list classes", example="lab class list")
    listing.add_argument("--json", action="store_true", help="print one JSON list")
    do.add_parser(
        "close", help="let nobody join any more", example="lab class close 3"
    ).add_argument("code")
    lesson.reset_arguments(do)
    lesson.arguments(what)
    data.arguments(what)


def run(options: argparse.Namespace) -> int:
    if options.what == "check":
        if options.address is not None:
            need_closed(current(), options.address, os.environ)
            return 0
        return _check(current(), as_json=options.json)
    if options.what in lesson.COMMANDS:
        return lesson.run(options)
    if options.what == "class" and options.do == "reset":
        return lesson.reset_class(options)
    if options.what in ("audit", "person", "retention"):
        return data.run(options)
    with Store() as store:
        if options.what == "drain":
            store.queue.drain(None if options.over else options.says)
            print("new runs start again" if options.over else f"no new run starts: {options.says}")
        elif options.what == "teacher":
            _key(store, options.name, revoke=options.revoke)
        elif options.do == "make":
            teacher = _teacher(store, options.teacher)
            made = make_class(store, options.name, by=teacher, seats=options.seats)
            print(made.code)
        elif options.do == "close":
            found = close_class(store, store.classes.of_code(options.code).number, by=OPERATOR)
            print(f"the class {found.name} is closed")
        else:
            _list(store, as_json=options.json)
    return 0


def need_closed(settings: LabSettings, address: str, environ: Mapping[str, str]) -> None:
    """`BadInput` if others than this machine could reach a lab in which nobody has to sign in."""
    said = environ.get("HTS_OPEN", "")
    choice("HTS_OPEN", said, ("", "yes"))
    if settings.hosted or said == "yes" or _is_own(address):
        return
    raise BadInput(
        f"on {address} whoever reaches the port would be the only user and might do everything. "
        f"Set {VARIABLE} to a file that says who may sign in (docs/hosting.md), HTS_ADDRESS to "
        "127.0.0.1, or HTS_OPEN to yes where everybody may."
    )


def _is_own(address: str) -> bool:
    """Whether only this machine reaches it."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


def _teacher(store: Store, name: str | None) -> Person:
    """The teacher of that name; they need not have been here yet."""
    if name is None:
        return OPERATOR
    settings, known = current(), store.people.get(key_holder(name))
    if known is not None and "codes" in settings.modes:
        return Person(id=known.id, name=known.name, role="teacher", how="code")
    how = next((mode for mode in settings.modes if mode in ("oidc", "proxy")), None)
    role = settings.role_of(name)
    if how is None or not ROLES[role].teaches:
        raise BadInput(
            f"{name} is no teacher here: make a key with `python -m hts lab teacher`, or name them "
            "in `teachers` of the lab's settings where people sign in (oidc or proxy)."
        )
    return Person(id=f"{how}:{name.casefold()}", name=name, role=role, how=cast(How, how))


def _key(store: Store, name: str, *, revoke: bool) -> None:
    if "codes" not in current().modes:
        raise BadInput("teachers have keys where the lab's mode has codes; here they sign in.")
    if revoke:
        store.people.set_key(key_holder(name), None)
        print(f"{name} has no key any more")
    else:
        print(make_key(store, name, by=OPERATOR))


def _check(settings: LabSettings, *, as_json: bool) -> int:
    said, wrong = _meaning(settings), troubles(settings, os.environ)
    if as_json:
        print(json.dumps({"modes": settings.modes, "means": said, "troubles": wrong}))
    else:
        print("\n".join([*said, *(f"trouble: {trouble}" for trouble in wrong)]))
    return 1 if wrong else 0


def _meaning(settings: LabSettings) -> list[str]:
    if not settings.hosted:
        unset = f"{VARIABLE} is not set" if VARIABLE not in os.environ else "mode is none"
        return [f"{unset}: whoever opens the page is the only user and may do everything."]
    ways = {
        "oidc": f"sign in at the provider in secrets.toml and are known by {settings.oidc.claim}",
        "proxy": f"are named by the proxy in {settings.proxy.user_header}, which is believed "
        f"beside the secret in {settings.proxy.secret_header}",
        "codes": "join a class with a code and a nickname, without an account",
    }
    said = [f"People {ways[mode]}." for mode in settings.modes]
    for role in ("admins", "teachers"):
        named = sorted(getattr(settings, role))
        said.append(f"{role.capitalize()}: {', '.join(named) if named else 'nobody'}.")
    who = "everybody who signs in" if settings.members is None else ", ".join(settings.members)
    said.append(f"Members: {who}. Everybody else is a guest and sees what is public.")
    said.append(f"New runs are visible to: {settings.visibility}.")
    idle = settings.idle_seconds
    said.append(
        "Paused runs stay for as long as they are paused."
        if idle is None
        else f"Paused runs that nobody touches for {idle / 60:g} minutes are interrupted."
    )
    if settings.retention.words:
        said.append(settings.retention.words)
    for role in cast(tuple[Role, ...], ("teacher", "member")):
        most = settings.limits[role]
        said.append(
            f"A {role} may have {most.running} runs computing, {most.queued} waiting, width "
            f"{most.width}, {most.parameters} parameters, {most.iterations} iterations, "
            f"{most.seconds / 3600:g} hours a run, {most.sweep_runs} runs a sweep, "
            f"{most.disk_gb:g} GB."
        )
    return said


def _list(store: Store, *, as_json: bool) -> None:
    classes = [(found, len(store.classes.mates(found.number))) for found in store.classes.list()]
    if as_json:
        print(json.dumps([_plain(found, count) for found, count in classes]))
        return
    if not classes:
        print("no classes yet: `python -m hts lab class make NAME` makes one")
    for found, count in classes:
        made = datetime.fromtimestamp(found.created).strftime("%Y-%m-%d")
        state = found.stage if found.closed is None else f"{found.stage}, closed"
        print(f"{found.code}  {found.name:30} {count:>4} students  {state:16} {made}")


def _plain(found: Class, students: int) -> dict[str, object]:
    return {
        "code": found.code,
        "name": found.name,
        "teacher": found.teacher,
        "students": students,
        "stage": found.stage,
        "closed": found.closed is not None,
        "created": found.created,
    }
