"""`ModelFamily`: everything the program asks about a kind of network, whatever it is made of.

To add one, write a file that ends in ``FAMILIES.register`` (`hts.families`); `fcn` and `cnn` are
examples.  Families import torch inside methods only: forms and estimates read the registry too.
"""

from __future__ import annotations

import abc
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hts.families.cost import FLOAT, Layer, MemoryEstimate
from hts.models.settings import FamilySettings
from hts.validate import BadInput

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from hts.models.model import Model, Stack

Step = Callable[["Tensor", "Tensor", float], "Tensor"]
"""Moves the weights by a batch ``x`` (batch, inputs), ``y`` (batch,) at a learning rate.

Gives the loss before it.
"""
Gradient = Callable[["Tensor", "Tensor"], tuple["Tensor", Mapping[str, "Tensor"]]]
"""Of such a batch: its loss, and the gradients of the weights that move, by their names."""

FIXED: Mapping[str, Any] = {"depth": 1, "scaling": "standard"}
"""The values of settings that a family has no choice of unless `ModelFamily.uses` names them."""


class ModelFamily(abc.ABC):
    """One kind of network.  ``sentence``: what it is, for help texts."""

    name: str
    label: str  # in forms
    sentence: str
    place = 100  # in lists
    short = ""  # in lines about a run; empty for what needs no mention
    uses: frozenset[str] = frozenset()  # which of depth, scaling and conv_noise it has
    fixed_because: Mapping[str, str] = {}  # why it has no other depth or scaling
    side_by_side = False  # several of its networks may step at a time, each on a thread of its own
    width_step = 1
    width_because = ""
    starts: Mapping[str, Any] = {}  # what a form sets when the family is chosen

    def __init_subclass__(cls) -> None:
        """Refuse a step of one's own beside an inherited way of doing the same otherwise."""
        name = getattr(cls, "name", cls.__name__)
        for other, does, without in (
            ("stack", "trains ensembles", "to train members one by one"),
            ("gradient", "takes gradients", "to have plain steps only"),
        ):
            inherited = other not in vars(cls) and (
                getattr(cls, other) is not getattr(ModelFamily, other)
            )
            if "step" in vars(cls) and inherited:
                raise BadInput(
                    f"model {name!r} has a step of its own but {does} as its parent does: define "
                    f"{other} too, or set {other} = ModelFamily.{other} {without}."
                )

    # -- what is drawn and trained ----------------------------------------------------------------

    @abc.abstractmethod
    def draw(
        self, settings: FamilySettings, inputs: int, classes: int, device: torch.device
    ) -> Model:
        """The network at step 0, drawn from the streams ("init", layer) of the seed."""

    @abc.abstractmethod
    def step(self, settings: FamilySettings, network: Model, device: torch.device) -> Step:
        """The plain gradient step of a network that `draw` gave."""

    def gradient(self, settings: FamilySettings, network: Model, device: torch.device) -> Gradient:
        """The gradient by itself, for momentum, weight decay and other optimizers than sgd.

        Its tensors may be overwritten by the next one.  Raises `BadInput` where there is no such
        way: runs have plain steps only.
        """
        raise BadInput(f"a {self.name} gives no gradient by itself.")

    def stack(
        self,
        settings: Sequence[FamilySettings],
        inputs: int,
        classes: int,
        device: torch.device,
    ) -> Stack | None:
        """Networks that differ in seed, noise and learning rate, to be trained as one.

        None where there is no such way, or none for their optimizer: they are trained one by one.
        """
        return None

    # -- what may be set --------------------------------------------------------------------------

    def check(self, settings: FamilySettings) -> None:
        """Raise `BadInput` for settings that the family does not have.  Never looks at data."""
        if settings.width % self.width_step:
            below = max(self.width_step, settings.width // self.width_step * self.width_step)
            raise BadInput(
                f"width must be a multiple of {self.width_step} in a {self.name}, got "
                f"{settings.width}: {self.width_because}. {below} would do."
            )
        if not settings.plain_steps and type(self).gradient is ModelFamily.gradient:
            raise BadInput(
                f"optimizer must be sgd without momentum and weight decay in a {self.name}, got "
                f"{settings.optimizer}, momentum {settings.momentum:g}, weight decay "
                f"{settings.weight_decay:g}: this model has plain steps only."
            )
        for name, value in FIXED.items():
            got = getattr(settings, name)
            if name not in self.uses and got != value:
                why = self.fixed_because.get(name, "this model has no other")
                raise BadInput(f"{name} must be {value} in a {self.name}, got {got}: {why}.")

    # -- sizes ------------------------------------------------------------------------------------

    @abc.abstractmethod
    def layers(self, settings: FamilySettings, inputs: int) -> list[Layer]:
        """The layers below the output, in the order of the forward pass.

        Raises `BadInput` for data that the family cannot take.
        """

    def prunable(self, settings: FamilySettings) -> list[bool]:
        """Which of `layers` take noise and may lose units."""
        return [True] * settings.depth

    def output_weights(self, settings: FamilySettings, classes: int) -> int:
        """How many weights the output layer has."""
        return settings.width * classes

    def parameters(self, settings: FamilySettings, *, inputs: int, classes: int) -> int:
        """How many weights the network has."""
        layers = self.layers(settings, inputs)
        return sum(layer.weights for layer in layers) + self.output_weights(settings, classes)

    def memory(
        self, settings: FamilySettings, *, inputs: int, classes: int, train: int, test: int
    ) -> MemoryEstimate:
        """Peak bytes of a run: here with gradients by autograd, all examples of a batch at once."""
        layers = self.layers(settings, inputs)
        largest = max(layer.weights for layer in layers)
        widest = max(layer.outputs for layer in layers)
        weights = self.parameters(settings, inputs=inputs, classes=classes)
        kept = inputs + 2 * sum(layer.outputs for layer in layers)
        looked_at = min(max(train, test), max(64, 2**22 // widest))  # `Model.chunks`
        return MemoryEstimate(
            data=int(FLOAT * inputs * (train + test) * 1.5),
            weights=FLOAT * 2 * weights,
            activations=FLOAT * max(min(settings.batch_size, train) * kept, 2 * looked_at * widest),
            noise=noise_bytes(settings, largest),
            analysis=FLOAT * (3 * largest + 2 * weights),
        )

    # -- files ------------------------------------------------------------------------------------

    def form(self, settings: FamilySettings) -> dict[str, Any]:
        """What ``load_network.py`` has to know beside the weights, ready for JSON.

        Raises `BadInput` for a family whose networks it cannot compute.
        """
        raise BadInput(
            f"a network of the model {self.name} cannot be exported: the loader does not know how "
            "to compute it. Its weights are in the run's folder."
        )


def noise_bytes(settings: FamilySettings, largest: int) -> int:
    """What adding noise takes beside a layer of ``largest`` weights."""
    return 0 if settings.stability is None else 8 * min(largest, 2**22) + FLOAT * settings.width
