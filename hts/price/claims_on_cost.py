"""Claims about what heavy tails and compressibility cost: robustness, generalisation, momentum."""

from __future__ import annotations

import itertools

from hts.paired.shares import rank_correlation
from hts.paired.sign_test import sign_test
from hts.paired.trend_test import trend_test
from hts.price.choose import Choice, accuracy
from hts.price.claim import Claim, Tests, shared
from hts.price.front import CONTROLS
from hts.price.methods import METHODS
from hts.price.records import Block, Trained

ALPHAS = {2.0: "gaussian", 1.9: "III-1.9", 1.75: "III-1.75", 1.5: "III-1.5", 1.25: "III-1.25"}
"""Rotationally invariant noise from the lightest tails to the heaviest."""
STRENGTHS = (1.0, 4.0)


def accuracy_gap(network: Trained) -> float:
    """Training minus test accuracy, points."""
    return network.train_accuracy - accuracy(network, "nothing", 0.0)


def loss_gap(network: Trained) -> float:
    """Test minus training loss, nats, of a network that did not diverge."""
    assert network.test_loss is not None
    assert network.train_loss is not None
    return network.test_loss - network.train_loss


GAPS = {"gap of accuracy": (accuracy_gap, "points"), "gap of loss": (loss_gap, "nats")}


class Robustness(Claim):
    """Barsbey et al. 2025."""

    key = "robustness"
    cites = ("2507.17725",)
    title = "Compressibility costs adversarial robustness"
    says = (
        "Of networks trained in one way, the more compressible ones lose more of their right "
        "answers to adversarial examples, whichever way made them compressible."
    )
    rule = (
        "For every method with a knob that makes weights compressible, and for L2 and Linf: the "
        "rank correlation over its values, in each seed, between the norm-compressible share and "
        "the share of right answers that an attack leaves right; sign test over seeds, below 0. "
        "For type III noise also: that share minus the one without noise and minus the one under "
        "Gaussian noise of equal strength (1 and 4), below 0. Values at which a network diverges "
        "or ends below 50 % training accuracy in any seed are left out."
    )
    limits = "One kind of compressibility, that of units by norm; attacks of one strength."

    _KNOBS = ("weight-decay", "group-lasso", "large-rate", "III-1.5", "II-1.5", "III-1.25")

    def tests(self, choice: Choice) -> Tests:
        for name, norm in itertools.product(self._KNOBS, ("l2", "linf")):
            rows = shared(_working(choice, name))
            if rows and len(rows[0]) > 2:
                found = [
                    rank_correlation(
                        [n.compressible or 0.0 for n in row], [_kept(n, norm) for n in row]
                    )
                    for row in rows
                ]
                test = sign_test(found, below=True, most=1.0)
                yield f"{METHODS[name].title}, {_said(norm)}", test, "rank correlation"
        for strength, norm in itertools.product(STRENGTHS, ("l2", "linf")):
            for control, value in (("none", 1.0), ("gaussian", strength)):
                if not (choice.has("III-1.5", strength) and choice.has(control, value)):
                    continue
                rows = shared([choice.at("III-1.5", strength), choice.at(control, value)])
                if rows:
                    gaps = [_kept(ours, norm) - _kept(theirs, norm) for ours, theirs in rows]
                    name = (
                        f"{METHODS['III-1.5'].title}, strength {strength:g}, over "
                        f"{CONTROLS[control]}, {_said(norm)}"
                    )
                    yield name, sign_test(gaps, below=True), "points"


class Threshold(Claim):
    """Raj et al. 2022; Dupuis and Viallard 2024."""

    key = "threshold"
    cites = ("2206.01274", "2402.07723")
    title = "There is a threshold of heavy-tailedness in generalisation"
    says = (
        "From Gaussian noise on, heavier tails first generalise better and, beyond some alpha, "
        "worse: the gap between training and test has its least value at an alpha in between."
    )
    rule = (
        "Rotationally invariant noise at alpha 2 (Gaussian), 1.9, 1.75, 1.5 and 1.25, equal "
        "strength (1 and 4). For every alpha in between: the smaller of the gap at 2 and the gap "
        "at 1.25, minus the gap there, above 0 in a sign test over seeds. One part is enough. "
        "Beside the family: Page's trend test of a gap that grows as alpha falls."
    )
    limits = (
        "Stability bounds are about expectations that heavy tails make infinite; here medians, one "
        "network size, equal strength in place of equal sigma."
    )
    settled_by = "any"

    def tests(self, choice: Choice) -> Tests:
        for strength in STRENGTHS:
            for gap, (of, unit) in GAPS.items():
                rows = self._rows(choice, strength)
                for place, alpha in list(enumerate(ALPHAS))[1:-1] if rows else ():
                    dips = [min(of(r[0]), of(r[-1])) - of(r[place]) for r in rows]
                    name = f"{gap} least at alpha {alpha:g}, strength {strength:g}"
                    yield name, sign_test(dips), unit

    def beside(self, choice: Choice) -> Tests:
        """Does the gap grow as alpha falls?"""
        for strength in STRENGTHS:
            rows = self._rows(choice, strength)
            for gap, (of, unit) in GAPS.items():
                if rows:
                    test = trend_test([[of(n) for n in row] for row in rows])
                    yield f"{gap} grows as alpha falls, strength {strength:g}", test, unit

    @staticmethod
    def _rows(choice: Choice, strength: float) -> list[list[Trained]]:
        if not all(choice.has(name, strength) for name in ALPHAS.values()):
            return []
        return shared([choice.at(name, strength) for name in ALPHAS.values()])


class Momentum(Claim):
    """Dang et al. 2025."""

    key = "momentum"
    cites = ("2502.00885",)
    title = "Momentum is harmful under heavy tails"
    says = (
        "Under heavy-tailed noise momentum makes generalisation worse, more than it does under "
        "Gaussian noise or none."
    )
    rule = (
        "Momentum 0.9, learning rate and noise a tenth, type III noise at alpha 1.5, strength 1 "
        "and 4. Parts, above 0 in a sign test over seeds: the gap with momentum minus the gap "
        "without; and that difference minus the same under Gaussian noise, and without noise."
    )
    limits = "The paper's theorem is about a quadratic loss; these are networks."

    def tests(self, choice: Choice) -> Tests:
        for strength in STRENGTHS:
            pairs = {"III-1.5": strength, "gaussian": strength, "none": 1.0}
            wanted = [(n, v) for name, v in pairs.items() for n in (f"momentum-{name}", name)]
            if not all(choice.has(*one) for one in wanted):
                continue
            rows = shared([choice.at(*one) for one in wanted])
            for gap, (of, unit) in GAPS.items() if rows else ():
                harm = [[of(r[i]) - of(r[i + 1]) for i in (0, 2, 4)] for r in rows]
                name = f"{gap}, strength {strength:g}"
                yield name, sign_test([h[0] for h in harm]), unit
                for place, control in ((1, "Gaussian noise"), (2, "no noise")):
                    more = sign_test([h[0] - h[place] for h in harm])
                    yield f"{name}, more than under {control}", more, unit


def _working(choice: Choice, name: str) -> list[Block]:
    blocks = [choice.at(name, v) for v in METHODS[name].grid if choice.has(name, v)]
    return [b for b in blocks if all(not n.diverged and n.train_accuracy >= 50 for n in b.networks)]


def _kept(network: Trained, norm: str) -> float:
    return getattr(network, f"kept_{norm}") or 0.0


def _said(norm: str) -> str:
    return {"l2": "L2", "linf": "Linf"}[norm]
