"""What the Reproduce page says beside the claims."""

from __future__ import annotations

from hts.reproduce.result import Reproduction
from hts.studio.figures import words as spoken

INTRO = (
    "The paper says that heavy-tailed SGD gives networks that can be pruned, the more so the "
    "heavier the tails and the wider the network, and that Gaussian noise does not. Here are its "
    "claims, each tried by regime and beside controls. Say first what you expect."
)
RULE = (
    "Networks of one seed share their start, their data order and their random bits, so that their "
    "difference is free of what the seed brings along. Each part of a claim is an exact test by "
    "signs or ranks over seeds. The parts of one claim in one regime are corrected together "
    "(Holm), so that at most 5 % of such families hold a wrong verdict. A part is **supported** or "
    "**not supported** where its corrected p-value is at most 2.5 % on that side, and "
    "**undecided** otherwise; then its power says how large an effect would have been seen, and "
    "how many seeds would settle it."
)
EXPECT = {"supported": "It holds", "not supported": "It does not", "undecided": "It depends"}
COLOURS = {"supported": "green", "not supported": "orange", "undecided": "gray"}


def made_words(result: Reproduction) -> str:
    """Under the title: what was run, when, by what."""
    count = f"{spoken.count(len(result.networks))} of {spoken.count(result.planned)} networks"
    return (
        f"`{result.command}` · {result.created} · version {result.version} · noise {result.noise} "
        f"· {count} · {spoken.duration(result.seconds)} of one core, {result.machine}"
    )


def data_words(result: Reproduction) -> str:
    """Datasets with their checksums."""
    lines = [
        f"- **{name}**: {found.train} + {found.test} examples, {found.source}; SHA-256 "
        f"`{found.sha256}`"
        for name, found in result.data.items()
    ]
    return "\n".join(lines)
