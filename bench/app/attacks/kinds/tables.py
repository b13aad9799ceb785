"""Ann's table and weights, asked for by every method, address and page that takes or lists one."""

from __future__ import annotations

import functools
import io
from collections.abc import Callable, Iterator

import numpy as np
from safetensors.numpy import save

from bench.app.attacks.kind import Kind, Try
from bench.app.attacks.kinds import KINDS
from bench.app.attacks.place import CONFIG, SECRET, Place
from hts.studio.classroom.lesson import pin
from hts.studio.classroom.task import Task
from hts.studio.jobs import client
from hts.studio.jobs.holdings import (
    delete_holding,
    keep_table,
    keep_weights,
    rename_holding,
    show_holding,
)
from hts.studio.jobs.person_data import export_person
from hts.studio.lab.holdings import offered, see_holding
from hts.studio.lab.people import Person
from hts.studio.store.holdings import KINDS as HELD
from hts.studio.store.store import Store
from hts.studio.sweeps.spec import SweepSpec
from hts.validate import BadInput

STRANGERS = ("bob", "max", "nobody")
NEVER = {"table": "table:0123456789ab", "weights": "weights:0123456789ab"}
Way = Callable[[Store, Person, str], object]


def _train(store: Store, by: Person, name: str) -> object:
    return client.submit(store, CONFIG.replace(data=name), by=by)


def _sweep(store: Store, by: Person, name: str) -> object:
    spec = SweepSpec(name="s", base=CONFIG, grid={"data": ("digits", name)})
    return client.submit_sweep(store, spec, by=by)


TABLE_ONLY: dict[str, Way] = {
    "trains on": _train,
    "sweeps over": _sweep,
    "pins a task on": lambda s, by, n: pin(
        s, 1, Task(title="t", config=CONFIG.replace(data=n)), by=by
    ),
}
WAYS: dict[str, Way] = {
    "sees": see_holding,
    "renames": lambda s, by, n: rename_holding(s, n, "mine", by=by),
    "deletes": lambda s, by, n: delete_holding(s, n, by=by),
    "shares": lambda s, by, n: show_holding(s, n, "public", by=by),
}


def cases(place: Place) -> Iterator[tuple[str, Try]]:
    ann = place.people["ann"]
    rows = "".join(f"{k},{k % 7},{'ab'[k % 2]}\n" for k in range(40))
    table = io.BytesIO(f"height,width,label\n{rows}".encode())
    array = np.random.default_rng(1).standard_normal((40, 30)).astype(np.float32)
    kept = {
        "table": keep_table(place.store, table, f"{SECRET}.csv", by=ann),
        "weights": keep_weights(
            place.store, io.BytesIO(save({"w": array})), f"{SECRET}.safetensors", by=ann
        ),
    }
    for who in STRANGERS:
        for kind, name in kept.items():
            for what, way in (WAYS | (TABLE_ONLY if kind == "table" else {})).items():
                asked = functools.partial(_ask, place, way, who, name, NEVER[kind])
                yield f"{who} {what} Ann's {kind}", asked
            yield f"{who} lists {kind}", functools.partial(_list, place, who, kind, name)
        yield f"{who} exports all of Ann's", functools.partial(_export, place, who)
        for page, query in (
            ("", f"data={kept['table']}"),
            ("tails", f"source=File&file={kept['weights']}"),
            ("tails", "source=File"),
            ("files", ""),
            ("sweep", ""),
        ):
            yield f"{who} opens /{page}?{query}", functools.partial(_read, place, who, page, query)


def _ask(place: Place, way: Way, who: str, name: str, never: str) -> str:
    said = []
    for asked in (name, never):
        try:
            way(place.store, place.people[who], asked)
        except BadInput as error:
            said.append(str(error).replace(asked, "NAME"))
        else:
            return "it was done"
    return "" if said[0] == said[1] else f"it says that it is there: {said[0][:80]}"


def _list(place: Place, who: str, kind: str, name: str) -> str:
    found = offered(place.store, place.people[who], HELD[kind])
    return "it is listed" if name in {held.name for held in found} else ""


def _export(place: Place, who: str) -> str:
    try:
        export_person(place.store, place.people["ann"].id, io.BytesIO(), by=place.people[who])
    except BadInput:
        return ""
    return "it was written"


def _read(place: Place, who: str, page: str, query: str) -> str:
    with place.client(who) as visitor:
        answer = visitor.ask(page, query)
    return "the title of what is Ann's" if str(SECRET).encode() in answer else ""


KINDS.register(
    Kind(
        name="tables and weights",
        right="what is not shared is not there: every answer is the same as for a name that does "
        "not exist",
        cases=cases,
    )
)
