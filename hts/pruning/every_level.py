"""Accuracy at every single level of column pruning, for about the cost of one forward pass.

With one hidden layer the scores with the k first units kept are sums of k contributions
``h(theta^i; x) V^i``.  Taken in order, one pass of running sums gives the prediction at all n + 1
levels.  The pruned prediction is defined as the class of largest score, the first of several equal
ones, where activations are float32 and their contributions are summed in float64: the order of
summation then changes a score by some 1e-16 of itself, so what is measured is the pruned network
and not the rounding of one way to compute it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from hts.compiled import compiled
from hts.models.network import Network
from hts.models.parts import in_parts
from hts.platforms import double

PART = 128  # examples whose running sums stay in the nearest cache
_UNITS = 512  # units whose running sums are held at once where there is no compiled code


@dataclass(frozen=True)
class EveryLevel:
    """What was counted with the first 0, 1, ..., n units of an order kept."""

    right: np.ndarray  # (units + 1,) int64: examples that are classified correctly
    loss: np.ndarray  # (asked,) float64: mean cross-entropy in nats, at the levels asked for
    answers: np.ndarray  # (asked, examples) int16: predicted classes, at the levels asked for
    examples: int

    @property
    def accuracy(self) -> np.ndarray:
        """Accuracy in percent (units + 1,), by the number of units kept."""
        return 100.0 * self.right / self.examples


@torch.no_grad()
def at_every_level(
    network: Network, order: np.ndarray, x: Tensor, y: Tensor, *, asked: np.ndarray | None = None
) -> EveryLevel:
    """Keep ever more units of ``order`` (indices, the last to be removed first), from none to all.

    ``x`` (examples, inputs), ``y`` (examples,); ``asked``: numbers of units kept, any order, at
    which loss and answers are noted too (a loss costs exponentials, so not everywhere).
    """
    wanted = np.zeros(0, np.int64) if asked is None else np.asarray(asked, np.int64)
    places, where = np.unique(wanted, return_inverse=True)
    back = where.reshape(-1)
    there = torch.from_numpy(np.ascontiguousarray(order)).to(network.device)
    weights = network.hidden[0][there]
    output = (double(network.output[:, there].t()) * network.scale).contiguous()
    place = output.device  # the CPU where the network's device has no double precision
    count = _compiled if place.type == "cpu" else _blockwise

    def part(chosen: slice) -> Counts:
        shown, labels = x[chosen].to(network.device), y[chosen].to(place)
        h = network.activation.apply_(weights @ shown.t())
        return count(h.to(place), output, labels, places)

    counted = in_parts(part, len(y), PART, network.device)
    right, loss = (np.sum([counts[i] for counts in counted], axis=0) for i in (0, 1))
    answers = np.concatenate([counts[2] for counts in counted], axis=1)
    return EveryLevel(right, loss[back] / len(y), answers[back], len(y))


Counts = tuple[np.ndarray, np.ndarray, np.ndarray]  # right answers, sum of losses, answers


def _compiled(h: Tensor, output: Tensor, y: Tensor, places: np.ndarray) -> Counts:
    right, loss = np.zeros(len(output) + 1, np.int64), np.zeros(len(places))
    answers = np.zeros((len(places), len(y)), np.int16)
    _running_sums(h.numpy(), output.numpy(), y.numpy(), places, right, loss, answers)
    return right, loss, answers


@compiled
def _running_sums(h, output, y, places, right, loss, answers):  # type: ignore[no-untyped-def]
    """``h`` float32 (units, examples), ``output`` float64 (units, classes); fills the last three.

    Inner loops run over examples, with one task each, so that they become vector code.
    """
    units, examples = h.shape
    classes = output.shape[1]
    scores = np.zeros((classes, examples))
    best = np.empty(examples)
    found = np.empty(examples, np.int64)
    place = 0
    for kept in range(units + 1):
        if kept > 0:
            for c in range(classes):
                weight = output[kept - 1, c]
                for e in range(examples):
                    scores[c, e] += weight * h[kept - 1, e]
        for e in range(examples):
            best[e] = scores[0, e]
            found[e] = 0
        for c in range(1, classes):
            for e in range(examples):
                score = scores[c, e]
                better = score > best[e]
                best[e] = score if better else best[e]
                found[e] = c if better else found[e]
        hits = 0
        for e in range(examples):
            hits += found[e] == y[e]
        right[kept] += hits
        if place < len(places) and places[place] == kept:
            for e in range(examples):
                total = 0.0
                for c in range(classes):
                    total += np.exp(scores[c, e] - best[e])
                loss[place] += np.log(total) + best[e] - scores[y[e], e]
                answers[place, e] = found[e]
            place += 1


def _blockwise(h: Tensor, output: Tensor, y: Tensor, places: np.ndarray) -> Counts:
    """The same in torch, for other devices: cumulative sums over blocks of units."""
    units, examples = h.shape
    classes = output.shape[1]
    block = max(1, min(_UNITS, 2**24 // max(1, examples * classes)))
    before = torch.zeros(1, examples, classes, dtype=torch.float64, device=h.device)
    right = [(before.argmax(2) == y).sum(1)]
    at, loss = torch.from_numpy(places).to(h.device), np.zeros(len(places))
    answers = np.zeros((len(places), len(y)), np.int16)
    loss[places == 0] = examples * np.log(classes)
    for start in range(0, units, block):
        stop = min(units, start + block)
        parts = h[start:stop, :, None].double() * output[start:stop, None, :]
        scores = parts.cumsum(0).add_(before)
        right.append((scores.argmax(2) == y).sum(1))
        inside = (at > start) & (at <= stop)
        if bool(inside.any()):
            chosen = scores[at[inside] - start - 1]
            own = chosen.gather(2, y.expand(len(chosen), -1)[:, :, None])[:, :, 0]
            here = inside.cpu().numpy()
            loss[here] = (chosen.logsumexp(2) - own).sum(1).cpu().numpy()
            answers[here] = chosen.argmax(2).cpu().numpy()
        before = scores[-1:]
    return torch.cat(right).cpu().numpy(), loss, answers
