"""What the networks of a block came to: accuracies at every share, gaps, calibration, attacks."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from hts.models.network import Network
from hts.price.afterwards import RATES, refitted, tuned
from hts.price.attack import NORMS, attack
from hts.price.data import Parts
from hts.price.records import PRICED, SHARES, Trained
from hts.price.tails import SAMPLED_METHODS, student_gain
from hts.price.trainer import Trainer, at_start
from hts.pruning.columns import pruning_ratio, removal_order, removed_units, unit_norms
from hts.pruning.every_level import at_every_level
from hts.training.examples import Batches, Examples

BINS = 15  # of confidence, for calibration
Accuracies = dict[str, list[float]]


def measured(trainer: Trainer, examples: Examples, parts: Parts) -> list[Trained]:
    """A record of every network of a block that was trained."""
    finite, seeds = trainer.finite(), trainer.members.seeds
    fine = [i for i, is_fine in enumerate(finite) if is_fine]
    networks = [trainer.stack.network(i) for i in fine]
    looks = [_Look(network, trainer, examples, parts) for network in networks]
    kept = [seeds[i] for i in fine]
    curves = _tuned(looks, trainer, kept, examples, parts)
    found: dict[int, Trained] = {}
    for i, look, (test, validation) in zip(fine, looks, curves, strict=True):
        found[i] = look.record(seeds[i], trainer.first[i], test, validation)
    return [found.get(i) or _diverged(seed) for i, seed in enumerate(seeds)]


def _diverged(seed: int) -> Trained:
    nothing = {way: [0.0] * len(SHARES) for way in ("nothing", "tuned", "refitted")}
    return Trained(seed=seed, diverged=True, test=nothing, validation=nothing)


class _Look:
    """One network with the order in which its units go."""

    def __init__(
        self, network: Network, trainer: Trainer, examples: Examples, parts: Parts
    ) -> None:
        self.network, self.trainer, self.examples = network, trainer, examples
        self.norms = unit_norms(network.hidden[0].numpy())
        self.order = removal_order(self.norms)[::-1].copy()  # the last to be removed first
        units = len(self.norms)
        self.kept = (units - removed_units(np.array(SHARES), units)).tolist()
        self.validation = torch.from_numpy(parts.x), torch.from_numpy(parts.y)
        self.test = examples.part("test")
        self.distances = parts.distances

    def pruned(self, share: float) -> Network:
        """The network without this share of its units."""
        return self._first(self.kept[SHARES.index(share)])

    def _first(self, units: int) -> Network:
        return self.network.keep([torch.from_numpy(self.order[:units].copy())])

    def as_it_is(self, x: Tensor, y: Tensor) -> list[float]:
        found = at_every_level(self.network, self.order, x, y).accuracy[self.kept]
        return [float(value) for value in found]

    def record(
        self, seed: int, steps: int | None, test: Accuracies, validation: Accuracies
    ) -> Trained:
        train_accuracy, train_loss, _ = scored(self.network, *self.examples.part("train"))
        _, test_loss, calibration = scored(self.network, *self.test)
        gain = None
        if self.trainer.method.name in SAMPLED_METHODS:
            units, inputs = self.network.hidden[0].shape
            start = at_start(units, seed, inputs, len(self.network.output))
            gain = student_gain(start, self.network, seed)
        return Trained(
            seed=seed,
            diverged=False,
            test={way: _rounded(values) for way, values in test.items()},
            validation={way: _rounded(values) for way, values in validation.items()},
            train_accuracy=round(train_accuracy, 3),
            train_loss=_short(train_loss),
            test_loss=_short(test_loss),
            calibration=round(calibration, 3),
            compressible=round(pruning_ratio(self.norms), 3),
            steps=steps,
            student_gain=gain if gain is None else _short(gain),
            **self._attacks(),
        )

    def _attacks(self) -> dict[str, Any]:
        settings = self.trainer.settings
        x, y = (values[: settings.attacked] for values in self.test)
        found: dict[str, Any] = {"left_out": []}
        for network, where in ((self.network, ""), (self.pruned(PRICED), "_pruned")):
            for norm in NORMS:
                radius = settings.radius * getattr(self.distances, norm)
                tried = attack(network, x, y, norm=norm, radius=radius, steps=settings.attack_steps)
                stands, right = tried.stands & ~tried.flat, tried.right & ~tried.flat
                asked = int((~tried.flat).sum())
                share = 100 * int(stands.sum()) / asked if asked else None
                found[f"adversarial_{norm}{where}"] = share
                if not where:
                    held = int(right.sum())
                    found[f"kept_{norm}"] = 100 * int(stands.sum()) / held if held else None
            found["left_out"].append(len(y) - asked)
        return {
            name: round(value, 3) if isinstance(value, float) else value
            for name, value in found.items()
        }


def _tuned(
    looks: list[_Look], trainer: Trainer, seeds: list[int], examples: Examples, parts: Parts
) -> list[tuple[Accuracies, Accuracies]]:
    """Accuracies on test and validation at `SHARES` of each network, by what is done afterwards."""
    curves: list[tuple[Accuracies, Accuracies]] = []
    for look in looks:
        sides = look.test, look.validation
        again = refitted(look.network, look.order, look.kept, *examples.part("train"))
        test, validation = (
            {
                "nothing": (plain := look.as_it_is(*side)),
                "tuned": plain[:1],  # nothing was removed, so nothing is tuned
                "refitted": [scored(network, *side)[0] for network in again],
            }
            for side in sides
        )
        curves.append((test, validation))
    settings = trainer.settings
    batches = Batches(len(examples.y_train), settings.batch_size, seeds, examples.device)
    for share in SHARES[1:] if looks else ():
        smaller = [look.pruned(share) for look in looks]
        tries = [
            tuned(smaller, examples, batches, rate=rate * settings.lr, first=settings.steps + 1,
                  steps=settings.tuning)
            for rate in RATES
        ]  # fmt: skip
        everyone = range(len(looks))
        held = np.array([t.accuracies(everyone, *looks[0].validation)[0] for t in tries])
        shown = np.array([t.accuracies(everyone, *looks[0].test)[0] for t in tries])
        best = held.argmax(axis=0)
        for i, (test, validation) in enumerate(curves):
            test["tuned"].append(float(shown[best[i], i]))
            validation["tuned"].append(float(held[best[i], i]))
    return curves


@torch.no_grad()
def scored(network: Network, x: Tensor, y: Tensor) -> tuple[float, float, float]:
    """Accuracy in percent, mean cross-entropy in nats, expected calibration error in points.

    The error is over `BINS` even bins of the highest probability (Guo et al. 2017).  ``x``
    (examples, inputs), ``y`` (examples,).
    """
    scores = torch.cat([network.logits(x[part]) for part in network.chunks(len(x))]).double()
    chances = torch.log_softmax(scores, 1)
    loss = -float(chances.gather(1, y[:, None]).mean())
    sure, answers = chances.max(1)
    right = answers == y
    return 100 * float(right.double().mean()), loss, calibration(sure.exp(), right)


def calibration(sure: Tensor, right: Tensor) -> float:
    """Expected calibration error in points of confidences ``sure`` (examples,) in (0, 1]."""
    place = (sure * BINS).ceil().long().clamp(1, BINS) - 1
    gaps = torch.zeros(BINS, dtype=torch.float64)
    gaps.index_add_(0, place, right.double() - sure.double())
    return 100 * float(gaps.abs().sum()) / len(sure)


def _rounded(values: list[float]) -> list[float]:
    return [round(value, 2) for value in values]


def _short(value: float) -> float:
    return float(f"{value:.5g}")
