"""What `hts.inspect` found of one layer, and of an array that it left out."""

from __future__ import annotations

from dataclasses import dataclass

from hts.records import TailIndex, Verdict

KEPT = (0.5, 0.2, 0.1)  # fractions of the units kept, at which the relative error is told

ASSUMED = (
    "α by entries takes all weights of a layer as independent draws of one law, α by units takes "
    "units as independent and their directions as uniform. For foreign weights neither is known: "
    "the intervals hold only where the assumption does. * = the fitted law does not describe the "
    "layer, so that α is no tail index."
)


@dataclass(frozen=True, kw_only=True)
class LayerReport:
    """One layer as a matrix (units, inputs): a filter's inputs are its channels and places."""

    name: str
    kind: str
    shape: tuple[int, ...]  # as stored
    dtype: str  # as stored
    units: int
    inputs: int
    median_abs: float  # of |w|
    mean_abs: float
    by_entries: TailIndex | None  # weights as i.i.d. symmetric stable values
    by_units: TailIndex | None  # units as i.i.d. vectors, see `hts.tails.layer_tail_index`
    entries_used: int  # weights in `by_entries`, a fixed random choice of rows where not all
    units_used: int  # units in `by_units`, likewise
    pruning_ratio: float  # percent of the units removed at squared error 0.1
    relative_error: tuple[float, ...]  # ||pruned - W||_F / ||W||_F, the fractions `KEPT` kept
    largest_share: float  # percent of the sum of squares in the largest 1 % of the weights
    verdict: Verdict | None  # on entries; under noise types I and III on units
    note: str = ""

    @property
    def size(self) -> int:
        return self.units * self.inputs

    def to_dict(self) -> dict[str, object]:
        """Flat: plain numbers, texts and None."""
        return {
            "name": self.name,
            "kind": self.kind,
            "shape": "x".join(map(str, self.shape)),
            "dtype": self.dtype,
            "units": self.units,
            "inputs": self.inputs,
            "median_abs": self.median_abs,
            "mean_abs": self.mean_abs,
            **_flat("entries", self.by_entries, self.entries_used),
            **_flat("units", self.by_units, self.units_used),
            "pruning_ratio": self.pruning_ratio,
            **{
                f"relative_error_{100 * kept:g}": error
                for kept, error in zip(KEPT, self.relative_error, strict=True)
            },
            "largest_share": self.largest_share,
            "verdict": self.verdict and self.verdict.kind,
            "verdict_says": self.verdict and self.verdict.sentence,
            "note": self.note,
        }


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """An array that was not measured, and why."""

    name: str
    shape: tuple[int, ...]
    why: str
    damaged: bool = False  # its numbers could not be read, which is the file's fault


def _flat(which: str, tail: TailIndex | None, used: int) -> dict[str, object]:
    return {
        f"alpha_{which}": tail and tail.alpha,
        f"alpha_{which}_low": tail and tail.low,
        f"alpha_{which}_high": tail and tail.high,
        f"{which}_fit": tail and tail.fits,
        f"{which}_used": used,
    }
