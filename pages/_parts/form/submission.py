"""From settings to a queued run: every check before, so that nothing is started that cannot go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hts.budget.memory import check_memory, estimate_memory, in_words
from hts.budget.work import work_of
from hts.config import RunConfig
from hts.data import available, info
from hts.runs.presets import twin_of
from hts.studio.jobs import client
from hts.studio.store.store import Store


def checked(settings: Mapping[str, Any]) -> RunConfig:
    """The configuration, if this machine can run it; raises `BadInput` in words if not."""
    config = RunConfig.from_dict(dict(settings))
    check_memory(config, **info(config.data).sizes)
    return config


def twin_config(config: RunConfig, kind: str) -> RunConfig | None:
    """The run beside ``config``, or None: none is wanted, or it would be the same run."""
    if kind == "off":
        return None
    twin = twin_of(config, "none" if kind == "no-noise" else "gaussian")
    return None if twin.hash == config.hash else twin


def submit(store: Store, settings: Mapping[str, Any], twin: str) -> str:
    """Check and queue a run, with its twin; returns its id.  Raises `BadInput`."""
    config = checked(settings)
    return client.submit(store, config, twin_config(config, twin))[0]


def preview(config: RunConfig) -> str:
    """What a run takes, in a line."""
    known = info(config.data)
    memory = in_words(estimate_memory(config, **known.sizes).total)
    steps = f"{config.iterations} steps on {known.train} examples"
    work = work_of(config, **known.sizes).step / 1e9
    if work >= 0.1:
        steps += f", {work:.1f} billion multiply-adds each"
    fetch = "" if available(config.data) else " The data are downloaded first, once."
    return f"{steps}, about {memory} of memory.{fetch}"
