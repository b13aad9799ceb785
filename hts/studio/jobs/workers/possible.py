"""Whether runs can be trained here, asked before they are stored."""

from __future__ import annotations

from collections.abc import Sequence

from hts.budget.memory import check_memory
from hts.config import RunConfig
from hts.data import Dataset, load
from hts.training.device import choose_device
from hts.validate import BadInput


def need_possible(config: RunConfig) -> Dataset:
    """The data of a run that can be trained here.

    Raises `BadInput` for data, memory or a device that cannot be had.
    """
    dataset = load(config.data)
    check_memory(config, **dataset.sizes)
    choose_device(config.device)
    return dataset


def need_some_possible(configs: Sequence[RunConfig]) -> None:
    """Raises `BadInput` where data or a device of ``configs`` cannot be had, or memory for none.

    One that is too large among others is left to fail by itself.
    """
    for device in {config.device for config in configs}:
        choose_device(device)
    datasets = {name: load(name) for name in dict.fromkeys(config.data for config in configs)}
    refusals = []
    for config in configs:
        try:
            check_memory(config, **datasets[config.data].sizes)
        except BadInput as refused:
            refusals.append(refused)
    if refusals and len(refusals) == len(configs):
        raise refusals[0]
