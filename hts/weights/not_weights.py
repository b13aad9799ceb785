"""Arrays of a checkpoint that no layer multiplies by: left out, each with its reason."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import suppress

import numpy as np

from hts.validate import BadInput
from hts.weights.arrays import Arrays, last_word
from hts.weights.entry import Weight

# What optimizers keep of every parameter, by PyTorch's names and those of its neighbours.
_SLOT = re.compile(
    r"(max_)?exp_avg(_\w+)?|exp_inf|momentum_buffer|(square|grad)_avg|acc_(delta|grad)|prev|"
    r"step_size|slow_buffer|previous_grad|neg_grad_or_diff"
)
_KEPT = re.compile(r"optim(izer)?s?(_states?)?(_dict)?|opt_state|fp32_flat_groups")
_STATE = re.compile(r"((?:.*[./])?state[./])\d+[./].+")
_AVERAGED = re.compile(
    r"ema|ema_.*|.*_ema|shadow(_params)?|swa_.*|.*_swa|averaged_.*|moving_average.*"
)
_BUFFERS = {
    "running_mean": "a running statistic, no weights",
    "running_var": "a running statistic, no weights",
    "num_batches_tracked": "a counter, no weights",
    "mask_scores": "the scores a mask is made from, no weights",
    "inv_freq": "a table of positions, no weights",
    "cos_cached": "a table of positions, no weights",
    "sin_cached": "a table of positions, no weights",
    "position_ids": "a table of positions, no weights",
}
OPTIMIZER = "optimizer state, no weights"
_MASK = "a mask, no weights"
_COPY = "a moving average (EMA) of the network's weights, which are measured themselves"


class OptimizerState:
    """``state.<number>.<slot>`` of ``torch.optim``, whatever is above it, and known slots."""

    def apply(self, arrays: Arrays) -> None:
        above: dict[str, list[Weight]] = {}
        for weight in arrays:
            words = re.split(r"[./]", re.sub(r"([./]\d+)+$", "", weight.name))
            if _SLOT.fullmatch(words[-1]) or any(_KEPT.fullmatch(word) for word in words[:-1]):
                arrays.leave(weight, OPTIMIZER)
            elif found := _STATE.fullmatch(weight.name):
                above.setdefault(found[1], []).append(weight)
        for together in above.values():
            if any(last_word(weight.name) in ("step", "steps") for weight in together):
                for weight in together:
                    arrays.leave(weight, OPTIMIZER)


class Averages:
    """Copies called ``ema``, ``shadow``, ``swa`` ..., where the weights are there too."""

    def apply(self, arrays: Arrays) -> None:
        copies: list[Weight] = []
        others: list[Weight] = []
        for weight in arrays:
            words = re.split(r"[./]", weight.name.lower())
            which = copies if any(_AVERAGED.fullmatch(word) for word in words) else others
            if not weight.refused:
                which.append(weight)
        matrices = Counter(weight.shape for weight in others if len(weight.shape) > 1)
        averaged = Counter(weight.shape for weight in copies if len(weight.shape) > 1)
        if averaged <= matrices:
            for weight in copies:
                arrays.leave(weight, _COPY)


class Buffers:
    """Running statistics, masks, tables of positions, layers that others stand in for."""

    def apply(self, arrays: Arrays) -> None:
        for weight in arrays:
            last = last_word(weight.name)
            why = _BUFFERS.get(last, "")
            stem, word, _ = weight.name.rpartition("original_module.")
            if word and arrays.under(f"{stem}modules_to_save."):  # peft's
                why = "replaced by the trained copy under modules_to_save"
            if last.endswith("mask") or _causal(last, weight.shape):
                why = _MASK
            elif last == "pe" and _sinusoidal(weight):
                why = "a table of positions, no weights"
            if why and not weight.refused:
                arrays.leave(weight, why)


def _causal(last: str, shape: tuple[int, ...]) -> bool:
    """GPT-2's buffer ``attn.bias`` (1, 1, n, n), which lets nobody look ahead."""
    return last in ("bias", "masked_bias") and len(shape) == 4 and shape[:2] == (1, 1)


def _sinusoidal(weight: Weight) -> bool:
    """Position 0 has sines of 0 and cosines of 1."""
    if weight.refused or len(weight.shape) < 2 or weight.shape[-1] % 2:
        return False
    try:
        first = weight.load().reshape(-1, weight.shape[-1])[0]
    except BadInput:
        return False
    return bool(((first == 0) | (first == 1)).all()) and first.sum() == len(first) // 2


class TiedOnce:
    """The very same numbers under two names: by their place in memory, in files by their values.

    Layers that differ by their numbers alone are told apart: they are copied when a network is
    made, and shared ones are not written twice.
    """

    def apply(self, arrays: Arrays) -> None:
        seen: dict[object, str] = {}
        for weight in arrays:
            with suppress(BadInput):  # damaged numbers are told when they are measured
                place = weight.place or weight.checksum or _rows_of(weight)
                if weight.refused or place is None:
                    continue
                first = seen.setdefault(place, weight.name)
                if first != weight.name and (weight.place or _as(weight, arrays.get(first))):
                    arrays.leave(weight, f"tied: the same numbers as {first}, counted once")


def _rows_of(weight: Weight) -> object:
    """Three rows of a matrix that is read by rows, unless these are zeros."""
    if weight.refused or weight.rows is None or len(weight.shape) < 2:
        return None
    last = weight.shape[0] - 1
    rows = [weight.rows(row, row + 1) for row in (0, last // 2, last)]
    with np.errstate(invalid="ignore"):  # NaN that signals
        if not any(row.any() for row in rows):
            return None
    return (weight.shape, *(row.tobytes() for row in rows))


def _as(one: Weight, other: Weight | None) -> bool:
    if other is None or re.sub(r"\d+", "", one.name) == re.sub(r"\d+", "", other.name):
        return False
    if one.rows is None or other.rows is None:
        return np.array_equal(one.load(), other.load())
    step = max(1, 2**20 // max(1, one.size // one.shape[0]))
    for start in range(0, one.shape[0], step):
        stop = min(start + step, one.shape[0])
        if not np.array_equal(one.rows(start, stop), other.rows(start, stop)):
            return False
    return True
