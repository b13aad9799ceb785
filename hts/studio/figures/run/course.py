"""How a course over the steps may be looked at: by epoch or time, on logarithmic axes, smoothed.

The board does it in the browser, as each viewer chooses; the figure says what there is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hts.config import RunConfig
from hts.data.sources import info
from hts.studio.figures.axes import short, thin
from hts.studio.figures.view import ArmView
from hts.validate import BadInput

TIMES = 60  # points between which time is read off a line


def course(
    arms: Sequence[ArmView], logs: Mapping[str, str], *, smooth: bool = False
) -> dict[str, Any]:
    """For ``meta`` of a layout whose x axis is the iteration.

    ``logs``: the axes that can be logarithmic, with what they are called.  `ends` of the lines are
    named beside them.
    """
    epochs = {_epoch(run.config) for arm in arms for run in arm.runs}
    seconds = {arm.key: times for arm in arms if (times := _seconds(arm))}
    return {
        "ends": True,
        "course": {
            "epoch": epochs.pop() if len(epochs) == 1 else None,
            "seconds": seconds if len(seconds) == len(arms) else None,
            "logs": {"xaxis": "x", **logs},
            "smooth": smooth,
        },
    }


def _epoch(config: RunConfig) -> float | None:
    """The part of an epoch that a step is; None where the dataset is not known here."""
    try:
        examples = info(config.data).train
    except BadInput:
        return None
    return min(config.batch_size, examples) / examples


def _seconds(arm: ArmView) -> list[list[float | None]] | None:
    """Steps, and the seconds of training up to each, of the network that trained longest."""
    known = thin(arm.longest.evaluations, TIMES)
    return [short(e.step for e in known), short(e.seconds for e in known)] if known else None
