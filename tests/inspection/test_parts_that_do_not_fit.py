"""Arrays with the names of parts and any shapes, types and values: nothing but `BadInput` comes."""

from __future__ import annotations

import random
import re

import numpy as np
import torch

from hts.inspection.matrix import matrix_of
from hts.inspection.sizes import sizes_of
from hts.validate import BadInput
from hts.weights import state_weights

WORDS = re.findall(
    r"\S+",
    """
weight weight_orig weight_mask mask weight_g weight_v weight_u weight_scale scale scales SCB
weight_format weight_zero_point zeros qweight qzeros g_idx weight.absmax weight.quant_map
weight.nested_absmax weight.nested_quant_map weight.quant_state.bitsandbytes__nf4 lora_A.weight
lora_B.weight lora_A.default.weight lora_B.default.weight lora_embedding_A lora_embedding_B
lora_magnitude_vector.default.weight alpha base_layer.weight parametrizations.weight.original
parametrizations.weight.original0 parametrizations.weight.original1
parametrizations.weight.0._u parametrizations.weight.0._v parametrizations.weight.0.mask bias
kernel pe attn.bias state.0.step _packed_params._packed_params.0 state.0.exp_avg ema.weight
c_attn.weight c_attn.bias
""",
)
TYPES = (
    torch.float32, torch.float64, torch.bfloat16, torch.int8, torch.uint8, torch.int32, torch.bool,
    torch.float8_e4m3fn,
)  # fmt: skip


def drawn(draw: random.Random) -> dict[str, torch.Tensor]:
    sizes = [draw.choice((0, 1, 2, 3, 4, 8, 16, 32)) for _ in range(3)]
    state = {}
    for word in draw.sample(WORDS, draw.randint(2, 9)):
        shape = [draw.choice(sizes) for _ in range(draw.choice((0, 1, 1, 2, 2, 2, 2, 3, 4)))]
        values = torch.randn(shape) * draw.choice((0, 1, 20, 1e30))
        dtype = draw.choice(TYPES) if draw.random() < 0.5 else torch.float32
        state[f"a.{word}"] = (values if dtype.is_floating_point else values.clamp(0, 9)).to(dtype)
    return state


def test_any_arrays_are_measured_or_left_out():
    torch.manual_seed(1)
    draw = random.Random(1)
    measured = 0
    for _ in range(300):
        for weight in state_weights(drawn(draw)):
            if weight.refused or len(weight.shape) < 2:
                continue
            try:
                whole = weight.load()
            except BadInput:
                continue
            assert whole.shape == weight.shape
            if weight.rows is not None:
                rows = weight.rows(weight.shape[0] - 1, weight.shape[0])
                np.testing.assert_allclose(rows, whole[-1:], rtol=1e-4)
            sizes_of(matrix_of(weight))
            measured += 1
    assert measured > 300
