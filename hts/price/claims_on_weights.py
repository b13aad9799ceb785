"""Claims about what training does to weights: large learning rates, and the law of parameters."""

from __future__ import annotations

from collections.abc import Callable

from hts.paired.sign_test import sign_test
from hts.paired.trend_test import trend_test
from hts.price.choose import Choice, accuracy
from hts.price.claim import Claim, Tests, by_seed, shared
from hts.price.methods import METHODS
from hts.price.records import Trained


def _lost(share: float) -> Callable[[Trained], float]:
    return lambda n: accuracy(n, "nothing", share) - accuracy(n, "nothing", 0.0)


class LargeRates(Claim):
    """Barsbey et al. 2025."""

    key = "large-rates"
    cites = ("2507.17748",)
    title = "Large learning rates give compressibility"
    says = (
        "Networks trained without noise at larger learning rates lose less when units are removed, "
        "and their norms are concentrated on fewer units."
    )
    rule = (
        "Page's trend test over the six rates of the method Large learning rate, the smallest of "
        "which is the base rate of every other method. Parts: norm-compressible share; points kept "
        "at 80 % and at 90 % removed (accuracy there minus accuracy before). Rates at which a "
        "network diverges or ends below 50 % training accuracy in any seed are left out, from the "
        "top, and named."
    )
    limits = (
        "The paper also claims robustness to spurious correlations: the datasets here have none "
        "that are marked, so that part is not tried."
    )

    def tests(self, choice: Choice) -> Tests:
        blocks = []
        for value in METHODS["large-rate"].grid:
            if not choice.has("large-rate", value):
                break
            block = choice.at("large-rate", value)
            if any(n.diverged or n.train_accuracy < 50 for n in block.networks):
                break
            blocks.append(block)
        if len(blocks) < 2:
            return
        rows = shared(blocks)
        rates = f"rates x {blocks[0].value:g} to x {blocks[-1].value:g}"
        compressible = [[n.compressible or 0.0 for n in row] for row in rows]
        yield f"norm-compressible share, {rates}", trend_test(compressible), "points"
        for share in (0.8, 0.9):
            kept = [[_lost(share)(n) for n in row] for row in rows]
            yield f"kept at {100 * share:g} % removed, {rates}", trend_test(kept), "points"


class StudentOverStable(Claim):
    """Jiao and Keller-Ressel 2024."""

    key = "student"
    cites = ("2402.01382",)
    title = "Parameters of SGD are closer to a skewed Student-t than to a stable law"
    says = (
        "What SGD without added noise makes of the weights, not its gradient noise, is fitted "
        "better by a skewed Student-t than by a stable law of as many parameters."
    )
    rule = (
        "Sign test over seeds: log-likelihood of the Student-t minus that of the stable law above "
        "0, at every learning rate of No noise. Controls, which the claim is not about: with type "
        "III noise of strength 4 and with Gaussian noise of strength 4. A seed counts where both "
        "laws can be fitted."
    )
    limits = (
        "One network gives one sample: the paper's law is that of one parameter over many runs or "
        "over time. Weights of an input are centred and scaled by their own median and median "
        "deviation before they are put together."
    )

    def tests(self, choice: Choice) -> Tests:
        for value in METHODS["none"].grid:
            gains = self._gains(choice, "none", value)
            if gains:
                name = f"{METHODS['none'].title}, {METHODS['none'].said(value)}"
                yield name, sign_test(gains), "nats a weight"

    def beside(self, choice: Choice) -> Tests:
        """The same of noise whose law is known."""
        for name in ("III-1.5", "gaussian"):
            gains = self._gains(choice, name, 4.0)
            if gains:
                yield f"{METHODS[name].title}, strength 4", sign_test(gains), "nats a weight"

    def _gains(self, choice: Choice, method: str, value: float) -> list[float]:
        if not choice.has(method, value):
            return []
        networks = by_seed(choice.at(method, value)).values()
        return [n.student_gain for n in networks if n.student_gain is not None]
