"""A starting point worth a look: settings, who trains beside it, and what is claimed of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from hts.config import RunConfig
from hts.runs.claims import Claim
from hts.runs.measured import Networks
from hts.runs.shipped_claims import shipped


@dataclass(frozen=True)
class Preset:
    """Settings that differ from the defaults.  Without a ``claim`` it is a demonstration.

    ``beside``: seeds and controls that train with it (`hts.config.arms`).
    """

    name: str  # in addresses
    title: str
    look: str  # what it is, in words without figures
    settings: dict[str, Any] = field(default_factory=dict)
    beside: dict[str, Any] = field(default_factory=dict)
    claim: Claim | None = None

    @property
    def config(self) -> RunConfig:
        """One network alone."""
        return RunConfig(**self.settings)

    @property
    def whole(self) -> RunConfig:
        """With its seeds and controls."""
        return self.config.replace(**self.beside)

    def tried(self, first_seed: int, seeds: int) -> list[RunConfig]:
        """What is trained for its claim: one configuration for every width that it compares."""
        widths = self.claim.widths if self.claim is not None else ()
        several = self.whole.replace(seed=first_seed, replicates=seeds)
        return [several.replace(width=width) for width in widths or (self.config.width,)]

    @property
    def mark(self) -> str:
        """Ten hex digits naming what its claim is about, whatever the seeds."""
        names = "".join(config.hash for config in self.tried(1, 1))
        return hashlib.sha256(names.encode()).hexdigest()[:10]

    @property
    def networks(self) -> Networks | None:
        """Those on which the claim was checked; None without a claim or a stored result."""
        found = None if self.claim is None else shipped(self.name, self.mark)
        return None if found is None else Networks(found)

    @property
    def sentence(self) -> str:
        """What it is, and what was measured: every figure in it comes from the stored result."""
        networks = self.networks
        if self.claim is None or networks is None:
            return _unbroken(self.look)
        return _unbroken(f"{self.look} {self.claim.sentence(networks)}")


def _unbroken(text: str) -> str:
    """No line ends between a number and its percent sign."""
    return text.replace(" %", "\N{NO-BREAK SPACE}%")
