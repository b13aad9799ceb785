"""The boundaries between rooms: what each may import, and what a process must not load."""

from __future__ import annotations

import functools
import importlib
import subprocess
import sys
import tomllib
import types
from pathlib import Path

import pytest

from bench.house.imports import House, cycles, longest_chain

ROOT = Path(__file__).resolve().parent.parent

# One table of allowed directions: room -> the rooms that its files may import from.
ALLOWED: dict[str, str] = tomllib.loads((ROOT / "tests" / "rooms.toml").read_text(encoding="utf-8"))

# What no file of the library may import, and the files that may all the same, each with its test.
NOT_IN_THE_LIBRARY = {"sqlite3", "subprocess", "plotly", "streamlit", "multiprocessing"}
EXCEPTIONS = {
    (
        "hts.sandbox",
        "subprocess",
    ): "test_the_process_may_take_so_much_memory_and_no_more",
    (
        "hts.runs.in_memory.shown",
        "plotly",
    ): "test_without_an_extra_the_figure_and_the_table_say_what_to_install",
}


@functools.cache
def house() -> House:
    return House(ROOT)


@pytest.mark.parametrize("room", sorted(ALLOWED))
def test_a_room_imports_only_what_the_table_allows(room):
    found = house()
    allowed = {room, *ALLOWED[room].split()}
    for module, targets in found.imports.items():
        if found.room(module) == room:
            against = {t for t in targets if found.room(t) not in allowed}
            assert not against, f"{module} imports {sorted(against)}"


def test_the_table_names_every_room_and_no_other():
    rooms = {room for room in house().rooms if room.split(".")[0] != "bench"}
    assert rooms == set(ALLOWED)
    for allowed in ALLOWED.values():
        assert set(allowed.split()) <= rooms


def test_the_table_itself_has_no_cycle_and_no_arrow_back():
    assert cycles({room: allowed.split() for room, allowed in ALLOWED.items()}) == []
    for room, allowed in ALLOWED.items():
        if room.startswith("hts") and not room.startswith("hts.studio") and room != "hts.__main__":
            assert not [a for a in allowed.split() if a.startswith(("hts.studio", "pages"))], room
        if room.startswith("hts.studio"):
            assert not [a for a in allowed.split() if a.startswith("pages")], room


def test_no_files_and_no_rooms_import_each_other_in_a_circle():
    assert cycles(house().imports) == []
    assert cycles(house().rooms) == []


def test_the_product_imports_neither_bench_nor_tests():
    for module, targets in house().imports.items():
        if module.split(".")[0] != "bench":
            assert not [t for t in targets if t.split(".")[0] == "bench"], module
            assert not house().external[module] & {"tests", "conftest", "factories"}, module


def test_the_library_needs_no_database_process_or_page():
    for module, packages in house().external.items():
        if module.startswith("hts") and not module.startswith("hts.studio"):
            excused = {package for name, package in EXCEPTIONS if name == module}
            assert packages & NOT_IN_THE_LIBRARY == excused, module
        if module.startswith("hts"):
            assert not packages & {"streamlit", "pages", "app"}, module


@pytest.mark.parametrize("exception", sorted(EXCEPTIONS.values()))
def test_every_exception_has_a_test(exception):
    assert any(
        f"def {exception}(" in path.read_text(encoding="utf-8")
        for path in (ROOT / "tests").rglob("test_*.py")
    )


def test_chains_and_folders_stay_short():
    found = house()
    imports = {name: found.imports[name] for name in found.files if not name.startswith("bench")}
    assert len(longest_chain(imports)) <= 19
    assert len(found.reach("hts.studio.jobs.client")) <= 79
    assert len(found.reach("hts.studio.jobs.client", kinds=True)) <= 99
    folders = [path.parent for path in found.files.values()]
    assert max(folders.count(folder) for folder in set(folders)) <= 25


def test_reach_with_kinds_has_what_registries_find_and_what_that_imports_at_once(tmp_path):
    files = {
        "app": "",
        "hts/kinds/__init__": "from hts.kinds.base import Base\nKINDS = Registry(path=__path__)",
        "hts/kinds/base": "",
        "hts/kinds/one": "from hts.kinds import KINDS\nimport hts.at_once\n"
        "def draw():\n  import hts.later",
        "hts/at_once": "",
        "hts/later": "",
        "hts/asking": "from hts.kinds import KINDS",
    }
    (tmp_path / "hts" / "kinds").mkdir(parents=True)
    for name, text in files.items():
        (tmp_path / f"{name}.py").write_text(text)
    found = House(tmp_path)
    without = {"hts.asking", "hts.kinds", "hts.kinds.base"}
    assert found.reach("hts.asking") == without
    assert found.reach("hts.asking", kinds=True) == without | {"hts.kinds.one", "hts.at_once"}
    assert found.reach("hts.kinds.one") == {
        "hts.kinds.one", "hts.kinds", "hts.kinds.base", "hts.at_once", "hts.later",
    }  # fmt: skip


def test_no_module_of_the_package_has_the_name_of_a_public_function():
    public = {"inspect", "train", "watch", "sweep", "stable"}
    for module in house().files:
        if module.startswith("hts."):
            assert not public & set(module.split(".")), module


@pytest.mark.parametrize("name", ["hts", "hts.data", "hts.noise", "hts.pruning", "hts.tails"])
def test_no_public_name_shadows_a_module_beside_it_and_every_one_is_there(name):
    package = importlib.import_module(name)
    assert set(package.__all__) <= set(dir(package))
    for public in package.__all__:
        found = getattr(package, public)
        is_module = f"{name}.{public}" in house().files
        assert isinstance(found, types.ModuleType) == is_module, public


def loaded_after(statement: str) -> set[str]:
    """Top-level modules in a fresh interpreter after ``statement``."""
    code = f"import sys\n{statement}\nprint(*sorted(m.split('.')[0] for m in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(done.stdout.split())


@pytest.mark.process
def test_importing_hts_loads_neither_torch_nor_streamlit():
    assert not loaded_after("import hts") & {"torch", "streamlit", "scipy", "plotly"}


WITHOUT_TORCH = [
    "hts.studio.lab",
    "hts.studio.lab.codes",
    "hts.studio.lab.identify",
    "hts.studio.classroom.lesson",
    "hts.studio.classroom.lesson_page",
    "hts.studio.classroom.tasks",
    "hts.studio.store",
    "hts.studio.jobs.client",
    "hts.studio.jobs.scheduling.scheduler",
    "hts.studio.figures",
    "hts.data",
    "hts.runs.presets",
    "hts.budget.memory",
    "hts.noise.types",
    "hts.noise.law",
    "hts.laws.stable_law",
    "hts.noise.fast_law",
    "hts.noise.general",
    "hts.noise.portrait",
    "hts.noise.known_laws",
    "hts.tails",
    "hts.tails.report",
    "hts.tails.recorded",
    "hts.studio.transfer.last_weights",
    "hts.pruning.columns",
    "hts.studio.sweeps.spec",
    "hts.studio.sweeps.cost",
    "hts.studio.sweeps.table",
    "hts.studio.sweeps.export",
    "hts.weights",
    "hts.inspection.network",
    "hts.studio.sweeps.presets",
    "hts.studio.figures.sweep_figures.map",
    "hts.studio.figures.sweep_figures.lines",
    "hts.studio.jobs.overview",
    "hts.studio.jobs.health",
    "hts.studio.jobs.background",
    "hts.pruning.criteria",
    "hts.pruning.across",
    "hts.pruning.sizes",
    "hts.studio.compress.export",
    "hts.studio.compress.report",
    "hts.theory.records",
    "hts.theory.files",
    "hts.theory.kesten",
    "hts.studio.figures.theory.curves",
    "hts.reproduce.claims",
    "hts.reproduce.tables",
    "hts.studio.cluster.status",
    "hts.studio.watching.files",
    "hts.studio.watching.seen",
    "hts.studio.figures.watched.layer",
]


@pytest.mark.process
def test_what_the_web_process_imports_brings_no_torch():
    code = "import importlib, sys\n"
    code += f"for name in {WITHOUT_TORCH!r}:\n    importlib.import_module(name)\n"
    code += "    brought = {'torch', 'streamlit', 'ray'} & set(sys.modules)\n"
    code += "    assert not brought, f'{name} brings {brought}'\n"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
