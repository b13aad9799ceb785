"""Starting points worth a look."""

from __future__ import annotations

from hts.runs.claimed import CLAIMED
from hts.runs.claims import Figure, Gain
from hts.runs.demonstrations import DEMONSTRATIONS

PRESETS = (*CLAIMED, *DEMONSTRATIONS)


def headline() -> str:
    """What heavy tails buy and what they cost, in two sentences with the stored figures.

    Without stored results of the present settings the sentence has no figures.
    """
    won, lost = _against_none("first-look"), _against_none("full-budget")
    if won is None or lost is None:
        return "Heavy tails make weights compressible in norm. What that does to accuracy varies."
    return (
        f"Stopped early, and with {won.fields['share']} % of its units removed, a network with "
        f"heavy-tailed noise keeps {won.fields['kept']} % accuracy: {won.fields['change']} than "
        f"without noise. With a full budget it keeps {lost.fields['kept']} %: "
        f"{lost.fields['change']}. (Digits, medians over {won.seeds} seeds with 95 % intervals.)"
    )


def _against_none(name: str) -> Figure | None:
    """The gain over no noise at the same target or budget, in the preset called ``name``."""
    preset = next(preset for preset in CLAIMED if preset.name == name)
    if preset.claim is None or preset.networks is None:
        return None
    gains = (part.measure for part in preset.claim.parts if isinstance(part.measure, Gain))
    return next(gain for gain in gains if gain.over == "none").of(preset.networks)
