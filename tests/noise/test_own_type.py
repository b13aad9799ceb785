"""A noise type that a plugin registers is one everywhere; an unfinished one is refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.process
ROOT = Path(__file__).resolve().parents[2]
PLUGIN = ROOT / "examples" / "own_noise_type.py"

TORCH_FREE = """
import json, sys
import numpy as np
from hts.config import RunConfig, says
from hts.noise import portrait
from hts.noise.types import NOISE_TYPES
from hts.studio.classroom.tasks import TASKS
from hts.studio.figures import words

config = RunConfig(noise="iv", alpha=1.5)
cloud = portrait.cloud("IV", 1.5, 400, 1)
print(json.dumps({
    "names": list(NOISE_TYPES),
    "injected": words.injected(config),
    "brief": words.injected_briefly(config),
    "without effect": sorted(config.without_effect),
    "hash": config.hash != config.replace(noise="III").hash,
    "help": says("noise"),
    "task": [TASKS[2].free[0].among, TASKS[2].question.choices],
    "on the diagonal": int((cloud[:, 0] == cloud[:, 1]).sum()),
    "torch": "torch" in sys.modules,
}))
"""

TRAINED = """
import json
import numpy as np
import torch
import hts
from hts import RunConfig
from hts.data import load
from hts.noise import NoiseSource, draws, sample
from hts.runs.group import run_group
from hts.runs.recorder import InMemory
from hts.runs.single import train
from hts.tails import layer_tail_index
from hts.training.heavy_tailed_sgd import HeavyTailedSGD


class Last(InMemory):
    def checkpoint(self, step, seconds, tensors):
        self.tensors = tensors


digits, told = load("digits"), {}
pure = RunConfig(width=60, iterations=7, gradient=False, alpha=1.5)
configs = [pure.replace(noise=kind, seed=seed)
           for kind in ("II", "IV", "none", "III", "I") for seed in (1, 2)]
kept = {}
run_group(configs, digits, on_end=lambda o: kept.update({o.member: o.tensors()}))
told["alike"] = []
for number, config in enumerate(configs):
    memory = Last()
    train(config, digits, recorder=memory)
    told["alike"].append(all(np.array_equal(kept[number][name], w)
                             for name, w in memory.tensors.items()))

noise = sample("IV", 1.5, units=400, inputs=30, seed=3, step=1)
told["copied"] = (noise == noise[:, :1]).all(1).tolist()
tail = layer_tail_index(noise[200:], "IV")
told["tail"] = [tail.sample, tail.counted, tail.low <= 1.5 <= tail.high]

weight = torch.nn.Parameter(torch.zeros(400, 30))
optimizer = HeavyTailedSGD([weight], lr=0.25, noise="IV", alpha=1.5, sigma=2.0, seed=3)
weight.grad = torch.zeros_like(weight)
optimizer.step()
expected = torch.zeros(400, 30)
NoiseSource("IV", 1.5, seed=3).add_(expected, 2.0 * 0.25 ** (1 / 1.5), 1)
told["optimizer"] = torch.equal(weight, expected) and bool(expected.any())

wide = torch.zeros(400, 30, dtype=torch.float64)
NoiseSource("IV", 1.5, seed=3).add_(wide, 1.0, 1)
told["double"] = bool(np.allclose(wide, noise, rtol=1e-6))
print(json.dumps(told))
"""

PAGES = """
import json, os, sys
from streamlit.testing.v1 import AppTest

page = AppTest.from_file("pages/train.py", default_timeout=60)
page.session_state["framed"] = True
page.query_params["noise"] = "IV"
page.run()
assert not page.exception, page.exception
control = page.segmented_control(key="set_noise")
from pages._parts.noise.board import cloud_boards
print(json.dumps({
    "options": control.options, "value": control.value, "help": control.help,
    "cards": [json.loads(board)["cards"][0]["id"] for board in cloud_boards(1.5, 1)],
}))
"""


def told_by(code: str, tmp_path: Path) -> dict[str, Any]:
    """What a Python of its own with the plugin prints."""
    surroundings = {
        **os.environ,
        "HTS_PLUGINS": str(PLUGIN),
        "HTS_HOME": str(tmp_path),
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, text=True, check=False, cwd=ROOT, env=surroundings,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return dict(json.loads(done.stdout))


def test_settings_words_tasks_and_the_portrait_know_it_without_torch(tmp_path):
    told = told_by(TORCH_FREE, tmp_path)
    assert told["names"] == ["none", "gaussian", "I", "II", "III", "IV"]
    assert told["injected"] == "type IV noise, alpha 1.5"
    assert told["brief"] == "type IV, α 1.5"
    assert told["without effect"] == ["conv_noise"]  # since the network has no convolutions
    assert told["hash"]
    assert told["help"].endswith(
        "IV: type I noise on the first half of the units, type III on the second"
    )
    assert told["task"][0][-1] == "IV"
    assert told["task"][1][-1] == "type IV"
    assert told["on the diagonal"] == 200
    assert not told["torch"]


def test_runs_ensembles_optimizers_samples_and_tails_use_it(tmp_path):
    told = told_by(TRAINED, tmp_path)
    assert told["alike"] == [True] * 10  # an ensemble of mixed types, bit for bit
    assert told["copied"] == [True] * 200 + [False] * 200
    assert told["tail"][0] == "units"
    assert told["tail"][1].startswith("Type IV: the weights of a unit share a draw")
    assert told["tail"][2]
    assert told["optimizer"]
    assert told["double"]


def test_the_form_and_the_noise_page_offer_it(tmp_path):
    told = told_by(PAGES, tmp_path)
    assert told["options"] == ["None", "Gauss", "I", "II", "III", "IV"]
    assert told["value"] == "IV"
    assert "IV: type I noise on the first half of the units" in told["help"]
    assert told["cards"] == ["cloud-I", "cloud-II", "cloud-III", "cloud-IV"]


UNFINISHED = """
from hts.noise.types import NOISE_TYPES, NoiseType

@NOISE_TYPES.register
class Unfinished(NoiseType):
    name = "V"
    title = "Type V: unfinished"
    sentence = ""
    reading = "norms"
"""
MISREAD = PLUGIN.read_text(encoding="utf-8").replace('reading = "norms"', 'reading = "vectors"')


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (
            UNFINISHED,
            "noise type 'V' is unfinished: it lacks draw, label, sentence, word, picture",
        ),
        (MISREAD, "reading must be one of entries, scalars, norms, got 'vectors'"),
    ],
    ids=["unfinished", "misread"],
)
def test_an_unfinished_type_is_refused_and_told_what_it_lacks(code, says, tmp_path):
    plugin = tmp_path / "plugin.py"
    plugin.write_text(code, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "hts", "sample", "--out", str(tmp_path / "x.npy")],
        capture_output=True, text=True, check=False, cwd=ROOT,
        env={**os.environ, "HTS_PLUGINS": str(plugin)},
    )  # fmt: skip
    assert done.returncode != 0
    assert says in done.stderr
    assert not (tmp_path / "x.npy").exists()
