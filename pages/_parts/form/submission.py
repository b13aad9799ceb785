"""From settings to a queued run: every check before, so that nothing is started that cannot go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hts.budget.memory import HEADROOM, check_memory, estimate_memory, in_words
from hts.budget.work import work_of
from hts.config import RunConfig
from hts.config.arms import members
from hts.data import available, info
from hts.machine_memory import free_memory
from hts.studio.jobs import client
from hts.studio.store.store import Store

PATIENCE = 1e13  # multiply-adds that a form proposes: about five minutes on two cores


def checked(settings: Mapping[str, Any]) -> RunConfig:
    """The configuration, if this machine can run it; raises `BadInput` in words if not."""
    config = RunConfig.from_dict(dict(settings))
    check_memory(config, **info(config.data).sizes)
    return config


def submit(store: Store, settings: Mapping[str, Any]) -> str:
    """Check and queue a run, with its controls; returns its id.  Raises `BadInput`."""
    return client.submit(store, checked(settings))[0]


def affordable(config: RunConfig) -> RunConfig:
    """The same with fewer replicates where so many need more than memory or `PATIENCE` allow."""
    sizes = info(config.data).sizes
    free = HEADROOM * free_memory()
    while config.replicates > 1:
        work = work_of(config, **sizes).whole(config.iterations) * len(members(config))
        if work <= PATIENCE and estimate_memory(config, at_a_time=1, **sizes).besides <= free:
            break
        config = config.replace(replicates=config.replicates // 2)
    return config


def preview(config: RunConfig) -> str:
    """What a run takes, in a line."""
    known = info(config.data)
    memory = in_words(estimate_memory(config, **known.sizes).total)
    steps = f"{config.iterations} steps on {known.train} examples"
    if len(found := members(config)) > 1:
        steps = f"{len(found)} networks, {steps}"
    work = work_of(config, **known.sizes).step / 1e9
    if work >= 0.1:
        steps += f", {work:.1f} billion multiply-adds each"
    fetch = "" if available(config.data) else " The data are downloaded first, once."
    return f"{steps}, about {memory} of memory.{fetch}"
