"""The tables of a price list, each as rows of plain values for `hts.table_file`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from hts.paired.verdict import RULINGS
from hts.price.choose import Choice
from hts.price.claims import CLAIMS
from hts.price.front import accuracy_rows, front, rows, spread
from hts.price.gaps import gap_rows
from hts.price.price_row import over_rows, price_rows

Rows = Callable[[Choice], Iterable[dict[str, Any]]]


def claim_rows(choice: Choice) -> Iterator[dict[str, Any]]:
    """A row for each part of each claim."""
    for claim in CLAIMS:
        for part in claim.parts(choice):
            yield {
                "claim": claim.title,
                "arXiv": ", ".join(claim.cites),
                "part": part.name,
                "verdict": part.verdict.ruling,
                **spread("effect", part.test.effect),
                "unit": part.unit,
                "seeds": part.test.seeds,
                "seeds that agree": part.test.agree,
                "corrected p": part.verdict.p,
                "seen with 80 %": part.verdict.smallest_effect,
                "seeds needed": part.verdict.seeds_needed,
            }


def ruling_rows(choice: Choice) -> Iterable[dict[str, Any]]:
    """A row for each claim: its verdict, and how many of its parts are decided."""
    for claim in CLAIMS:
        parts = claim.parts(choice)
        found = [part.verdict.ruling for part in parts]
        yield {
            "claim": claim.title,
            "arXiv": ", ".join(claim.cites),
            "verdict": claim.ruling(parts),
            "holds if": f"{claim.settled_by} of its parts hold{'s' * (claim.settled_by == 'any')}",
            **{ruling: found.count(ruling) for ruling in RULINGS},
        }


TABLES: dict[str, Rows] = {
    "front": lambda choice: rows(front(choice)),
    "accuracies": lambda choice: accuracy_rows(front(choice)),
    "rulings": ruling_rows,
    "prices": price_rows,
    "over-none": lambda choice: over_rows(choice, "none"),
    "over-gaussian": lambda choice: over_rows(choice, "gaussian"),
    "claims": claim_rows,
    "gaps": gap_rows,
}
