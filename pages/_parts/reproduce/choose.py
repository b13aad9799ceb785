"""The results there are: those that come with the program, those computed here, somebody else's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from hts.reproduce import result as reproduce_result
from hts.reproduce.checked import checked
from hts.reproduce.join import differences
from hts.reproduce.protocols import datasets
from hts.reproduce.result import Reproduction, parsed
from hts.shared_cache import SharedCache
from hts.studio.foreign_text import in_markdown
from hts.studio.jobs import background as side
from hts.studio.store.store import Store
from hts.validate import BadInput
from pages._parts.board.side_progress import begin, follow_job
from pages._parts.board.views import data_title
from pages._parts.reproduce.source import Source
from pages._parts.shell.given_files import given, let_go
from pages._parts.shell.own_address import begin_as_asked
from pages._parts.shell.ownership import no_start

JOB, HERE = "reproduce", "here-"
STORED = "quick"  # all that come with the program, in addresses
LARGEST = 16  # MB of a file that is given
_files: SharedCache[Reproduction] = SharedCache(8)


def choose_results(store: Store) -> list[Source]:
    """Those that are chosen, and beside them the one that was given to the page."""
    found = [Source(result=one) for one in _chosen(store)]
    with st.expander("Somebody else's runs", icon=":material/upload_file:"):
        st.file_uploader(
            "Result file, written by --out", type="json", key="theirs_file", on_change=_take,
            max_upload_size=LARGEST, disabled=no_start(store) is not None, help=no_start(store),
        )  # fmt: skip
        if said := st.session_state.get("theirs_said"):
            st.error(in_markdown(said), icon=":material/block:")
    theirs: Source | None = st.session_state.get("theirs")
    return found if theirs is None else [*found, theirs]


def apart(sources: Sequence[Source]) -> None:
    """Say which of them cannot be compared with the results that come with the program."""
    stored = _loaded(reproduce_result.shipped())
    for source in sources:
        why = dict.fromkeys(w for one in stored for w in differences(one, source.result))
        if why:
            whose = in_markdown(source.theirs) or "This result"
            st.warning(f"{whose} cannot be compared with the stored results: "
                       f"{in_markdown(', '.join(why))}.", icon=":material/difference:")  # fmt: skip


def _chosen(store: Store) -> list[Reproduction]:
    files = {STORED: list(reproduce_result.shipped())}
    for data in datasets("quick"):
        found = side.ask(store, None, JOB, _asked(data), start=False)
        if found.state == "done":
            files[HERE + data] = [found.path]
    files = {name: paths for name, paths in files.items() if paths}
    if not files:
        return []
    begin_as_asked("result", files)
    name = st.selectbox("Result", list(files), key="result", format_func=_title)
    st.query_params["result"] = name
    return _loaded(files[name], tell=True)


def _take() -> None:
    """Read the file that was given; a bad one is refused in words."""
    file = st.session_state.theirs_file
    st.session_state.theirs, st.session_state.theirs_said = None, ""
    if file is None:
        return
    try:
        place = given(file)
        text = place.read_bytes() if isinstance(place, Path) else place.read()
        if len(text) > LARGEST * 2**20:
            raise BadInput(f"{file.name} must have at most {LARGEST} MB.")
        found = checked(parsed(text, file.name), file.name)
        st.session_state.theirs = Source(result=found, theirs=file.name)
    except BadInput as error:
        st.session_state.theirs_said = str(error)
    finally:
        let_go(file)


def run_again(store: Store) -> None:
    """Which data, and a button: the quick protocol in a process of its own."""
    data = st.selectbox("Dataset", datasets("quick"), key="protocol", format_func=data_title)
    why = no_start(store)
    if st.button("Run it, a few minutes", key="reproduce_run", icon=":material/play_arrow:",
                 width="stretch", disabled=why is not None, help=why):  # fmt: skip
        begin(store, JOB, _asked(data))


def progress(store: Store) -> None:
    """What is being computed, with a bar; and what failed."""
    for data in datasets("quick"):
        follow_job(store, JOB, _asked(data), key=f"computing_{data}")


def _asked(data: str) -> dict[str, Any]:
    return {"mode": "quick", "data": data, "schema": reproduce_result.SCHEMA}


def _title(name: str) -> str:
    return (
        f"Run here: {data_title(name.removeprefix(HERE))}"
        if name.startswith(HERE)
        else "Stored results"
    )


def _loaded(paths: Iterable[Path], *, tell: bool = False) -> list[Reproduction]:
    """Those that can be read; ``tell``: why others cannot."""
    found = []
    for path in paths:
        key = (str(path), path.stat().st_mtime_ns)
        try:
            found.append(_files.get(key, lambda path=path: reproduce_result.load(path)))
        except BadInput as error:
            if tell:
                st.error(in_markdown(error), icon=":material/block:")
    return found
