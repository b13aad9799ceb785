"""What the pages share: the story's numbers, things made once, names in a comparison."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from hts.seeds import generator


@pytest.mark.parametrize(
    ("alpha", "low", "high"), [(2.0, 0.11, 0.14), (1.9, 0.15, 0.21), (1.75, 0.3, 0.5)]
)
def test_the_story_agrees_with_known_pure_noise_ratios(alpha, low, high):
    from pages._parts.guide.energy_figure import removed_energy

    lost, ratio = removed_energy(alpha)
    assert low < ratio < high
    assert lost[0] == 0
    assert lost[-1] == pytest.approx(1)
    assert np.all(np.diff(lost) >= 0)


def test_squared_norms_have_the_right_scale():
    """E exp(i u.x) = exp(-|u|^alpha): for a Gaussian direction u of length s, the mean of
    exp(-s^2 |x|^2 / 2) over columns is E exp(-s^alpha |g|^alpha)."""
    from pages._parts.guide.energy_figure import squared_norms

    rng = generator(5, "test", "story")
    for alpha in (1.5, 1.9, 2.0):
        scale = 0.05
        left = np.exp(-0.5 * scale**2 * squared_norms(alpha, rng, 40)).mean()
        lengths = np.sqrt(rng.chisquare(140, 80_000))
        right = np.exp(-((scale * lengths) ** alpha)).mean()
        assert left == pytest.approx(right, abs=0.006)


def test_once_makes_a_thing_once_for_many_threads():
    from hts.shared_cache import SharedCache

    made, things, gate = [], SharedCache(2), threading.Barrier(8)

    def ask() -> None:
        gate.wait()
        things.get("key", lambda: made.append(1) or len(made))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [1]
    for key in "abc":
        things.get(key, lambda: 0 + 1)
    assert things.get("key", lambda: 7) == 7  # forgotten, so made again


def test_compared_runs_get_different_names(store, finished):
    from pages._parts.runs.comparison import labels

    runs = [
        store.runs.get(finished(seed=1)),
        store.runs.get(finished(seed=2)),
        store.runs.get(finished(seed=2)),
    ]
    names = labels(runs)
    assert len(set(names)) == 3
    assert "seed 1" in names[0]
