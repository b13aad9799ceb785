"""Which cells of a protocol's grid the claims are about."""

from __future__ import annotations

from hts.noise.types import NOISE_TYPES
from hts.studio.reproduce.protocol import Beyond, Protocol
from hts.studio.reproduce.records import Cell


def main_cell(
    protocol: Protocol, width: int, kind: str, alpha: float | None, sigma: float | None = None
) -> Cell:
    """A cell of the main grid; ``sigma`` is the type's headline sigma unless given."""
    if kind == "none":
        return Cell(protocol.data, "fcn", 1, width, "none", None, None)
    sigma = protocol.headline[kind] if sigma is None else sigma
    scale = protocol.reference_scaling
    return Cell(protocol.data, "fcn", 1, width, kind, alpha, sigma, scale)


def beyond_cell(protocol: Protocol, beyond: Beyond, kind: str, alpha: float) -> Cell:
    """A cell of a network that the theory is not about."""
    base = {**protocol.base, "data": protocol.data, **beyond.settings}
    model, depth = base.get("model", "fcn"), base.get("depth", 1)
    shape = (base["data"], model, depth, base["width"])
    return Cell(*shape, kind, alpha, beyond.noises[kind], protocol.reference_scaling)


def alphas_of(protocol: Protocol, kind: str) -> tuple[float, ...]:
    """Those that there are: the released code has no type III noise at alpha 2."""
    if protocol.reference_scaling == "off":
        return protocol.alphas
    factor = NOISE_TYPES[kind].released_factor
    return tuple(alpha for alpha in protocol.alphas if factor(alpha) is not None)
