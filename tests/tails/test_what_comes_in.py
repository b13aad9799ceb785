"""Every public function that takes numbers takes all that hold some, and refuses the rest."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import hts
from hts import tails
from hts.noise import sample_stable
from hts.pruning import choose, columns, ranking
from hts.pruning.criteria import CRITERIA
from hts.real_array import real_array
from hts.validate import BadInput

X = sample_stable(1.5, (90, 4), seed=1).astype(np.float32)
FIT = tails.fit_stable(X)

MATRICES: dict[str, Callable[[Any], Any]] = {
    "estimate_layer": lambda x: tails.estimate_layer(x, "II"),
    "layer_tail_index": lambda x: tails.layer_tail_index(x, "III"),
    "layer_verdict": lambda x: tails.layer_verdict(x, "I"),
    "tail_report": lambda x: tails.tail_report(x).verdict,
    "unit_norms": columns.unit_norms,
    **{f"rank {name}": lambda x, c=c: ranking.rank(c, [x]).orders for name, c in CRITERIA.items()},
}
FLAT: dict[str, Callable[[Any], Any]] = {
    "fit_stable": tails.fit_stable,
    "verdict": tails.verdict,
    "hill_curve": tails.hill_curve,
    "tail_curve": tails.tail_curve,
    "log_histogram": lambda x: tails.log_histogram(x, fit=FIT),
    "ccdf": tails.ccdf,
    "sorted_norms": tails.sorted_norms,
    "qq_points": lambda x: tails.qq_points(x, FIT),
    "pp_points": lambda x: tails.pp_points(x, FIT),
    **{
        f"estimate {name}": lambda x, name=name: tails.estimate(x, name, replicates=20)
        for name in tails.ESTIMATORS
    },
    "removal_order": columns.removal_order,
    "pruned_count": columns.pruned_count,
    "pruning_ratio": columns.pruning_ratio,
    "relative_error": lambda x: columns.relative_error(x, np.array([0.5])),
    "removed_units": lambda x: columns.removed_units(x, 10),
    "most_within": lambda x: choose.most_within(x, 1.0),
}
TAKEN = {
    "bfloat16": lambda: torch.from_numpy(X).bfloat16(),
    "float16": lambda: torch.from_numpy(X).half(),
    "with gradient": lambda: torch.from_numpy(X).clone().requires_grad_(),
    "sparse": lambda: torch.from_numpy(X).to_sparse(),
    "NumPy float16": lambda: X.astype(np.float16),
    "big endian": lambda: X.astype(">f4"),
}
REFUSED = {
    "objects": X.astype(object),
    "text": X.astype(str),
    "a word": "weights",
    "nothing": None,
    "a dict": {"a": 1.0},
    "complex": X.astype(complex),
    "a complex tensor": torch.zeros(90, 4, dtype=torch.complex64),
    "booleans": X > 0,
    "a tensor of booleans": torch.ones(90, 4, dtype=torch.bool),
    "dates": np.zeros((90, 4), "M8[s]"),
    "ragged lists": [[1.0, 2.0], [3.0]],
    "no rows": np.empty((0, 4)),
    "no numbers": torch.empty(0),
    "the meta device": torch.ones(90, 4, device="meta"),
}


def flat(x: Any) -> Any:
    """The first column of a matrix, as the same kind of array."""
    return x.to_dense()[:, 0].to_sparse() if torch.is_tensor(x) and x.is_sparse else x[:, 0]


def shown(found: Any) -> Any:
    return found.tolist() if isinstance(found, np.ndarray) else repr(found)


def test_these_are_all_the_public_functions():
    there = {name.split()[0] for name in (*MATRICES, *FLAT)}
    public = [(tails, n) for n in tails.__all__ if inspect.isfunction(getattr(tails, n))]
    for module in (columns, ranking, choose):
        public += [
            (module, name)
            for name, function in inspect.getmembers(module, inspect.isfunction)
            if function.__module__ == module.__name__ and not name.startswith("_")
        ]
    assert {name for _, name in public} - {"within"} == there  # that one takes sums


@pytest.mark.parametrize("name", [*MATRICES, *FLAT])
def test_half_precision_and_tensors_with_gradient_are_taken_as_the_numbers_they_hold(name):
    for kind, make in TAKEN.items():
        given = make()
        exact = given.detach().to_dense().float().numpy() if torch.is_tensor(given) else given
        exact = np.ascontiguousarray(exact, np.float32)
        if name in FLAT:
            given, exact = flat(given), exact[:, 0]
        function = (MATRICES | FLAT)[name]
        assert shown(function(given)) == shown(function(exact)), kind


@pytest.mark.parametrize("name", [*MATRICES, *FLAT])
def test_what_holds_no_numbers_is_refused_in_words(name):
    for kind, given in REFUSED.items():
        with pytest.raises(BadInput, match=r" must (hold|be an array|be \((n,|units))"):
            pytest.fail(f"{kind}: {(MATRICES | FLAT)[name](given)}")


def test_an_array_of_floats_is_not_copied():
    assert real_array(X) is X


def test_heavy_tails_are_told_from_half_precision_as_from_single():
    for alpha in (0.6, 1.0, 1.5):
        x = sample_stable(alpha, 5000, seed=2).astype(np.float32)
        half = tails.estimate(torch.from_numpy(x).bfloat16())
        assert half.alpha == pytest.approx(tails.estimate(x).alpha, abs=0.005)


def test_inspect_takes_half_precision_and_gradients_and_says_what_it_leaves_out():
    arrays = {"half": torch.from_numpy(X).bfloat16(), "grad": TAKEN["with gradient"]()}
    refused = {k: REFUSED[k] for k in ("objects", "text", "complex", "dates", "no rows")}
    found = hts.inspect({**arrays, **refused})
    assert [layer.name for layer in found.layers] == ["half", "grad"]
    assert {left.name for left in found.left_out} == set(refused)
    assert all(left.why for left in found.left_out)
