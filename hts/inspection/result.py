"""What `hts.inspect` found: one record a layer, as a table, dicts, JSON or CSV."""

from __future__ import annotations

import csv
import io
import json
import textwrap
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TypeVar

from hts.estimates import at_end
from hts.inspection.layer_report import ASSUMED, KEPT, LayerReport, LeftOut
from hts.records import TailIndex
from hts.spreadsheet import cell

WIDTH = 100
_NAMED = 6  # names told of those left out for one reason
_LEAST_NAME = 12
_MOST_KIND = 11
VERDICT_WORDS: dict[str, str] = {
    "stable": "Consistent with a stable law",
    "Gaussian": "Gaussian, no heavy tail is seen",
    "compatible": "Not distinguishable from a stable law or a Gaussian at this size",
    "not stable": "Heavy-tailed but not stable",
    "light": "Light-tailed: a stable fit would be wrong",
    "masked": "The initialisation still masks the noise",
    "unclear": "Several laws fit, which these weights cannot tell apart",
    "skewed": "Heavier on one side",
}

Key = TypeVar("Key")


@dataclass(frozen=True, kw_only=True)
class Inspection:
    """The layers of a network; ``str`` gives a table of at most 100 columns."""

    source: str
    noise: str | None  # the noise type that was named; None: foreign weights
    layers: tuple[LayerReport, ...]
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()

    def to_dicts(self) -> list[dict[str, object]]:
        """One flat dict a layer."""
        return [layer.to_dict() for layer in self.layers]

    def to_json(self) -> str:
        """One JSON object: source, noise, layers, left_out, notes."""
        content = asdict(self) | {"layers": self.to_dicts()}
        return json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1)

    def to_csv(self) -> str:
        """A header and one line a layer, without what was left out."""
        out = io.StringIO()
        if self.layers:
            writer = csv.DictWriter(out, list(self.to_dicts()[0]), lineterminator="\n")
            writer.writeheader()
            rows = self.to_dicts()
            writer.writerows({name: cell(value) for name, value in row.items()} for row in rows)
        return out.getvalue()

    def reasons(self) -> list[tuple[str, list[str]]]:
        """Why arrays were left out, the commonest reason first, with their names."""
        counted = Counter(left.why for left in self.left_out)
        return [
            (why, [left.name for left in self.left_out if left.why == why])
            for why, _ in counted.most_common()
        ]

    def __str__(self) -> str:
        return _table(self)


def _table(inspection: Inspection) -> str:
    """The whole text, without a newline at the end."""
    count = len(inspection.layers)
    head = f"{inspection.source}: {count} layer{'s' * (count != 1)}, "
    head += f"{sum(layer.size for layer in inspection.layers):,} weights"
    if inspection.noise is not None:
        head += f", noise type {inspection.noise}"
    lines = _wrapped(head)
    if inspection.layers:
        lines += ["", *_aligned(inspection), ""]
        lines += _wrapped(_legend(inspection))
        for kind, names in _named(
            inspection, lambda layer: None if layer.verdict is None else layer.verdict.kind
        ):
            lines += _wrapped(f"{VERDICT_WORDS[kind]}: {_listed(names)}")
    for why, names in inspection.reasons():
        lines += _wrapped(f"Left out, {why}: {_listed(names)}")
    for note in inspection.notes:
        lines += _wrapped(f"Note: {note}")
    for note, names in _named(inspection, lambda layer: layer.note):
        lines += _wrapped(f"{_listed(names)}: {note}")
    return "\n".join(lines)


def _aligned(inspection: Inspection) -> list[str]:
    foreign = inspection.noise is None
    entries = foreign or any(layer.by_entries for layer in inspection.layers)
    units = foreign or any(layer.by_units for layer in inspection.layers)
    titles = ["layer", "kind", "units x in", "median|w|"]
    titles += ["α by entries"] * entries + ["α by units"] * units
    titles += ["prune", f"err{100 * KEPT[-1]:g}%", "top1%"]
    rows = [titles]
    for layer in inspection.layers:
        row = [
            _name(layer),
            _printable(layer.kind)[:_MOST_KIND],
            f"{layer.units}x{layer.inputs}",
            f"{layer.median_abs:.2e}",
        ]
        row += [_tail(layer.by_entries)] * entries + [_tail(layer.by_units)] * units
        row += [
            f"{layer.pruning_ratio:.0f}%",
            f"{layer.relative_error[-1]:.2f}",
            f"{layer.largest_share:.0f}%",
        ]
        rows.append(row)
    widths = [max(len(row[k]) for row in rows) for k in range(len(titles))]
    spare = WIDTH - sum(widths[1:]) - (len(widths) - 1)
    widths[0] = min(widths[0], max(_LEAST_NAME, spare))
    left = {0, 1}
    return [
        " ".join(
            _shortened(text, widths[k]).ljust(widths[k]) if k in left else text.rjust(widths[k])
            for k, text in enumerate(row)
        ).rstrip()
        for row in rows
    ]


def _legend(inspection: Inspection) -> str:
    first = (
        "prune: units that go at squared error 0.1; "
        f"err{100 * KEPT[-1]:g}%: relative error with that share of the units kept; "
        "top1%: squares in the largest 1 % of the weights. "
    )
    if inspection.noise is None:
        return first + ASSUMED
    return first + "* = the fitted law does not describe the layer, so that α is no tail index."


def _named(
    inspection: Inspection, key: Callable[[LayerReport], Key | None]
) -> list[tuple[Key, list[str]]]:
    """The layers' names by what ``key`` gives of them, where it gives something."""
    found: dict[Key, list[str]] = {}
    for layer in inspection.layers:
        if told := key(layer):
            found.setdefault(told, []).append(_name(layer))
    return list(found.items())


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _name(layer: LayerReport) -> str:
    return _printable(layer.name.removesuffix(".weight"))


def _tail(tail: TailIndex | None) -> str:
    if tail is None:
        return "-"
    end = "≤" if at_end(tail.alpha) else ""
    return f"{end}{tail.alpha:.2f} {tail.low:.2f}-{tail.high:.2f}{' ' if tail.fits else '*'}"


def _shortened(name: str, width: int) -> str:
    """``encoder.layers.0.linear1`` -> ``e.l.0.linear1``: from the left, until it fits."""
    words = name.split(".")
    for k, word in enumerate(words[:-1]):
        if len(".".join(words)) <= width:
            break
        words[k] = word if word.isdigit() else word[:1]
    short = ".".join(words)
    return short if len(short) <= width else f"…{short[len(short) - width + 1 :]}"


def _printable(text: str) -> str:
    """A foreign file names its arrays as it likes; a terminal obeys some characters."""
    return "".join(c if c.isprintable() else "?" for c in text)


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(_printable(text), WIDTH, subsequent_indent="  ")
