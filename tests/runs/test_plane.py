"""Decision regions and units of problems in the plane, against plain NumPy."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from hts import RunConfig
from hts.data import load
from hts.plane import Boundary, run_lengths
from hts.pruning.columns import pruned_count, unit_norms
from hts.pruning.levels import LEVELS, LEVELS_DEEP, LEVELS_DEEP_LIVE
from hts.records import Snapshot, decode, encode
from hts.runs.plane import SHARES, SHARES_DEEP, UNITS
from hts.runs.session import Session
from hts.runs.snapshot import take_snapshot

ACTIVATIONS = {"relu": lambda x: np.maximum(x, 0), "tanh": np.tanh}


def session(data: str, **settings) -> Session:
    """A network whose units differ in size, as if trained."""
    made = Session(RunConfig(data=data, **settings), load(data))
    generator = torch.Generator().manual_seed(7)
    for weights in made.network.hidden:
        weights.mul_(torch.exp(torch.randn(len(weights), 1, generator=generator)))
    return made


def scores(made: Session, boundary: Boundary, gone: list[int]) -> np.ndarray:
    """Scores at the grid (y, x, classes), the ``gone`` smallest units of each layer zeroed."""
    x, y = np.meshgrid(boundary.x, boundary.y)
    h = np.stack([x, y, np.ones_like(x)], axis=-1)
    for weights, count in zip(made.network.hidden, gone, strict=True):
        rows = weights.double().numpy().copy()
        rows[np.argsort(np.sqrt((rows**2).sum(1)), kind="stable")[:count]] = 0
        h = ACTIVATIONS[made.config.activation](h @ rows.T)
    return h @ made.network.output.double().numpy().T


def agree(regions: list[list[int]], expected: np.ndarray) -> bool:
    """The same classes but where the two best scores are near: all zero is no such place."""
    best = np.sort(expected, axis=-1)
    gap = best[..., -1] - best[..., -2]
    clear = (gap > 1e-5 * np.abs(expected).max()) | (gap == 0)
    assert clear.mean() > 0.99
    return bool((np.array(regions)[clear] == expected.argmax(-1)[clear]).all())


@pytest.mark.parametrize(
    ("data", "depth", "activation"),
    [("moons", 1, "relu"), ("spirals", 1, "tanh"), ("circles", 2, "relu")],
)
def test_regions_are_those_of_the_network_with_these_units_zeroed(data, depth, activation):
    made = session(data, width=90, depth=depth, activation=activation)
    boundary = take_snapshot(made, 0, 0.0).boundary
    shares = SHARES if depth == 1 else SHARES_DEEP
    assert boundary.shares == shares.tolist()
    for share in boundary.shares:
        at, regions = boundary.nearest(share)
        assert at == share
        assert agree(regions, scores(made, boundary, [int(share * 90 + 1e-9)] * depth))
    assert agree(boundary.full, scores(made, boundary, [0] * depth))
    counts = [pruned_count(unit_norms(w.numpy())) for w in made.network.hidden]
    assert agree(boundary.pruned, scores(made, boundary, counts))
    assert boundary.nearest(0.9)[1] != boundary.full


def test_accuracy_is_known_at_every_share_of_the_regions():
    assert set(SHARES) <= set(LEVELS)
    assert set(SHARES_DEEP) <= set(LEVELS_DEEP) & set(LEVELS_DEEP_LIVE)
    assert {0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99} <= set(SHARES)


def test_the_nearest_share_is_taken():
    made = take_snapshot(session("moons", width=40), 0, 0.0).boundary
    wanted = {-1: 0, 0.04: 0, 0.06: 0.1, 0.77: 0.8, 0.983: 0.98, 0.9999: 1, 2: 1}
    assert {share: made.nearest(share)[0] for share in wanted} == wanted


def test_units_are_the_largest_and_a_sample_of_the_rest():
    made = session("moons", width=1300)
    units = take_snapshot(made, 0, 0.0).boundary.units
    norms = np.sort(unit_norms(made.network.hidden[0].numpy()))[::-1]
    half = UNITS // 2
    assert units.total == 1300
    assert len(units.rank) == UNITS
    assert units.rank[:half] == list(range(half))
    assert units.rank[half:] == sorted(set(units.rank[half:]))
    assert units.rank[-1] > 1290
    assert units.norms == pytest.approx(norms[units.rank], rel=0.01)
    largest = int(np.argmax(unit_norms(made.network.hidden[0].numpy())))
    assert units.weights[0] == pytest.approx(made.network.hidden[0][largest].tolist(), rel=0.01)
    assert units.output[0] == pytest.approx(made.network.output[:, largest].tolist(), rel=0.01)


def test_all_units_of_a_narrow_layer_are_kept_and_a_deep_one_has_no_way_to_the_classes():
    units = take_snapshot(session("moons", width=30, depth=2), 0, 0.0).boundary.units
    assert units.rank == list(range(30))
    assert units.output == []


def test_a_snapshot_comes_back_and_one_of_before_has_no_shares():
    new = take_snapshot(session("moons", width=500), 0, 0.0)
    text = encode(new)
    assert decode(text, Snapshot) == new
    old = encode(dataclasses.replace(new, boundary=None))
    fields = {name: getattr(new.boundary, name) for name in (
        "x", "y", "full", "pruned", "points_x", "points_y", "points_class")}  # fmt: skip
    boundary = encode(fields)
    before = decode(old.replace(b'"boundary":null', b'"boundary":' + boundary), Snapshot)
    assert before.boundary.full == new.boundary.full
    assert before.boundary.nearest(0.5) is None
    assert len(text) - len(old) - len(boundary) < 40_000


def test_lengths_that_do_not_fill_the_grid_are_no_regions():
    made = take_snapshot(session("moons", width=40), 0, 0.0).boundary
    damaged = dataclasses.replace(made, runs=[[0, 10**12]] * len(made.runs))
    assert damaged.nearest(0.5) is None


def test_run_lengths():
    assert run_lengths([2, 2, 2, 0, 1, 1]) == [2, 3, 0, 1, 1, 2]
    assert run_lengths([1]) == [1, 1]
