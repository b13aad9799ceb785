"""A dataset's examples as tensors: on the device if they fit there, else sent batch by batch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from hts.data import Dataset
from hts.data.batches import order, steps_per_epoch

DEVICE_SHARE = 0.5  # of a GPU's free memory that the examples may take


class Examples:
    """``x_train`` (train, inputs) float32, ``y_train`` (train,) int64, and the same for test.

    Inputs that do not fit on ``device`` stay in (pinned) main memory, and `batch` sends what a step
    needs; labels are always on the device.  ``room``: bytes that inputs may take there, by default
    a share of what is free.
    """

    def __init__(self, dataset: Dataset, device: torch.device, *, room: int | None = None) -> None:
        self.device = device
        x_train, x_test = torch.from_numpy(dataset.x_train), torch.from_numpy(dataset.x_test)
        if room is None:
            room = _room(device)
        self.streamed = room is not None and x_train.nbytes + x_test.nbytes > room
        if not self.streamed:
            x_train, x_test = x_train.to(device), x_test.to(device)
        elif device.type == "cuda":
            x_train, x_test = x_train.pin_memory(), x_test.pin_memory()
        self.x_train, self.x_test = x_train, x_test
        self.y_train = torch.from_numpy(dataset.y_train).to(device)
        self.y_test = torch.from_numpy(dataset.y_test).to(device)

    def part(self, name: str) -> tuple[Tensor, Tensor]:
        """Inputs and labels of the ``train`` or the ``test`` set."""
        return (self.x_train, self.y_train) if name == "train" else (self.x_test, self.y_test)

    def whole(self) -> tuple[Tensor, Tensor]:
        """The whole training set on the device."""
        return self.x_train.to(self.device, non_blocking=True), self.y_train

    def batch(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Training examples at ``rows`` (any shape, int64, on the device), on the device."""
        if not self.streamed:
            return self.x_train[rows], self.y_train[rows]
        there = self.x_train[rows.cpu()]
        if self.device.type == "cuda":
            there = there.pin_memory()
        return there.to(self.device, non_blocking=True), self.y_train[rows]


def _room(device: torch.device) -> int | None:
    """Bytes for inputs on ``device``; None where they are in main memory anyway."""
    if device.type != "cuda":
        return None
    free, _ = torch.cuda.mem_get_info(device)
    return int(DEVICE_SHARE * free)


class Batches:
    """Which training examples each of several runs sees at a step, as rows on the device.

    The same as `hts.data.batches.batch_indices` for each of ``seeds``; an epoch's order is made and
    sent once.
    """

    def __init__(
        self, examples: int, batch_size: int, seeds: Sequence[int], device: torch.device
    ) -> None:
        self._examples, self._size = examples, batch_size
        self._seeds, self._device = list(seeds), device
        self._epoch, self._orders = -1, torch.empty(0)

    @property
    def whole(self) -> bool:
        """Every step sees the whole training set, in its own order."""
        return self._size >= self._examples

    def keep(self, members: Sequence[int]) -> None:
        """Go on for these runs only."""
        self._seeds = [self._seeds[member] for member in members]
        self._epoch = -1

    def rows(self, step: int) -> Tensor:
        """Rows (runs, batch) int64 of step ``step`` >= 1; an epoch's last batch may be short."""
        epoch, place = divmod(step - 1, steps_per_epoch(self._examples, self._size))
        if epoch != self._epoch:
            orders = {
                seed: order(self._examples, self._size, seed, epoch) for seed in set(self._seeds)
            }
            stacked = np.stack([orders[seed] for seed in self._seeds])
            self._orders, self._epoch = torch.from_numpy(stacked).to(self._device), epoch
        return self._orders[:, place * self._size : (place + 1) * self._size]
