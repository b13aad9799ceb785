"""What the tests of this folder share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from allocation_bounds import bounded

from hts.validate import BadInput
from hts.weights import read_weights


def load_all(path: Path, **options) -> None:
    for weight in read_weights(path, **options).weights:
        assert not weight.refused
        weight.load()


@pytest.fixture
def refusal(tmp_path: Path) -> Callable[..., str]:
    """``refusal(name, content)``: what is said of such a file, nothing big allocated for it."""

    def said(name: str, content: bytes, **options) -> str:
        path = tmp_path / name
        path.write_bytes(content)
        with bounded(), pytest.raises(BadInput) as caught:
            load_all(path, **options)
        assert name in str(caught.value) or "array" in str(caught.value)
        return str(caught.value)

    return said
