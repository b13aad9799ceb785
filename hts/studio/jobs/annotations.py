"""What people say of a run: its name, a note, tags and a star, all to find it again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from hts.studio.jobs.limits import need_title
from hts.studio.lab.access import asked, need_run
from hts.studio.lab.people import Person
from hts.studio.store.store import Store
from hts.validate import BadInput, printable

LONGEST_NOTE = 2000
MOST_TAGS, LONGEST_TAG = 20, 40


def annotate(
    store: Store,
    run_id: str,
    *,
    name: str | None = None,
    note: str | None = None,
    tags: Iterable[str] | None = None,
    star: bool | None = None,
    by: Person | None = None,
) -> None:
    """Say this of a run; what is None stays.  `BadInput` for what is too long."""
    whole, person = asked(store, by)
    need_run(whole, person, run_id, "name, tag or star")
    values: dict[str, Any] = {}
    if name is not None:
        need_title(name)
        values["title"] = " ".join(name.split())
    if note is not None:
        if len(note) > LONGEST_NOTE:
            raise BadInput(f"a note has at most {LONGEST_NOTE} characters, got {len(note)}.")
        values["notes"] = note.strip()
    if tags is not None:
        values["tags"] = json.dumps(_checked(tags))
    if star is not None:
        values["star"] = int(star)
    if values:
        whole.runs.update(run_id, **values)


def _checked(tags: Iterable[str]) -> list[str]:
    found = list(dict.fromkeys(" ".join(tag.split()) for tag in tags if tag.strip()))
    if len(found) > MOST_TAGS:
        raise BadInput(f"a run has at most {MOST_TAGS} tags, got {len(found)}.")
    for tag in found:
        if len(tag) > LONGEST_TAG or set(tag) & set('"|,'):
            raise BadInput(
                f"a tag has at most {LONGEST_TAG} characters, without quotes, commas and |, got "
                f"{printable(tag, 80)!r}."
            )
    return found
