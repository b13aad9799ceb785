"""A store with runs of known settings and results."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import factories
import pytest
from lab_fixtures import config, hosted, people, store  # noqa: F401

from hts.config import RunConfig
from hts.studio.store.store import Store


@pytest.fixture
def finished(store: Store) -> Callable[..., str]:  # noqa: F811
    """``finished({"alpha": 1.5}, test_accuracy=90.0)`` adds a finished run; returns its id."""

    def add(settings: dict[str, Any] | None = None, owner: str | None = None, **result: Any) -> str:
        run_id = store.runs.create(RunConfig(**(settings or {})), owner=owner)
        store.control.claim(run_id, pid=1, pid_started=1.0)
        store.control.finish(run_id, factories.recorded_result(**{"iterations": 1000, **result}))
        return run_id

    return add
