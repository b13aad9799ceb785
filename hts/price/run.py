"""Make a price list: settings in, blocks kept as they come, a `PriceList` out.  Brings torch."""

from __future__ import annotations

import datetime
import os
import platform
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import torch

from hts.data import load
from hts.noise.mark import noise_mark
from hts.price.data import Parts, checksum, split
from hts.price.measure import measured
from hts.price.methods import METHODS
from hts.price.plan import Task, keep, kept, tasks
from hts.price.records import VERSION as RECORD
from hts.price.records import Block, Made, PriceList
from hts.price.settings import PriceSettings
from hts.price.trainer import train, trainer
from hts.training.examples import Examples
from hts.training.products import settle_products
from hts.version import VERSION

Tell = Callable[[str, float], None]  # what is being done, and the share that is
_ROUNDS, _TIMED_STEPS, _TIMED = 7, 8, 5  # rounds, steps a round, networks


def price_list(
    settings: PriceSettings,
    folder: Path,
    command: str,
    tell: Tell = lambda says, share: None,
) -> PriceList:
    """The price list of ``settings``; blocks that lie in ``folder`` are not made again.

    Raises `DataUnavailable` if the data cannot be had.
    """
    settle_products()
    dataset = load(settings.data)
    parts, sha256, noise = split(dataset, settings), checksum(dataset), noise_mark()
    examples = Examples(parts.dataset, torch.device("cpu"))
    planned = list(tasks(settings))
    found: dict[bool, list[Block]] = {False: [], True: []}
    for done, (task, reported) in enumerate(planned):
        tell(f"{task.method.title}, {task.method.said(task.value)}", done / len(planned))
        path = task.file(settings, sha256, noise, folder)
        block = kept(path)
        if block is None:
            keep(block := _made(task, settings, examples, parts), path)
        found[reported].append(block)
    tell("Times of a step", 1.0)
    return PriceList(
        record=RECORD,
        made=Made(
            command=command,
            date=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            version=VERSION,
            noise=noise,
            machine=f"{os.cpu_count()} CPU cores, {platform.machine()}",
            seconds=round(sum(b.seconds for blocks in found.values() for b in blocks), 1),
            source=dataset.source,
            sha256=sha256,
        ),
        settings=settings,
        distances=parts.distances,
        step_times=step_times(settings, examples, len(dataset.classes)),
        choosing=found[False],
        reported=found[True],
    )


def _made(task: Task, settings: PriceSettings, examples: Examples, parts: Parts) -> Block:
    began = time.process_time()
    classes = len(parts.dataset.classes)
    networks = trainer(settings, task.method, task.value, task.seeds, examples, classes=classes)
    train(networks, examples)
    return Block(
        method=task.method.name,
        value=task.value,
        rate=networks.members.rate,
        sigma=networks.sigma,
        networks=measured(networks, examples, parts),
        seconds=round(time.process_time() - began, 2),
    )


def step_times(settings: PriceSettings, examples: Examples, classes: int) -> dict[str, float]:
    """Processor time of a step of every method over that without noise: medians over rounds.

    Methods take turns, so that a busy machine slows all of them.
    """
    seeds = tuple(range(1, _TIMED + 1))
    stacks = {
        name: trainer(settings, way, way.grid[len(way.grid) // 2], seeds, examples, classes=classes)
        for name, way in METHODS.items()
    }
    times: dict[str, list[float]] = {name: [] for name in stacks}
    for turn in range(_ROUNDS + 1):
        for name, one in stacks.items():
            began = time.process_time()
            for step in range(turn * _TIMED_STEPS + 1, (turn + 1) * _TIMED_STEPS + 1):
                one.gradient(examples, step)
                one.add_noise(step)
            if turn:  # the first makes buffers and tables
                times[name].append(time.process_time() - began)
    plain = statistics.median(times["none"])
    return {name: round(statistics.median(of) / plain, 3) for name, of in times.items()}
