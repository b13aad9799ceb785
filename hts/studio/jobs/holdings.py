"""Keeping a table or weights, and what is done with them: rename, delete, show.

Pages and commands ask here, as they ask `hts.studio.jobs.client` about runs.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from hts.data.reading.dialect import Dialect
from hts.data.reading.table_apart import register_apart
from hts.studio.jobs.limits import need_bytes, need_title
from hts.studio.jobs.processes.disk import need_disk
from hts.studio.lab.access import NotAllowed, asked, may_change, need_member, owner_name
from hts.studio.lab.audit import note
from hts.studio.lab.holdings import folder_of, holder, own_holdings, see_holding
from hts.studio.lab.people import Person
from hts.studio.store.holdings import NOBODY, TABLE, Holding, key_of
from hts.studio.store.run_row import VISIBILITIES, Visibility
from hts.studio.store.store import Store
from hts.studio.transfer.uploads import Uploads
from hts.validate import BadInput, choice, printable

MOST_KEPT = 200  # tables and files of weights of one person


def keep_table(
    store: Store,
    source: Path | BinaryIO,
    filename: str,
    label: str | None = None,
    dialect: Dialect | None = None,
    *,
    by: Person | None = None,
) -> str:
    """Take in a table, read by a limited process; returns its name.

    It belongs to who gave it, and nobody else sees it.  Raises `BadInput` for what is no table, and
    where it is more than they may keep.
    """
    whole, person = asked(store, by)
    folder = folder_of(whole, person, TABLE)
    told = dialect or Dialect()
    return _kept(
        whole, person, lambda: register_apart(source, filename, label, told, folder=folder)
    )


def keep_weights(
    store: Store, source: Path | BinaryIO, filename: str, *, by: Person | None = None
) -> str:
    """The same for a file of weights; returns ``weights:<12 hex digits>``."""
    whole, person = asked(store, by)
    uploads = Uploads(whole.home, key_of(holder(person)))
    return _kept(whole, person, lambda: uploads.add(source, filename))


def _kept(store: Store, person: Person, take_in: Callable[[], str]) -> str:
    need_member(person, "keep a file here")
    need_disk(store.home)
    need_bytes(store, person, 0)
    before = {holding.name for holding in own_holdings(store, person)}
    if len(before) >= MOST_KEPT and not person.may_everything:
        raise BadInput(f"you keep {len(before)} tables and weights, which is the most: delete one.")
    name = take_in()
    owner = holder(person)
    if owner == NOBODY:
        return name
    with store.db.writing():
        store.holdings.add(name, owner)
    try:
        need_bytes(store, person, 0)  # with what came in meanwhile
    except BadInput:
        if name not in before:
            store.holdings.delete(see_holding(store, person, name, owner=owner))
        raise
    return name


def rename_holding(
    store: Store, name: str, title: str, *, owner: str | None = None, by: Person | None = None
) -> None:
    """Call a table or weights otherwise; ``owner``: whose, where it is not one's own."""
    whole, person = asked(store, by)
    title = printable(title.strip(), 200)
    need_title(title)
    if not title:
        raise BadInput("a title has at least one character.")
    whole.holdings.rename(_need_holding(whole, person, name, owner, "rename"), title)


def delete_holding(
    store: Store, name: str, *, owner: str | None = None, by: Person | None = None
) -> None:
    """Remove a table or weights; runs that used it keep their results."""
    whole, person = asked(store, by)
    holding = _need_holding(whole, person, name, owner, "delete")
    whole.holdings.delete(holding)
    note(whole, person.id, "deleted", _what(holding))


def show_holding(
    store: Store,
    name: str,
    visibility: Visibility,
    *,
    owner: str | None = None,
    by: Person | None = None,
) -> None:
    """Show a table or weights to nobody else, the lab or everybody; private ends classes' use too.

    Who sees a table may train on it.
    """
    whole, person = asked(store, by)
    choice("visibility", visibility, VISIBILITIES)
    holding = _need_holding(whole, person, name, owner, "show or hide")
    with whole.db.writing():
        whole.holdings.show_to(holding, visibility)
        if visibility == "private":
            whole.holdings.hide_from_classes(holding)
        note(whole, person.id, "showed", f"{_what(holding)} to {visibility}")


def _what(holding: Holding) -> str:
    return f"{holding.name} of {holding.owner or 'nobody'}"


def _need_holding(store: Store, person: Person, name: str, owner: str | None, what: str) -> Holding:
    holding = see_holding(store, person, name, owner=owner)
    if not (holding.owner == holder(person) or may_change(store, person, holding.owner or None)):
        raise NotAllowed(
            f"{name} belongs to {owner_name(store, holding.owner or None)}: only they, their "
            f"teacher or an admin may {what} it."
        )
    return holding
