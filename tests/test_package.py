"""The distribution: what its wheel carries and asks for, and that it works outside the checkout."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable
from email import message_from_bytes
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from patience import PATIENCE
from servers import kept_port, until_answers

from hts.version import VERSION, code_version

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
FOLDERS = {"hts": "hts", "pages": "hts/bundled/pages", "results": "hts/bundled/results"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    words = ["-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run([sys.executable, *words], cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package alone, beside what is installed for this Python."""
    folder = tmp_path_factory.mktemp("installed")
    alone = ["--no-deps", "--no-index", "--no-compile", "--quiet"]
    words = ["-m", "pip", "install", *alone, "--target", str(folder), str(wheel)]
    subprocess.run([sys.executable, *words], check=True)
    return folder


@pytest.fixture
def variables(installed: Path, home: Path) -> dict[str, str]:
    """Where the installed package is found, and nothing of the checkout or of this process."""
    ours = ("HTS_", "MKL_CBWR", "OMP_", "PYTHONPATH")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {"PYTHONPATH": str(installed), "HTS_HOME": str(home), "HTS_WORKERS": "service"}


@pytest.fixture
def outside(variables: dict[str, str], tmp_path: Path) -> Callable[..., str]:
    """What a Python outside the checkout prints, with the installed package."""

    def run(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, *words], cwd=tmp_path, env=variables, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    return run


def tracked(folder: str) -> set[str]:
    """The files of ``folder`` that belong to the repository, made in it or not yet added too."""
    words = ["git", "ls-files", "--cached", "--others", "--exclude-standard", folder]
    listed = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return {name for name in listed.splitlines() if (ROOT / name).is_file()}


@pytest.mark.process
def test_the_wheel_carries_package_app_pages_and_results_unchanged_and_nothing_else(wheel):
    wanted = {
        f"{place}{name.removeprefix(folder)}": name
        for folder, place in FOLDERS.items()
        for name in tracked(folder)
    }
    wanted |= {f"hts/bundled/{name}": name for name in ("app.py", ".streamlit/config.toml")}
    with zipfile.ZipFile(wheel) as archive:
        there = {name for name in archive.namelist() if ".dist-info/" not in name}
        assert there == set(wanted)
        assert "hts/py.typed" in there
        for name, source in wanted.items():
            assert archive.read(name) == (ROOT / source).read_bytes(), name


@pytest.mark.process
def test_the_wheel_says_its_version_licence_script_and_extras(wheel):
    with zipfile.ZipFile(wheel) as archive:
        (about,) = (n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        said = message_from_bytes(archive.read(about))
        scripts = archive.read(about.replace("METADATA", "entry_points.txt")).decode()
        assert archive.read(about.replace("METADATA", "licenses/LICENSE"))
    assert said["Version"] == VERSION
    assert said["License-Expression"] == "MIT"
    assert set(said.get_all("Provides-Extra")) == {
        "app", "cluster", "dev", "hosted", "plot", "tables",
    }  # fmt: skip
    assert "hts = hts.__main__:command" in scripts
    core = [Requirement(line) for line in said.get_all("Requires-Dist") if "extra ==" not in line]
    assert {r.name for r in core} == {
        "torch", "numpy", "scipy", "numba", "msgspec", "safetensors", "pooch", "psutil", "tqdm",
    }  # fmt: skip


def requirements(name: str) -> dict[str, Requirement]:
    """Those of ``requirements*.txt``, with those of the files that it names."""
    found: dict[str, Requirement] = {}
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        text = re.sub(r"(^|\s)#.*", "", line).strip()
        if text.startswith("-r "):
            found |= requirements(text.removeprefix("-r ").strip())
        elif text:
            found[Requirement(text).name] = Requirement(text)
    return found


def extra(name: str) -> dict[str, Requirement]:
    """Those of an extra, with the core's and those of the extras that it names."""
    found = {r.name: r for r in map(Requirement, PROJECT["dependencies"])}
    for one in map(Requirement, PROJECT["optional-dependencies"][name]):
        if one.name == PROJECT["name"]:
            for other in one.extras:
                found |= extra(other)
        else:
            found[one.name] = one
    return found


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("app", "requirements.txt"),
        ("hosted", "requirements-hosted.txt"),
        ("dev", "requirements-dev.txt"),
    ],
)
def test_an_extra_and_its_requirements_file_ask_for_the_same(name, file):
    ours, listed = extra(name), requirements(file)
    exact = listed.pop("torch").specifier
    assert ours.pop("torch").specifier.contains(str(exact).removeprefix("=="))
    del ours["pandas"]  # streamlit brings it
    assert {n: str(r.specifier) for n, r in ours.items()} == {
        n: str(r.specifier) for n, r in listed.items()
    }


USE = """
import json, os, sys
before, modules = dict(os.environ), set(sys.modules)
import hts
after = dict(os.environ)
brought = {name.partition(".")[0] for name in set(sys.modules) - modules}
names = {name: repr(getattr(hts, name)) for name in dir(hts)}
from hts.data import load
from hts.price.files import SHIPPED
from hts.runs.single import train
from hts.version import code_version
config = hts.RunConfig(noise="none", width=50, lr=0.5, iterations=100)
print(json.dumps({
    "file": hts.__file__, "same": before == after, "torch": "torch" in brought,
    "studio": sorted({"streamlit", "plotly", "pandas", "pyarrow"} & set(sys.modules)),
    "names": sorted(names), "accuracy": train(config, load("digits")).test_accuracy,
    "results": len(list(SHIPPED.glob("*.json"))), "code": code_version(),
}))
"""


@pytest.mark.process
def test_the_installed_library_trains_and_finds_results_where_there_is_no_checkout(
    outside, installed
):
    told = json.loads(outside("-c", USE))
    assert told["file"] == str(installed / "hts" / "__init__.py")
    assert told["same"]
    assert not told["torch"]
    assert told["studio"] == []
    assert {"data", "noise", "pruning", "tails", "inspect", "RunConfig"} <= set(told["names"])
    assert told["accuracy"] > 80
    assert told["results"] > 0
    assert told["code"] == code_version()


@pytest.mark.process
def test_every_page_of_the_installed_app_opens(outside):
    opened = outside(str(ROOT / "tests" / "support" / "every_page.py")).split()
    assert opened == sorted(path.stem for path in ROOT.glob("pages/*.py"))


@pytest.mark.process
def test_the_installed_command_says_its_version_and_serves_the_app(variables, installed, tmp_path):
    command = str(installed / "bin" / "hts")
    said = subprocess.run(
        [sys.executable, command, "--version"], cwd=tmp_path, env=variables, check=True,
        capture_output=True, text=True,
    )  # fmt: skip
    assert said.stdout.strip() == code_version()
    with kept_port() as port:
        with (tmp_path / "log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, command, "app", "--port", str(port)], cwd=tmp_path, env=variables,
                stdout=log, stderr=log,
            )  # fmt: skip
        try:
            headers = until_answers(process, f"http://localhost:{port}", tmp_path / "log")
            assert "Content-Security-Policy" in headers  # from pages/_parts/shell/policy.py
        finally:
            process.terminate()
            process.wait(timeout=PATIENCE)
