"""Records from JSON in many threads at once: every class is looked at by one of them first."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DECODING = re.compile(r"msgspec(\.\w+)?\.(decode|convert|Decoder)")

MANY_AT_ONCE = """
import sys, threading
from dataclasses import make_dataclass
from hts.records import decode

sys.setswitchinterval(1e-6)
for _ in range(200):
    inner = make_dataclass("Inner", [(f"a{k}", float) for k in range(30)])
    kind = make_dataclass("Outer", [(f"b{k}", inner) for k in range(5)])
    inside = "{" + ",".join(f'"a{k}":1.5' for k in range(30)) + "}"
    text = "{" + ",".join(f'"b{k}":{inside}' for k in range(5)) + "}"
    ready, found = threading.Barrier(8), []

    def one():
        ready.wait()
        found.append(decode(text, kind))

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8 and all(one.b4.a29 == 1.5 for one in found)
"""


@pytest.mark.process
def test_threads_that_first_decode_a_class_together_all_succeed():
    done = subprocess.run(
        [sys.executable, "-c", MANY_AT_ONCE], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_classes_are_decoded_in_that_one_place():
    others = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for folder in ("hts", "pages")
        for path in (ROOT / folder).rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and DECODING.fullmatch(ast.unparse(call.func))
        and path != ROOT / "hts" / "records.py"
    ]
    assert others == []
