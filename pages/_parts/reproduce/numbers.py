"""All numbers of a result on the page Reproduce: what was run, and tables to take away."""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence

import streamlit as st

from hts.reproduce.result import Reproduction, to_json
from hts.reproduce.tables import TABLES, Row, settings_rows
from hts.reproduce.words import sizes_words
from hts.shared_cache import SharedCache
from hts.studio.foreign_text import lines_in_markdown
from hts.table_file import FORMATS, table_bytes
from pages._parts.reproduce import words
from pages._parts.reproduce.source import Source
from pages._parts.shell import widgets

_settings: SharedCache[list[Row]] = SharedCache(4)
_tables: SharedCache[list[Row]] = SharedCache(5)
_filled: SharedCache[bool] = SharedCache(64)


def show_numbers(sources: Sequence[Source]) -> None:
    """What was trained and on what, medians of all settings, and files."""
    with st.expander("What was run, and all numbers", key="all_numbers", on_change="rerun") as part:
        if part.open:
            for source in sources:
                _made(source.result)
            rows = [row for source in sources for row in _settings_of(source)]
            st.caption("Medians over seeds at the end of each regime:")
            widgets.table(
                rows,
                {"setup": st.column_config.TextColumn(width=150, pinned=True)},
                key="reproduce_table",
                alt=f"Medians over seeds of {len(rows)} settings",
            )
    results = [source.result for source in sources]
    tables = {name: functools.partial(_rows_of, name, results) for name in TABLES}
    whole = {
        f"reproduction-{place}.json": functools.partial(to_json, result)
        for place, result in enumerate(results, 1)
    }
    downloads(tables, whole, key=tuple(source.key for source in sources))


def _made(result: Reproduction) -> None:
    widgets.to_copy(result.command)
    st.caption(words.made_words(result))
    st.markdown(f"{lines_in_markdown(sizes_words(result))}\n\n{words.data_words(result)}")


def _settings_of(source: Source) -> list[Row]:
    return _settings.get(source.key, lambda: list(settings_rows(source.result)))


def _rows_of(name: str, results: Sequence[Reproduction]) -> Iterator[Row]:
    for result in results:
        yield from TABLES[name](result)


def downloads(
    tables: Mapping[str, Callable[[], Iterable[Row]]],
    whole: Mapping[str, Callable[[], str]],
    *,
    key: Hashable,
) -> None:
    """Every table that has rows, in every format, and files of everything.

    The same ``key``, the same rows.
    """
    with st.popover("Download", icon=":material/download:"):
        for table, rows in tables.items():
            if not _filled.get((table, key), lambda rows=rows: any(True for _ in rows())):
                continue
            st.caption(words.HOLDS[table])
            with st.container(horizontal=True, gap="small"):
                for ending in FORMATS:
                    make = functools.partial(_file, (table, key), rows, ending)
                    widgets.download(f"{table}{ending}", make, f"{table}{ending}",
                                     f"get_{table}_{ending[1:]}", width="content")  # fmt: skip
        for place, (name, make_text) in enumerate(whole.items()):
            widgets.download(f"Everything: {name}", make_text, name, f"get_json_{place}",
                             width="content")  # fmt: skip


def _file(key: Hashable, rows: Callable[[], Iterable[Row]], ending: str) -> bytes:
    return table_bytes(_tables.get(key, lambda: list(rows())), ending)
