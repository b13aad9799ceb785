"""What README and docs show as code works: Python runs, commands are ones the program takes.

Pages whose code a test of their own runs, with what must come out: `docs/extending.md`
(`tests/test_to_add_something.py`), `docs/heavy-tailed-sgd.md` (`tests/training`) and
`docs/hosting.md` (`tests/deploy`).
"""

from __future__ import annotations

import re
import shlex
from importlib.util import find_spec
from pathlib import Path

import pytest
import torch

from bench.__main__ import _MEASURES, _OF_THE_APP
from hts.studio.cli.main import _joined, parser

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "SECURITY.md", *sorted(ROOT.glob("docs/*.md"))]
ELSEWHERE = {"extending.md", "heavy-tailed-sgd.md", "hosting.md"}
BLOCK = re.compile(r"^```(\S*)\n(.*?)^```$", re.M | re.S)
PYTHON = re.compile(r"^(?:[A-Z_]+=\S+ )*\S*python -m (.*)$", re.M)


def blocks(page: Path, language: str) -> list[str]:
    return [code for of, code in BLOCK.findall(page.read_text("utf-8")) if of == language]


def commands(page: Path) -> list[str]:
    """Lines that start a program of ours, whole where a backslash ends them."""
    code = "\n".join(blocks(page, "")).replace("\\\n", "")
    inline = "\n".join(re.findall(r"(?<!`)`([^`\n]+)`(?!`)", page.read_text("utf-8")))
    return [line.split(" #")[0].rstrip(" &") for line in PYTHON.findall(f"{code}\n{inline}")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_block_is_of_a_kind_that_is_tried(page):
    kinds = {kind for kind, _ in BLOCK.findall(page.read_text("utf-8"))}
    assert not {kind for kind in kinds if not kind.startswith("{")} - {"", "python", "toml"}
    assert "toml" not in kinds or page.name in ELSEWHERE


@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if blocks(page, "python") and page.name not in ELSEWHERE],
    ids=lambda page: page.name,
)
def test_python_of_a_page_runs_from_top_to_bottom(page):
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    names: dict = {}
    with torch.random.fork_rng():
        for code in blocks(page, "python"):
            exec(compile(code, page.name, "exec"), names)
    torch.set_num_threads(threads)


@pytest.mark.parametrize(
    "page", [page for page in PAGES if commands(page)], ids=lambda page: page.name
)
def test_commands_of_a_page_are_ones_the_program_takes(page, capsys):
    for line in commands(page):
        module, *words = shlex.split(line.replace("$SLURM_ARRAY_TASK_ID", "1").replace("…", ""))
        if module == "hts" and words:
            words = _joined(words)
            if {"--help", "--version"} & set(words):
                continue
            try:
                parser(words[0]).parse_args(words)
            except SystemExit:
                pytest.fail(f"{line}: {capsys.readouterr().err}")
        elif module == "bench" and words:
            assert words[0] in {*_MEASURES, *_OF_THE_APP}, line
        elif module.startswith(("hts", "bench")):
            assert find_spec(module) is not None, line


def test_targets_of_make_that_pages_name_are_there():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    named = {word for page in PAGES for word in re.findall(r"\bmake ([a-z-]+)\b", _code(page))}
    assert {"run", "test", "fast", "manual"} <= named
    for target in named:
        assert re.search(rf"^{target}:", makefile, re.M), target


def _code(page: Path) -> str:
    text = page.read_text("utf-8")
    return "\n".join([*blocks(page, ""), *re.findall(r"`(make [^`\n]+)`", text)])
