"""What a terminal shows of a run of several networks: medians and the level of their intervals."""

from __future__ import annotations

import pytest
import several_factories

from hts.studio.cli.printed.several import describe
from hts.studio.store.store import Store


@pytest.mark.parametrize(
    ("seeds", "head"),
    [
        (1, "1 noisy network:"),
        (3, "3 noisy networks: median (75 % interval of the median, their whole range)"),
        (5, "5 noisy networks: median (94 % interval of the median, their whole range)"),
        (6, "6 noisy networks: median (95 % interval of the median)"),
        (9, "9 noisy networks: median (95 % interval of the median)"),
    ],
)
def test_the_level_is_the_one_that_so_many_seeds_reach(tmp_path, seeds, head):
    with Store(tmp_path) as store:
        run = several_factories.put(store, replicates=seeds)
        said = describe(store.runs.get(run).result)
    assert said[0].strip() == head
    (accuracy,) = [line for line in said if line.strip().startswith("test accuracy  ")]
    assert (" to " in accuracy) == (seeds > 1)
    assert "at equal pruned share (medians), paired by seed:" in "\n".join(said)
