"""Pickled checkpoints: read in another process, which runs nothing and may take little."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from allocation_bounds import bounded
from weight_files import Bomb, bomb, explodes

import hts.sandbox as sandbox
from hts.validate import BadInput
from hts.weights import Limits, read_weights


def refused(path: Path, **options) -> str:
    with bounded(), pytest.raises(BadInput) as caught:
        read_weights(path, **options)
    return str(caught.value)


@pytest.mark.process
def test_a_checkpoint_comes_out_exactly_and_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    monkeypatch.setattr("tempfile.tempdir", None)
    (tmp_path / "temporary").mkdir()
    w = torch.randn(6, 4, generator=torch.Generator().manual_seed(1))
    state = {
        "a.weight": w,
        "b.weight": w,  # tied
        "c.weight": w.t(),  # another order of the same numbers
        "half": w.bfloat16(),
        "sparse": w.relu().to_sparse(),
        "count": torch.tensor(3),
        "complex": torch.zeros(2, 2, dtype=torch.complex128),
    }
    torch.save({"epoch": 3, "model": state, "optimizer": {"momentum": w + 1}}, tmp_path / "n.pt")
    found = read_weights(tmp_path / "n.pt")
    assert found.format == "pt"
    assert found.notes == ("n.pt: taken from the entry 'model'; not read: epoch, optimizer",)
    values = {x.name: x.load() for x in found.weights if not x.refused}
    assert set(values) == {"a.weight", "c.weight", "half", "sparse"}
    np.testing.assert_array_equal(values["a.weight"], w)
    np.testing.assert_array_equal(values["c.weight"], w.t())
    np.testing.assert_array_equal(values["half"], w.bfloat16().float())
    np.testing.assert_array_equal(values["sparse"], w.relu())
    why = {x.name: x.refused for x in found.weights if x.refused}
    assert why["b.weight"] == "tied: the same numbers as a.weight, counted once"
    assert "whole numbers" in why["count"]
    assert "complex" in why["complex"]
    del found
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.process
def test_bombs_do_not_go_off(tmp_path):
    mark = tmp_path / "mark"
    assert explodes(bomb(mark), mark)
    torch.save({"w": torch.ones(3, 3), "x": Bomb(mark)}, tmp_path / "zip.pt")
    (tmp_path / "plain.pth").write_bytes(bomb(mark))
    for name in ("zip.pt", "plain.pth"):
        said = refused(tmp_path / name)
        assert "would run code from the file, so it is refused" in said
        assert "torch.save(model.state_dict(), path)" in said
        assert not mark.exists()


@pytest.mark.process
def test_files_that_are_no_checkpoint(tmp_path):
    torch.save({"w": torch.ones(300, 300)}, tmp_path / "whole.pt")
    (tmp_path / "cut.pt").write_bytes((tmp_path / "whole.pt").read_bytes()[:9000])
    assert "damaged or truncated" in refused(tmp_path / "cut.pt")
    (tmp_path / "none.pt").write_bytes(b"")
    assert "is empty (0 bytes)" in refused(tmp_path / "none.pt")
    torch.save({"epoch": 3}, tmp_path / "epoch.pt")
    assert "holds a dict without tensors" in refused(tmp_path / "epoch.pt")


@pytest.mark.process
def test_a_tensor_that_claims_terabytes_is_not_made(tmp_path):
    torch.save({"w": torch.zeros(1).expand(10**6, 10**6), "v": torch.ones(3, 3)}, tmp_path / "n.pt")
    with bounded():
        found = {w.name: w.refused for w in read_weights(tmp_path / "n.pt").weights}
    assert "1,000,000,000,000 entries" in found["w"]
    assert found["v"] == ""


@pytest.mark.process
def test_the_process_may_take_so_much_memory_and_no_more(tmp_path):
    torch.save({"w": torch.zeros(1).expand(10**4, 10**4)}, tmp_path / "n.pt")  # 400 MB
    said = refused(tmp_path / "n.pt", limits=Limits(worker_memory=200 * 2**20))
    assert "more than the 200 MB of memory" in said


@pytest.mark.process
def test_a_small_file_may_not_take_much(tmp_path):
    torch.save({"w": torch.zeros(1).expand(2**14, 2**14)}, tmp_path / "n.pt")  # 1 GB
    assert "more than the 512 MB of memory" in refused(tmp_path / "n.pt")


@pytest.mark.process
def test_the_clock_ends_it(tmp_path):
    torch.save({"w": torch.ones(3, 3)}, tmp_path / "n.pt")
    said = refused(tmp_path / "n.pt", limits=Limits(worker_seconds=0.01))
    assert "was not read within 0.02 s, so its process was ended" in said


@pytest.mark.process
def test_the_process_sees_no_secrets_and_no_open_files(tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", "do not tell")
    held = (tmp_path / "private").open("w")
    os.set_inheritable(held.fileno(), True)
    spy = tmp_path / "spy.py"
    spy.write_text(
        "import json, os, sys\n"
        "seen = {'env': dict(os.environ), 'open': os.listdir('/proc/self/fd')}\n"
        f"open({str(tmp_path / 'seen')!r}, 'w').write(json.dumps(seen))\n"
    )
    torch.save({"w": torch.ones(3, 3)}, tmp_path / "n.pt")
    monkeypatch.setattr(sandbox, "_WORKER", spy)
    assert "ended with code 0" in refused(tmp_path / "n.pt")
    seen = json.loads((tmp_path / "seen").read_text())
    assert "SECRET_TOKEN" not in seen["env"]
    assert not any("HTS" in name or "TOKEN" in name or "KEY" in name for name in seen["env"])
    assert str(held.fileno()) not in seen["open"]
    held.close()


@pytest.mark.process
@pytest.mark.parametrize(
    ("levels", "width", "innermost", "says"),
    [
        (7, 10, torch.ones(2, 2), "more than 20,000 tensors"),
        (7, 10, 3, "more than 100,000 values"),
        (30, 1, torch.ones(2, 2), "nests containers deeper than 8"),
    ],
)
def test_containers_that_hold_each_other_over_and_over(tmp_path, levels, width, innermost, says):
    value = {"w": innermost}
    for _ in range(levels):
        value = {str(k): value for k in range(width)}
    torch.save(value, tmp_path / "n.pt")
    assert (tmp_path / "n.pt").stat().st_size < 5000
    with bounded(), pytest.raises(BadInput, match=says):
        read_weights(tmp_path / "n.pt")


@pytest.mark.process
@pytest.mark.skipif(sys.platform == "win32", reason="needs the limits of POSIX")
def test_computing_without_end_is_ended_by_the_system():
    code = (
        "from hts.platforms import limit\n"
        "limit(2**30, 2, 2**20, beyond=lambda: None)\n"
        "while True: pass"
    )
    import resource

    began = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([sys.executable, "-c", code], timeout=300, check=False)
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode in (-signal.SIGXCPU, -signal.SIGKILL)
    computed = spent.ru_utime + spent.ru_stime - began.ru_utime - began.ru_stime
    assert computed > 1  # of the 2 s it may, as the kernel counts them: not ended from the start


@pytest.mark.process
@pytest.mark.filterwarnings("ignore:The PyTorch API of nested tensors")
def test_a_tensor_that_cannot_be_stored_and_odd_names_leave_the_others_readable(tmp_path):
    w = torch.randn(6, 4)
    odd = {"lone\ud800": w, "__metadata__": w + 1, "two\nlines": w + 2, 3: w + 3}
    torch.save({**odd, "nested": torch.nested.nested_tensor([w, w])}, tmp_path / "n.pt")
    found = {x.name: x for x in read_weights(tmp_path / "n.pt").weights}
    assert set(found) == {"lone\\ud800", "the tensor __metadata__", "two\\nlines", "3", "nested"}
    assert "different shapes" in found.pop("nested").refused
    for shift, name in enumerate(["lone\\ud800", "the tensor __metadata__", "two\\nlines", "3"]):
        np.testing.assert_array_equal(found[name].load(), w + shift)
