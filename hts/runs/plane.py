"""A network of a problem in the plane -> its decision regions at many pruned shares, its units."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from hts.data.sources import plane_inputs
from hts.models.model import Model
from hts.models.network import Network, one_layer
from hts.plane import Boundary, PlaneUnits, run_lengths
from hts.pruning.columns import removal_order
from hts.pruning.curve import answers_without, evenly
from hts.runs.session import Session

CELLS = 60  # of the grid along each axis
POINTS = 300  # training points kept
UNITS = 500  # hidden units kept: half of them the largest, where there are more
# Where the regions are recorded.  With several layers each share is a forward pass of what remains.
SHARES = np.array([
    0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.84, 0.88, 0.9, 0.92, 0.94, 0.95, 0.96, 0.97,
    0.98, 0.99, 0.995, 0.999, 1,
])  # fmt: skip
SHARES_DEEP = np.array([0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1])


def boundary(session: Session, norms: list[np.ndarray], counts: list[int]) -> Boundary:
    """Regions around the data at the shares of this network, and at squared error 0.1.

    ``norms``: of the units of each layer; ``counts``: how many of each squared error 0.1 removes.
    """
    network = session.network
    points = session.dataset.x_train[:, :2].astype(np.float64)
    low, high = points.min(0), points.max(0)
    margin = 0.1 * (high - low)
    x, y = (np.linspace(low[i] - margin[i], high[i] + margin[i], CELLS) for i in (0, 1))
    shares = SHARES_DEEP if one_layer(network) is None else SHARES
    prunings = np.vstack([evenly(norms, shares), counts])
    grid = np.stack([a.ravel() for a in np.meshgrid(x, y)], axis=1)
    answers = np.empty((len(prunings), len(grid)), dtype=np.int64)
    there = torch.from_numpy(plane_inputs(grid)).to(session.device)
    for i, part, classes in answers_without(network, norms, there, prunings):
        answers[i, part] = classes.cpu().numpy()
    few = slice(0, POINTS)
    return Boundary(
        x=x.tolist(),
        y=y.tolist(),
        full=answers[0].reshape(CELLS, CELLS).tolist(),
        pruned=answers[-1].reshape(CELLS, CELLS).tolist(),
        points_x=points[few, 0].round(4).tolist(),
        points_y=points[few, 1].round(4).tolist(),
        points_class=session.dataset.y_train[few].tolist(),
        shares=shares.tolist(),
        runs=[run_lengths(row) for row in answers[:-1]],
        units=_units(network, norms[0]),
    )


def _units(network: Model, norms: np.ndarray) -> PlaneUnits | None:
    """The units that are drawn; None for a model that is not fully connected."""
    if not isinstance(network, Network):
        return None
    total = len(norms)
    largest = min(total, UNITS // 2)
    rest = np.linspace(largest, total, min(total, UNITS) - largest, endpoint=False)
    rank = np.concatenate([np.arange(largest), rest.astype(int)])
    rows = torch.from_numpy(removal_order(norms)[::-1][rank]).to(network.device)
    return PlaneUnits(
        total=total,
        rank=rank.tolist(),
        weights=_digits(network.hidden[0][rows]),
        output=_digits(network.output.t()[rows]) if one_layer(network) is not None else [],
    )


def _digits(values: Tensor) -> list[list[float]]:
    """Three significant digits."""
    return [[float(f"{value:.3g}") for value in row] for row in values.tolist()]
