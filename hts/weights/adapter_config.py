"""peft's ``adapter_config.json`` beside an adapter's weights: what the product B A is scaled by."""

from __future__ import annotations

import json
from collections.abc import Sequence
from math import sqrt
from pathlib import Path

from hts.foreign import guarded
from hts.validate import BadInput
from hts.weights.arrays import Factor
from hts.weights.places import opened_whole, resolved

_LARGEST = 2**20  # bytes


def adapter_factor(folder: Path, within: Sequence[Path] | None) -> Factor | None:
    """lora_alpha / r of every layer by the config in ``folder``; None without a usable one."""
    try:
        real = resolved(folder / "adapter_config.json", within)
        with opened_whole(real, real.name, _LARGEST) as (handle, _), guarded(real.name):
            config = json.loads(handle.read())
            alpha, rooted = float(config["lora_alpha"]), bool(config.get("use_rslora", False))
            of_layers = {str(k): float(v) for k, v in (config.get("alpha_pattern") or {}).items()}
    except BadInput:  # it is not what was asked for; without it the factor is said to be unknown
        return None

    def factor(stem: str, adapter: str, rank: int) -> float:
        own = (v for k, v in of_layers.items() if stem == k or stem.endswith(f".{k}"))
        return next(own, alpha) / (sqrt(rank) if rooted else rank)

    return factor
