"""How many replicates a form proposes: fewer where memory or time do not allow for all."""

from __future__ import annotations

import psutil
import pytest

from hts.budget.memory import HEADROOM, estimate_memory
from hts.config import RunConfig
from hts.data import info
from pages._parts.form import submission
from pages._parts.form.address import FIRST
from pages._parts.form.submission import affordable

CONFIG = RunConfig(width=500, replicates=8, controls="none,gaussian")


def with_memory(monkeypatch, config: RunConfig, factor: float) -> None:
    """As much free memory as ``config`` needs, times ``factor``."""
    needed = estimate_memory(config, at_a_time=1, **info(config.data).sizes).besides

    class Free:
        available = needed * factor / HEADROOM

    monkeypatch.setattr(psutil, "virtual_memory", Free)


def test_all_are_kept_where_they_fit(monkeypatch):
    with_memory(monkeypatch, CONFIG, 1.01)
    assert affordable(CONFIG) == CONFIG


@pytest.mark.parametrize("replicates", [4, 2, 1])
def test_memory_halves_them_until_they_fit(monkeypatch, replicates):
    with_memory(monkeypatch, CONFIG.replace(replicates=replicates), 1.01)
    assert affordable(CONFIG) == CONFIG.replace(replicates=replicates)


def test_time_does_too(monkeypatch):
    long = CONFIG.replace(iterations=10**6)
    assert affordable(long).replicates == 1
    monkeypatch.setattr(submission, "PATIENCE", 1e99)
    assert affordable(long) == long


def test_the_first_form_proposes_what_this_machine_can_do(monkeypatch, open_page):
    with_memory(monkeypatch, RunConfig.from_dict({**FIRST, "replicates": 2}), 1.01)
    page = open_page("train")
    assert page.text_input(key="set_replicates").value == "2"
    assert not page.exception
