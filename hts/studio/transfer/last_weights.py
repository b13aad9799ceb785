"""The newest raw weights of a run, one layer at a time: a page never holds the whole network."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from numpy.typing import NDArray
from safetensors import safe_open

from hts.foreign import guarded
from hts.models.arrays import weight_names
from hts.studio.store.run_row import networks_of
from hts.studio.store.store import Store
from hts.validate import BadInput


@dataclass(frozen=True, kw_only=True)
class LastWeights:
    """A file with weights of the state ``step``; ``final``: no training followed.

    ``mark`` changes when the file is replaced.
    """

    path: Path
    step: int
    final: bool
    names: tuple[str, ...]
    mark: int

    def read(self, name: str) -> NDArray:
        """The layer ``name``, ``(units, inputs)`` or ``(filters, channels, height, width)``.

        Raises `BadInput` if there is no such layer or the file has gone or is damaged.
        """
        if name not in self.names:
            raise BadInput(f"there are no weights of {name!r}; kept are {', '.join(self.names)}.")
        what = "the file of this run's weights"
        with guarded(what), safe_open(self.path, framework="numpy") as file:
            array: NDArray = file.get_tensor(name)
        return array


def last_weights(store: Store, run_id: str) -> LastWeights | None:
    """The final weights, else those of the last checkpoint; None if neither can be read.

    None too for a run of several networks, which have theirs one by one.
    """
    run = store.runs.get(run_id)
    if networks_of(run):
        return None
    kept = ((store.home.weights(run_id), run.step), (store.home.checkpoint(run_id), None))
    for path, step in kept:
        try:
            with guarded(path.name), safe_open(path, framework="numpy") as file:
                mark = path.stat().st_mtime_ns
                names = tuple(weight_names(file.keys()))
                if step is None:
                    step = int((file.metadata() or {})["step"])
        except BadInput:
            continue
        final = run.state == "finished" and step == run.step
        return LastWeights(path=path, step=step, final=final, names=names, mark=mark)
    return None
