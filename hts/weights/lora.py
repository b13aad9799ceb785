"""Low-rank adapters: ``W + s B A``, or ``B A`` where the weights W are not in the file.

Names are those of peft (``lora_A``, ``lora_embedding_A``, an adapter's name between), loralib and
torchtune (``lora_a``), diffusers and kohya (``lora.down``, ``lora_down``).  The factor s is
lora_alpha / r: of a live module, of adapter_config.json, or of ``X.alpha`` beside the pair.  Where
it is not known it is taken as 1, and said.  With a magnitude (DoRA) every unit is scaled to it.
"""

from __future__ import annotations

import re
from functools import partial
from math import prod
from typing import NamedTuple

import numpy as np

from hts.weights.arrays import Arrays, computed, value_of
from hts.weights.entry import Weight

_DOWN = re.compile(
    r"(?P<stem>.*?)[._](?P<kind>lora_embedding_|lora_|lora\.)(?P<down>A|a|down)"
    r"(?P<adapter>\.(?!weight$)[^.]+)?(?:\.weight)?"
)
_UP = {"A": "B", "a": "b", "down": "up"}
_BASES = ("base_layer.weight", "weight", "linear.weight")


class _Pair(NamedTuple):
    stem: str
    adapter: str  # its name, "" where it has none
    down: Weight  # A (rank, inputs ...)
    up: Weight  # B (outputs, rank)
    embedding: bool

    @property
    def rank(self) -> int:
        return self.down.shape[0]


class LowRank:
    def apply(self, arrays: Arrays) -> None:
        found: dict[str, list[_Pair]] = {}
        for down in arrays:
            if pair := _pair(arrays, down):
                found.setdefault(pair.stem, []).append(pair)
        for stem, pairs in found.items():
            known = {pair: _factor(arrays, pair) for pair in pairs}
            first = next((p for p in pairs if p.adapter == "default"), pairs[0])
            for pair, factor in known.items():
                if factor == 0 or (factor is None and pair is not first):
                    for weight in (pair.down, pair.up):
                        arrays.leave(weight, "a low-rank adapter that is not in use")
                else:
                    _fold(arrays, stem, pair, factor)


def _pair(arrays: Arrays, down: Weight) -> _Pair | None:
    if not (named := _DOWN.fullmatch(down.name)):
        return None
    start, end = named.span("down")
    up = arrays.get(down.name[:start] + _UP[named["down"]] + down.name[end:])
    if up is None or up.refused or down.refused or len(down.shape) < 2 or len(up.shape) < 2:
        return None
    embedding = "embedding" in named["kind"]
    if up.shape[1] != down.shape[0] or prod(up.shape[2:]) != 1:
        return None
    if embedding and len(down.shape) > 2:
        return None
    adapter = (named["adapter"] or "").removeprefix(".")
    return _Pair(named["stem"], adapter, down, up, embedding)


def _factor(arrays: Arrays, pair: _Pair) -> float | None:
    known = arrays.factor(pair.stem, pair.adapter, pair.rank)
    alpha = value_of(arrays.get(f"{pair.stem}.alpha"))
    if known is None and alpha is not None and alpha.size == 1:
        return float(alpha.item()) / pair.rank
    return known


def _fold(arrays: Arrays, stem: str, pair: _Pair, factor: float | None) -> None:
    note = f"LoRA of rank {pair.rank}"
    if factor is None:
        note += ", its factor lora_alpha / r not in the file and taken as 1"
    shape = (pair.up.shape[0], *pair.down.shape[1:])
    base = arrays.get(*(f"{stem}.{name}" for name in _BASES))
    turned = pair.embedding
    if base is not None and not turned and len(base.shape) == 2:
        turned = base.shape != shape or base.units_axis == 1
    shape = shape[::-1] if turned else shape
    by = partial(_sum, pair=pair, factor=1.0 if factor is None else factor, turned=turned)
    if base is None or base.refused or base.shape != shape:
        note = f"the product B A of a {note}; the weights it is added to are not here"
        lone = computed(f"{stem}.lora", pair.up, (pair.up,), by, note, shape=shape,
                        by_rows=not turned)  # fmt: skip
        arrays.put(lone, pair.down, pair.up)
        return
    tail = f".{pair.adapter}" * bool(pair.adapter)
    name = f"{stem}.lora_magnitude_vector"
    size = arrays.get(f"{name}{tail}.weight", f"{name}{tail}", f"{name}.weight")
    parts = (base, pair.up) if size is None or turned else (base, pair.up, size)
    found = computed(f"{stem}.weight", base, parts, by, f"{note} added", by_rows=not turned)
    arrays.put(found, *parts, pair.down)


def _sum(*parts: np.ndarray, pair: _Pair, factor: float, turned: bool) -> np.ndarray:
    """Of ``(up,)``, ``(base, up)`` or ``(base, up, magnitude)``, or some rows of these."""
    up = parts[min(1, len(parts) - 1)]
    low = pair.down.load()
    product = factor * (up.reshape(len(up), -1) @ low.reshape(len(low), -1))
    if turned:
        product = product.T
    if len(parts) == 1:
        return product if turned else product.reshape(len(product), *low.shape[1:])
    whole = parts[0] + product.reshape(parts[0].shape)
    if len(parts) == 3:
        rows = whole.reshape(len(whole), -1)
        rows *= (parts[2].ravel() / np.linalg.norm(rows, axis=1))[:, None]
    return whole
