"""Check the claims of the presets: train their networks with new seeds, hold figures to bounds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hts.data import load
from hts.runs.claims import Figure, Part
from hts.runs.lockstep import train_several
from hts.runs.measured import LEVELS, Measured, Networks, measured
from hts.runs.preset import Preset
from hts.runs.shipped_claims import Checked
from hts.version import VERSION

SEEDS, FIRST_SEED = 20, 1001
QUICK_SEEDS = 3
TOGETHER = 4  # seeds trained at once, which bounds the memory
Progress = Callable[[float], None]


@dataclass(frozen=True, kw_only=True)
class PresetCheck:
    """A preset whose networks were trained; `rows` has a line for every bound."""

    preset: Preset
    checked: Checked
    quick: bool

    def rows(self) -> list[dict[str, Any]]:
        """Figures with interval, seeds won, bound, and whether it was kept."""
        claim, networks = self.preset.claim, Networks(self.checked.networks)
        if claim is None:
            return []
        told = [(part, part.measure.of(networks)) for part in claim.parts if part.claims]
        return [self._row(part, figure) for part, figure in told]

    def _row(self, part: Part, figure: Figure) -> dict[str, Any]:
        passed = part.holds(figure, quick=self.quick)
        interval = f" ({figure.low:.3g} to {figure.high:.3g})" if figure.low < figure.high else ""
        won = "" if figure.won is None else f", above 0 in {figure.won} of {figure.seeds} seeds"
        return {
            "preset": self.preset.name,
            "measure": part.measure.title,
            "median": figure.value,
            "low": figure.low,
            "high": figure.high,
            "seeds": figure.seeds,
            "seeds_won": figure.won,
            "bound": part.bound,
            "quick": self.quick,
            "passed": passed,
            "says": f"{self.preset.name}: {part.measure.title} {figure.value:.3g}{interval}{won}; "
            f"claimed {part.bound}",
        }


def check_preset(
    preset: Preset, *, first_seed: int, seeds: int, quick: bool, command: str, progress: Progress
) -> PresetCheck:
    """Train the networks of ``preset``'s claim with ``seeds`` seeds from ``first_seed`` upwards."""
    networks: list[Measured] = []
    asked = [
        config
        for start in range(first_seed, first_seed + seeds, TOGETHER)
        for config in preset.tried(start, min(TOGETHER, first_seed + seeds - start))
    ]
    for number, config in enumerate(asked):
        result = train_several(config, load(config.data))
        networks += [measured(config.width, member) for member in result.members]
        progress((number + 1) / len(asked))
    networks.sort(key=lambda one: (one.width, one.arm, one.seed))
    checked = Checked(
        preset=preset.name,
        settings=preset.mark,
        command=command,
        created=datetime.now(UTC).date().isoformat(),
        version=VERSION,
        levels=list(LEVELS),
        networks=networks,
    )
    return PresetCheck(preset=preset, checked=checked, quick=quick)


def with_claims(presets: Sequence[Preset], *, quick: bool) -> list[Preset]:
    """Those that claim something; where it is ``quick``, only those that it has the time for."""
    claiming = [preset for preset in presets if preset.claim is not None]
    return [one for one in claiming if not quick or (one.claim is not None and one.claim.quick)]
