"""The examples of docs/heavy-tailed-sgd.md run and do what is said."""

from __future__ import annotations

import re
from pathlib import Path

import torch

PAGE = Path(__file__).resolve().parents[2] / "docs" / "heavy-tailed-sgd.md"


def test_every_example_runs_and_the_first_learns():
    first, *others = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    lines = [
        line for line in first.splitlines() if line and not line.startswith(("import", "from"))
    ]
    assert len(lines) <= 15
    names: dict = {}
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    with torch.random.fork_rng():
        exec(first, names)
        assert names["loss"] < 0.35  # two classes: log 2 = 0.69 without learning
        assert [g["noise"] for g in names["optimizer"].param_groups] == ["III", "none"]
        for example in others:
            exec(example, names)
    torch.set_num_threads(threads)
    assert names["accuracy"] > 0.9
    assert isinstance(names["optimizer"].optimizer, torch.optim.Adam)
