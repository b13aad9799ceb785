"""The machine code of the noise kernels: registers, spills, instructions a value, and a bound.

Compiled here, without a GPU, as Triton compiles them for the layers of a run: pointers and the
number of weights are multiples of 16.  Counts are of the code as it stands: rare branches (large
angles of a sine) count as if they were taken.  A bound is arithmetic, not a measurement: the
smallest of three published peaks.

* issue: each of an SM's four schedulers issues one instruction of a warp a clock;
* table: the L1 cache gives 128 bytes a clock, one line; a value's 16 bytes of the table are fetched
  for eight threads at a time, and so many different lines as these are expected to need;
* memory: every weight is read and written once.
"""

from __future__ import annotations

import collections
import re
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from hts.noise.table import FIRST, SHIFT, quantile_table
from hts.validate import BadInput

THREADS = 128  # of a program: four warps, Triton's default
LANES = 128  # of instructions that an SM issues a clock
ALPHA = 1.75
LINE, ROW = 128, 16  # bytes of a cache line, and of a row of the table
AT_ONCE = 8  # threads whose 16 bytes are fetched together


@dataclass(frozen=True, kw_only=True)
class Card:
    """Published peaks: NVIDIA's data sheets, and its whitepapers on GA100 and GH100."""

    name: str
    architecture: int
    processors: int
    clock: float  # Hz, boost
    bandwidth: float  # bytes a second


CARDS = (
    Card(name="A100 80 GB SXM", architecture=80, processors=108, clock=1.41e9, bandwidth=2.039e12),
    Card(name="H200 SXM", architecture=90, processors=132, clock=1.98e9, bandwidth=4.8e12),
)


@dataclass(frozen=True, kw_only=True)
class Kernel:
    noise: str
    name: str  # of a function of `hts.noise.triton_kernel`
    numbers: Mapping[str, int]  # that are known when it is compiled
    values: int  # of a program

    def types(self, names: list[str]) -> dict[str, str]:
        """Of its arguments, in Triton's words."""
        pointers = {"weights": "*fp32", "table": "*fp32", "law": "*fp64", "scale": "fp32"}
        return {
            name: "constexpr" if name in self.numbers else pointers.get(name, "i32")
            for name in names
        }


KERNELS = (
    Kernel(noise="II and Gaussian", name="_entries", numbers={"SIZE": 512}, values=2048),
    Kernel(noise="III", name="_stretched", numbers={"SIZE": 1024, "UNITS": 128}, values=4096),
    Kernel(noise="I", name="_shared", numbers={"SIZE": 2048, "UNITS": 128}, values=2048),
)


def measure() -> list[dict[str, Any]]:
    """A row for each kernel and card; raises `BadInput` where Triton is missing."""
    try:
        import triton  # noqa: F401
    except ImportError:
        raise BadInput("the kernels are compiled by Triton: pip install triton (Linux).") from None
    return [_row(kernel, card) for card in CARDS for kernel in KERNELS]


def _row(kernel: Kernel, card: Card) -> dict[str, Any]:
    made = compiled(kernel, card.architecture)
    usage, text = _assembled(made.asm["ptx"], made.asm["cubin"])
    codes = instructions(text)
    each = kernel.values / THREADS
    a_value = sum(codes.values()) / each
    rows = codes["LDG.E.128"] / each  # loads of the table, but for those of weights
    rate = card.processors * card.clock
    bounds = {
        "issue": rate * LANES / a_value,
        "table": rate * 32 / (4 * lines_needed(AT_ONCE)) if rows >= 1 else float("inf"),
        "memory": card.bandwidth / 8,
    }
    least = min(bounds, key=lambda name: bounds[name])
    return {
        "noise": kernel.noise,
        "card": card.name,
        "architecture": f"sm_{card.architecture}",
        **usage,
        "instructions": sum(codes.values()),
        "instructions_per_value": a_value,
        "most": dict(codes.most_common(6)),
        "values_per_second_at_most": bounds[least],
        "bound_by": least,
        "share_of_memory_bound": bounds[least] / bounds["memory"],
    }


def compiled(kernel: Kernel, architecture: int) -> Any:
    """What Triton makes of a kernel for ``sm_<architecture>``."""
    import triton
    from triton.backends.compiler import GPUTarget
    from triton.compiler import ASTSource

    from hts.noise import triton_kernel

    function = getattr(triton_kernel, kernel.name)
    names = function.arg_names
    by_16 = {
        (names.index(name),): [["tt.divisibility", 16]]
        for name in ("weights", "table", "law", "count", "first", "before")
        if name in names and name not in kernel.numbers
    }
    source = ASTSource(
        fn=function, signature=kernel.types(names), constexprs=kernel.numbers, attrs=by_16
    )
    target = GPUTarget("cuda", architecture, 32)
    return triton.compile(source, target=target, options={"enable_fp_fusion": False})


def _assembled(ptx: str, cubin: bytes) -> tuple[dict[str, int], str]:
    """What the assembler says of registers and spills, and the machine code as text."""
    import triton

    tools = Path(triton.__file__).parent / "backends" / "nvidia" / "bin"
    target = re.search(r"^\.target (\w+)", ptx, re.MULTILINE)
    assert target is not None
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "kernel.ptx").write_text(ptx, encoding="utf-8")
        (folder / "kernel.cubin").write_bytes(cubin)
        said = ""
        for assembler in sorted(tools.glob("ptxas*")):  # not each knows each version of PTX
            said += _run(
                assembler, "-v", f"--gpu-name={target[1]}", "--fmad=false", "kernel.ptx",
                "-o", "again.cubin", folder=folder,
            )  # fmt: skip
        text = _run(tools / "nvdisasm", "-c", "kernel.cubin", folder=folder)
    found = re.search(r"(\d+) bytes spill stores, (\d+) bytes spill loads", said)
    registers = re.search(r"Used (\d+) registers", said)
    if found is None or registers is None:
        raise BadInput(f"ptxas says nothing of registers and spills: {said}")
    return {"registers": int(registers[1]), "spilled_bytes": int(found[1]) + int(found[2])}, text


def _run(program: Path, *words: str, folder: Path) -> str:
    done = subprocess.run(
        [program, *words], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


def instructions(text: str) -> collections.Counter[str]:
    """How often each instruction stands in what ``nvdisasm`` printed, padding left out."""
    line = r"^\s+/\*[0-9a-f]{4,}\*/\s+(?:@!?U?P[0-9T]+\s+)?([A-Z0-9_.]+)"
    found = collections.Counter(re.findall(line, text, re.MULTILINE))
    del found["NOP"]
    return found


def lines_needed(draws: int) -> float:
    """How many lines of the table ``draws`` values are expected to need."""
    cells = len(quantile_table(ALPHA))
    first = np.arange(FIRST, FIRST + cells + 1, dtype=np.uint32) << np.uint32(SHIFT)
    edges = np.minimum(first.view(np.float32).astype(float), 2.0**31)
    edges[0] = 0.0
    chance = np.add.reduceat(np.diff(edges), np.arange(0, cells, LINE // ROW)) / 2.0**31
    return float((1 - (1 - chance) ** draws).sum())
