"""A file of weights that says how to compute with them, from raw examples on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from safetensors.numpy import save

from hts.config import RunConfig
from hts.data.sources import info
from hts.models.arrays import in_order


def about_network(config: RunConfig, arrays: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """What ``load_network.py`` needs beside ``arrays``, ready for JSON.

    Raises `BadInput` for a family it cannot compute, and where the data are not known any more.
    """
    known = info(config.data)
    return {
        "layers": in_order(arrays),
        "activation": config.activation,
        **config.family.form(config),
        "classes": list(known.class_names),
        "inputs": known.inputs,
        "data": config.data,
        "raw": {**known.scaling.about(), "image": known.image_shape},
    }


def portable(arrays: Mapping[str, np.ndarray], about: Mapping[str, Any]) -> bytes:
    """A safetensors file of ``arrays``, the constants that scale raw inputs, and ``about``."""
    scaling = info(about["data"]).scaling.arrays()
    plain = {name: np.ascontiguousarray(array) for name, array in {**arrays, **scaling}.items()}
    return save(plain, {"network": json.dumps(about)})
