"""An activation and a model of one's own.

HTS_PLUGINS=examples/own_model.py python -m hts train --model positive --activation softsign
"""

from hts.families import FAMILIES
from hts.families.fcn import FullyConnected
from hts.models.activations import ACTIVATIONS
from hts.models.activations.base import Activation


@ACTIVATIONS.register
class Softsign(Activation):
    name = "softsign"
    label = "Softsign"
    sentence = "z / (1 + |z|)"

    def h(self, z):
        return z / (1 + z.abs())

    def slope(self, h):  # the derivative, from the output h
        return (1 - h.abs()) ** 2


@FAMILIES.register
class Positive(FullyConnected):
    name = "positive"
    label = "Positive start"
    sentence = "fully connected, hidden weights positive at the start"
    short = "positive start"

    def draw(self, settings, inputs, classes, device):
        network = super().draw(settings, inputs, classes, device)
        for weights in network.matrices:
            weights.abs_()
        return network
