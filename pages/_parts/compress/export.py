"""Downloads of the Compress page: the smaller network, its program, and a report."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from hts.pruning.criteria import CRITERIA
from hts.pruning.cut import Cut
from hts.pruning.records import CompressionRecord
from hts.studio.compress.export import BY_NORM, ranked, smaller_network, zipped
from hts.studio.compress.report import report
from hts.studio.figures import words
from hts.studio.figures.compress.curves import mark_within
from hts.studio.foreign_text import in_markdown
from hts.studio.jobs import background as side
from hts.studio.store.run_row import Run
from hts.studio.store.store import Store
from hts.validate import BadInput, capitalised
from pages._parts.compress.controls import Look, switch
from pages._parts.shell import widgets

HOW = ["This level", "Squared error 0.1", "Within the points"]
TICK_SECONDS = 0.7


def exports(store: Store, run: Run, record: CompressionRecord, look: Look, place: int) -> None:
    """How much goes, what is left of the file, and the buttons."""
    how = switch(
        "Units that go", HOW, "export_by",
        help="Whole units are removed, since only that makes the network smaller: in the order of "
        "the criterion above if it removes units, else smallest norms first.",
    )  # fmt: skip
    criterion = look.criterion if CRITERIA[look.criterion].whole_units else BY_NORM
    cut = chosen_cut(record, criterion, look.points, place, how)
    try:
        found, arrays, ranking = ranked(store, run.id, scope=look.scope, criterion=criterion)
        smaller = smaller_network(found, arrays, ranking, cut.counts(ranking), cut)
    except BadInput as error:
        st.caption(in_markdown(capitalised(error)))
        return
    share = 100 * (1 - smaller.bytes_left / smaller.bytes_before)
    st.caption(
        f"{words.count(smaller.removed)} of {words.count(smaller.units)} units go: "
        f"{words.count(smaller.bytes_before)} bytes of weights become "
        f"{words.count(smaller.bytes_left)}, {words.percent(share)} less. {smaller.needs}"
    )
    name = f"{run.id}-{smaller.removed}-removed"
    with st.container(horizontal=True):
        loads = "network.safetensors and load_network.py, which loads it and takes raw examples."
        _download("Smaller network", lambda: zipped(smaller), f"{name}.zip", "network", loads)
        asked: dict[str, object] = {"kind": cut.kind, "amount": cut.amount, "scope": look.scope}
        if criterion != BY_NORM:
            asked["criterion"] = criterion
        _program(store, run.id, asked, f"{name}-program.zip")
        shown = {"criterion": look.criterion, "place": place, "points": look.points}
        make = partial(report, store, run.id, record, **shown)
        offline = "Settings, results and all figures in one HTML file that opens offline."
        _download("Report", make, f"{run.id}-report.html", "report", offline)


def _download(label: str, make: Callable[[], object], name: str, key: str, told: str) -> None:
    widgets.download(label, make, name, f"get_{key}", help=told, width="content")


def chosen_cut(
    record: CompressionRecord, criterion: str, points: float, place: int, how: str
) -> Cut:
    """What the choice ``how`` means for ``criterion``."""
    if how == HOW[1]:
        return Cut()
    if how == HOW[0]:
        return Cut("fraction", record.views_at[place])
    curve = next(c for c in record.curves if c.criterion == criterion)
    mark = mark_within(curve, points)
    if curve.levels == curve.parts + 1:
        return Cut("fraction", mark.pruned)
    # Several layers were measured at stated levels: the level, not the rounded share of all units.
    return Cut("fraction", record.views_at[curve.pruned.index(mark.pruned)])


def _program(store: Store, run_id: str, asked: dict[str, object], name: str) -> None:
    """The torch.export program is made by a worker, when somebody asks for it."""
    found = side.ask(store, run_id, "export", asked, start=False)
    if found.state == "done":
        told = "Also network.pt2, which torch.export.load reads."
        _download("torch.export program", found.path.read_bytes, name, "program", told)
        return
    pressed = st.button(
        "Make a torch.export program", icon=":material/deployed_code:", key="make_program",
        disabled=found.state == "working",
        help="network.pt2, read by torch.export.load, for C++ and other runtimes too.",
    )  # fmt: skip
    if pressed:
        side.again(store, run_id, "export", asked)
        try:
            found = side.ask(store, run_id, "export", asked)
        except BadInput as error:
            st.error(in_markdown(error), icon=":material/block:")
    if found.state == "failed":
        st.error(in_markdown(found.says), icon=":material/error:")
    elif found.state == "working":
        st.fragment(run_every=TICK_SECONDS, key="exporting")(_wait)(store, run_id, asked)


def _wait(store: Store, run_id: str, asked: dict[str, object]) -> None:
    found = side.ask(store, run_id, "export", asked, start=False)
    if found.state != "working":
        st.rerun()
    st.caption(f"{in_markdown(found.says)} …")
