"""The GPU kernel: in Triton's interpreter, through its compiler, and on a GPU if there is one."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from hts.noise import NoiseSource, draws, portable

needs_triton = pytest.mark.skipif(
    importlib.util.find_spec("triton") is None,
    reason="needs Triton: it comes with torch for CUDA, or by `pip install triton` on Linux",
)
needs_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
ROOT = Path(__file__).resolve().parents[2]

INTERPRETED = """
import torch
from hts.noise import NoiseSource, triton_kernel

shapes = [(90, 33), (3, 1300), (1200, 1), (700, 15)]
for shape in shapes:
    for kind, alpha in (("gaussian", 2.0), ("I", 1.2), ("II", 0.3), ("III", 0.3), ("III", 1.75)):
        for dtype in (torch.float32, torch.float64)[: 2 if shape == (90, 33) else 1]:
            start = torch.linspace(-1, 1, shape[0] * shape[1]).reshape(shape).to(dtype)
            source = NoiseSource(kind, alpha, seed=3, layer=1)
            here, there = start.clone(), start.clone()
            source.add_(here, 0.37, 11)
            source.type.draw(source.draws(there, 0.37, 11, triton_kernel))
            assert here.ne(start).any()
            if kind == "III":  # radii may differ in their last digit
                close = torch.isclose(there, here, rtol=torch.finfo(torch.float32).eps * 2, atol=0)
                assert close.all() and (there == here).float().mean() > 0.99, (shape, alpha, dtype)
            else:
                assert torch.equal(here, there), (shape, kind, alpha, dtype)
            first, last = shape[0] // 3, shape[0] - 1  # some rows of it, as a shard has them
            part = start[first:last].clone()
            rows = source.draws(part, 0.37, 11, triton_kernel, first, shape[0])
            source.type.draw(rows)
            assert torch.equal(part, there[first:last]), (shape, kind, alpha, dtype)
far = 2**62 - 1
source = NoiseSource("II", 1.5, seed=2**63 - 1)
here, there = torch.zeros(40, 7), torch.zeros(40, 7)
source.add_(here, 1.0, far)
source.type.draw(source.draws(there, 1.0, far, triton_kernel))
assert torch.equal(here, there)
"""

COMPILED = """
from bench.devices.machine_code import KERNELS, Kernel, compiled

# Where a number is 1, as in the first launch of a process, Triton compiles it as a constant.
ones = {"count": 1, "inputs": 1, "UNITS": 128}
small = [
    Kernel(noise="I", name="_shared", numbers={"SIZE": 64, **ones}, values=64),
    Kernel(noise="III", name="_stretched", numbers={"SIZE": 16, **ones}, values=64),
]
for kernel in (*KERNELS, *small):
    made = compiled(kernel, 80)
    assert made.asm["cubin"]
    # A product and a sum rounded once would not be the CPU's; an approximate logarithm neither.
    text = made.asm["ptx"]
    assert "mul.rn.f32" in text or "mul.f32" in text
    for wrong in ("fma.rn.f32", "lg2.approx", "sin.approx"):
        assert wrong not in text, (kernel, wrong)
"""


def run(code: str, folder: Path, **settings: str) -> None:
    """Run ``code`` in a Python of its own, with Triton's cache in ``folder``."""
    environment = {
        **os.environ,
        "TRITON_CACHE_DIR": str(folder),
        "OMP_NUM_THREADS": "1",
        **settings,
    }
    # From a file: Triton reads the source of what it compiles.
    program = folder / "program.py"
    program.write_text(code, encoding="utf-8")
    environment["PYTHONPATH"] = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, str(program)], capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.process
@needs_triton
def test_in_the_interpreter_the_kernels_give_the_cpus_values(tmp_path: Path) -> None:
    run(INTERPRETED, tmp_path, TRITON_INTERPRET="1")


@pytest.mark.process
@needs_triton
def test_the_kernels_compile_for_a_gpu_without_contracted_roundings(tmp_path: Path) -> None:
    run(COMPILED, tmp_path)


def test_without_triton_a_gpu_takes_plain_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("hts.noise.triton_kernel", raising=False)
    monkeypatch.setitem(sys.modules, "hts.noise.triton_kernel", None)
    draws.gpu_kernels.cache_clear()
    try:
        assert draws.gpu_kernels() is None
    finally:
        draws.gpu_kernels.cache_clear()


@pytest.mark.gpu
@needs_gpu
@pytest.mark.parametrize("kernels", [True, False], ids=["triton", "plain torch"])
@pytest.mark.parametrize("kind", ["gaussian", "I", "II", "III"])
@pytest.mark.parametrize("shape", [(1, 1), (700, 33), (3, 1300), (5000, 2), (3000, 140)])
def test_a_gpu_gives_the_cpus_values(
    kernels: bool, kind: str, shape: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    if kernels:
        pytest.importorskip("triton", reason="needs Triton, which comes with torch for Linux")
        assert draws.gpu_kernels() is not None
    else:
        monkeypatch.setattr("hts.noise.sources.gpu_kernels", lambda: None)
    for alpha in (0.3, 1.0, 1.75, 2.0):
        for dtype in (torch.float32, torch.float64, torch.bfloat16):
            start = torch.linspace(-1, 1, shape[0] * shape[1]).reshape(shape).to(dtype)
            source = NoiseSource(kind, alpha, seed=3, layer=1)
            here, there = start.clone(), start.cuda()
            source.add_(here, 0.37, 11)
            source.add_(there, 0.37, 11)
            if kind == "III":
                eps = torch.finfo(dtype if dtype == torch.bfloat16 else torch.float32).eps
                torch.testing.assert_close(there.cpu(), here, rtol=2 * eps, atol=1e-6)
            else:
                assert torch.equal(there.cpu(), here)


@pytest.mark.gpu
@needs_gpu
def test_a_new_step_compiles_nothing() -> None:
    kernels = draws.gpu_kernels()
    if kernels is None:
        pytest.skip("needs Triton, which comes with torch for Linux")
    weights = torch.zeros(512, 64, device="cuda")
    for kind in ("I", "II", "III"):
        NoiseSource(kind, 1.5, seed=1).add_(weights, 0.1, 0)
    every = (kernels._shared, kernels._entries, kernels._stretched)
    before = [sum(len(cache[0]) for cache in k.device_caches.values()) for k in every]
    for step in range(1, 50):
        for kind in ("I", "II", "III"):
            NoiseSource(kind, 1.5, seed=step).add_(weights, 0.1 * step, step)
    assert [sum(len(cache[0]) for cache in k.device_caches.values()) for k in every] == before


def test_radii_are_the_same_rounded_from_double_precision() -> None:
    name = portable.philox.stream(4, "radii")
    cpu = torch.device("cpu")
    for alpha in (0.05, 0.3, 1.0, 1.75, 1.999):
        radius = portable.radii(name, 3000, alpha, cpu)
        assert radius.dtype == torch.float32
        assert torch.isfinite(radius).all()
        assert torch.equal(radius[:77], portable.radii(name, 77, alpha, cpu))
