"""One table written in many ways is read as the same table."""

from __future__ import annotations

import io

import numpy as np
import pytest

from bench.awkward_tables import U, V, files
from hts.data.reading.dialect import Dialect
from hts.data.reading.table_file import opened

FILES = files()


@pytest.mark.parametrize("name", FILES)
def test_a_table_is_read_however_it_is_written(name):
    content, labels = FILES[name]
    table = opened(io.BytesIO(content), Dialect()).read(None)
    assert np.array_equal(table.block(slice(0, 99)), np.column_stack([U, V]))
    assert list(table.labels) == labels
