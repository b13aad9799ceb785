"""What the Tails page says: the verdict, and a short explanation beside each figure."""

from __future__ import annotations

from typing import NamedTuple

from hts.estimates import with_interval
from hts.records import LayerView
from hts.studio.figures import words
from hts.tails.curves import against_k
from hts.tails.estimators.kinds import ESTIMATORS
from hts.tails.estimators.skewed_fit import SKEWED
from hts.tails.report import TailReport
from pages._parts.tails.source import Sample

NO_POWER_LAW = 50.0  # an alpha beyond says only that no power law is seen
INTRO = (
    "A number for the tail is only as good as what the estimator assumes. Here every estimator "
    "reads the same sample, with its interval, and a verdict says whether a stable law describes "
    r"it at all. $\alpha$ is the tail index: $P(|X| > x)$ falls like $x^{-\alpha}$; 2 is Gaussian."
)
TABLE = "The same in numbers, with what each assumes and where it is known to err."
LAW = "The law that was fitted, over the sample: does it follow into the tail?"
FIT = (
    "Sorted values against those the fitted law expects. A single α cannot show that a law is "
    "wrong; these can."
)
COURSE = (
    "Recorded while training: the initialisation reads 2 until the noise outweighs it, so early "
    "values say more about the initial weights than about the noise."
)
RECORD_ONLY = (
    "Recorded at every kept step: the default estimator with its interval, counts of sizes, the "
    "survival function and the Hill curve. The other estimators need the weights themselves."
)
EMPTY = "Choose a run or a file in the sidebar, or a known law."


class Badge(NamedTuple):
    """A verdict in two words."""

    text: str
    colour: str
    icon: str


BADGES = {
    "stable": Badge("Stable", "green", ":material/check_circle:"),
    "Gaussian": Badge("Gaussian", "green", ":material/check_circle:"),
    "compatible": Badge("Too few values to tell", "gray", ":material/help:"),
    "not stable": Badge("Heavy, not stable", "orange", ":material/warning:"),
    "light": Badge("Light-tailed", "orange", ":material/warning:"),
    "masked": Badge("Masked", "orange", ":material/visibility_off:"),
    "unclear": Badge("Cannot be told", "gray", ":material/help:"),
    "skewed": Badge("Skewed", "orange", ":material/warning:"),
}


NO_VERDICT = Badge("No verdict", "gray", ":material/help:")


def side_by_side() -> str:
    """What the estimators that there are have in common."""
    tail_only = sum(how.tail_only for how in ESTIMATORS.values())
    whole = len(ESTIMATORS) - tail_only
    return (
        f"{whole} estimators fit a stable law to all of the sample; {tail_only} look at the "
        f"largest values alone and assume a power law there. On a stable sample the first {whole} "
        "come close; on any other law they give a precise wrong answer, and the check for fit "
        "warns of it."
    )


def how_many() -> str:
    """What the choice of k decides."""
    *names, last = (how.title for how in against_k().values())
    return (
        f"The estimates of {', '.join(names)} and {last} need to be told where the tail begins. "
        "Move k and see how much of the answer is that choice; diamonds mark what four published "
        "rules choose for Hill."
    )


def alpha(value: float) -> str:
    """``1.75``; ``∞`` where no power law is seen."""
    return f"{value:.2f}" if value < NO_POWER_LAW else "∞"


def with_alpha(text: str) -> str:
    """A sentence of the core with the letter the page uses."""
    return text.replace("alpha", "α").replace(".  ", ". ")


def sentence(report: TailReport) -> str:
    """The verdict in plain words; of a skewed sample with the fit that allows for it."""
    if report.verdict is None:
        return f"No verdict: {with_alpha(report.why)}"
    said = with_alpha(report.verdict.sentence)
    skewed = report.estimate(SKEWED.name)
    if skewed is None or skewed.beta is None:
        return said
    fits = "describes it" if skewed.fits else "does not describe it either"
    return (
        f"{said.replace(' Ask for skewness.', '')} A skewed stable law of α "
        f"{with_interval(skewed.alpha, skewed.low, skewed.high)} and β {skewed.beta:.2f} "
        f"({skewed.beta_low:.2f} to {skewed.beta_high:.2f}) {fits}."
    )


def counted(sample: Sample, report: TailReport) -> str:
    """What was taken as independent, and how much of it was read."""
    text = sample.counted or with_alpha(report.counted)
    unit = sample.of if report.single and report.unit == "entries" else report.unit
    nonzero = " that are not 0" if report.zeros else ""
    if report.size < (1 - report.zeros) * report.total * 0.99:
        return (
            f"{text} Read: {words.count(report.size)} of {words.count(report.total)} {unit}, a "
            "choice that the seed 0 makes."
        )
    return f"{text} Read: all {words.count(report.size)} {unit}{nonzero}."


def recorded(layer: LayerView) -> str:
    """The verdict that a record still allows."""
    if layer.tail is None:
        return "No tail index was recorded at this step."
    tail = layer.tail
    by = f"by {words.count(tail.size)} {tail.sample}"
    if not tail.fits:
        return f"α {words.REJECTED}, {by}: they did not look stable."
    return (
        f"α = {with_interval(tail.alpha, tail.low, tail.high)}, {by}; the stable law described "
        "them."
    )
