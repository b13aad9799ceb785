"""Train many configurations of one shape together, each to its own end.

Members differ in seed, noise type, alpha, sigma, learning rate, budget, target and how often they
are evaluated; everything that shapes a product agrees (`hts.budget.groups`).  Every
member sees the batches and the noise that it sees alone and follows the same order, gradient,
evaluation, noise, so it ends as it ends alone up to the rounding of sums (which a single giant
weight can amplify).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch

from hts.config import RunConfig
from hts.data.sources import Dataset
from hts.models.model import Stack
from hts.noise.sources import NoiseSource
from hts.noise.stacked import StackedNoise
from hts.pruning.columns import unit_norms
from hts.records import Evaluation, StopReason
from hts.runs.group_state import GroupState, Onlooker, RunSoFar, standing
from hts.runs.outcome import Outcome, diverged, finished
from hts.runs.pace import due
from hts.runs.recorder import Control
from hts.runs.session import Session
from hts.runs.snapshot import take_snapshot
from hts.training.device import choose_device, set_products
from hts.training.examples import Batches, Examples

KEPT = 1.3  # factor between the numbers of neighbouring evaluations that are recorded


@dataclass
class _Member:
    number: int  # in the order given
    config: RunConfig
    evaluations: list[Evaluation] = field(default_factory=list)
    seconds: float = 0.0

    def asks(self, step: int) -> bool:
        """Whether its training accuracy is wanted at ``step``."""
        if step == self.config.iterations:
            return True
        if step % self.config.eval_every:
            return False
        return self.config.target_accuracy is not None or self.keeps(step)

    def keeps(self, step: int) -> bool:
        """Whether an evaluation at ``step`` is recorded even if it does not end the run."""
        return due(-(-step // self.config.eval_every), KEPT)

    def ends(self, step: int, accuracy: float) -> StopReason | None:
        target = self.config.target_accuracy
        if target is not None and accuracy >= target:
            return "target reached"
        return "budget" if step == self.config.iterations else None


def train_together(
    configs: Sequence[RunConfig],
    dataset: Dataset,
    on_end: Callable[[Outcome], None],
    control: Control,
    onlooker: Onlooker,
    state: GroupState | None,
) -> bool:
    """As `hts.runs.group.run_group`, all members in the same products.

    False, with nothing done, where the family of ``configs`` has no such way, or settings change
    on the way.
    """
    if any(config.schedules for config in configs):
        return False
    # Types and alphas that stand together are drawn together.
    numbers = sorted(range(len(configs)), key=lambda i: (configs[i].noise, configs[i].alpha, i))
    members = [_Member(i, configs[i]) for i in numbers]
    device, ordered = choose_device(configs[0].device), [member.config for member in members]
    stack = configs[0].family.stack(ordered, dataset.inputs, len(dataset.classes), device)
    if stack is None:
        return False
    _Together(members, stack, device, dataset, on_end, control, onlooker, state).go()
    return True


class _Together:
    def __init__(
        self,
        members: list[_Member],
        stack: Stack,
        device: torch.device,
        dataset: Dataset,
        on_end: Callable[[Outcome], None],
        control: Control,
        onlooker: Onlooker,
        state: GroupState | None,
    ) -> None:
        self.dataset, self.on_end = dataset, on_end
        self.control, self.onlooker = control, onlooker
        self.members, self.stack = members, stack
        self.shape = members[0].config
        set_products(device, self.shape.precision)
        self.examples = Examples(dataset, device)
        seeds = [member.config.seed for member in members]
        self.batches = Batches(len(dataset.y_train), self.shape.batch_size, seeds, device)
        self.noise = self._noise()
        self.step = 0
        self.losses = torch.zeros(0)  # of the last step; (0,) without gradient steps
        if state is not None:
            self._go_on_from(state)

    def _go_on_from(self, state: GroupState) -> None:
        self.stack.load(state.tensors)
        self.step = state.step
        for member in self.members:
            so_far = state.runs[member.number]
            member.evaluations, member.seconds = list(so_far.evaluations), so_far.seconds

    def _noise(self) -> list[StackedNoise]:
        """One for each hidden layer."""
        configs = [member.config for member in self.members]
        return [
            StackedNoise(
                [NoiseSource(c.noise, c.alpha, seed=c.seed, layer=layer) for c in configs],
                [c.noise_scale for c in configs],
            )
            for layer in range(len(self.stack.noise_layers))
        ]

    def go(self) -> None:
        if self.step:
            self.add_noise()
        while self.members:
            self.step += 1
            began = time.perf_counter()
            broken = self.gradient(self.step)
            ended: dict[int, StopReason] = {}
            asked = [i for i, m in enumerate(self.members) if i not in broken and m.asks(self.step)]
            if asked:
                ended = self.evaluate(self.step, asked, broken)
            self.count_time(began)
            for i in broken:
                self.tell_diverged(self.step, i)
            for i, reason in ended.items():
                self.tell(self.step, i, reason)
            if broken or ended:
                self.drop({*broken, *ended})
            if not self.members:
                return
            word = self.control.wanted(self.step)
            self.be_seen()
            if word == "stop":
                return
            self.add_noise()

    def add_noise(self) -> None:
        """The noise of the step that was taken."""
        began = time.perf_counter()
        for layer, noise in enumerate(self.noise):
            noise.add_(self.stack.noise_layers[layer], self.step)
        self.count_time(began)

    def count_time(self, began: float) -> None:
        """Give every member its share of the time since then."""
        share = (time.perf_counter() - began) / len(self.members)
        for member in self.members:
            member.seconds += share

    def be_seen(self) -> None:
        """Let the onlooker have what it wants of this state."""
        if self.onlooker.wants_look():
            losses: list[float | None] = [*self.losses.tolist()] or [None] * len(self.members)
            looks = [
                standing(member.number, member.evaluations, loss)
                for member, loss in zip(self.members, losses, strict=True)
            ]
            self.onlooker.look(self.step, looks)
        if self.onlooker.wants_state(self.stack.nbytes):
            runs = tuple(
                RunSoFar(seconds=member.seconds, evaluations=tuple(member.evaluations))
                for member in self.members
            )
            state = GroupState(step=self.step, runs=runs, tensors=self.stack.tensors())
            self.onlooker.state([member.number for member in self.members], state)

    def gradient(self, step: int) -> set[int]:
        """One step of all; the positions of members whose loss was not finite before it."""
        if not self.shape.gradient:
            return set()
        rows = None if self.batches.whole else self.batches.rows(step)
        self.losses = self.stack.step(self.examples, rows)
        finite = torch.isfinite(self.losses).tolist()
        return {i for i, fine in enumerate(finite) if not fine}

    def evaluate(self, step: int, asked: list[int], broken: set[int]) -> dict[int, StopReason]:
        """Evaluate those at ``asked``: who ends here; who has diverged goes into ``broken``."""
        train, losses = self.stack.accuracies(asked, *self.examples.part("train"))
        ended: dict[int, StopReason] = {}
        kept: list[int] = []  # positions in `asked`
        for place, i in enumerate(asked):
            if not np.isfinite(losses[place]):
                broken.add(i)
                continue
            reason = self.members[i].ends(step, train[place])
            if reason is not None:
                ended[i] = reason
            if reason is not None or self.members[i].keeps(step):
                kept.append(place)
        if kept:
            positions = [asked[place] for place in kept]
            test, _ = self.stack.accuracies(positions, *self.examples.part("test"))
            for place, i, accuracy in zip(kept, positions, test, strict=True):
                self.members[i].evaluations.append(
                    Evaluation(
                        step=step,
                        train_loss=losses[place],
                        train_accuracy=train[place],
                        test_accuracy=accuracy,
                        seconds=self.members[i].seconds,
                    )
                )
        return ended

    def tell(self, step: int, position: int, reason: StopReason) -> None:
        member = self.members[position]
        network = self.stack.network(position)
        session = Session(member.config, self.dataset, examples=self.examples, network=network)
        try:
            last = take_snapshot(session, step, member.seconds, gradients=True)
        except ArithmeticError:
            self.tell_diverged(step, position)
            return
        self.on_end(
            Outcome(
                member=member.number,
                result=finished(session, last, reason, seconds=member.seconds),
                snapshot=last,
                evaluations=member.evaluations,
                tensors=network.tensors,
            )
        )

    def tell_diverged(self, step: int, position: int) -> None:
        member = self.members[position]
        norms = unit_norms(self.stack.noise_layers[0][position].cpu().numpy())
        self.on_end(
            Outcome(
                member=member.number,
                result=diverged(member.config, step, norms, None, seconds=member.seconds),
                snapshot=None,
                evaluations=member.evaluations,
                tensors=self.stack.network(position).tensors,
            )
        )

    def drop(self, gone: set[int]) -> None:
        """Go on without the members at these positions."""
        stay = [i for i in range(len(self.members)) if i not in gone]
        self.members = [self.members[i] for i in stay]
        if stay:
            self.stack.keep(stay)
            self.batches.keep(stay)
            self.losses = self.losses[stay] if len(self.losses) else self.losses
            self.noise = self._noise()
