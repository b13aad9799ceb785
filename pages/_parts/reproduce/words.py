"""What the Reproduce page says: questions, equations, and how a verdict is reached."""

from __future__ import annotations

from typing import NamedTuple

from hts.studio.figures import words as spoken
from hts.studio.reproduce.claims import Claim
from hts.studio.reproduce.protocol import TYPES
from hts.studio.reproduce.released import Deviation
from hts.studio.reproduce.result import Reproduction
from hts.studio.reproduce.words import change

INTRO = (
    "The paper says that heavy-tailed SGD gives networks that can be pruned, the more so the "
    "heavier the tails and the wider the network, and that Gaussian noise does not. Here are its "
    "claims, each with an experiment that was run with this program. Say first what you expect."
)
RULE = (
    "Runs of one seed share their start, their data order and their random bits, so that their "
    "difference is free of what the seed brings along. A claim is **supported** where the 95 % "
    "interval of the mean difference over seeds (Student's t) lies wholly on its side, **not "
    "supported** where it lies wholly on the other, and **undecided** otherwise, as with fewer "
    "than three seeds. A claim of several parts needs them all; one part on the other side refuses "
    "it. Few seeds leave much undecided: one very large draw can decide how much may go, and then "
    "even an effect of the same sign in every seed has a wide interval."
)
EXPECT = {"supported": "It holds", "not supported": "It does not", "undecided": "Too noisy to say"}


class Badge(NamedTuple):
    """A verdict as it is shown."""

    colour: str
    icon: str


BADGES = {
    "supported": Badge("green", ":material/check_circle:"),
    "not supported": Badge("orange", ":material/cancel:"),
    "undecided": Badge("gray", ":material/help:"),
}


class Asked(NamedTuple):
    """The words around a claim."""

    question: str
    equation: str | None = None
    meaning: str = ""


CLAIMS = {
    "alpha": Asked(
        "Noise with α = 2, then 1.9, 1.8, 1.75. Can more units go each time, in every type?",
        r"\sum_{i\ \text{pruned}} \lVert\theta^i\rVert^2 \le 0.1 \sum_i \lVert\theta^i\rVert^2",
        "Units are sorted by the norm of their weights and the smallest go, as long as they hold "
        "at most a tenth of the squared norm. Heavy tails put that norm into few units.",
    ),
    "width": Asked(
        "The same networks five times as wide. Can a larger share of the units go?",
        r"e(\kappa)^2 \sim n^{\,1-2/\alpha}",
        "For column norms with infinite second moment the squared error e(κ)² of keeping a share κ "
        "of the columns falls with n, but slowly where α is near 2: from 2000 to 10 000 units by "
        "21 % at α = 1.75 and by 8 % at α = 1.9.",
    ),
    "cost": Asked(
        "The networks are trained with this noise on them. What does it cost before any pruning?",
    ),
    "after": Asked(
        "Prune by that criterion, without retraining. Is there a sigma at which more units can go "
        "and the network still works, in every type?",
    ),
    "gaussian": Asked(
        "Gaussian noise of the same sigma instead (α = 2). Does that make networks prunable?",
        None,
        "Columns of equal norm could lose 10 %, Gaussian columns of 140 weights 12 %. A Gaussian "
        "column of type I is one number copied 140 times, and of one-dimensional Gaussian numbers "
        "56 % hold only a tenth of the squared norm: large type I noise prunes at α = 2 already, "
        "without any heavy tail. What it does not do is grow with n.",
    ),
    "beyond": Asked(
        "The theory is about one hidden layer. Do deeper networks and convolutions follow?",
    ),
}

SIGMA_EQUATION = (
    r"\text{I: } \bigl|\textstyle\sum_j x_j\bigr| \quad \text{II: } "
    r"\bigl(\textstyle\sum_j |x_j|^\alpha\bigr)^{1/\alpha} \quad \text{III: } \lVert x\rVert_2"
)
RELEASED = (
    "The code that the authors released scales its noise in other ways than the paper, and than "
    r"this program. On a CPU the noise is **not multiplied by** "
    r"$\sigma\,\eta^{1/\alpha}$ at all, so σ has no "
    r"effect; its type III **lacks the factor 2 in A**, so that its noise is "
    r"$1/\sqrt{2}$ as large as "
    r"the law $\exp(-\lVert u\rVert^\alpha)$ asks for, and at α = 2 it is "
    "**NaN**; its type I has **variance 1 at α = 2**, "
    "where type II has 2. The setting `reference_scaling` imitates it (`gpu`, `cpu`; off by "
    "default): below, the same runs at its scale minus ours, seed by seed."
)


def sigma_words(result: Reproduction) -> str:
    """Why these sigmas, with the kicks that noise gives a unit."""
    kick = result.kick
    sizes = ", ".join(f"{_short(kick.of(kind))} for type {kind}" for kind in TYPES)
    return (
        r"Noise of one step moves the input of a unit by $\sigma\,\eta^{1/\alpha}$ "
        "times a stable number whose "
        f"scale depends on the type. Here, as medians over the training set: {sizes} (II at "
        f"α = 1.75). {result.protocol.why_sigmas}"
    )


def released_rows(found: list[Deviation]) -> list[dict[str, str]]:
    """The table of deviations."""
    rows = [
        {
            "Noise": f"type {d.noise}, α = {d.alpha:g}, {d.where.upper()}",
            "Its noise over ours": f"{d.times:.3g}",
            "Why": d.why.replace("sigma", "σ").replace("alpha", "α"),
            "Pruning ratio": change(d.ratio),
            "Test accuracy": change(d.accuracy),
            "After pruning": change(d.after),
        }
        for d in found
    ]
    nothing = dict.fromkeys(rows[0], "–") if rows else {}
    return [*rows, {**nothing, "Noise": "type III, α = 2", "Why": "NaN: refused here"}]


def made_words(result: Reproduction) -> str:
    """Under the title: what was run, when, by what."""
    count = f"{spoken.count(len(result.runs))} of {spoken.count(result.planned)} runs"
    time = spoken.duration(result.seconds)
    return (
        f"`{result.command}` · {result.created} · version {result.version} · {count}, seeds "
        f"{_seeds(result.protocol.seeds)} · {time} of training summed over runs, {result.machine}"
    )


def data_words(result: Reproduction) -> str:
    """Datasets with their checksums."""
    lines = [
        f"- **{name}**: {found.train} + {found.test} examples, {found.source}; SHA-256 "
        f"`{found.sha256}`"
        for name, found in result.data.items()
    ]
    return "\n".join(lines)


def counted(claim: Claim) -> str:
    """``Of 6 parts 4 supported, 2 undecided.``"""
    rulings = [part.ruling for part in claim.parts]
    parts = [f"{rulings.count(r)} {r}" for r in BADGES if r in rulings]
    return f"Of {len(rulings)} parts {', '.join(parts)}." if len(rulings) > 1 else ""


def expected_words(expected: str | None, ruling: str) -> str:
    """What became of the prediction."""
    if expected is None:
        return ""
    return (
        "As you expected." if expected == ruling else f"You expected: {EXPECT[expected].lower()}."
    )


def _seeds(seeds: tuple[int, ...]) -> str:
    if len(seeds) > 2 and list(seeds) == list(range(seeds[0], seeds[-1] + 1)):
        return f"{seeds[0]} to {seeds[-1]}"
    return ", ".join(map(str, seeds))


def _short(value: float) -> str:
    return "0" if value < 1e-3 else f"{value:.3g}"
