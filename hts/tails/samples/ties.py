"""Values that are equal on purpose: zeros, repeats, copies and rounding, found before any fit.

A continuous law has no ties.  Exact zeros (masks, pruning) and other values that many share are
left out and told; of copies one is kept.  Rounded values (half precision, quantisation) are spread
over the step that they were rounded to, as long as steps are narrow beside the sample; on a coarse
grid they stay, and only counts whose edges respect it can be fitted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from hts.seeds import generator
from hts.tails.samples.binning import FEWEST
from hts.tails.samples.steps import precision_steps, step_of
from hts.validate import BadInput

_NARROW = 0.25  # of the median size: a density is straight over such a step
_NARROW_FAR = 0.01  # of a value: so is a power law, as far out as half precision goes
_BENT = 1.2  # times as many zeros are rounded ones where a step is no longer narrow
_FEW_WIDE = 2e-3  # of the values may have wider ones
_ALIKE = 1.05  # steps of rows that are one grid
_ATOM = (20, 1e-3, 10.0)  # values, their share, and how many times as often as their neighbours
_NEIGHBOURS = 10
_COPIES = 0.95  # of the distinct values occur as often as a whole number of copies says
_FEWEST_SIZES = 5
_GAP = 20  # values in [t, 2 t): none below t is then no chance
_SURE = 4.0  # standard errors


@dataclass(frozen=True)
class Untied:
    """Values without ties; ``kept``: their places among those given."""

    values: np.ndarray
    kept: np.ndarray
    zeros: float = 0.0  # share of the values given
    floor: float = 0.0  # smaller sizes were taken away; 0: they were not
    coarse: bool = False  # on a grid as coarse as the law
    said: tuple[str, ...] = ()


def untied(values: np.ndarray, row_steps: Callable[[], np.ndarray | None] | None = None) -> Untied:
    """``values (n,)`` raw, not centred; ``row_steps``: of every value, where rows have their own.

    Raises `BadInput` where what is left says nothing about a law.
    """
    n = values.size
    common = step_of(values)
    if common is not None:
        _check_sizes(values)
    steps = precision_steps(values) if common is None else np.full(n, common)
    if row_steps is not None and (rows := row_steps()) is not None:
        steps = rows if steps is None else np.maximum(rows, steps)
    nonzero = np.flatnonzero(values)
    found = Untied(values[nonzero], nonzero)
    if len(nonzero) < n:
        found = _without_zeros(found, n, values, steps)
    if not len(nonzero):
        return found
    if steps is not None:
        return _spread(found, steps[found.kept])
    return _without_repeats(found)


def _without_zeros(found: Untied, n: int, values: np.ndarray, steps: np.ndarray | None) -> Untied:
    zeros = n - len(found.kept)
    size = np.abs(found.values)
    if steps is not None and len(found.kept):
        # A density that is flat around 0 rounds half as many values to 0 as to the next two steps.
        own = steps[found.kept]
        rounded = 0.5 * float(np.count_nonzero(np.abs(size - own) < 0.1 * own))
        narrow = float(np.median(own)) < _NARROW * float(np.median(size))
        if zeros <= rounded * (1.0 if narrow else _BENT) + _SURE * (rounded + zeros) ** 0.5:
            return replace(found, values=values, kept=np.arange(n))
        places = np.flatnonzero(values == 0)
        places = places[np.linspace(0, len(places) - 1, int(rounded)).astype(int)]
        kept = np.sort(np.concatenate([found.kept, places]))
        found = replace(found, values=values[kept], kept=kept)
        zeros -= len(places)
    said = () if zeros < 2 else (f"{_share(zeros / n)} of the values are exactly 0 and left out.",)
    found = replace(found, zeros=zeros / n, said=said)
    if steps is None and size.size:
        floor = float(size.min())
        if np.count_nonzero(size < 2 * floor) >= _GAP:
            says = f"Sizes below {floor:.3g} are gone, so the law is fitted to what lies beyond."
            found = replace(found, floor=floor, said=(*said, says))
    return found


def _check_sizes(values: np.ndarray) -> None:
    """Raise `BadInput` where nearly all values are equal, or take hardly any sizes."""
    sizes, counts = np.unique(np.abs(values), return_counts=True)
    apart = len(values) - int(counts.max())
    if apart < FEWEST:
        raise BadInput(
            f"at least {FEWEST} values must differ from the centre, got {apart} of {len(values)}: "
            "the rest are all equal and say nothing about a tail."
        )
    if len(sizes) < _FEWEST_SIZES:
        raise BadInput(
            f"the values must differ in size, got only {len(sizes)} sizes (such as "
            f"{sizes[-1]:.4g}), which say nothing about a law."
        )


def _spread(found: Untied, steps: np.ndarray) -> Untied:
    """Uniformly over the steps; unless these are coarse."""
    size = np.abs(found.values)
    typical, middle = float(np.median(steps)), float(np.median(size))
    wide = (steps > 2 * _NARROW * middle) & (steps > _NARROW_FAR * size)
    if typical > _NARROW * middle or np.mean(wide) > _FEW_WIDE:
        if steps.max() > _ALIKE * steps.min():
            raise BadInput(
                f"the values are rounded to steps of about {typical:.3g}, as wide as the law "
                f"itself (median size {middle:.3g}): no tail index can be told."
            )
        says = f"The values are rounded to steps of {typical:.3g}; counts respect these."
        return replace(found, coarse=True, said=(*found.said, says))
    draw = generator(0, "tails", "steps").random(size.size, dtype=np.float32)
    values = found.values + ((draw - np.float32(0.5)) * steps).astype(found.values.dtype)
    visible = typical > 0.01 * middle
    says = f"The values are rounded to steps of about {typical:.3g} and spread over these."
    return replace(found, values=values, said=(*found.said, says) if visible else found.said)


def _without_repeats(found: Untied) -> Untied:
    ordered = np.sort(found.values)
    first = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    if len(first) == len(ordered):
        return found
    counts = np.diff(np.append(first, len(ordered)))
    copies = int(np.bincount(counts).argmax())
    if copies > 1 and np.mean(counts % copies == 0) >= _COPIES:
        once = np.sort(np.argsort(found.values, kind="stable")[first])
        says = f"Every value occurs {copies} times and is counted once."
        return _chosen(found, once, says)
    fewest, share, often = _ATOM
    suspects = np.flatnonzero(counts >= max(fewest, share * len(ordered)))
    atoms = [k for k in suspects if counts[k] > often * _around(counts, int(k))]
    if not atoms:
        return found
    named = [f"{_share(counts[k] / len(ordered))} equal {ordered[first[k]]:.4g}" for k in atoms[:3]]
    extremes = [k for k in atoms if k in (0, len(first) - 1)]
    if extremes:
        raise BadInput(
            f"the values are clipped, {' and '.join(named)}: what their tail was cannot be told."
        )
    kept = np.flatnonzero(~np.isin(found.values, ordered[first[atoms]]))
    return _chosen(found, kept, f"{', '.join(named)} and are left out.")


def _chosen(found: Untied, places: np.ndarray, says: str) -> Untied:
    return replace(
        found,
        values=found.values[places],
        kept=found.kept[places],
        said=(*found.said, says),
    )


def _around(counts: np.ndarray, k: int) -> float:
    """How often values beside number ``k`` occur."""
    low = max(0, k - _NEIGHBOURS)
    beside = np.concatenate([counts[low:k], counts[k + 1 : k + 1 + _NEIGHBOURS]])
    return float(np.median(beside)) if len(beside) else 0.0


def _share(share: float) -> str:
    return f"{100 * share:.3g} %"
