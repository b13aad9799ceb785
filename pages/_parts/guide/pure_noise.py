"""See the noise: one slider, and at once which columns of a layer of pure noise matter."""

from __future__ import annotations

import msgspec
import streamlit as st

from hts.glossary import term
from hts.shared_cache import SharedCache
from hts.studio.figures.theory.columns import columns_card, ends, percent
from hts.theory.pure_noise import NoiseLayers
from pages._parts.board.live_board import live_board

ALPHAS = [round(2 - 0.05 * step, 2) for step in range(21)]  # heavier tails to the right
FIRST = 1.75
SENTENCE = (
    "Noise alone, nothing trained: the heavier its tails, the fewer columns hold nine tenths of "
    "the squared norm; Gaussian noise is the control. Move alpha and watch how many columns hold "
    "the last tenth."
)

_LAYERS = NoiseLayers()
_SHOWN: SharedCache[tuple[str, bytes]] = SharedCache(len(ALPHAS))


@st.fragment
def pure_noise(key: str) -> None:
    """The slider, what it says in words, and the figure; only this reruns when it is moved."""
    alpha = st.select_slider(
        term("alpha").label,
        ALPHAS,
        value=FIRST,
        format_func=lambda at: f"{at:.2f}",
        key=f"{key}_alpha",
        help=term("alpha").help,
    )
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        st.caption("← Gaussian, alpha 2", width="content")
        st.caption("heavier tails, alpha 1 →", width="content")
    words, board = _SHOWN.get(alpha, lambda: shown(alpha))
    st.markdown(words)
    live_board(board, key=f"{key}_columns")


def shown(alpha: float) -> tuple[str, bytes]:
    """The sentence and the board at ``alpha``."""
    reading, control = _LAYERS.read(alpha), _LAYERS.read(2.0)
    words = (
        f"**The smallest {percent(reading.share)} of the columns hold only a tenth of the squared "
        f"norm.** Pure noise, not trained: median of {reading.layers} layers, 9 of 10 show "
        f"{ends(reading)}. Gaussian control: {percent(control.share)} ({ends(control)})."
    )
    return words, msgspec.json.encode({"cards": [columns_card(reading, control)]})
