"""The datasets that somebody may choose, each under a name of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from hts.data import info, names
from hts.studio.lab.access import owner_name
from hts.studio.lab.holdings import holder, offered
from hts.studio.lab.reader import Reader
from hts.studio.lab.settings import current
from hts.studio.store.holdings import TABLE
from hts.validate import BadInput
from pages._parts.shell.server import shared_store


def datasets(chosen: Iterable[str] = ()) -> dict[str, str]:
    """Names and labels, of two titles alike each with its digits.

    ``chosen`` are among them if this person sees them, though not listed.
    """
    labels = {name: info(name).title for name in names()}
    for name in chosen:
        try:
            labels.setdefault(name, info(name).title)
        except BadInput:
            continue
    if current().hosted:
        _name_owners(shared_store(), labels)
    several = Counter(labels.values())
    return {
        name: f"{label} ({name.partition(':')[2]})" if several[label] > 1 else label
        for name, label in labels.items()
    }


def _name_owners(store: Reader, labels: dict[str, str]) -> None:
    """Others' tables are called by their owners too."""
    for held in offered(store, store.person, TABLE):
        if held.name in labels and held.owner and held.owner != holder(store.person):
            labels[held.name] += f", of {owner_name(store, held.owner)}"
