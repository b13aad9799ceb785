"""Train what a protocol asks for, several networks at a time; what was trained before is kept.

A unit of work is one width and one seed of a setup: first its noisy networks, then their controls,
which are looked at where their own regimes end and after as many steps as the noisy networks took.
Each network is a line of a file as soon as it is done, under a key that names everything it depends
on, so an interrupted run goes on, and one that is repeated trains nothing.  A control is kept with
all steps that it was ever looked at, and serves whoever asks for some of them.
"""

from __future__ import annotations

import functools
import hashlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, wait
from pathlib import Path

import msgspec
import torch

from hts.data import Dataset, load
from hts.models.parts import threads_of_one
from hts.noise.mark import noise_mark
from hts.records import decode
from hts.reproduce.protocols import Asked, left_out, protocol
from hts.reproduce.records import Cell, Network
from hts.reproduce.result import Reproduction, Source, made, source
from hts.reproduce.setup import Setup
from hts.reproduce.trajectory import Stopped, follow
from hts.training.examples import Examples

Tell = Callable[[str, float], None]
ASK_SECONDS = 0.2


def reproduced(
    asked: Asked,
    kept: Path,
    *,
    slots: int | None = None,
    tell: Tell,
    check: Callable[[Reproduction], object] = lambda plan: None,
) -> Reproduction:
    """Train what is missing of the protocol asked for; after Ctrl+C what there was until then.

    ``kept``: the file in which networks are kept; ``slots``: networks at a time, by default as many
    as there are cores; ``check``: takes the result as it is planned, its networks without looks,
    and raises what is wrong with it before anything is trained.
    """
    setups = protocol(asked)
    place = Workplace(setups, kept)
    result = functools.partial(
        made, setups, sources=place.sources, noise=place.noise, planned=place.planned,
        command=asked.command, left_out=left_out(setups),
    )  # fmt: skip
    check(result(list(place.plan())))
    return result(place.run(slots or os.cpu_count() or 1, tell))


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the file."""

    key: str
    network: Network


class Workplace:
    """Where networks are trained and kept.  ``file``: JSON, a network a line."""

    def __init__(self, setups: Sequence[Setup], file: Path) -> None:
        self.setups = list(setups)
        names = dict.fromkeys(setup.data for setup in setups)
        self.data: dict[str, Dataset] = {name: load(name) for name in names}
        self.sources: dict[str, Source] = {n: source(data) for n, data in self.data.items()}
        cpu = torch.device("cpu")
        self._examples = {name: Examples(data, cpu) for name, data in self.data.items()}
        self.noise = noise_mark()
        self._file, self._writing = file, threading.Lock()
        self._kept = _read(file)
        self._in_work: dict[str, threading.Lock] = {}
        self.done = 0

    @property
    def planned(self) -> int:
        """How many networks there are to be."""
        return sum(setup.planned for setup in self.setups)

    def plan(self) -> Iterator[Network]:
        """All networks there are to be, without looks."""
        for setup in self.setups:
            for cell in (cell for width in setup.widths for cell in setup.cells(width)):
                told = {**cell._asdict(), "sigma": setup.sigma(cell), "seconds": 0.0, "looks": ()}
                yield from (Network(**told, seed=seed) for seed in setup.seed_list())

    def run(self, slots: int, tell: Tell) -> list[Network]:
        """All networks, ``slots`` at a time; after Ctrl+C those that were done until then.

        ``tell`` hears what goes on, and its share.  The first failure ends all and is raised.
        """
        pool, planned, self._stop = threads_of_one(slots), self.planned, threading.Event()
        units = [(setup, w, seed) for setup in self.setups for w, seed in setup.units()]
        going = [pool.submit(lambda u: list(self._unit(*u)), unit) for unit in units]
        waiting: set[Future[list[Network]]] = set(going)
        try:
            while waiting:
                done, waiting = wait(waiting, timeout=ASK_SECONDS)
                for future in done:
                    future.result()
                tell(f"{self.done} of {planned} networks", self.done / planned)
        except KeyboardInterrupt:
            pass
        finally:
            self._stop.set()  # those that are still in work
            pool.shutdown(cancel_futures=True)
        found = [future.result() for future in going if not future.cancelled()]
        return [network for unit in found for network in unit]

    def _unit(self, setup: Setup, width: int, seed: int) -> Iterator[Network]:
        steps: dict[Cell, set[int]] = {}
        try:
            for cell in setup.heavy_cells(width):
                network = self._network(setup, cell, seed, ())
                yield network
                ends = {look.step for look in network.looks}  # where it diverged, too
                for control in setup.controls_of(cell).values():
                    steps.setdefault(control, set()).update(ends)
            for cell in setup.control_cells(width):
                yield self._network(setup, cell, seed, sorted(steps.get(cell, ())))
        except Stopped:
            return

    def _network(self, setup: Setup, cell: Cell, seed: int, steps: Sequence[int]) -> Network:
        config = setup.config(cell, seed)
        told = (config.hash, self.noise, self.sources[setup.data].sha256, list(setup.regimes))
        key = _key(*told, [])
        with self._writing:
            own = self._in_work.setdefault(key, threading.Lock())
        with own:  # setups share networks: who comes second waits for the first
            looked = [self._kept[k] for k in (key, _key(*told, list(steps))) if k in self._kept]
            found = next(filter(None, (one.stood_at(steps) for one in looked)), None)
            if found is None:
                more = sorted({*steps, *(look.step for one in looked for look in one.looks)})
                state = self._file.with_name(f"{_key(*told, more)}.npz")
                looks, seconds = follow(
                    config, self.data[setup.data], self._examples[setup.data],
                    [setup.regime(name) for name in setup.regimes], more, self._stop.is_set, state,
                )  # fmt: skip
                trained = Network(
                    **cell._asdict(), sigma=config.sigma if cell.alpha else 0.0, seed=seed,
                    seconds=round(seconds, 2), looks=tuple(looks),
                )  # fmt: skip
                self._keep(Kept(key=key, network=trained))
                found = trained.stood_at(steps)
                assert found is not None
        with self._writing:
            self.done += 1
        return msgspec.structs.replace(found, **cell._asdict())  # it may be of another setup

    def _keep(self, one: Kept) -> None:
        with self._writing, self._file.open("ab") as file:
            file.write(msgspec.json.encode(one) + b"\n")
            self._kept[one.key] = one.network


def _key(*told: object) -> str:
    """Names a network by all that it depends on.

    The last of ``told`` are steps at which it is looked at: none for the network itself, those
    asked for in files of before, and in the name of the file of one that is in work.
    """
    return hashlib.sha256(msgspec.json.encode(told)).hexdigest()[:16]


def _read(file: Path) -> dict[str, Network]:
    """What is kept there, the latest of each key; a line that a kill cut short is no line.

    Raises `OSError` if nothing can be kept there.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a+b") as whole:
        whole.seek(0)
        text = whole.read()
        if text and not text.endswith(b"\n"):
            whole.write(b"\n")
    kept = {}
    for line in text.splitlines():
        try:
            one = decode(line, Kept)
        except msgspec.DecodeError:
            continue
        kept[one.key] = one.network
    return kept
