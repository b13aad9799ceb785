"""A model family from outside that shares nothing with those that come along."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from hts.families import FAMILIES
from hts.families.base import ModelFamily
from hts.families.cost import Layer
from hts.models.activations.base import Activation
from hts.models.model import Model


@dataclass
class RandomFeatures(Model):
    """Scores V h(W h(U x)); U stays as drawn."""

    fixed: Any  # U (units, inputs)
    hidden: Any  # W (units, units)
    output: Any  # V (classes, units)
    activation: Activation

    def named(self):
        return {"fixed_1": self.fixed, "hidden_2": self.hidden, "output": self.output}

    @property
    def matrices(self):
        return [self.hidden]

    def stem(self, x):
        return self.activation.apply_(x @ self.fixed.t())

    def head(self, h):
        return self.activation.apply_(h @ self.hidden.t()) @ self.output.t()

    def logits(self, x):
        return self.head(self.stem(x))

    def keep(self, kept):
        return replace(self, hidden=self.hidden[kept[0]], output=self.output[:, kept[0]])

    def with_matrices(self, matrices):
        return replace(self, hidden=matrices[0])


@FAMILIES.register
class Features(ModelFamily):
    name = "features"
    label = "Random features"
    sentence = "a hidden layer on fixed random features"
    short = "random features"

    def draw(self, settings, inputs, classes, device):
        from hts.models.network import draw_network

        deep = draw_network(replace(settings, model="fcn", depth=2), inputs, classes, device)
        return RandomFeatures(*deep.hidden, deep.output, deep.activation)

    def step(self, settings, network, device):
        from hts.models.network import Network
        from hts.training.one_layer import OneLayerStep

        above = Network([network.hidden], network.output, network.activation, 1.0)
        one, train_output = OneLayerStep(), settings.train_output
        return lambda x, y, lr: one(above, network.stem(x), y, lr, train_output=train_output)

    def layers(self, settings, inputs):
        n = settings.width
        return [Layer(weights=n * inputs, outputs=n), Layer(weights=n * n, outputs=n)]

    def prunable(self, settings):
        return [False, True]

    def form(self, settings):
        return {"scale": 1.0, "image": None, "pooled": [False, False]}
