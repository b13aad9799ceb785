"""The runs behind one cell: chosen by a click on the map or from two lists, opened by a link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from hts.estimates import with_interval
from hts.paired.words import verdict
from hts.records import TailIndex
from hts.studio.cluster.status import RunNow
from hts.studio.figures import words
from hts.studio.foreign_text import in_markdown
from hts.studio.store.run_row import useless
from hts.studio.store.sweep_row import Member
from hts.studio.sweeps.controls import Controls, effects
from hts.studio.sweeps.measures import control_words
from hts.studio.sweeps.table import members_of
from pages._parts.form.address import field, write_address
from pages._parts.sweep.address import Look, cell_text, choose
from pages._parts.sweep.now import now_words
from pages._parts.sweep.views import spoken_name, value_label, value_words

MOST_ROWS = 200
REASONS = {"budget": "budget used"}


def cell_runs(
    members: Sequence[Member],
    controls: Controls,
    axes: Mapping[str, Sequence[Any]],
    look: Look,
    now: Mapping[int, RunNow] | None = None,
) -> None:
    """Two lists to choose the cell by, a sentence per control, and one line per run in it.

    ``now``: how those that are being computed stand, by position, where that is known.
    """
    _pickers(axes, look)
    if look.cell is None:
        st.caption("Click a cell of the map, or choose one here, to see its runs.")
        return
    column, row = look.cell
    cells = controls.in_cells(members)
    found = members_of(cells, look.x, look.y, look.fixed)[row][column]
    for noise in controls.noises:
        st.markdown(_against(found, controls.among(members, noise), noise, look.share))
    if not found:
        st.caption("No run of this sweep has these settings.")
    with st.container(key="cell_runs", gap="xxsmall"):
        for member in found[:MOST_ROWS]:
            _run(member, look, (now or {}).get(member.position))
    if len(found) > MOST_ROWS:
        st.caption(f"and {len(found) - MOST_ROWS} more, which the export has.")


def _against(
    alike: Sequence[Member], controls: Mapping[int, Member], noise: str, share: int
) -> str:
    """What the noise of a cell's runs does, compared with one control at equal pruned share."""
    named = f"Against the {control_words(noise)}"
    if not any(member.position in controls for member in alike):
        return f"{named}: these networks are the control."
    compared = effects(alike, controls, [share / 100])
    if not compared:
        return f"{named}: no pair of runs has ended with its accuracy at every pruned share."
    (found,) = compared
    return (
        f"{named}, with {share} % of the units removed from both, paired by seed: "
        f"{verdict(found)}. Medians: {found.accuracy.median:.0f} %, the control "
        f"{found.control.median:.0f} %."
    )


def pick(at: Sequence[int], axes: Mapping[str, Sequence[Any]], look: Look) -> None:
    """Choose the cell at this column and row; once more takes it back."""
    column, row = at
    if look.cell == (column, row):
        choose(cell=None)
        return
    y = "" if look.y is None else axes[look.y][row]
    choose(cell=cell_text(axes[look.x][column], y))


def _pickers(axes: Mapping[str, Sequence[Any]], look: Look) -> None:
    names = [name for name in (look.x, look.y) if name is not None]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        for place, name in enumerate(names):
            widget = f"cell_{name}"
            at = None if look.cell is None else axes[name][look.cell[place]]
            st.session_state[widget] = at
            st.selectbox(
                field(name)["title"],
                axes[name],
                index=None,
                format_func=lambda value, name=name: value_label(name, value),
                placeholder="choose",
                key=widget,
                width=170,
                on_change=_picked,
                args=(axes, look),
            )


def _picked(axes: Mapping[str, Sequence[Any]], look: Look) -> None:
    """Of two lists, one that is still empty takes its first value."""
    names = [name for name in (look.x, look.y) if name is not None]
    values = [st.session_state[f"cell_{name}"] for name in names]
    cleared = look.cell is not None and any(value is None for value in values)
    if cleared or all(value is None for value in values):
        choose(cell=None)
        return
    taken = [
        axes[name][0] if value is None else value for name, value in zip(names, values, strict=True)
    ]
    choose(cell=cell_text(taken[0], taken[1] if len(taken) > 1 else ""))


def _run(member: Member, look: Look, now: RunNow | None) -> None:
    label = f"Seed {member.config.seed}"
    apart = member.config.without_effect & {look.x, look.y}
    more = [f"the same for every {spoken_name(name)}" for name in sorted(apart)]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if member.run is not None:
            st.page_link(
                "pages/train.py",
                label=label,
                icon=":material/open_in_full:",
                # as Train writes it, so that the browser's way back leads here
                query_params=write_address(member.config.to_dict(), member.run),
                help=f"Open run {member.run}",
            )
        else:
            st.markdown(label, width="content")
        st.caption(in_markdown(" · ".join([outcome(member, now), *more])), width="content")


def outcome(member: Member, now: RunNow | None = None) -> str:
    """What came of a run, in a line; of one that is being computed, how it stands ``now``."""
    result = member.result
    if result is None and member.state == "running" and now is not None:
        return now_words(now, member.config.iterations)
    if result is None:
        return member.message or member.state
    if result.stop_reason == "diverged":
        return result.message or "diverged"
    tail, after = result.tail_index, words.percent(result.test_accuracy_pruned)
    reason = REASONS.get(result.stop_reason, result.stop_reason)
    parts = [
        useless(member.config, result).rstrip("."),
        f"norm-compressible share {words.percent(result.pruning_ratio)}",
        f"test accuracy {words.percent(result.test_accuracy)}, {after} after pruning",
        _tail_words(tail) if tail else "",
        f"{reason} after {words.count(result.iterations)} steps",
        "run deleted" if member.run is None else "",
        "was there before" if member.reused else "",
    ]
    return " · ".join(part for part in parts if part)


def _tail_words(tail: TailIndex) -> str:
    if not tail.fits:
        return f"tail index {words.REJECTED}"
    return f"tail index {with_interval(tail.alpha, tail.low, tail.high)}"


def cell_title(axes: Mapping[str, Sequence[Any]], look: Look) -> str:
    """``Runs at alpha 1.75, width 2000``."""
    if look.cell is None:
        return "Runs of a cell"
    names = [name for name in (look.x, look.y) if name is not None]
    parts = [value_words(n, axes[n][i]) for n, i in zip(names, look.cell, strict=False)]
    return f"Runs at {', '.join(parts)}"
