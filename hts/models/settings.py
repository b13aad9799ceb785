"""What models and families need to know of a run; `hts.config.RunConfig` has it."""

from __future__ import annotations

from typing import Protocol


class ModelSettings(Protocol):
    """The settings that shape a network and its first weights."""

    @property
    def width(self) -> int: ...
    @property
    def depth(self) -> int: ...
    @property
    def activation(self) -> str: ...
    @property
    def scaling(self) -> str: ...
    @property
    def conv_noise(self) -> str: ...
    @property
    def seed(self) -> int: ...


class FamilySettings(ModelSettings, Protocol):
    """The settings that shape a network, its steps and what they cost."""

    @property
    def data(self) -> str: ...
    @property
    def lr(self) -> float: ...
    @property
    def batch_size(self) -> int: ...
    @property
    def train_output(self) -> bool: ...
    @property
    def stability(self) -> float | None: ...
