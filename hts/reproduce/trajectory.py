"""Follow one network through its training, and look at it where a regime ends.

One training serves every regime, and controls at equal steps: nothing that a look does changes what
the network becomes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from pathlib import Path

import numpy as np
import torch

from hts.config import RunConfig
from hts.data import Dataset
from hts.platforms import double
from hts.pruning.columns import pruned_count, unit_norms
from hts.pruning.curve import accuracies_without, evenly
from hts.reproduce.records import Look
from hts.reproduce.regimes import Regime
from hts.reproduce.saved import Saved
from hts.runs.measured import LEVELS
from hts.runs.session import Session
from hts.training.evaluate import Reach
from hts.training.examples import Examples


class Stopped(Exception):
    """Somebody asked to stop."""


def follow(
    config: RunConfig,
    dataset: Dataset,
    examples: Examples,
    regimes: Collection[Regime],
    steps: Collection[int] = (),
    stopped: Callable[[], bool] = lambda: False,
    saved: Path | None = None,
) -> tuple[list[Look], float]:
    """Looks of a network of ``config`` where each of ``regimes`` ends it, and at ``steps``.

    Also the seconds of this thread's core that it took.  A network that diverges is looked at no
    more after that.  ``saved``: a file that a long one goes on from.  Raises `Stopped` once
    ``stopped`` says so.
    """
    session = Session(config, dataset, examples=examples)
    moved, state, reach = Moved(session), Saved(saved), Reach(*session.sample("train", None))
    step, looks, before = state.load(session, moved.received)
    began = time.thread_time() - before
    ended_by = {name for look in looks for name in look.stops}
    running, budget = [r for r in regimes if r.name not in ended_by], config.iterations
    last = max(steps, default=0)
    while running or step < last:
        if stopped():
            raise Stopped
        if step:
            moved.noise(step)
        step += 1
        fine, accuracy = session.gradient(step), 0.0
        asked = [regime.target for regime in running if regime.asks(step, budget)]
        if fine and asked:
            accuracy, fine = reach.accuracy(session.network, min(asked))
        if not fine:
            looks.append(_diverged(step, running))
            break
        ended = [regime for regime in running if regime.ends(step, accuracy, budget)]
        if ended or step in steps:
            found = _look(session, step, ended, moved)
            looks.append(found or _diverged(step, running))
            if found is None:
                break
        running = [regime for regime in running if regime not in ended]
        state.save(session, moved.received, step, looks, time.thread_time() - began)
    state.forget()
    return looks, time.thread_time() - began


class Moved:
    """How far gradient and noise have moved the weights that get noise."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._start = [weights.clone() for weights in session.network.noise_matrices]
        self.received = [torch.zeros_like(weights) for weights in self._start]

    def noise(self, step: int) -> None:
        """Let the network receive the noise of ``step``."""
        if self._session.config.stability is None:
            return
        weights = self._session.network.noise_matrices
        for received, now in zip(self.received, weights, strict=True):
            received.sub_(now)
        self._session.noise(step)
        for received, now in zip(self.received, weights, strict=True):
            received.add_(now)

    def over_initial(self) -> tuple[float, float]:
        """Norms of what the gradient and the noise added, over the initial norm."""
        parts = zip(self._session.network.noise_matrices, self._start, self.received, strict=True)
        gradient = initial = noise = 0.0
        for now, start, received in parts:
            gradient += float(double(now - start - received).square().sum())
            initial += float(double(start).square().sum())
            noise += float(double(received).square().sum())
        return (gradient / initial) ** 0.5, (noise / initial) ** 0.5


def _look(session: Session, step: int, ended: Collection[Regime], moved: Moved) -> Look | None:
    """The network as it stands; None if its weights are not finite."""
    network = session.network
    norms = [unit_norms(w.detach().cpu().numpy()) for w in network.matrices]
    if not all(np.isfinite(n).all() for n in norms):
        return None
    counts = [pruned_count(n) for n in norms]
    prunings = np.vstack([evenly(norms, np.array(LEVELS)), counts])
    *curve, pruned = accuracies_without(network, norms, *session.sample("test", None), prunings)
    by_gradient, by_noise = moved.over_initial()
    return Look(
        step=step,
        stops=tuple(regime.name for regime in ended),
        train_accuracy=round(session.accuracy("train")[0], 4),
        accuracy=tuple(round(float(value), 4) for value in curve),
        compressible=round(100 * sum(counts) / sum(len(n) for n in norms), 4),
        pruned=round(float(pruned), 4),
        by_gradient=round(by_gradient, 4),
        by_noise=round(by_noise, 4),
    )


def _diverged(step: int, running: Collection[Regime]) -> Look:
    return Look(
        step=step, stops=tuple(regime.name for regime in running), train_accuracy=0.0,
        accuracy=(), compressible=0.0, pruned=0.0, by_gradient=0.0, by_noise=0.0,
    )  # fmt: skip
