"""What can be taken away from a watched training."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from typing import Any

from hts.records import encode
from hts.studio.watching.watches import Watched, Watches
from hts.watching.records import LayerAt

COLUMNS = ("step", "seconds", "loss", "took", *(f.name for f in dataclasses.fields(LayerAt)))


def plain(one: Watched) -> dict[str, Any]:
    """A training as the command line's JSON has it."""
    return {
        "id": one.id, "name": one.name, "state": one.state, "message": one.message,
        "step": one.step, "seconds": one.seconds, "spent": one.spent, "created": one.created,
        "ended": one.ended, "about": dataclasses.asdict(one.about),
    }  # fmt: skip


def as_json(watches: Watches, watch_id: str) -> str:
    """Everything: what it is, every look and loss, and the last look whole."""
    parts = {"looks": watches.looks(watch_id), "losses": watches.losses(watch_id)}
    parts |= {"last": watches.view(watch_id)}
    read = {name: json.loads(encode(part)) for name, part in parts.items()}
    return json.dumps({**plain(watches.get(watch_id)), **read})


def looks_csv(watches: Watches, watch_id: str) -> str:
    """One line for each layer at each look; shares in percent, times in seconds."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for look in watches.looks(watch_id):
        plain_look = {"step": look.step, "seconds": look.seconds, "loss": look.loss}
        for layer in look.layers:
            writer.writerow({**plain_look, "took": look.took, **dataclasses.asdict(layer)})
    return text.getvalue()
