"""A stored sweep as its figures see it, and the board made of it once for all viewers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from hts.config import KINDS
from hts.shared_cache import SharedCache
from hts.studio.figures import words
from hts.studio.figures.card import Card
from hts.studio.figures.parallel import Across, parallel
from hts.studio.figures.run.board import encode_board
from hts.studio.figures.sweep_figures.lines import sweep_lines
from hts.studio.figures.sweep_figures.map import sweep_map
from hts.studio.figures.sweep_figures.view import SweepAxis, SweepCell, SweepView
from hts.studio.figures.theme import Idea, ideas
from hts.studio.store.run_row import useless
from hts.studio.store.store import Store
from hts.studio.store.sweep_row import Member, Sweep
from hts.studio.sweeps.controls import Controls, controls_of
from hts.studio.sweeps.measures import Measure, measures_of
from hts.studio.sweeps.spec import SweepSpec
from hts.studio.sweeps.table import NO_CONTROLS, members_of, summarise, value_of, values_of
from pages._parts.board.views import data_title
from pages._parts.form.address import field, shown
from pages._parts.sweep.address import Look, grid_axes

MOST_LINES = 200  # of parallel coordinates
BESIDE = ("pruning_ratio", "test_accuracy", "tail_index")  # what they show beside the measure
DIGITS = {"%": 1, "points": 1, "steps": 0, "s": 1, "": 2}
STATES = {
    "queued": ("Waiting in the queue", ""),
    "running": ("Running", ""),
    "finished": ("Finished", "good"),
    "stopped": ("Stopped", "warn"),
}

_boards: SharedCache[bytes] = SharedCache(24)
_axes: SharedCache[dict[str, list[Any]]] = SharedCache(64)


def axes_of(store: Store, sweep: Sweep) -> dict[str, list[Any]]:
    """The settings to draw the sweep over, with their values in order."""

    def read() -> dict[str, list[Any]]:
        members = controls_of(sweep.spec).in_cells(store.sweeps.members(sweep.id))
        names = grid_axes(SweepSpec.from_json(sweep.spec).axes) or {"seed": ()}
        return {name: values_of(members, name) for name in names}

    return _axes.get((str(store.home.root), sweep.id), read)


def sweep_board(store: Store, sweep: Sweep, look: Look) -> bytes:
    """Status line, heat map and lines, made once per revision and view."""
    seen = (look.measure, look.share, look.x, look.y, tuple(look.fixed.items()), look.cell)
    titles = [data_title(name) for name in axes_of(store, sweep).get("data", ())]
    key = (str(store.home.root), sweep.id, sweep.revision, seen, *titles)
    return _boards.get(key, lambda: _board(store, sweep, look))


def _board(store: Store, sweep: Sweep, look: Look) -> bytes:
    members = store.sweeps.members(sweep.id)
    view = sweep_view(sweep.id, members, controls_of(sweep.spec), look)
    cards = [sweep_map(view), sweep_lines(view), *_side_by_side(store, sweep, members, look)]
    return encode_board({"status": status(sweep), "cards": [card.payload() for card in cards]})


def _side_by_side(store: Store, sweep: Sweep, members: Sequence[Member], look: Look) -> list[Card]:
    """Every combination of settings as a line, with medians over its seeds; of one setting none."""
    names = list(axes_of(store, sweep))
    controls = controls_of(sweep.spec)
    cells: dict[tuple[Any, ...], list[Member]] = {}
    for member in controls.in_cells(members):
        idle = member.config.without_effect - {"noise"}
        key = tuple(None if name in idle else member.config.given(name) for name in names)
        cells.setdefault(key, []).append(member)
    if len(names) < 2 or not 2 < len(cells) <= MOST_LINES:
        return []
    known = measures_of(controls.noises, look.share)
    control = known[look.measure].control
    besides = controls.among(members, control) if control else NO_CONTROLS
    axes = [
        Across(title=field(name)["title"], values=_as_shown(name, column))
        for name, column in zip(names, zip(*cells, strict=True), strict=True)
    ]
    for name in (*(name for name in BESIDE if name != look.measure), look.measure):
        measure = known[name]
        values = [summarise(alike, measure, besides).middle for alike in cells.values()]
        if any(value is not None for value in values):
            unit = f", {measure.unit}" if measure.unit else ""
            digits = DIGITS[measure.unit]
            axes.append(Across(title=f"{measure.title}{unit}", values=values, digits=digits))
    if len(axes) == len(names):
        return []
    lines = [
        ", ".join(value_words(name, v) for name, v in zip(names, key, strict=True) if v is not None)
        for key in cells
    ]
    return [parallel(lines, axes, keep=sweep.id, what="the median over seeds of one combination")]


def going(sweep: Sweep) -> bool:
    """It changes, or will; workers of a sweep that was stopped take a moment to leave."""
    return sweep.active or sweep.running > 0


def status(sweep: Sweep) -> dict[str, Any]:
    """The status line: state in words, runs done, percent, time left."""
    text, tone = STATES[sweep.state]
    if sweep.state == "finished" and sweep.failed:
        tone = "warn"
    parts = [f"{words.count(sweep.done)} of {words.count(sweep.total)} runs"]
    for count, word in ((sweep.running, "running"), (sweep.failed, "failed")):
        if count:
            parts.append(f"{words.count(count)} {word}")
    if sweep.reused:
        parts.append(f"{words.count(sweep.reused)} were there before")
    if sweep.seconds_left is not None:
        parts.append(f"{words.duration(sweep.seconds_left)} left")
    elif not sweep.active and sweep.seconds > 0:
        parts.append(f"took {words.duration(sweep.seconds)}")
    return {
        "state": text,
        "tone": tone,
        "percent": round(100 * sweep.progress, 1),
        "detail": " · ".join(parts),
    }


def sweep_view(
    sweep_id: str, members: Sequence[Member], controls: Controls, look: Look
) -> SweepView:
    """The measure over two axes, with every run's value."""
    measure = measures_of(controls.noises, look.share)[look.measure]
    cells = controls.in_cells(members)
    besides = controls.among(members, measure.control) if measure.control else NO_CONTROLS
    xs = values_of(cells, look.x)
    ys = [""] if look.y is None else values_of(cells, look.y)
    grid = members_of(cells, look.x, look.y, look.fixed)
    at = "" if measure.at is None else f"{measure.at} % removed"
    fixed = [value_words(name, value) for name, value in look.fixed.items()]
    return SweepView(
        id=sweep_id,
        measure=measure.title,
        says=measure.says,
        unit=measure.unit and f" {measure.unit}",
        digits=DIGITS[measure.unit],
        x=setting_axis(look.x, xs),
        y=setting_axis(look.y, ys),
        cells=[[_cell(measure, alike, besides) for alike in row] for row in grid],
        fixed=", ".join([at, *fixed] if at else fixed),
        share=measure.share,
        signed=measure.control is not None,
        index=measure.name == "tail_index",
        without=measure.without,
        chosen=look.cell,
    )


def _cell(measure: Measure, alike: Sequence[Member], controls: Mapping[int, Member]) -> SweepCell:
    """``controls``: by position, what ``measure`` compares with."""
    summary = summarise(alike, measure, controls)
    values = [value_of(member, measure, controls) for member in alike]
    lost = Counter(
        _without(member, controls.get(member.position), measure)
        for member, value in zip(alike, values, strict=True)
        if value is None
    )
    return SweepCell(
        values=[value for value in values if value is not None],
        middle=summary.middle,
        low=summary.low,
        high=summary.high,
        level=summary.level,
        pending=lost["running"] + lost["waiting"],
        running=lost["running"],
        diverged=lost["diverged"],
        failed=lost["failed"],
        useless=lost["useless"],
        absent=lost["done"],
    )


def _without(member: Member, control: Member | None, measure: Measure) -> str:
    """What a run without a value, or the control that it is compared with, is at."""
    for one in (member, control):
        if one is not None and one.result is None:
            return one.state
    result = member.result
    if result is None or result.stop_reason == "diverged":
        return "diverged" if result else "done"
    return "useless" if measure.of_use and useless(member.config, result) else "done"


def setting_axis(name: str | None, values: Sequence[Any]) -> SweepAxis:
    """A setting as an axis; None is the axis with one place."""
    if name is None:
        return SweepAxis(name="", title="", labels=[""])
    numbers = all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in values)
    return SweepAxis(
        name=spoken_name(name),
        title=field(name)["title"] + (", tails heavier →" if name == "alpha" else ""),
        labels=[value_label(name, value) for value in values],
        numbers=list(values) if numbers else None,
        ideas=_ideas(name, values),
        falling=name == "alpha",  # tails grow heavier to the right
    )


def _ideas(name: str, values: Sequence[Any]) -> list[Idea] | None:
    if name == "alpha":
        return ideas(values)
    if name == "noise":
        return ideas(KINDS[name][value].stability(1.0) for value in values)
    return None


def value_label(name: str, value: Any) -> str:
    """A value as an axis and a picker show it."""
    return data_title(value) if name == "data" else shown(value).replace("_", " ")


def _as_shown(name: str, values: Sequence[Any]) -> list[Any]:
    """Numbers as they are, words as an axis has them."""
    return [
        v if v is None or (isinstance(v, (int, float)) and not isinstance(v, bool))
        else value_label(name, v) for v in values
    ]  # fmt: skip


def value_words(name: str, value: Any) -> str:
    """``width 500``, ``noise III``."""
    label = value_label(name, value)
    return label if name == "data" else f"{spoken_name(name)} {label}"


def spoken_name(name: str) -> str:
    """A setting inside a sentence."""
    known = {
        "lr": "learning rate",
        "data": "dataset",
        "eval_every": "evaluated every",
        "conv_noise": "noise per",
    }
    return known.get(name, name.replace("_", " "))
