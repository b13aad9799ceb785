"""What a model needs to know of a run's settings; `hts.config.RunConfig` has it."""

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
