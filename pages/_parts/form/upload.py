"""Taking in the viewer's own table: how it is read is shown first, and can be changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from hts.data import info
from hts.data.reading.dialect import SEPARATORS, THOUSANDS, Dialect
from hts.data.reading.table_apart import preview_apart
from hts.studio.foreign_text import in_markdown
from hts.studio.jobs.holdings import keep_table
from hts.validate import BadInput, capitalised
from pages._parts.form.settings import put
from pages._parts.shell.given_files import given, let_go
from pages._parts.shell.ownership import no_start
from pages._parts.shell.server import shared_store

ENDINGS = ["csv", "tsv", "txt", "data", "npz", "parquet", "arrow", "feather", "xlsx"]
_OPEN = "table_open"
_ENCODINGS = ["utf-8", "utf-16", "cp1252", "latin-1"]
_DECIMALS = {".": "point", ",": "comma"}


def own_table_button() -> None:
    """A button that opens the dialog, and the dialog while it is open."""
    no = no_start(shared_store())
    st.button(
        "",
        icon=":material/upload_file:",
        key="table_add",
        help=no or "Use your own table",
        disabled=no is not None,
        on_click=_set_open,
        args=(True,),
    )
    if st.session_state.get(_OPEN) and no is None:
        _dialog()


def _set_open(wanted: bool = False) -> None:
    st.session_state[_OPEN] = wanted


@st.dialog("Use your own table", width="large", icon=":material/upload_file:", on_dismiss=_set_open)
def _dialog() -> None:
    st.caption(
        "CSV and similar text, NPZ, Parquet, Arrow or Excel; one row per example. Features are "
        "standardised; a fifth of the rows is kept for testing."
    )
    file = st.file_uploader("Table", type=ENDINGS, key="table_file", label_visibility="collapsed")
    if file is None:
        return
    shown, problem = _preview(file, *_chosen(file.file_id))
    if shown.get("rows"):
        _rows(shown)
    if problem:
        st.warning(in_markdown(capitalised(problem)), icon=":material/help:")
    else:
        _facts(shown)
    if shown.get("names"):
        _choices(file.file_id, shown)
    if st.button("Use this table", type="primary", disabled=bool(problem), key="table_use"):
        _use(file)


def _chosen(file_id: str) -> tuple[str | None, Dialect, str]:
    """Label column and dialect as far as they were chosen for this file, and what is wrong."""
    given = {
        name: st.session_state.get(f"table_{name}_{file_id}")
        for name in ("label", "separator", "decimal", "thousands", "header", "encoding")
    }
    index = st.session_state.get(f"table_index_column_{file_id}")
    missing = st.session_state.get(f"table_missing_{file_id}")
    label = given.pop("label")
    try:
        return (
            label,
            Dialect(
                **given,
                index_column=index,
                missing=tuple(missing.split(",")) if missing is not None else None,
            ),
            "",
        )
    except BadInput as error:
        return label, Dialect(), str(error)


def _preview(
    file: Any, label: str | None, dialect: Dialect, wrong: str
) -> tuple[Mapping[str, Any], str]:
    """What would be taken in, and the reason why it cannot be; read once for the same choices."""
    wanted = (file.file_id, label, dialect)
    if st.session_state.get("table_seen") != wanted:
        with st.spinner("Reading the table"):
            try:
                shown = preview_apart(given(file), file.name, label, dialect)
            except BadInput as error:
                shown = {"problem": str(error)}
        st.session_state.table_shown, st.session_state.table_seen = shown, wanted
    shown = st.session_state.table_shown
    return shown, wrong or shown["problem"]


def _rows(shown: Mapping[str, Any]) -> None:
    """The first rows, each column headed by its name and what it is taken for."""
    kinds = shown.get("kinds") or [""] * len(shown["names"])
    heads = [
        f"{name} ({kind})" if kind else name
        for name, kind in zip(shown["names"], kinds, strict=True)
    ]
    rows = [row for row in shown["rows"] if len(row) == len(heads)]
    st.dataframe(
        {head: [row[k] for row in rows] for k, head in enumerate(heads)},
        height=215,
        hide_index=True,
        key="table_rows",
    )


def _facts(shown: Mapping[str, Any]) -> None:
    """Classes, sizes and what is left out."""
    classes = [f"{c} ({n})" for c, n in zip(shown["classes"], shown["counts"], strict=True)][:8]
    if shown["of_classes"] > len(classes):
        classes.append(f"{shown['of_classes'] - len(classes)} more")
    out = f" Left out: {', '.join(shown['dropped'][:5])}." if shown["dropped"] else ""
    st.markdown(
        f"**{shown['train']:,} training and {shown['test']:,} test examples of "
        f"{shown['inputs']:,} inputs.** {shown['of_classes']:,} classes in column "
        f"{in_markdown(shown['label'])}: {in_markdown(', '.join(classes))}.{in_markdown(out)}"
    )


def _choices(file_id: str, shown: Mapping[str, Any]) -> None:
    """How the table is read, each point as found or as the viewer says."""
    found = shown.get("dialect")
    names = shown["names"] if found else [row[0] for row in shown["rows"]]  # of the arrays
    label = ("label", "Label column", dict.fromkeys(names), shown.get("label", "the last"))
    if not found:
        _row(file_id, label)
        return
    left = shown.get("dropped") or ["none"]
    header = {True: "first row", False: "none"}
    index = {"none": "keep every column", **dict.fromkeys(names)}
    _row(
        file_id,
        label,
        ("header", "Header", header, _named(header, found["header"])),
        ("index_column", "Index column", index, left[0]),
        ("encoding", "Encoding", dict.fromkeys(_ENCODINGS), found["encoding"]),
    )
    _row(
        file_id,
        ("separator", "Separator", SEPARATORS, _named(SEPARATORS, found["separator"])),
        ("decimal", "Decimal mark", _DECIMALS, _named(_DECIMALS, found["decimal"])),
        ("thousands", "Thousands mark", THOUSANDS, _named(THOUSANDS, found["thousands"])),
    )
    st.text_input(
        "Missing values",
        value=None,
        placeholder="NA, N/A, NaN, null, ? and empty cells",
        key=f"table_missing_{file_id}",
        help="Texts that mean a missing value, separated by commas. Empty cells always do.",
    )


def _row(file_id: str, *choices: tuple[str, str, Mapping[Any, str | None], str]) -> None:
    """A selectbox each for (key, title, words of the options, what was found)."""
    for place, (name, title, words, found) in zip(st.columns(len(choices)), choices, strict=True):
        place.selectbox(
            title,
            list(words),
            index=None,
            format_func=lambda option, words=words: words.get(option) or str(option),
            placeholder=f"found: {found}",
            key=f"table_{name}_{file_id}",
            accept_new_options=name in ("label", "index_column", "encoding"),
        )


def _named(words: Mapping[Any, str], mark: Any) -> str:
    return "not certain" if mark is None else words.get(mark, repr(mark))


def _use(file: Any) -> None:
    label, dialect, _ = _chosen(file.file_id)
    try:
        name = keep_table(shared_store(), given(file), file.name, label, dialect)
    except BadInput as error:
        st.error(in_markdown(capitalised(error)), icon=":material/block:")
        return
    let_go(file)
    put(data=name)
    known = info(name)
    st.toast(in_markdown(f"{known.title} is chosen. {known.sentence}"), icon=":material/check:")
    _set_open(False)
    st.rerun()
