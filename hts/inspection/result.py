"""What `hts.inspect` found: one record a layer, as a table, dicts, JSON or CSV."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from hts.inspection.layer_report import LayerReport, LeftOut
from hts.inspection.table import table


@dataclass(frozen=True, kw_only=True)
class Inspection:
    """The layers of a network; ``str`` gives a table of at most 100 columns."""

    source: str
    noise: str | None  # the noise type that was named; None: foreign weights
    layers: tuple[LayerReport, ...]
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()

    def to_dicts(self) -> list[dict[str, Any]]:
        """One flat dict a layer."""
        return [layer.to_dict() for layer in self.layers]

    def to_json(self) -> str:
        """One JSON object: source, noise, layers, left_out, notes."""
        content = {
            "source": self.source,
            "noise": self.noise,
            "layers": self.to_dicts(),
            "left_out": [
                {"name": left.name, "shape": list(left.shape), "why": left.why}
                for left in self.left_out
            ],
            "notes": list(self.notes),
        }
        return json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1)

    def to_csv(self) -> str:
        """A header and one line a layer, without what was left out."""
        out = io.StringIO()
        if self.layers:
            writer = csv.DictWriter(out, list(self.to_dicts()[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(self.to_dicts())
        return out.getvalue()

    def reasons(self) -> list[tuple[str, list[str]]]:
        """Why arrays were left out, the commonest reason first, with their names."""
        counted = Counter(left.why for left in self.left_out)
        return [
            (why, [left.name for left in self.left_out if left.why == why])
            for why, _ in counted.most_common()
        ]

    def __str__(self) -> str:
        return table(self)
