"""Write a (units, inputs) float32 matrix of unit-scale noise to a .npy file.

Example: python -m hts sample --noise III --alpha 1.5 --out noise.npy
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from hts.config import RunConfig
from hts.noise.types import NOISE_TYPES
from hts.validate import BadInput, whole


def _among() -> str:
    return ", ".join(kind.name for kind in NOISE_TYPES.values() if not kind.silent)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--noise", default="III", help=_among())
    parser.add_argument("--alpha", default="1.75", help="stability index in (0, 2]")
    parser.add_argument("--units", default="1000", help="rows")
    parser.add_argument("--inputs", default="140", help="columns")
    parser.add_argument("--seed", default="1", help="names the stream")
    parser.add_argument("--step", default="1", help="which step's noise of the stream")
    parser.add_argument("--out", required=True, type=Path, help="the .npy file to write")


def run(options: argparse.Namespace) -> None:
    from hts.noise import sample

    checked = RunConfig(noise=options.noise, alpha=options.alpha, seed=options.seed)
    if checked.noise_type.silent:
        raise BadInput(f"noise must be one of {_among()}, got {checked.noise!r}: it has no values.")
    sizes = {
        name: whole(name, getattr(options, name), low=1, high=10**9) for name in ("units", "inputs")
    }
    if sizes["units"] * sizes["inputs"] > 10**10:
        raise BadInput(f"units * inputs must be at most 10^10, got {sizes}: 40 GB in float32.")
    step = whole("step", options.step, low=0, high=2**31)
    if not options.out.parent.is_dir():
        raise BadInput(f"out names the folder {options.out.parent}, which does not exist.")
    values = sample(checked.noise, checked.stability or 2.0, seed=checked.seed, step=step, **sizes)
    out = options.out if options.out.suffix == ".npy" else Path(f"{options.out}.npy")
    np.save(out, values, allow_pickle=False)
    print(f"{out}: {values.shape[0]} x {values.shape[1]} {values.dtype}")
