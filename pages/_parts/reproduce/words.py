"""What the Reproduce page says beside the claims."""

from __future__ import annotations

from collections.abc import Sequence

from hts.paired.verdict import RULINGS
from hts.reproduce.claim import Family
from hts.reproduce.result import Reproduction
from hts.reproduce.setup import Setup
from hts.studio.figures import words as spoken
from hts.studio.foreign_text import in_markdown

INTRO = (
    "The paper says that heavy-tailed noise makes networks compressible, the more so the heavier "
    "the tails and the wider the network, and that Gaussian noise does not. Every claim is tried "
    "here on many seeds, beside networks without noise and with Gaussian noise. Choose a claim and "
    "say what you expect."
)
CORRECTED = (
    "are corrected together (Holm), so that at most 5 % of such families hold a wrong verdict. A "
    "part is **supported** or **not supported** where its corrected p-value is at most 2.5 % on "
    "that side, and **undecided** otherwise. Its interval is that of the part alone, uncorrected."
)
P_VALUE = "p (one-sided, Holm)"
RULE = (
    "Networks of one seed share their start, their data order and their random bits. A **regime** "
    "says when training stops. Each part of a claim is an exact one-sided test by signs or ranks "
    f"over seeds. The parts of one claim in one regime {CORRECTED} A regime supports a claim if "
    "all its parts do, and does not if one part does not. The rules were written before the stored "
    "runs were made, but for one that was mended since: a seed at the margin counted against the "
    "claim and now counts for neither side."
)
EXPECT = {"supported": "It holds", "not supported": "It does not", "mixed": "It depends"}
HOLDS = {
    "settings": "Medians over seeds of every setting and regime",
    "comparisons": "Heavy tails against each control at every pruned share",
    "gains": "The same gains in words, a row for each setting and share",
    "families": "Verdicts by claim and regime",
    "verdicts": "Every part of every claim, with p-values and power",
    "front": "The front: each method at each pruned share, over both controls",
    "accuracies": "Median accuracies of the front, a row for each method",
    "rulings": "Verdicts on the claims of other papers",
    "prices": "What each method costs",
    "over-none": "The same, minus no noise seed by seed",
    "over-gaussian": "The same, minus Gaussian noise seed by seed",
    "claims": "Every part of these claims, with p-values and power",
    "gaps": "Generalisation gaps",
}  # of the tables to download


def p_value(p: float) -> str:
    """``0.018``; the smallest are told apart in the files alone."""
    return "< 0.0001" if p < 1e-4 else f"{p:.2g}"


def outcome(families: Sequence[Family]) -> str:
    """A key of `EXPECT` for a claim in all its regimes.

    "undecided" where no part is decided; "open" where all that are decided are supported.
    """
    parts = {part.ruling for family in families for part in family.parts}
    if parts == {"undecided"}:
        return "undecided"
    if all(family.ruling == "supported" for family in families):
        return "supported"
    if "not supported" not in parts:
        return "open"
    return "mixed" if "supported" in parts else "not supported"


def answer_words(families: Sequence[Family], expected: str | None) -> str:
    """What came out, beside what was expected."""
    came, parts = outcome(families), [part for family in families for part in family.parts]
    counts = ", ".join(
        f"{count} {ruling}"
        for ruling in RULINGS
        if (count := sum(part.ruling == ruling for part in parts))
    )
    whole = sum(family.ruling == "supported" for family in families)
    said = (
        f"{whole} of {spoken.many(len(families), 'regime')} support the whole claim. Of "
        f"{spoken.many(len(parts), 'part')}: {counts}."
    )
    if came == "undecided":
        return f"**Too few seeds to tell.** {said}"
    if came == "open":
        return f"**Nothing speaks against it, but not all of it is decided.** {said}"
    if came == expected:
        return f"**As you expected: {EXPECT[came].lower()}.** {said}"
    return f"**{EXPECT[came]}{', unlike what you expected' * (expected is not None)}.** {said}"


def setup_words(setup: Setup) -> str:
    """How the networks of a setup are trained, and how strong their noise is."""
    base = setup.base
    levels = dict.fromkeys(level for some in setup.levels.values() for level in some)
    strengths = [f"{n.strength:g} ({n.name})" for n in levels if n.strength is not None]
    widths = [spoken.count(width) for width in setup.widths]
    said = (
        f"{_either(widths)} units, learning rate {base['lr']:g}, batches of {base['batch_size']}, "
        f"at most {setup.budget} steps, {setup.seeds} seeds."
    )
    if strengths:
        said += (
            f" After {setup.steps} steps the noise on a unit has a median norm of "
            f"{_either(strengths)} times the unit's initial norm."
        )
    return in_markdown(f"{setup.says} {said}".lstrip())


def _either(words: Sequence[str]) -> str:
    """``60, 500 or 2000``."""
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last


def again_words(result: Reproduction, family: Family) -> str:
    """The command that trains the networks of one setup again."""
    only = "" if "--setup" in result.command else f" --setup {family.setup.name}"
    return f"{result.command}{only}"


def made_words(result: Reproduction) -> str:
    """What was run, when, by what."""
    count = f"{spoken.count(len(result.networks))} of {spoken.count(result.planned)} networks"
    return in_markdown(
        f"{result.created}, version {result.version}, noise {result.noise}, {count}, "
        f"{spoken.duration(result.seconds)} of one core, {result.machine}"
    )


def data_words(result: Reproduction) -> str:
    """Datasets with their checksums."""
    lines = [
        f"- **{in_markdown(name)}**: {found.train} + {found.test} examples, "
        f"{in_markdown(found.source)}; SHA-256 {in_markdown(found.sha256)}"
        for name, found in result.data.items()
    ]
    return "\n".join(lines)
