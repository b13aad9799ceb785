"""Which value of its hyperparameter a method has at a share: the best on validation.

Chosen with the seeds ``choosing`` alone, by the median accuracy on validation; of equals the
smallest value.  What is then reported has other seeds and other examples.
"""

from __future__ import annotations

from statistics import median

from hts.price.methods import METHODS
from hts.price.records import SHARES, Block, PriceList, Trained

MATCHED = {"gaussian-matched": ("gaussian", "III-1.5")}
"""Controls that take another method's value: the name, whose networks, whose value."""


class Choice:
    """The chosen networks of every method.  ``way``: a key of `hts.price.records.AFTERWARDS`."""

    def __init__(self, found: PriceList) -> None:
        self.found = found
        self._blocks = {(b.method, b.value): b for b in found.reported}
        self._choosing: dict[str, list[Block]] = {}
        for block in found.choosing:
            self._choosing.setdefault(block.method, []).append(block)

    @property
    def key(self) -> tuple[object, ...]:
        """The same key, the same networks."""
        made = self.found.made
        return self.found.settings, made.command, made.date, made.seconds

    @property
    def methods(self) -> list[str]:
        """Those on the front, in the order of lists."""
        names = [name for name in METHODS if name in self._choosing]
        return [*names, *(m for m, (of, by) in MATCHED.items() if {of, by} <= set(names))]

    def value(self, method: str, way: str, share: float) -> float:
        """The value of the hyperparameter of ``method`` at a share of `SHARES`."""
        if method in MATCHED:
            method = MATCHED[method][1]
        blocks = self._choosing[method]
        best = max(blocks, key=lambda b: (_validation(b, way, share), -b.value))
        return best.value

    def block(self, method: str, way: str, share: float) -> Block:
        """Its reported networks."""
        value = self.value(method, way, share)
        return self._blocks[MATCHED.get(method, (method,))[0], value]

    def at(self, method: str, value: float) -> Block:
        """The reported networks with this value."""
        return self._blocks[method, value]

    def has(self, method: str, value: float) -> bool:
        """Whether there are any."""
        return (method, value) in self._blocks

    def accuracies(self, method: str, way: str, share: float) -> list[float]:
        """Test accuracies (seeds,) in percent, the best value by validation at this share."""
        chosen = self.block(method, way, share)
        return [accuracy(network, way, share) for network in chosen.networks]


def accuracy(network: Trained, way: str, share: float) -> float:
    """Test accuracy in percent at a share of `SHARES`."""
    return network.test[way][SHARES.index(share)]


def _validation(block: Block, way: str, share: float) -> float:
    place = SHARES.index(share)
    return median(network.validation[way][place] for network in block.networks)


def title(method: str) -> str:
    """What a method is called, matched controls too."""
    if method in MATCHED:
        of, by = MATCHED[method]
        like = METHODS[by].title
        return f"{METHODS[of].title}, strength of {like[:1].lower()}{like[1:]}"
    return METHODS[method].title
