"""What the price list says beside its numbers."""

from __future__ import annotations

import math

from hts.paired.median import Median
from hts.price.choose import Choice
from hts.price.records import PRICED
from hts.studio.figures import words as spoken
from hts.studio.foreign_text import in_markdown
from pages._parts.reproduce.words import CORRECTED

INTRO = (
    "By the theorem heavy-tailed noise makes weights compressible in norm. What does that cost,"
    " and what else would have done it? Every method trains the same network for as many steps,"
    " tries as many values of its hyperparameter, and is compared seed by seed with no noise "
    "and with Gaussian noise."
)
COSTS = (
    f"Each method at its best with {100 * PRICED:g} % of the units removed. The strength of noise "
    "is the median norm of what a unit receives over all steps, over its initial norm. An attack "
    "moves an example by an eighth of the median distance to another class. Medians over seeds "
    "with their 95 % intervals."
)
JUDGED = (
    "Each part of a claim is an exact one-sided test by signs or ranks over seeds. The parts of "
    f"one claim {CORRECTED}"
)


def made_words(choice: Choice) -> str:
    """Network, seeds and budget, and where the list comes from."""
    settings, made = choice.found.settings, choice.found.made
    return in_markdown(
        f"One hidden layer of {settings.width} units, {settings.steps} steps of "
        f"{settings.batch_size}, learning rate {settings.lr:g}. Chosen on a validation part with "
        f"{spoken.many(len(settings.choosing), 'seed')}, reported on the test set with "
        f"{len(settings.seeds)} others. Version {made.version}, {made.date[:16].replace('T', ' ')} "
        f"UTC, {spoken.duration(made.seconds)} of one core, {made.machine}. Data: {made.source}, "
        f"SHA-256 {made.sha256}."
    )


def median_words(found: Median, *, signed: bool) -> str:
    """``91.0 (88.6 to 92.8)``: three digits of the largest value, and as many decimals for all."""
    values = (found.median, found.low, found.high)
    top = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    digits = max(0, 2 - math.floor(math.log10(top))) if top else 0
    while digits and all(_same(value, digits) for value in values):
        digits -= 1
    middle, low, high = (_number(value, digits, signed=signed) for value in values)
    return f"{middle} ({low} to {high})"


def _same(value: float, digits: int) -> bool:
    """Whether the last of its decimals is 0, or it has none."""
    return not math.isfinite(value) or f"{value:.{digits}f}".endswith("0")


def _number(value: float, digits: int, *, signed: bool) -> str:
    if math.isnan(value):
        return "–"  # halfway between who came to the target and who did not
    if math.isinf(value):
        return ("+∞" if value > 0 else "−∞") if signed else "never"
    text = f"{value:z.{digits}f}"
    sign = "+" if signed and float(text) > 0 else ""
    return spoken.minus(f"{sign}{text}")
