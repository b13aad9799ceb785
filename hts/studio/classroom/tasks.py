"""Tasks ready to be pinned for a class: small enough for thirty people on one machine."""

from __future__ import annotations

from hts.config import RunConfig
from hts.noise.types import NOISE_TYPES
from hts.runs.preset import Preset
from hts.studio.classroom.free import Free
from hts.studio.classroom.question import Question
from hts.studio.classroom.task import Goal, Task

_DIGITS = RunConfig(width=500, iterations=400, sigma=0.05, alpha=1.75, seed=1)

TASKS = (
    Task(
        title="How much can go?",
        words="Everybody trains the same small network with heavy-tailed noise. Before you do: "
        "say how many percent of its units can go before a tenth of the squared norm is lost.",
        config=_DIGITS,
        free=(Free(name="seed", low=1, high=30),),
        question=Question(
            text="How many percent of the units can go, in the median over all seeds?",
            unit="%",
            measured="pruning_ratio",
        ),
    ),
    Task(
        title="Prune most",
        words="Choose alpha, sigma and a seed. How many units can go, and what does that cost in "
        "accuracy? The controls: no noise at sigma 0, Gaussian noise at alpha 2.",
        config=_DIGITS,
        free=(
            Free(name="alpha", low=1.2, high=2.0),
            Free(name="sigma", low=0.0, high=0.5),
            Free(name="seed", low=1, high=100),
        ),
        goal=Goal(points=1.0, least=85.0),
    ),
    Task(
        title="Which noise prunes best?",
        words="The same sigma for every type of noise. Say first which one lets most units go, "
        "then choose one and try. Look at what it costs: of a network that no longer works, all "
        "units may go.",
        config=_DIGITS,
        free=(
            Free(name="noise", among=tuple(NOISE_TYPES)),
            Free(name="seed", low=1, high=100),
        ),
        question=Question(
            text="With which noise can most units go before a tenth of the squared norm is lost?",
            choices=tuple(kind.name if kind.silent else kind.word for kind in NOISE_TYPES.values()),
            truth=NOISE_TYPES["I"].word,
        ),
    ),
)


def task_of_preset(preset: Preset) -> Task:
    """A preset as a task in which only the seed is free."""
    return Task(
        title=preset.title,
        words=preset.sentence,
        config=preset.config.replace(controls=preset.whole.controls),
        free=(Free(name="seed", low=0, high=1000),),
    )
