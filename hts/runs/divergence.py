"""A blow-up, explained: which step, which norm, what to change."""

from __future__ import annotations

import numpy as np

from hts.config import RunConfig


def explain_divergence(
    config: RunConfig, step: int, norms: np.ndarray, previous: tuple[int, float] | None
) -> str:
    """Sentences for the page and the command line.

    ``norms``: unit norms (units,) of the first hidden layer at the blow-up, possibly not finite;
    ``previous``: (step, largest norm) at the last look where all was finite, or None.
    """
    finite = norms[np.isfinite(norms)]
    broken = len(norms) - len(finite)
    if broken == len(norms):
        state = "no unit's weight norm is finite any more"
    elif broken:
        state = f"{broken} of {len(norms)} units have weights that are not finite"
    else:
        state = (
            f"the largest unit norm is {finite.max():.3g} (median {np.median(finite):.3g}) and the "
            "scores overflow"
        )
    before = ""
    if previous is not None:
        before = f" At step {previous[0]} the largest unit norm was still {previous[1]:.3g}."
    return f"Diverged at step {step}: {state}.{before} {_advice(config.at(step))}"


def _advice(config: RunConfig) -> str:
    lower = f"lower the learning rate (now {config.lr:g})"
    if config.stability is None:
        return f"To change: {lower}; there is no noise, so the gradient steps alone blew up."
    kick = f"one step's noise has scale sigma * lr^(1/alpha) = {config.noise_scale:.3g}"
    if config.reference_scaling != "off":
        kick = f"one step's noise has the released code's scale, {config.noise_scale:.3g}"
    if config.stability < 2:
        rare = "and, with alpha below 2, single draws many orders of magnitude larger"
        return (
            f"To change: lower sigma (now {config.sigma:g}), raise alpha (now {config.alpha:g}) "
            f"or {lower}; {kick}, {rare}."
        )
    return f"To change: lower sigma (now {config.sigma:g}) or {lower}; {kick}."
