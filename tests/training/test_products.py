"""In anybody's process results do not depend on the number of threads, or say that they may."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from hts.training.products import doubt

ROOT = Path(__file__).resolve().parents[2]
TRAINS = """
import json, sys
import torch
from hts import RunConfig
from hts.data import load
from hts.runs.single import train

if sys.argv[1:]:
    torch.ones(300, 300) @ torch.ones(300, 300)
config = RunConfig(noise="none", width=2000, iterations=20, batch_size=500, device="cpu")
results = []
for threads in (1, 2):
    torch.set_num_threads(threads)
    results.append(train(config, load("digits")))
one, two = ((r.curve, r.layers, r.tail_index) for r in results)
print(json.dumps([one == two, [r.note for r in results]]))
"""


@pytest.mark.process
@pytest.mark.skipif(doubt(torch.device("cpu")) != "", reason="this PyTorch has no such mode")
@pytest.mark.parametrize(
    ("words", "variable", "settled"),
    [([], None, True), (["multiply first"], None, False), (["multiply first"], "strict", True)],
    ids=["plain", "after a product of its own", "started with the variable"],
)
def test_one_and_two_threads_give_the_same_in_a_plain_process_or_the_result_says_so(
    words, variable, settled
):
    plain = {name: value for name, value in os.environ.items() if not name.startswith("MKL_")}
    plain["OMP_WAIT_POLICY"] = "PASSIVE"  # changes no bit and saves the cores
    if variable:
        plain["MKL_CBWR"] = "AVX2,STRICT"
    done = subprocess.run(
        [sys.executable, "-c", TRAINS, *words], env={**plain, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    equal, notes = json.loads(done.stdout)
    if settled:
        assert equal
        assert notes == ["", ""]
    else:
        assert all("set MKL_CBWR=AVX2,STRICT before Python starts" in note for note in notes)


def test_products_of_another_device_leave_no_doubt():
    assert doubt(torch.device("meta")) == ""
