"""Train every network of a run side by side: seeds and controls, step by step together.

Each network is a `Session` of its own and takes exactly the steps that it takes alone, so it comes
to the bits of the single run with its settings.  Threads share out the networks; which of them
computes a network, and how many there are, cannot change a bit of it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import torch

from hts.budget.memory import check_memory, networks_at_a_time
from hts.budget.work import work_of
from hts.config import RunConfig
from hts.config.arms import members
from hts.data.sources import Dataset
from hts.models.parts import threads_of_one
from hts.records import Moment, RunResult, StopReason
from hts.runs.networks import LIVE_EXAMPLES, Network, combined
from hts.runs.pace import CHECKPOINT_SECONDS, Clock, Looks, Pace
from hts.runs.recorder import Control, Undisturbed
from hts.runs.several import Several, SeveralInMemory, SeveralState
from hts.training.device import choose_device
from hts.training.examples import Examples

LIVE_SECONDS, LIVE_SHARE = 0.6, 0.4  # while somebody may watch: an update a second
ASK_SECONDS = 0.1
BLOCK_SECONDS = 0.1  # steps between two looks at what is wanted take about this long
Made = TypeVar("Made")


def train_several(
    config: RunConfig,
    dataset: Dataset,
    *,
    recorder: Several | None = None,
    control: Control | None = None,
    state: SeveralState | None = None,
) -> RunResult:
    """Run all networks of ``config`` (`hts.config.arms.members`) and return what they came to.

    The result has the medians of the noisy networks, and every network's own in ``members``.
    ``recorder``, ``control`` as for `hts.runs.single.train`; from ``state`` an interrupted run goes
    on with the same history.  A divergence is a result, not an exception.  Raises `BadInput` when
    the networks do not fit into the memory.
    """
    check_memory(config, **dataset.sizes)
    device = choose_device(config.device)
    alone = device.type == "cpu" and config.family.side_by_side
    most = networks_at_a_time(config, torch.get_num_threads(), **dataset.sizes) if alone else 1
    pool = threads_of_one(most)
    if not alone:  # its steps use all threads themselves, or a device
        pool.submit(torch.set_num_threads, torch.get_num_threads()).result()
    try:
        run = _Lockstep(config, dataset, recorder or SeveralInMemory(), control, pool)
        return run.go(state)
    finally:
        pool.shutdown()


@dataclass
class _Lockstep:
    config: RunConfig
    dataset: Dataset
    recorder: Several
    wishes: Control | None
    pool: ThreadPoolExecutor
    networks: list[Network] = field(default_factory=list)
    step: int = 0

    def __post_init__(self) -> None:
        self.control = self.wishes or Undisturbed()
        examples = Examples(self.dataset, choose_device(self.config.device))
        named = members(self.config)
        self.networks = self.each(
            lambda place: Network(named[place], self.dataset, examples), range(len(named))
        )
        one = work_of(self.config.at(0), **self.dataset.sizes, looked_at=LIVE_EXAMPLES)
        self.looks = Looks(
            one,
            iterations=self.config.iterations,
            eval_every=self.config.eval_every,
            several=True,
        )
        self.clock = Clock()
        self.live = Pace(LIVE_SECONDS, LIVE_SHARE)
        self.saved = Pace(CHECKPOINT_SECONDS, LIVE_SHARE)
        self.told = Pace(0.2)
        self.block = 1

    def go(self, state: SeveralState | None) -> RunResult:
        if state is None:
            self.recorder.moment(self.look(full=True, gradients=True))
        else:
            self.go_on_from(state)
        self.follow()
        while self.running():
            self.advance()
            if self.step % self.config.eval_every == 0 or self.step == self.config.iterations:
                self.evaluate()
            if not self.running() or not self.observe():
                break
        for network in self.running():
            network.end(self.step, "stopped", self.clock.seconds())
        return self.finish()

    def go_on_from(self, state: SeveralState) -> None:
        self.step, self.clock = state.step, Clock(state.seconds)
        for network in self.networks:
            network.load(state)

    def running(self) -> list[Network]:
        return [network for network in self.networks if network.result is None]

    def each(self, work: Callable[[int], Made], places: Sequence[int]) -> list[Made]:
        """``work`` of every place, threads sharing them out."""
        return list(self.pool.map(work, places))

    def all_running(self, work: Callable[[Network], Made]) -> dict[int, Made]:
        places = [i for i, network in enumerate(self.networks) if network.result is None]
        return dict(zip(places, self.each(lambda i: work(self.networks[i]), places), strict=True))

    # -- steps ------------------------------------------------------------------------------------

    def advance(self) -> None:
        """To the next step at which something is due, or a block of steps on."""
        every, began = self.config.eval_every, time.perf_counter()
        next_evaluation = (self.step // every + 1) * every
        until = min(self.step + self.block, next_evaluation, self.config.iterations)
        wanted = self.control.until()
        if wanted is not None and wanted > self.step:
            until = min(until, wanted)
        first, taken = self.step + 1, until - self.step
        self.all_running(lambda network: network.steps(first, until))
        self.step = until
        self.share_time(began)
        pace = (time.perf_counter() - began) / taken
        self.block = max(1, min(2 * self.block, int(BLOCK_SECONDS / max(pace, 1e-9))))
        for network in self.running():
            if network.broken_at is not None:
                network.diverge(network.broken_at)

    def share_time(self, began: float) -> None:
        running = self.running()
        for network in running:
            network.seconds += (time.perf_counter() - began) / len(running)

    def evaluate(self) -> None:
        """Evaluate who is asked for; end who has reached its target, the budget, or its partner."""
        last = self.step == self.config.iterations
        number = -(-self.step // self.config.eval_every)
        kept = last or self.looks.evaluation_due(number)
        began = time.perf_counter()
        found = self.all_running(lambda network: network.evaluate(self.step, kept=kept))
        self.share_time(began)
        points = {place: point for place, point in found.items() if point is not None}
        if points:
            self.recorder.evaluations(self.step, points)
        self.end_those_due(last)
        if self.running() and self.looks.snapshot_due(number):
            gradients = self.looks.gradients_due(number)
            self.recorder.moment(self.look(full=True, gradients=gradients))

    def end_those_due(self, last: bool) -> None:
        """End networks; looks at their ends are shared out too."""
        reasons: dict[int, StopReason] = {}
        ended = {n.member.seed for n in self.networks if n.is_main and n.result is not None}
        for place, network in enumerate(self.networks):
            if network.result is not None:
                continue
            if network.broken_at is not None:
                network.diverge(network.broken_at)
            elif network.reached:
                reasons[place] = "target reached"
            elif last:
                reasons[place] = "budget"
            if network.is_main and (place in reasons or network.result is not None):
                ended.add(network.member.seed)
        for place, network in enumerate(self.networks):
            partner_ended = network.member.arm.equal_steps and network.member.seed in ended
            if network.result is None and partner_ended:
                reasons[place] = "budget"
        seconds = self.clock.seconds()
        self.each(lambda i: self.networks[i].end(self.step, reasons[i], seconds), list(reasons))

    # -- who watches ------------------------------------------------------------------------------

    def observe(self) -> bool:
        if self.told.due():
            self.recorder.progress(self.step, self.clock.seconds())
            self.told.done(time.perf_counter())
        if self.recorder.watched and self.live.due():
            self.show(full=False)
        if self.recorder.saves and self.saved.due():
            self.save()
        word = self.control.wanted(self.step)
        if word == "pause":
            word = self.pause()
        if word == "stop":
            return False
        self.follow()
        return True

    def follow(self) -> None:
        """Take up what was steered: it holds from the next step on, for whom it concerns."""
        changes = self.control.changes(self.step)
        if changes:
            self.config = self.config.steered(self.step + 1, **changes)
            for network, member in zip(self.networks, members(self.config), strict=True):
                network.steer(member)

    def pause(self) -> str:
        self.show(full=True)
        self.save()
        self.recorder.progress(self.step, self.clock.seconds())
        began = time.perf_counter()
        word = self.control.wait(self.step)
        self.clock.skip(time.perf_counter() - began)
        return word

    def show(self, *, full: bool) -> None:
        began = time.perf_counter()
        self.recorder.live(self.look(full=full))
        self.live.done(began)

    def look(self, *, full: bool, gradients: bool = False) -> Moment:
        """All of them now; not ``full``: the weights' figures stay as last looked at."""
        seconds = self.clock.seconds()
        looked = self.all_running(
            lambda network: network.look(self.step, seconds, full=full, gradients=gradients)
        )
        for place, shown in looked.items():
            if shown is None:
                self.networks[place].diverge(self.step)
        return Moment(
            step=self.step, seconds=seconds, members=[network.shown for network in self.networks]
        )

    def save(self) -> None:
        began = time.perf_counter()
        self.recorder.checkpoint(self.state())
        self.saved.done(began)

    def state(self) -> SeveralState:
        tensors: dict[str, np.ndarray] = {}
        for network in self.networks:
            tensors |= network.tensors()
        ended: Mapping[str, RunResult] = {
            network.member.key: network.result
            for network in self.networks
            if network.result is not None
        }
        return SeveralState(
            step=self.step,
            seconds=self.clock.seconds(),
            ended=ended,
            spent={network.member.key: network.seconds for network in self.networks},
            tensors=tensors,
        )

    def go_on(self) -> None:
        """Follow who has reached a target further; a wish to stop ends that at once."""
        stop = threading.Event()
        waiting = [
            self.pool.submit(network.go_on, lambda _: stop.is_set()) for network in self.networks
        ]
        while wait(waiting, timeout=ASK_SECONDS).not_done:
            if self.control.wanted(self.step) == "stop":
                stop.set()
        for one in waiting:
            one.result()

    def finish(self) -> RunResult:
        self.recorder.moment(self.look(full=True))
        self.go_on()
        for network in self.networks:
            self.recorder.final(network.member.key, network.session.network.tensors())
        seconds = self.clock.seconds()
        self.recorder.progress(self.step, seconds)
        ended = [(n.member, n.result) for n in self.networks if n.result is not None]
        return combined(self.config, ended, seconds=seconds)
