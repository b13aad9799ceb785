"""Train and print the table of docs/ecg5000.md: what alpha does to normal heartbeats and others.

Every row is a median over seeds 1-5 with the interval of the median, which is the whole range of
five: full batches of 500, learning rate 0.01, sigma 1, until training accuracy reaches 95 %.  A
tail index whose fit was rejected is none.

Example: python -m hts table --seeds 5
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

from tqdm import tqdm

from hts.config import RunConfig
from hts.noise.types import heavy_types
from hts.records import RunResult
from hts.studio.sweeps.measures import MEASURES
from hts.studio.sweeps.table import summary_of
from hts.studio.sweeps.text import SHOWN, median_words
from hts.validate import whole

BASE = RunConfig(
    data="ecg5000-binary",
    sigma=1.0,
    width=2000,
    lr=0.01,
    batch_size=500,
    target_accuracy=95.0,
    eval_every=10,
    iterations=3000,
)
HEAD = """\
| noise | alpha | width | norm-compressible % | test accuracy % | after pruning % | tail index |
|---|---|---|---|---|---|---|"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seeds", default="5", help="seeds 1 to N (default: 5)")


def rows() -> Iterator[RunConfig]:
    """The table's configurations, from no noise to the heaviest tails, then the wider ones."""
    yield BASE.replace(noise="none")
    kinds = [kind.name for kind in heavy_types()]
    for kind in kinds:
        for alpha in (2.0, 1.9, 1.75, 1.5):
            yield BASE.replace(noise=kind, alpha=alpha)
    yield BASE.replace(noise="none", width=10_000)
    for kind in kinds:
        yield BASE.replace(noise=kind, width=10_000)


def run(options: argparse.Namespace) -> None:
    from hts.data import load
    from hts.runs.single import train

    seeds = whole("seeds", options.seeds, low=1, high=10_000)
    dataset = load(BASE.data)
    configs = list(rows())
    print(HEAD)
    with tqdm(total=len(configs) * seeds, file=sys.stderr, unit="run") as bar:
        for config in configs:
            results = []
            for seed in range(1, seeds + 1):
                results.append(train(config.replace(seed=seed), dataset))
                bar.update()
            print(line(config, results), flush=True)


def line(config: RunConfig, results: list[RunResult]) -> str:
    """One row: medians over the results of several seeds that did not diverge."""
    alpha = "-" if config.stability is None else f"{config.stability:g}"
    cells = []
    for measure in (MEASURES[name] for name in SHOWN):
        values = [value for r in results if (value := measure.value(r)) is not None]
        found = summary_of(values, rejected=sum(measure.rejected(r) for r in results))
        cells.append(median_words(found, 2 if measure.name == "tail_index" else 1))
    return f"| {config.noise} | {alpha} | {config.width} | {' | '.join(cells)} |"
