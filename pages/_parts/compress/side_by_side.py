"""Networks, or all seeds of a run, side by side at equal pruned share."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from hts.config.arms import MAIN, arms
from hts.pruning.criteria import CRITERIA
from hts.pruning.records import CompressionRecord
from hts.records import PruningCurve
from hts.shared_cache import SharedCache
from hts.studio.compress.export import BY_NORM
from hts.studio.figures import words
from hts.studio.figures.compress.curves import mark_within
from hts.studio.figures.run.board import encode_board
from hts.studio.figures.run.difference import difference_to_controls, sentences
from hts.studio.figures.run.pruning import CAPTION, accuracy_after_pruning
from hts.studio.figures.view import ArmView, RunView
from hts.studio.store.run_row import Run, networks_of, split
from hts.studio.store.store import Store
from hts.studio.store.tail import View
from pages._parts.board.live_board import live_board
from pages._parts.board.views import look_up, noise_words, run_view
from pages._parts.compress.controls import Look, run_name, switch
from pages._parts.compress.runs import records_of
from pages._parts.shell.own_address import went_back

MOST = 4  # laid beside the network on show
SEEDS = ("This seed", "All seeds")

_made: SharedCache[bytes] = SharedCache(24)


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What stands beside a network: its controls of the same seed, and other runs, by id.

    ``whole``: the run with all seeds, None where one network is compared.
    """

    controls: tuple[str, ...]
    others: tuple[str, ...]
    whole: str | None = None


def choose_beside(store: Store, run: Run, runs: Sequence[Run]) -> Beside:
    """The controls of the same seed, unless something else is chosen or in the address."""
    base, own = split(run.id)
    controls = {name: said for name, said in _names(store, run).items() if name != run.id}
    listed = {one.id: run_name(one) for one in runs if one.id not in (base, *controls)}
    if not (controls or listed):
        return Beside(controls=(), others=(), whole=None)
    asked = [name for name in st.query_params.get("beside", "").split(",") if name]
    known = [name for name in asked if name in controls or name in listed]
    key = f"beside_{run.id}"
    start = known or list(controls)[:MOST]
    if went_back():
        st.session_state[key] = start
    chosen = st.multiselect(
        "Compare with", [*controls, *listed], start, format_func=(controls | listed).__getitem__,
        key=key, max_selections=MOST, help="At equal pruned share. Its controls have the same "
        "start, the same order of the data and the same seed.",
    )  # fmt: skip
    if chosen == list(controls)[:MOST]:
        st.query_params.pop("beside", None)
    else:
        st.query_params["beside"] = ",".join(chosen)
    whole = None
    if own is not None and store.runs.get(base).config.replicates > 1:
        whole = base if switch("Seeds", list(SEEDS), "seeds") == SEEDS[1] else None
    return Beside(
        controls=tuple(name for name in chosen if name in controls),
        others=tuple(name for name in chosen if name in listed),
        whole=whole,
    )


def _names(store: Store, run: Run) -> dict[str, str]:
    """The network and what trained beside it with the same seed, by id: what each is called."""
    base, own = split(run.id)
    if own is None:
        twin = [] if run.twin is None else [store.runs.get(run.twin)]
        ended = {one.id: words.control(one.config) for one in twin if one.state == "finished"}
        return {run.id: noise_words(run)} | ended
    named = arms(store.runs.get(base).effective)
    return {f"{base}.{arm.key}.{run.config.seed}": words.arm(arm) for arm in named}


def side_by_side(store: Store, run: Run, beside: Beside, look: Look, level: float) -> None:
    """Both figures and a sentence for each control; nothing without something to compare."""
    if not beside.controls and not beside.others and beside.whole is None:
        return
    st.header("Side by side, at equal pruned share", anchor=False)
    if beside.whole is not None:
        own, others = _all_seeds(store, run, beside)
        by = BY_NORM
        if look.criterion != BY_NORM:
            st.caption("All seeds are compared by the norm of their units, as they were recorded.")
    else:
        own, others = _one_seed(store, run, beside, look)
        by = look.criterion
    if not own:
        st.caption("Nothing was recorded of these networks that could be compared.")
        return
    st.markdown("\n".join(f"- {said}" for said in sentences(own, level)))
    shown = [one.id for arm in (*own, *others) for one in arm.runs]
    key = (str(store.home.root), by, look.scope, level, *shown)
    live_board(_made.get(key, lambda: _draw(own, others, by, level)), key="side_by_side")


def _draw(own: list[ArmView], others: list[ArmView], by: str, level: float) -> bytes:
    accuracy = accuracy_after_pruning([*own, *others], pruned=level)
    if by != BY_NORM:
        said = f"Test accuracy after pruning by: {CRITERIA[by].title.lower()}, without retraining."
        accuracy = dataclasses.replace(accuracy, caption=accuracy.caption.replace(CAPTION, said))
    drawn = [accuracy, difference_to_controls(own, pruned=level)]
    return encode_board({"cards": [card.payload() for card in drawn if card is not None]})


def _all_seeds(store: Store, run: Run, beside: Beside) -> tuple[list[ArmView], list[ArmView]]:
    """The arms of the run that are chosen, and the noisy arms of other runs, as recorded."""
    assert beside.whole is not None
    wanted = {_arm(name) for name in (run.id, *beside.controls)}
    own = [
        _arm_view(key, name, views)
        for key, name, views in look_up(store, beside.whole).arms
        if key == MAIN or key in wanted
    ]
    others = []
    for name in beside.others:
        key, _, views = look_up(store, name).arms[0]
        label = f"{noise_words(views[0].run)}, {name}"
        others.append(_arm_view(f"{name} {key}", label, views))
    return [arm for arm in own if arm.runs], [arm for arm in others if arm.runs]


def _one_seed(
    store: Store, run: Run, beside: Beside, look: Look
) -> tuple[list[ArmView], list[ArmView]]:
    """One network each: of the run those of one seed, of other runs with that seed if they have it.

    By the norm of units as recorded; by other criteria once that is measured.
    """
    names = _names(store, run)
    own = [name for name in names if name in (run.id, *beside.controls)]
    others = {_network(store.runs.get(name), run.config.seed): name for name in beside.others}
    records: dict[str, CompressionRecord] | None = None
    if look.criterion != BY_NORM or look.scope != "layer":
        said = f"Measured by this criterion: {{}} of these {len(own) + len(others)} networks."
        records = records_of(store, [*own, *others], look.scope, "measure_beside", said)
    noises = {name: noise_words(store.runs.get(name)) for name in others}
    labels = names | {name: f"{noises[name]}, {of}" for name, of in others.items()}

    def made(names: Sequence[str]) -> list[ArmView]:
        found = []
        for name in names:
            view = store.tail.view(name)
            if view.snapshot is None or (records is not None and name not in records):
                continue
            record = None if records is None else records[name]
            found.append(_arm_view(name, labels[name], [view], record, look.criterion))
        return found

    return made(own), made(list(others))


def _arm(name: str) -> str:
    """The arm that a network belongs to; that of a run of one network is the noisy one."""
    own = split(name)[1]
    return MAIN if own is None else own.rpartition(".")[0]


def _network(run: Run, seed: int) -> str:
    """The noisy network of ``run`` to compare with: of that seed, or else the first one."""
    names = networks_of(run)
    wanted = f"{run.id}.{MAIN}.{seed}"
    return run.id if not names else wanted if wanted in names else names[0]


def _arm_view(
    key: str,
    label: str,
    views: Sequence[View],
    record: CompressionRecord | None = None,
    criterion: str = BY_NORM,
) -> ArmView:
    runs = [run_view(view, label) for view in views]
    if record is not None:
        runs = [_pruned_by(one, record, criterion) for one in runs]
    return ArmView(key=key, label=label, runs=tuple(runs))


def _pruned_by(run: RunView, record: CompressionRecord, criterion: str) -> RunView:
    """The network with the curve of a criterion in place of that of its units' norms."""
    curve = next(one for one in record.curves if one.criterion == criterion)
    mark = mark_within(curve, None)
    assert run.snapshot is not None
    parts = {f.name: getattr(curve, f.name) for f in dataclasses.fields(PruningCurve)}
    shown = dataclasses.replace(
        run.snapshot,
        curve=PruningCurve(**parts),
        pruning_ratio=100 * mark.pruned,
        test_accuracy_pruned=mark.test_accuracy,
    )
    return dataclasses.replace(run, snapshot=shown)
