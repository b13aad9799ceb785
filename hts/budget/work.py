"""What a run's parts cost, in multiply-adds: a model without a clock, the same on every machine.

It decides how often to look at a run, which must not depend on how fast the machine happens to
be, and it turns into seconds once a machine's pace is known.  Constants are for work that is no
product, in the multiply-adds that a CPU core does meanwhile (about 25 a nanosecond).
"""

from __future__ import annotations

from dataclasses import dataclass

from hts.config import RunConfig
from hts.config.arms import members
from hts.pruning.levels import LEVELS_DEEP, LEVELS_DEEP_LIVE, forward_passes, live_examples

CALLS = 5e6  # of a step: dispatching its dozen operations
NOISE = 60.0  # of drawing and adding one value
KEPT = 25.0  # of a number that the optimizer keeps, a weight
TOUCH = 6.0  # of an activation and its derivative, an element
LOOK = 9e8  # of a snapshot: fits, histograms and their like, whatever the size
SMALL_STEP = 2e8  # multiply-adds of a step that a second thread makes slower, not faster
SORT = 300.0  # of a snapshot, a weight


@dataclass(frozen=True, kw_only=True)
class Work:
    """Multiply-adds of one step with its noise, one evaluation, one snapshot, the result."""

    step: float
    evaluation: float
    snapshot: float
    result: float

    def whole(self, iterations: int) -> float:
        """Of ``iterations`` steps and the result."""
        return iterations * self.step + self.result


def work_of(
    config: RunConfig,
    *,
    inputs: int,
    classes: int,
    train: int,
    test: int,
    looked_at: int | None = None,
) -> Work:
    """The work of a run of ``config`` on ``train`` + ``test`` examples of ``inputs``.

    ``looked_at``: how many examples of each set a snapshot on the way sees, None for all.
    """
    layers = config.family.layers(config, inputs)
    weights = sum(layer.weights for layer in layers)
    output = config.family.output_weights(config, classes)
    forward = output + sum(layer.products + TOUCH * layer.outputs for layer in layers)
    batch = min(config.batch_size, train)
    step = CALLS * len(layers)
    if config.gradient:
        # Forward, and per layer the weights' gradient and (but for the first) the inputs'.
        deeper = sum(layer.products for layer in layers[1:])
        step += batch * (2 * forward + deeper + output)
        step += KEPT * weights * len(config.optimizer_kind.kept(config))
    if config.stability is not None:
        step += NOISE * weights
    passes = live_passes = 1.0
    if len(layers) > 1:
        passes, live_passes = forward_passes(LEVELS_DEEP), forward_passes(LEVELS_DEEP_LIVE)
        looked_at = None if looked_at is None else live_examples(looked_at, train, test)
    few = train + test if looked_at is None else min(train, looked_at) + min(test, looked_at)
    fixed = LOOK * len(layers) + SORT * weights
    return Work(
        step=step,
        evaluation=(train + test) * forward,
        snapshot=fixed + live_passes * few * forward,
        result=fixed + passes * (train + test) * forward,
    )


def useful_threads(
    config: RunConfig, most: int, *, inputs: int, classes: int, train: int, test: int
) -> int:
    """How many CPU threads help a run of ``config``, at most ``most``.

    Several networks are shared out, one thread each; the steps of one are split where they are not
    small.
    """
    if (count := len(members(config))) > 1 and config.family.side_by_side:
        return min(most, count)
    work = work_of(config.at(0), inputs=inputs, classes=classes, train=train, test=test)
    return most if work.step >= SMALL_STEP else 1
