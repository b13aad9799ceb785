"""Adam whose weight decay does not pass through the averages."""

from __future__ import annotations

from hts.training.optimizers import OPTIMIZERS
from hts.training.optimizers.adam import Adam


@OPTIMIZERS.register
class AdamW(Adam):
    """`torch.optim.AdamW` with its default betas and eps."""

    name = "adamw"
    label = "AdamW"
    sentence = "as adam, but weight decay stays out of its averages"
    place = 30
    decoupled = True
