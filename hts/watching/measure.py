"""One layer of a live module -> what is recorded of it.

Cost: the norms read every entry once, where the parameter lies; the tail index rests on a sample of
``entries`` single weights, each row giving as many (`hts.tails.samples.entries`): some 20 ms of one
core for each layer, 150 with a verdict.  Nothing is drawn from a global generator.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch

from hts.noise.types import noise_type
from hts.pruning.columns import pruning_ratio, relative_error
from hts.records import TailIndex, Verdict
from hts.seeds import generator
from hts.tails.estimation import likeliest
from hts.tails.histogram import ccdf, log_histogram, sorted_norms
from hts.tails.samples.binning import checked
from hts.tails.samples.clusters import Clusters
from hts.tails.samples.sample import Sample, of_values
from hts.tails.verdicts import verdict_of
from hts.validate import BadInput
from hts.watching.layers import Layer
from hts.watching.records import REMOVED, LayerSeen

ASSUMED = noise_type("II")  # nothing is known of foreign weights: entries as independent draws
_MEDIAN_ROWS = 500  # that settle the medians of columns, where these differ


def measure(layer: Layer, entries: int, *, verdict: bool = True) -> LayerSeen:
    """What is to be seen of ``layer`` with at most about ``entries`` of its weights.

    ``verdict``: whether to say what law describes them, which takes several times as long.

    Raises `BadInput` for weights that are not finite or all zero.  Of a sharded parameter
    (DTensor) this process sees its own part, and the record says so.
    """
    tensor, note = local_part(layer.parameter.detach())
    matrix = matrix_of(layer, tensor)
    units, inputs = matrix.shape
    wide = torch.float32 if matrix.dtype.itemsize < 4 else matrix.dtype
    norms = torch.linalg.vector_norm(matrix, dim=1, dtype=wide).cpu().double().numpy()
    if not np.isfinite(norms).all():
        raise BadInput("weights are not finite, or their squares overflow")
    if not norms.any():
        raise BadInput("all weights are zero")
    notes = [note] if note else []
    values, clusters = some_entries(matrix, entries, layer.name)

    def medians() -> np.ndarray:
        middle: np.ndarray = np.median(_numbers(matrix[:: units // _MEDIAN_ROWS + 1]), axis=0)
        return middle

    tail: TailIndex | None = None
    found: Verdict | None = None
    try:
        sample = sample_of(values, clusters, "the weights", medians)
        if verdict:
            found = verdict_of(sample)
        tail = found.tail if found else likeliest(sample)
    except BadInput as error:
        notes.append(f"no tail index: {error}".rstrip("."))
    rank, ordered = sorted_norms(norms)
    return LayerSeen(
        name=layer.name,
        kind=layer.kind,
        dtype=str(matrix.dtype).removeprefix("torch."),
        units=units,
        inputs=inputs,
        trained=layer.parameter.requires_grad,
        entries=values.size,
        tail=tail,
        verdict=found.kind if found else None,
        says=found.sentence if found else "",
        weights=log_histogram(values, fit=tail),
        ccdf=ccdf(values, fit=tail),
        norms=log_histogram(norms),
        rank=rank,
        sorted_norms=ordered,
        share=pruning_ratio(norms),
        relative_error=relative_error(norms, np.array(REMOVED)).tolist(),
        norm=float(np.sqrt(np.sum(norms**2))),
        note="; ".join(notes),
    )


def local_part(tensor: torch.Tensor) -> tuple[torch.Tensor, str]:
    """The part of ``tensor`` that lies here, and what part that is, in words."""
    if not hasattr(tensor, "to_local"):
        return tensor, ""
    part = tensor.to_local()
    if part.numel() == tensor.numel():
        return part, ""
    said = f"{part.numel():,} of {tensor.numel():,} weights, the part that this process holds"
    if part.shape[1:] != tensor.shape[1:]:
        said += ": units are cut, so norms are those of their parts"
    return part, said


def matrix_of(layer: Layer, tensor: torch.Tensor) -> torch.Tensor:
    """``tensor``, of the shape of the layer's weights, as (units, inputs)."""
    return tensor.movedim(layer.units_axis, 0).flatten(1)


def some_entries(matrix: torch.Tensor, most: int, name: str) -> tuple[np.ndarray, Clusters | None]:
    """At most about ``most`` entries (flat) and where they lie, a choice that ``name`` settles."""
    units, inputs = matrix.shape
    rows = np.arange(units)
    draw = generator(0, "watch", name)
    each = inputs
    if units > most:
        rows, each = np.sort(draw.choice(units, most, replace=False)), 1
    elif matrix.numel() > most:
        each = max(1, most // units)
    columns = np.broadcast_to(np.arange(inputs), (len(rows), inputs))
    if each < inputs:
        between = (np.arange(each) + draw.random((len(rows), each))) * (inputs / each)
        columns = np.minimum(between.astype(np.int64), inputs - 1)
    columns, rows = columns.flatten(), np.repeat(rows, each)
    places = (torch.from_numpy(rows), torch.from_numpy(np.ascontiguousarray(columns)))
    values = _numbers(matrix[tuple(place.to(matrix.device) for place in places)])
    if min(units, inputs) == 1:
        return values, None
    return values, Clusters(rows.astype(np.int32), columns.astype(np.int32))


def sample_of(
    values: np.ndarray,
    clusters: Clusters | None,
    on: str,
    medians: Callable[[], np.ndarray] | None = None,
) -> Sample:
    """``values`` as independent draws but for what they share; `BadInput` where they are none."""
    sample = of_values(checked(values, on), clusters, None, medians)
    return replace(sample, unit="entries", counted=ASSUMED.counted, on=on)


def _numbers(tensor: torch.Tensor) -> np.ndarray:
    """As float32 or float64; bfloat16 is exact in float32."""
    wide = tensor if tensor.dtype == torch.float64 else tensor.float()
    found: np.ndarray = wide.cpu().numpy()
    return found
