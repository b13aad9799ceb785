"""Fully connected networks."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from hts.families import FAMILIES
from hts.families.base import Gradient, ModelFamily, Step, noise_bytes
from hts.families.cost import FLOAT, Layer, MemoryEstimate
from hts.models.settings import FamilySettings
from hts.platforms import records_graphs
from hts.validate import BadInput

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from hts.models.model import Model, Stack


@FAMILIES.register
class FullyConnected(ModelFamily):
    """`hts.models.network`, with gradients in closed form."""

    name = "fcn"
    label = "Fully connected"
    sentence = "fully connected"
    place = 10
    side_by_side = True
    uses = frozenset({"depth", "scaling"})

    def draw(
        self, settings: FamilySettings, inputs: int, classes: int, device: torch.device
    ) -> Model:
        from hts.models.network import draw_network

        return draw_network(settings, inputs, classes, device)

    def step(self, settings: FamilySettings, network: Model, device: torch.device) -> Step:
        """One hidden layer in blocks, several as they are; on a GPU as one CUDA graph."""
        from hts.models.network import Network
        from hts.training.captured import CapturedStep
        from hts.training.gradient import gradient_step
        from hts.training.one_layer import OneLayerStep

        assert isinstance(network, Network)
        step = OneLayerStep() if settings.depth == 1 else gradient_step
        whole = partial(step, network, train_output=settings.train_output)
        return CapturedStep(whole) if records_graphs(device) else whole

    def gradient(self, settings: FamilySettings, network: Model, device: torch.device) -> Gradient:
        from hts.models.network import Network
        from hts.training.captured import CapturedStep
        from hts.training.gradient import gradient_into
        from hts.training.one_layer import OneLayerStep

        assert isinstance(network, Network)
        into = network.empty_like()
        fill = OneLayerStep().into if settings.depth == 1 else gradient_into
        whole = partial(fill, into, network, train_output=settings.train_output)
        captured = CapturedStep(lambda x, y, lr: whole(x, y)) if records_graphs(device) else None
        named = into.named()
        if not settings.train_output:
            del named["output"]

        def gradient(x: Tensor, y: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
            loss = whole(x, y) if captured is None else captured(x, y, 0.0)  # whatever the rate
            return loss, named

        return gradient

    def stack(
        self,
        settings: Sequence[FamilySettings],
        inputs: int,
        classes: int,
        device: torch.device,
    ) -> Stack | None:
        from hts.models.network import Network
        from hts.training.ensemble import Ensemble

        if not all(member.plain_steps for member in settings):
            return None
        networks = [self.draw(member, inputs, classes, device) for member in settings]
        plain = [network for network in networks if type(network) is Network]
        if len(plain) < len(networks):  # of a subclass, which may compute something else
            return None
        rates = [member.lr for member in settings]
        return Ensemble(plain, rates, train_output=settings[0].train_output)

    def check(self, settings: FamilySettings) -> None:
        super().check(settings)
        if settings.scaling == "mean_field" and settings.depth != 1:
            raise BadInput(
                f"scaling mean_field needs depth 1, got depth {settings.depth}: the mean-field "
                "limit implemented here is that of one hidden layer."
            )

    def layers(self, settings: FamilySettings, inputs: int) -> list[Layer]:
        n = settings.width
        fans = (inputs, *[n] * (settings.depth - 1))
        return [Layer(weights=n * fan, outputs=n) for fan in fans]

    def memory(
        self, settings: FamilySettings, *, inputs: int, classes: int, train: int, test: int
    ) -> MemoryEstimate:
        """Less than by autograd: no gradient is stored."""
        n, depth = settings.width, settings.depth
        sizes = [layer.weights for layer in self.layers(settings, inputs)]
        hidden, largest = sum(sizes), max(sizes)
        batch = min(settings.batch_size, train)
        looked_at = min(max(train, test), max(64, 2**22 // n))  # `Model.chunks`
        step = batch * n * (depth + 1)
        if depth == 1:  # `OneLayerStep`: the way back takes one block
            step = batch * n + min(batch * n, 2**19)
        return MemoryEstimate(
            data=int(FLOAT * inputs * (train + test) * 1.25),  # and what tensors are made from
            weights=FLOAT * (hidden + n * classes),
            activations=FLOAT * (step + 2 * looked_at * n),
            noise=noise_bytes(settings, largest),
            # |w| and its logarithm twice over; a sorted network, a checkpoint's copy
            analysis=FLOAT * (3 * largest + 2 * hidden),
        )

    def form(self, settings: FamilySettings) -> dict[str, Any]:
        return {
            "scale": 1.0 / settings.width if settings.scaling == "mean_field" else 1.0,
            "image": None,
            "pooled": [False] * settings.depth,
        }
