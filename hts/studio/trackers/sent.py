"""Runs of the store as trackers take them: a run of several networks is one for each of them."""

from __future__ import annotations

import contextlib
import dataclasses
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from hts.studio.catalogue.facts import measured
from hts.studio.store.run_row import Run, networks_of
from hts.studio.store.store import Store
from hts.studio.trackers.base import Sent
from hts.studio.transfer.export import metrics_of, weights_safetensors
from hts.validate import BadInput


def sent_of(store: Store, run: Run) -> Sent:
    """One network, with the settings as they were steered."""
    lines, _ = metrics_of(store, run.id)
    points = [
        (line["step"], {k: float(v) for k, v in line.items() if k != "step" and v is not None})
        for line in lines
    ]
    settings = {k: v for k, v in run.effective.to_dict().items() if v is not None}
    whole = run.id.partition(".")[0]
    return Sent(
        id=run.id,
        name=run.title or run.id,
        state=run.outcome,
        tags=(*run.tags, *([whole] if whole != run.id else []), *filter(None, [run.sweep])),
        notes=run.notes,
        began=run.started or run.created,
        params={k: v if isinstance(v, int | float | str) else str(v) for k, v in settings.items()},
        points=tuple(points),
        seconds={step: line["seconds"] for step, line in points if "seconds" in line},
        final={k: float(v) for k, v in measured(run.result).items() if v is not None},
    )


def send_all(
    store: Store,
    runs: Iterable[Run],
    send: Callable[[Sent, Path | None], bool],
    *,
    weights: bool,
) -> Iterator[tuple[str, bool]]:
    """Send every network of ``runs``; gives its id, and whether it was not there already.

    ``weights``: with its final weights as ``weights.safetensors``, where it has some.
    """
    for run in runs:
        for name in networks_of(run) or [run.id]:
            one = store.runs.get(name)
            found = sent_of(store, one)
            if name != run.id:
                found = dataclasses.replace(found, name=_named(run, name))
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder) / "weights.safetensors"
                with contextlib.suppress(BadInput):  # it has none, or diverged
                    if weights:
                        file.write_bytes(weights_safetensors(store, name))
                yield name, send(found, file if file.exists() else None)


def _named(run: Run, network: str) -> str:
    return f"{run.title} {network.partition('.')[2]}" if run.title else network
