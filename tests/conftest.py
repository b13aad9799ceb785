"""Fixtures every room shares."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with real data, or a skip that says how to have it."""
    named = os.environ.get("HTS_DATA_DIR")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    if not (folder / "ecg5000.npz").exists():
        pytest.skip("needs the real data: set HTS_DATA_DIR to a folder holding ecg5000.npz")
    return folder


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty place for runs, used by everything that the test starts."""
    monkeypatch.setenv("HTS_HOME", str(tmp_path))
    return tmp_path
