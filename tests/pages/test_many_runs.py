"""The Runs page with more runs than a page holds: pages, filters, folded seeds, names, files."""

from __future__ import annotations

import factories
import pytest

from hts.config import RunConfig
from hts.studio.jobs.annotations import annotate


@pytest.fixture
def done(store):
    """``done(test_accuracy=90.0, seed=2)`` adds a finished run without figures."""

    def add(test_accuracy: float = 80.0, *, stop_reason: str = "budget", **settings) -> str:
        run_id = store.runs.create(RunConfig(**settings))
        store.control.claim(run_id, pid=1, pid_started=1.0)
        result = factories.recorded_result(
            iterations=80, stop_reason=stop_reason, test_accuracy=test_accuracy
        )
        store.control.finish(run_id, result)
        return run_id

    return add


def table(page):
    assert not page.exception
    return page.dataframe[0].value


def test_the_last_of_many_runs_is_on_the_last_page(open_page, store, said):
    first = store.runs.create(RunConfig(seed=0))
    for seed in range(1, 120):
        store.runs.create(RunConfig(seed=seed))
    page = open_page("runs")
    assert len(table(page)) == 50
    assert "1 to 50 of 120 runs." in said(page)
    page.session_state["list_page"] = 3
    page.run()
    assert list(table(page)["Run"])[-1] == first
    assert "101 to 120 of 120 runs." in said(page)
    for run in store.runs.list()[-60:]:
        store.runs.delete(run.id)
    page.run()
    assert "51 to 60 of 60 runs." in said(page)
    page.text_input(key="where").set_value("seed>60").run()
    assert "1 to 50 of 59 runs; 60 without the filter." in said(page)


def test_a_setting_that_differs_has_a_column_and_filters_and_sorts(open_page, done, said):
    slow, fast = done(lr=0.02), done(90.0, lr=1e6, noise="none")
    page = open_page("runs")
    assert dict(zip(table(page)["Run"], table(page)["Learning rate"], strict=True)) == {
        slow: 0.02, fast: 1e6,
    }  # fmt: skip
    assert "Width n" not in table(page)
    page.text_input(key="where").set_value("lr>1").run()
    assert list(table(page)["Run"]) == [fast]
    assert "1 run; 2 without the filter." in said(page)
    page.text_input(key="where").set_value("lr>fast").run()
    assert page.error[0].value == "Lr must be compared with a number, got 'fast'."
    assert len(table(page)) == 2
    page.text_input(key="where").set_value("").run()
    page.selectbox(key="sort").set_value("test_accuracy").run()
    page.toggle(key="up").set_value(True).run()
    assert list(table(page)["Run"]) == [slow, fast]
    page.text_input(key="where").set_value("nothing like this").run()
    assert "No run matches; there are 2 runs without the filter." in said(page)


def test_seeds_are_folded_to_medians_with_intervals(open_page, done, said):
    for seed in (1, 2, 3):
        done(80.0 + seed, seed=seed)
    done(50.0, alpha=1.5)
    page = open_page("runs")
    page.toggle(key="fold").set_value(True).run()
    shown = table(page)
    assert list(shown["Seeds"]) == [1, 3]
    assert list(shown["Test accuracy, %"]) == ["50.0", "82.0 (81.0 to 83.0)"]
    assert list(shown["Noise"]) == ["type III, α 1.5", "type III, α 1.75"]
    assert "Alpha" not in shown
    assert "2 groups of seeds." in said(page)


@pytest.mark.parametrize("fold", [False, True])
def test_results_stand_before_settings_and_nothing_is_said_twice(open_page, done, fold):
    done(width=50, noise="II", alpha=1.5, sigma=0.1, lr=0.5)
    done(width=60, noise="III", data="moons", depth=2)
    page = open_page("runs")
    page.toggle(key="fold").set_value(fold).run()
    shown = table(page)
    assert set(shown["Dataset"]) == {"Digits 8 x 8", "Moons (2-D)"}
    assert not {"Noise type", "Alpha"} & set(shown)
    assert fold or not {"Sigma", "Width n", "Depth"} & set(shown)  # they are badges
    columns = list(shown)
    result = "Test accuracy, %" if fold else "Norm-compressible share"
    assert columns.index("Dataset") < columns.index(result) < columns.index("Learning rate")


def test_names_tags_notes_and_stars_are_columns_where_there_are_any(open_page, store, done):
    plain = done()
    assert not {"★", "Name", "Tags", "Note"} & set(table(open_page("runs")))
    annotate(store, plain, name="The first", tags=["course"], note="why", star=True)
    shown = table(open_page("runs"))
    assert [shown[name][0] for name in ("★", "Name", "Note")] == ["★", "The first", "why"]
    assert list(shown["Tags"][0]) == ["course"]
    page = open_page("train", run=plain)
    assert page.title[0].value == "The first: Digits 8 x 8, type III noise, alpha 1.75"


def test_a_stop_and_a_useless_network_say_so(open_page, done):
    stopped = done(stop_reason="stopped", iterations=20_000)
    guessing = done(11.0, iterations=80)
    shown = table(open_page("runs")).set_index("Run")
    assert (shown["State"][stopped][0], shown["Progress"][stopped]) == ("Stopped", 0.4)
    assert (shown["State"][guessing][0], shown["Progress"][guessing]) == ("Useless", 100)
    page = open_page("train", run=guessing)
    assert any("hardly better than guessing" in warning.value for warning in page.warning)
    recent = [button.label for button in open_page("train").button if guessing in str(button.key)]
    assert [label.rpartition(" · ")[2] for label in recent] == ["useless"]


def test_begin_is_told_to_the_second(open_page, done):
    done()
    shown = table(open_page("runs"))
    assert list(shown["Begun"]) == list(shown["Begun at"])


def test_twenty_runs_are_compared_with_what_differs_and_what_came_of_it(open_page, done):
    ids = [done(60.0 + place, lr=0.01 * (place + 1)) for place in range(20)]
    page = open_page("runs", compare=",".join(ids))
    assert page.subheader[0].value == "Comparing 20 runs"
    shown = table(page)
    assert shown.shape[1] == 20
    assert list(shown.index)[:2] == ["Run", "Learning rate"]
    assert list(shown.loc["Test accuracy, %"])[:2] == ["60.0", "61.0"]
    assert shown.columns[19].startswith("20: ")
