"""Controls of a viewer's own weights: a file, one of its arrays, and what is independent in it."""

from __future__ import annotations

import functools
from collections import Counter
from contextlib import suppress

import streamlit as st

from hts.inspection.matrix import matrix_of
from hts.studio.figures import words
from hts.studio.foreign_text import in_markdown
from hts.studio.jobs.holdings import keep_weights
from hts.studio.lab.access import owner_name
from hts.studio.lab.holdings import holder, offered, see_holding, told
from hts.studio.lab.reader import Reader
from hts.studio.store.holdings import WEIGHTS, Holding, key_of
from hts.studio.transfer.uploads import Uploads
from hts.validate import BadInput, printable
from hts.weights import Weight
from pages._parts.shell.given_files import given, let_go
from pages._parts.shell.own_address import went_back
from pages._parts.shell.ownership import no_start
from pages._parts.tails.source import Chosen, Sample

ENDINGS = ["safetensors", "npz", "npy", "pt", "pth"]
LARGEST = 50_000_000  # numbers in one array: larger ones are for the command line
_REASONS = 3  # that are told
COUNTED = {  # what is independent, as the noise type that makes it so
    "single weights": "II",
    "units, by their norms": "III",
    "units, by their means": "I",
}


def upload_controls(store: Reader) -> Chosen:
    """An array of a file that was given to the app."""
    _take_file(store)
    known = _known(store)
    holding = known.get(_file(store, known) or "")
    if holding is None:
        return Chosen(looked_at=None)
    try:
        found = Uploads(store.home, key_of(holding.owner)).get(holding.name)
    except BadInput as error:
        st.error(in_markdown(error), icon=":material/block:")
        return Chosen(looked_at=None)
    fits = [w for w in found.weights if not w.refused and w.size <= LARGEST]
    usable = {printable(w.name, 500): w for w in fits}
    if left := Counter(w.refused or f"above {words.count(LARGEST)} numbers"
                       for w in found.weights if w not in fits):  # fmt: skip
        reasons = (f"{reason} ({count})" for reason, count in left.most_common(_REASONS))
        why = in_markdown("; ".join(reasons))
        st.caption(f"{left.total():d} of {len(found.weights)} arrays are left out: {why}.")
    if not usable:
        return Chosen(looked_at=None)
    first = max(usable, key=lambda name: (len(usable[name].shape) > 1, usable[name].size))
    name = st.selectbox("Array", list(usable), index=list(usable).index(first), key="array",
                        bind="query-params")  # fmt: skip
    return Chosen(looked_at=_sample(holding, found.source, usable[name]))


def _take_file(store: Reader) -> None:
    st.caption(
        "Weights as .safetensors, .npz, .npy or .pt. A separate process reads the file and runs "
        "nothing from it. It stays on this computer, and is yours alone until you share it."
    )
    st.file_uploader(
        "File", type=ENDINGS, key="weights_file", label_visibility="collapsed",
        on_change=_register, args=(store,), disabled=no_start(store) is not None,
        help=no_start(store),
    )  # fmt: skip
    if said := st.session_state.get("weights_said"):
        st.error(in_markdown(said), icon=":material/block:")


def _register(store: Reader) -> None:
    st.session_state.weights_said = ""
    file = st.session_state.weights_file
    if file is None:
        return
    try:
        st.session_state.tails_file = keep_weights(store, given(file), file.name)
    except BadInput as error:
        st.session_state.weights_said = str(error)
    finally:
        let_go(file)


def _known(store: Reader) -> dict[str, Holding]:
    """The files to choose from by name, and the one in the address if this person sees it."""
    known: dict[str, Holding] = {}
    for holding in offered(store, store.person, WEIGHTS):
        known.setdefault(holding.name, holding)
    with suppress(BadInput):
        asked = see_holding(store, store.person, st.query_params.get("file", ""))
        if asked.kind is WEIGHTS:
            known.setdefault(asked.name, asked)
    return known


def _file(store: Reader, known: dict[str, Holding]) -> str | None:
    """The file in the address, else the one just given or one's own first; nobody else's."""
    asked = st.query_params.get("file")
    if (went_back() or "tails_file" not in st.session_state) and asked is not None:
        if asked in known:
            st.session_state.tails_file = asked
        else:
            st.warning("The file in the address is not on this computer, or it is not yours to "
                       "see.", icon=":material/link_off:")  # fmt: skip
    if st.session_state.get("tails_file") not in known:
        own = holder(store.person)
        mine = next((h.name for h in known.values() if h.owner == own), None)
        st.session_state.tails_file = mine
    if not known:
        return None
    labels = {name: _label(store, holding) for name, holding in known.items()}
    chosen = st.selectbox("Given before", list(known), key="tails_file", format_func=labels.get,
                          placeholder="Choose a file")  # fmt: skip
    if chosen is not None:
        st.query_params["file"] = chosen
    return chosen


def _label(store: Reader, holding: Holding) -> str:
    try:
        title = told(store, holding).title
    except BadInput:
        title = "damaged"
    own = holding.owner == holder(store.person)
    return title if own else f"{title}, of {owner_name(store, holding.owner or None)}"


def _sample(holding: Holding, filename: str, weight: Weight) -> Sample:
    kind, said = "II", "A vector: its values are taken as independent."
    if len(weight.shape) > 1:
        counted = st.selectbox(
            "What is independent", list(COUNTED), key="counted", bind="query-params",
            help="Nobody can tell from the file. Where the weights of a unit share a draw (noise "
            "types I and III), counting single weights makes intervals far too narrow.",
        )  # fmt: skip
        kind = COUNTED[counted]
        said = f"Taken as independent: {counted}. Whether they are, the file cannot tell."
    shape = " × ".join(words.count(n) for n in weight.shape)
    return Sample(
        key=("file", holding.owner, holding.name, weight.name),
        said=f"**{in_markdown(weight.name)}** of {in_markdown(filename)}, "
        f"{shape} {in_markdown(weight.dtype)}{'; ' * bool(weight.note)}{in_markdown(weight.note)}.",
        of="weights",
        symbol="w",
        kind=kind,
        load=functools.partial(matrix_of, weight),
        counted=said,
    )
