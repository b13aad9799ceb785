"""The front of a price list: who keeps how much accuracy at which pruned share."""

from __future__ import annotations

import msgspec
import streamlit as st

from hts.price.choose import Choice, title
from hts.price.front import Point, front
from hts.price.records import AFTERWARDS
from hts.price.words import best_words
from hts.shared_cache import SharedCache
from hts.studio.figures import words as spoken
from hts.studio.figures.price.front import front_card
from hts.studio.figures.words import greek
from pages._parts.board.live_board import live_board
from pages._parts.board.views import data_title

FIRST = ("none", "weight-decay", "group-lasso", "large-rate", "gaussian", "III-1.5")
"""The methods that are drawn before somebody chooses."""
_fronts: SharedCache[list[Point]] = SharedCache(8)
_boards: SharedCache[bytes] = SharedCache(64)


def show_front(choice: Choice) -> None:
    """What is done after pruning, which methods, the figure, and who is best."""
    ways = {label.capitalize(): way for way, label in AFTERWARDS.items()}
    chosen = st.segmented_control("The pruned network", list(ways), default=next(iter(ways)),
                                  required=True, key="pruned", bind="query-params")  # fmt: skip
    methods = st.pills(
        "Methods", choice.methods, selection_mode="multi", key="methods", bind="query-params",
        default=[name for name in FIRST if name in choice.methods] or choice.methods[:1],
        format_func=lambda name: greek(title(name)),
    )  # fmt: skip
    way = ways[chosen]
    points = _fronts.get(choice.key, lambda: front(choice))
    told = (choice.key, way, tuple(methods))
    live_board(_boards.get(told, lambda: _board(choice, points, way, methods)), key="price_front")
    st.markdown("\n".join(f"- {spoken.minus(greek(said))}" for said in best_words(points, way)))


def _board(choice: Choice, points: list[Point], way: str, methods: list[str]) -> bytes:
    settings = choice.found.settings
    of = f"{data_title(settings.data)}, {settings.width} units, {settings.steps} steps"
    card = front_card(
        points, of=of, way=way, methods={name: greek(title(name)) for name in methods}
    )
    return msgspec.json.encode({"cards": [card]})
