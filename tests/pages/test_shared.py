"""What the pages share: things made once, names in a comparison."""

from __future__ import annotations

import threading

import pytest

from pages._parts.shell import widgets


def test_once_makes_a_thing_once_for_many_threads():
    from hts.shared_cache import SharedCache

    made, things, gate = [], SharedCache(2), threading.Barrier(8)

    def ask() -> None:
        gate.wait()
        things.get("key", lambda: made.append(1) or len(made))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [1]
    for key in "abc":
        things.get(key, lambda: 0 + 1)
    assert things.get("key", lambda: 7) == 7  # forgotten, so made again


def test_compared_runs_get_different_names(store, finished):
    from pages._parts.runs.comparison import labels

    runs = [
        store.runs.get(finished(seed=1)),
        store.runs.get(finished(seed=2)),
        store.runs.get(finished(seed=2)),
    ]
    names = labels(runs)
    assert len(set(names)) == 3
    assert "seed 1" in names[0]


@pytest.mark.parametrize(("rows", "height"), [(0, "content"), (11, "content"), (12, 400)])
def test_a_table_is_as_high_as_its_rows_until_it_scrolls(monkeypatch, rows, height):
    drawn = {}
    monkeypatch.setattr(widgets.st, "dataframe", lambda data, **more: drawn.update(more))
    widgets.table([{"a": 1}] * rows, {}, alt="", height=400)
    assert drawn["height"] == height
