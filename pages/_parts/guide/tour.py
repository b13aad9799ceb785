"""The tour: see the noise, train, drag the pruning, compare; one sentence and one figure each."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import streamlit as st

from hts.studio.foreign_text import in_markdown
from hts.studio.store.store import Store
from hts.validate import BadInput, capitalised
from pages._parts.board.views import Shown, look_up
from pages._parts.guide import place
from pages._parts.guide.compare import compare
from pages._parts.guide.prune import prune
from pages._parts.guide.pure_noise import SENTENCE, pure_noise
from pages._parts.guide.train import train, train_button


class Step(NamedTuple):
    """One step: ``show`` draws it with the run of the tour; without it nothing is trained."""

    title: str
    sentence: str
    show: Callable[[Store, Shown], None] | None = None


TOUR = (
    Step("See the noise", SENTENCE),
    Step(
        "Train",
        "Train networks with such noise after every step, and beside each the same network "
        "without noise and with Gaussian noise: its controls.",
        train,
    ),
    Step(
        "Drag the pruning",
        "Remove the units with the smallest norms, without retraining, and read off what is left.",
        prune,
    ),
    Step(
        "Compare",
        "Only the controls tell what the noise did: the difference at the same pruned share, and "
        "what it took to get there.",
        compare,
    ),
)


def tour(store: Store) -> None:
    """The step somebody is at, with the buttons to the others."""
    place.read_page_address()
    number = place.step()
    step = TOUR[number - 1]
    said, buttons = st.columns([5, 2], vertical_alignment="center")
    with said:
        st.header(f"{number} of {len(TOUR)}: {step.title}", anchor=False)
    with buttons, st.container(horizontal=True, horizontal_alignment="right"):
        _button("Back", "arrow_back", number - 1, disabled=number == 1)
        _button("Next", "arrow_forward", number + 1, disabled=number == len(TOUR))
    st.markdown(step.sentence)
    if step.show is None:
        pure_noise("guide")
    elif (shown := _shown(store)) is None:
        train_button(store)
    else:
        step.show(store, shown)
    place.write_page_address()


def _button(label: str, icon: str, to: int, *, disabled: bool) -> None:
    st.button(
        label,
        key=f"tour_{label.lower()}",
        icon=f":material/{icon}:",
        type="primary" if label == "Next" else "secondary",
        disabled=disabled,
        on_click=place.go,
        args=(to,),
    )


def _shown(store: Store) -> Shown | None:
    run_id = place.tour_run()
    if run_id is None:
        return None
    try:
        shown = look_up(store, run_id)
    except BadInput as error:
        st.error(in_markdown(capitalised(error)), icon=":material/search_off:")
        place.take(None)
        return None
    if shown.main.run.active or any(view.snapshot is not None for view in shown.networks):
        return shown
    st.warning(
        in_markdown(shown.main.run.message or "This run has nothing to show."),
        icon=":material/block:",
    )
    return None
