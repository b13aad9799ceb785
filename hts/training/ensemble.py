"""Many networks of one shape trained as one computation.

Weights are stacked, ``(members, units, inputs)``, and a step is a handful of batched products over
all members instead of a handful of small ones for each.  On the CPU members go in groups whose
activations stay in the cache; where one member fills it, it takes the blocked step of a network
alone.  Members share nothing but the products' shape: what one becomes does not depend on the
others, up to the rounding of sums.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from hts.models.model import TrainingExamples, Weights
from hts.models.network import Network
from hts.platforms import double
from hts.training.one_layer import BLOCK_ELEMENTS, OneLayerStep
from hts.training.scores import score_slope

LOOK_ELEMENTS = 2**22  # activations held at once when accuracies are measured


class Ensemble(Weights):
    """Networks of one shape, activation and scale, each with its own learning rate.

    ``networks`` (members,) are copied into the stack; ``rates``: their learning rates.
    """

    def __init__(
        self, networks: Sequence[Network], rates: Sequence[float], *, train_output: bool
    ) -> None:
        self.hidden = [
            torch.stack(layers) for layers in zip(*(n.hidden for n in networks), strict=True)
        ]
        self.output = torch.stack([n.output for n in networks])
        self._activation, self._scale = networks[0].activation, networks[0].scale
        self._rates = list(rates)
        self._rate = torch.tensor(self._rates, device=self.output.device)
        self._train_output = train_output
        self._one_layer = OneLayerStep()

    def __len__(self) -> int:
        return len(self._rates)

    @property
    def noise_layers(self) -> list[Tensor]:
        """The hidden layers, each (members, units, inputs)."""
        return self.hidden

    def network(self, member: int) -> Network:
        """Member ``member`` as a network of its own: views, not copies."""
        hidden = [layer[member] for layer in self.hidden]
        return Network(hidden, self.output[member], self._activation, self._scale)

    def named(self) -> dict[str, Tensor]:
        """hidden_1, ..., output, (members, units, inputs)."""
        return {**{f"hidden_{i}": w for i, w in enumerate(self.hidden, 1)}, "output": self.output}

    @property
    def nbytes(self) -> int:
        """Bytes of all weights."""
        return sum(weights.nbytes for weights in (*self.hidden, self.output))

    def keep(self, members: Sequence[int]) -> None:
        """Go on with these members only, in this order."""
        index = torch.tensor(list(members), dtype=torch.int64, device=self.output.device)
        self.hidden = [layer[index] for layer in self.hidden]
        self.output = self.output[index]
        self._rates = [self._rates[member] for member in members]
        self._rate = self._rate[index]

    @torch.no_grad()
    def step(
        self,
        examples: TrainingExamples,
        rows: Tensor | None = None,
        *,
        masks: Tensor | None = None,
        labels: Tensor | None = None,
    ) -> Tensor:
        """One gradient step of every member; returns their losses before it (members,), nats.

        ``rows`` (members, batch) int64: the training examples that each member sees; None: all see
        the whole training set.  ``masks`` (members, batch, units): factors of what the last hidden
        layer's units give for each example, as dropout has them; None: all are 1.  ``labels``
        (members, batch) int64 in place of those of the examples.  A loss that is not finite says
        that its member has diverged.
        """
        batch = len(examples.y_train) if rows is None else rows.shape[1]
        together = self._together(batch)
        losses = []
        for start in range(0, len(self), together):
            part = slice(start, min(start + together, len(self)))
            if part.stop - part.start == 1 and len(self.hidden) == 1 and masks is None:
                x, y = examples.whole() if rows is None else examples.batch(rows[start])
                y = y if labels is None else labels[start]
                losses.append(self._step_alone(start, x, y)[None])
            else:
                x, y = examples.whole() if rows is None else examples.batch(rows[part])
                y = y if labels is None else labels[part]
                few = None if masks is None else masks[part]
                losses.append(self._step_together(part, x, y, few))
        return torch.cat(losses)

    def _together(self, examples: int) -> int:
        """How many members go at a time."""
        if self.output.device.type != "cpu":
            return len(self)
        widest = max(layer.shape[1] for layer in self.hidden)
        return max(1, BLOCK_ELEMENTS // (examples * widest))

    def _step_alone(self, member: int, x: Tensor, y: Tensor) -> Tensor:
        network, rate = self.network(member), self._rates[member]
        return self._one_layer(network, x, y, lr=rate, train_output=self._train_output)

    def _step_together(
        self, part: slice, x: Tensor, y: Tensor, masks: Tensor | None = None
    ) -> Tensor:
        count = part.stop - part.start
        hidden, output = [layer[part] for layer in self.hidden], self.output[part]
        if x.dim() == 2:
            x = x.expand(count, *x.shape)
        if y.dim() == 1:
            y = y.expand(count, *y.shape)
        outputs = self._activations(hidden, x)
        shown = outputs[-1] if masks is None else outputs[-1] * masks
        scores = torch.bmm(shown, output.transpose(1, 2)).mul_(self._scale)
        slope, losses = score_slope(scores, y)
        # Learning rates differ, so each member's enters its slope; 1/scale and scale cancel here.
        slope.mul_((self._rate[part] / y.shape[1])[:, None, None])
        back = torch.bmm(slope, output)
        if self._train_output:
            output.baddbmm_(slope.transpose(1, 2), shown, alpha=-1)
        if masks is not None:
            back.mul_(masks)
        for layer in range(len(hidden) - 1, -1, -1):
            weights = hidden[layer]
            self._activation.times_slope_(back, outputs[layer])
            below = outputs[layer - 1] if layer else x
            carried = torch.bmm(back, weights) if layer else None
            weights.baddbmm_(back.transpose(1, 2), below, alpha=-1)
            if carried is not None:
                back = carried
        return losses

    def _activations(self, hidden: Sequence[Tensor], x: Tensor) -> list[Tensor]:
        outputs = []
        for weights in hidden:
            x = self._activation.apply_(torch.bmm(x, weights.transpose(1, 2)))
            outputs.append(x)
        return outputs

    @torch.no_grad()
    def accuracies(
        self, members: Sequence[int], x: Tensor, y: Tensor
    ) -> tuple[list[float], list[float]]:
        """Accuracy in percent and mean cross-entropy (nats) of some members on a whole set.

        ``x`` (examples, inputs), ``y`` (examples,).  The loss is not finite for a member that has
        diverged.
        """
        right = torch.zeros(len(members), dtype=torch.int64, device=y.device)
        loss = double(torch.zeros(len(members), device=y.device))
        widest = max(layer.shape[1] for layer in self.hidden)
        rows = max(64, LOOK_ELEMENTS // widest)
        for start in range(0, len(y), rows):
            part_x = x[start : start + rows].to(self.output.device)
            part_y = y[start : start + rows]
            together = max(1, LOOK_ELEMENTS // (len(part_y) * widest))
            for first in range(0, len(members), together):
                few = list(members[first : first + together])
                where = slice(first, first + len(few))
                scores = self._scores(few, part_x)
                right[where] += (scores.argmax(2) == part_y).sum(1)
                chances = torch.log_softmax(scores, 2)
                label = part_y.expand(len(few), -1).unsqueeze(2)
                loss[where] -= double(chances.gather(2, label).squeeze(2)).sum(1)
        share = 100.0 * double(right) / len(y)
        return share.tolist(), (loss / len(y)).tolist()

    def _scores(self, members: list[int], x: Tensor) -> Tensor:
        """Class scores (members, examples, classes)."""
        index: slice | list[int] = members
        if members == list(range(members[0], members[0] + len(members))):
            index = slice(members[0], members[0] + len(members))  # a view, not a copy
        hidden = [layer[index] for layer in self.hidden]
        outputs = self._activations(hidden, x.expand(len(members), *x.shape))
        return torch.bmm(outputs[-1], self.output[index].transpose(1, 2)).mul_(self._scale)
