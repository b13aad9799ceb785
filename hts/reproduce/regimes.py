"""When training stops: what a claim holds in one regime it need not hold in another.  No torch."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Regime:
    """Training that ends at a training accuracy, or with the budget.

    ``target``: percent; ``every``: steps between two looks at it.
    """

    name: str
    title: str
    target: float
    every: int

    def ends(self, step: int, accuracy: float, budget: int) -> bool:
        """Whether a network with this training accuracy (percent) at ``step`` ends here."""
        return step == budget or (self.asks(step, budget) and accuracy >= self.target)

    def asks(self, step: int, budget: int) -> bool:
        """Whether the accuracy at ``step`` is looked at."""
        return step % self.every == 0 or step == budget


def _early(target: int) -> Regime:
    title = f"early, to {target} %"
    return Regime(name=f"early-{target}", title=title, target=float(target), every=1)


_FULL = Regime(name="full", title="full: to 99 % or the end of the budget", target=99.0, every=10)
_PAPER = Regime(
    name="paper", title="the published protocol: to 95 %, every 10 steps", target=95.0, every=10
)
_TENS = Regime(name="tens-80", title="to 80 %, every 10 steps", target=80.0, every=10)
_HUNDREDS = Regime(
    name="paper-100", title="the published protocol: to 95 %, every 100 steps", target=95.0,
    every=100,
)  # fmt: skip
REGIMES = {
    regime.name: regime for regime in (*map(_early, (80, 90, 95)), _FULL, _PAPER, _HUNDREDS, _TENS)
}
