"""The examples of docs/watch.md run: in plain loops, and in what of the frameworks is installed."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from hts.studio.store.store import Store
from hts.studio.watching.seen import watches_of
from hts.studio.watching.watches import Watched

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "watch.md").read_text(encoding="utf-8")
BLOCK = r"```python {}\n(.*?)```"

LIGHTNING = """
import lightning, torch, hts
{block}
class Module(lightning.LightningModule):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(10, 60)
    def training_step(self, batch, _):
        return self.layer(batch[0]).square().mean()
    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=0.01)
data = torch.utils.data.TensorDataset(torch.randn(48, 10))
lightning.Trainer(
    max_epochs=2, logger=False, enable_checkpointing=False, enable_progress_bar=False,
    enable_model_summary=False, accelerator="cpu", callbacks=[Watching()],
).fit(Module(), torch.utils.data.DataLoader(data, batch_size=8))
"""
TRAINER = """
import tempfile, torch, transformers, hts
{block}
class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(10, 60)
    def forward(self, x, labels=None):
        return {{"loss": self.layer(x).square().mean()}}
data = [{{"x": torch.randn(10), "labels": torch.tensor(0)}} for _ in range(48)]
with tempfile.TemporaryDirectory() as folder:
    settings = transformers.TrainingArguments(
        folder, max_steps=12, per_device_train_batch_size=8, report_to=[], save_strategy="no",
        use_cpu=True, disable_tqdm=True,
    )
    transformers.Trainer(
        model=Model(), args=settings, train_dataset=data, callbacks=[Watching()]
    ).train()
"""


def recorded(home: Path) -> list[Watched]:
    with Store(home) as store:
        return watches_of(store).list()


def test_every_plain_example_runs_and_is_recorded(home: Path):
    names: dict[str, object] = {}
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    with torch.random.fork_rng():
        for example in re.findall(BLOCK.format("").replace(" ", ""), PAGE, re.S):
            exec(example, names)
    torch.set_num_threads(threads)
    by_hand, first = recorded(home)
    assert (first.name, first.state, first.step) == ("first try", "ended", 100)
    assert (by_hand.name, by_hand.state, by_hand.step) == ("by hand", "ended", 100)
    with Store(home) as store:
        watches = watches_of(store)
        assert [look.step for look in watches.looks(by_hand.id)] == [1, 51, 100]
        assert 0 < watches.losses(first.id)[-1].loss < 0.69  # two classes: log 2 without learning


@pytest.mark.process
@pytest.mark.parametrize(
    ("library", "script"), [("lightning", LIGHTNING), ("transformers", TRAINER)]
)
def test_in_a_framework_the_example_watches_from_first_to_last_step(home: Path, library, script):
    if importlib.util.find_spec(library) is None:
        pytest.skip(f"needs {library}")
    (block,) = re.findall(BLOCK.format(library), PAGE, re.S)
    environment = {**os.environ, "HTS_HOME": str(home), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", script.format(block=block)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (one,) = recorded(home)
    assert (one.state, one.step) == ("ended", 12)
    with Store(home) as store:
        watches = watches_of(store)
        looks = watches.looks(one.id)
        assert [layer.name for layer in looks[-1].layers] == ["layer.weight"]
        assert (looks[0].step, looks[-1].step) == (1, 12)
        assert bool(watches.losses(one.id)) == (library == "lightning")
