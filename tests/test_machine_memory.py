"""The memory there is: a container's limit counts where it is below the machine's."""

from __future__ import annotations

from pathlib import Path

import pytest

from hts import machine_memory
from hts.machine_memory import free_memory, short_of_memory, total_memory

MB = 10**6


@pytest.fixture
def groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the control groups are; ours is what ``ours`` says."""
    monkeypatch.setattr(machine_memory, "_GROUPS", tmp_path)
    monkeypatch.setattr(machine_memory, "_OURS", tmp_path / "ours")
    return tmp_path


def limit(folder: Path, version: int, most: int | str, used: int, files: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    most_name, used_name, idle_name = machine_memory._NAMES[version]
    (folder / most_name).write_text(f"{most}\n")
    (folder / used_name).write_text(f"{used}\n")
    (folder / "memory.stat").write_text(f"anon 5\n{idle_name} {files}\n")


def test_without_control_groups_it_is_the_machine(groups):
    assert total_memory() > free_memory() > 0


@pytest.mark.parametrize(
    ("ours", "folder", "version"),
    [
        ("0::/box/inner", "box", 2),  # the limit of the group around ours
        ("0::/docker/elsewhere", "", 2),  # within a container the root is ours
        ("9:cpu:/x\n8:memory:/box", "memory/box", 1),
    ],
)
def test_the_limit_of_a_container_counts_without_the_files_it_could_let_go(
    groups, ours, folder, version
):
    (groups / "ours").write_text(ours)
    limit(groups / folder, version, 900 * MB, 700 * MB, 100 * MB)
    assert total_memory() == 900 * MB
    assert free_memory() == 300 * MB
    assert short_of_memory()


def test_no_limit_is_none(groups):
    (groups / "ours").write_text("0::/box")
    limit(groups / "box", 2, "max", 5 * MB, 0)
    assert total_memory() > 900 * MB
