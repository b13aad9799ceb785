"""Which device a run's tensors live on."""

from __future__ import annotations

import torch

from hts.platforms import accelerators
from hts.training.products import settle_products
from hts.validate import BadInput


def choose_device(wanted: str) -> torch.device:
    """The device named ``wanted``; ``auto`` takes cuda, then mps, then cpu.

    Raises `BadInput` saying what there is when the named device is not there.
    """
    there = [*accelerators(), "cpu"]
    name = there[0] if wanted == "auto" else wanted
    if name not in there:
        raise BadInput(
            f"device {name} was asked for, but this machine offers {', '.join(there)}: "
            "choose one of these, or auto."
        )
    return torch.device(name)


def set_products(device: torch.device, precision: str) -> None:
    """How this process multiplies on ``device``: in ``precision`` (float32 or tf32) on a GPU.

    On the CPU reproducibly, whatever the number of threads.
    """
    if device.type == "cpu":
        settle_products()
    if device.type == "cuda":
        torch.set_float32_matmul_precision("high" if precision == "tf32" else "highest")
