"""Noise of a model spread over processes is that of one process, or is refused at the first step.

`spread_models` (a program, run once) lists the wrappers and set-ups.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
import torch

if not torch.distributed.is_available() or not hasattr(os, "fork"):
    pytest.skip("needs torch.distributed and fork", allow_module_level=True)

with warnings.catch_warnings():  # torch's own, of torch.jit.script
    warnings.simplefilter("ignore", DeprecationWarning)
    import spread_models

pytestmark = pytest.mark.process
ROOT = Path(__file__).resolve().parents[2]
NAMES = {
    f"{world} {name}"
    for world in spread_models.RIGHT
    for name, _ in spread_models.cases(world, Path())
}
STEPPING = {"4 saved", *(f"2 {make.__name__}" for make in spread_models.STEPPING)}
REFUSED = {
    "pipeline_by_place": r"number 0 has shape \[10, (6|10)\].* and shape \[10, (6|10)\]",
    "ensemble_of_one_seed": r"called 'a\.weight' has .*other values.* different seeds",
    "slices_by_hand": r"called 'b\.weight' has .*other values.* shard them as DTensors",
    "flat_shards": "none of the parameters that this step moves would get noise",
    "flat_shards_as_entries": "number 0 has .*other values",
    "flat_shards_by_name": r"called 'a\.weight' has shape \[\d+\] in one process and shape",
    "zero_by_place": "number 0 has .*one of . in one process .* one of . in another",
    "zero_with_names_by_hand": "parameters but 8 param_names.*noisy_groups",
    "partial_sums": r"placed as P\(sum\).*Place it as Shard or Replicate",
}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    program = [sys.executable, spread_models.__file__, str(tmp_path_factory.mktemp("spread"))]
    settings = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        program, capture_output=True, text=True, check=False, env=settings, timeout=500
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", sorted(NAMES - STEPPING - {f"2 {name}" for name in REFUSED}))
def test_noise_is_that_of_one_process_bit_for_bit(outcomes, name):
    assert set(outcomes[name]) == {"equal"}


@pytest.mark.parametrize("name", sorted(STEPPING))
def test_what_is_not_one_model_and_yet_right_steps(outcomes, name):
    assert set(outcomes[name]) == {"steps"}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_right_is_refused_by_every_process_before_it_moves(outcomes, name):
    for said in outcomes[f"2 {name}"]:
        assert re.search(REFUSED[name], said)


def test_every_refused_set_up_is_listed():
    assert {make.__name__ for make in spread_models.REFUSED} == set(REFUSED)
