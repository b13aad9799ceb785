"""A stored run -> a folder with a really smaller network that loads without this package.

``network.safetensors`` holds the weights with what is needed to compute with them,
``load_network.py`` is all the code that takes, ``network.pt2`` is the same as a `torch.export`
program (TorchScript is deprecated).  Only `write_program` needs torch: the others slice arrays.
"""

from __future__ import annotations

import io
import tempfile
import warnings
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from hts.models.activations import ACTIVATIONS
from hts.models.arrays import keep_units, matrices, pruned_names
from hts.pruning.criteria import CRITERIA, of_units
from hts.pruning.cut import Cut
from hts.pruning.ranking import Ranking, rank
from hts.studio.store.paths import replacing
from hts.studio.store.run_row import Run
from hts.studio.store.store import Store
from hts.studio.transfer.export import final_weights
from hts.studio.transfer.portable import about_network, portable
from hts.validate import BadInput, choice

BY_NORM = "columns"  # the criterion that is used unless another one is asked for
WEIGHTS, LOADER, PROGRAM = "network.safetensors", "load_network.py", "network.pt2"
LOADED = {"relu", "tanh", "identity"}  # activations that the loader knows


@dataclass(frozen=True)
class Smaller:
    """A network after pruning whole units, as arrays by name."""

    arrays: dict[str, np.ndarray]
    about: dict[str, Any]  # what the loader needs, and where it comes from; ready for JSON
    units: int  # of all pruned layers before
    removed: int  # of these
    bytes_before: int  # of the weights
    bytes_left: int

    @property
    def needs(self) -> str:
        """What it takes to load it, in a sentence."""
        name = self.about["activation"]
        more = f" and the activation {name}, given as Network(h=...)"
        return f"It loads with torch and safetensors{' alone' if name in LOADED else more}."

    def content(self) -> bytes:
        return portable(self.arrays, self.about)


def ranked(
    store: Store, run_id: str, *, scope: str = "layer", criterion: str = BY_NORM
) -> tuple[Run, dict[str, np.ndarray], Ranking]:
    """A finished run, its weights, and the order in which its units go.

    Raises `BadInput` for a criterion that does not remove whole units.
    """
    choice("criterion", criterion, of_units(), why="only whole units make a network smaller")
    run = store.runs.get(run_id)
    arrays = final_weights(store, run_id)
    weights = matrices(arrays, _pruned(run, arrays))
    return run, arrays, rank(CRITERIA[criterion], weights, scope=scope, seed=run.config.seed)


def _pruned(run: Run, arrays: dict[str, np.ndarray]) -> list[str]:
    return pruned_names(arrays, run.config.family.prunable(run.config))


def smaller_network(
    run: Run, arrays: dict[str, np.ndarray], ranking: Ranking, counts: np.ndarray, cut: Cut
) -> Smaller:
    """The network without the ``counts`` first units of each layer, as ``cut`` chose them.

    Raises `BadInput` when a layer would lose its last unit.
    """
    units, words = ranking.parts, cut_in_words(cut, ranking)
    if any(gone >= there for gone, there in zip(counts, units, strict=True)):
        raise BadInput(
            f"pruning by {words} leaves a layer without units, and then no input reaches the "
            "output: prune less."
        )
    kept = [np.sort(order[gone:]) for order, gone in zip(ranking.orders, counts, strict=True)]
    small = keep_units(arrays, _pruned(run, arrays), kept)
    about = {
        **about_network(run.config, small),
        "run": run.id,
        "pruned_by": words,
        "units_removed": [int(gone) for gone in counts],
        "units_before": units,
    }
    before, after = (sum(w.nbytes for w in a.values()) for a in (arrays, small))
    return Smaller(small, about, sum(units), int(np.sum(counts)), before, after)


def loader_code() -> str:
    return Path(__file__).with_name(LOADER).read_text(encoding="utf-8")


def write_folder(smaller: Smaller, folder: Path) -> list[Path]:
    """Write weights and loader into ``folder``, made if missing; the files that were written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in ((WEIGHTS, smaller.content()), (LOADER, loader_code().encode())):
            with replacing(folder / name) as file:
                file.write(content)
    except OSError as error:
        raise BadInput(f"the folder {folder} cannot be written to: {error}.") from None
    return [folder / WEIGHTS, folder / LOADER]


def write_program(smaller: Smaller, folder: Path) -> Path:
    """Write ``network.pt2`` beside weights and loader: `torch.export.load` reads it back.

    It takes any number of raw examples from 1 on, as rows of float32; of a table, whose columns
    may be large and hardly vary, of float64.
    """
    import torch

    from hts.studio.compress.load_network import Network

    examples = torch.export.Dim("examples", min=1)
    about = smaller.about
    columns = len(about["raw"]["columns"])
    inputs, kind = (columns, torch.float64) if columns else (about["inputs"], torch.float32)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's own deprecations while it traces
        program = torch.export.export(
            Network(folder / WEIGHTS, ACTIVATIONS.named(about["activation"]).h).eval(),
            (torch.zeros(2, inputs, dtype=kind),),
            dynamic_shapes={"x": {0: examples}},
        )
        torch.export.save(program, folder / PROGRAM)
    return folder / PROGRAM


def zipped(smaller: Smaller) -> bytes:
    """Weights and loader in one zip file, made without torch."""
    files = {WEIGHTS: smaller.content(), LOADER: loader_code().encode()}
    return _zip(files)


def zipped_program(
    store: Store, run_id: str, *, kind: str, amount: float, scope: str, criterion: str = BY_NORM
) -> bytes:
    """Weights, loader and the torch.export program in one zip file; ``Cut(kind, amount)``."""
    cut = Cut(kind, amount)
    run, arrays, ranking = ranked(store, run_id, scope=scope, criterion=criterion)
    counts = cut_counts(store, run, ranking, cut)
    smaller = smaller_network(run, arrays, ranking, counts, cut)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = [*write_folder(smaller, folder), write_program(smaller, folder)]
        return _zip({path.name: path.read_bytes() for path in files})


def _zip(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def cut_in_words(cut: Cut, ranking: Ranking) -> str:
    """``squared error 0.1``, and the criterion where it is not the norm."""
    criterion = ranking.criterion
    return cut.words() + ("" if criterion.name == BY_NORM else f", {criterion.title.lower()}")


def cut_counts(store: Store, run: Run, ranking: Ranking, cut: Cut) -> np.ndarray:
    """Units each layer loses; for points of accuracy the pruning curve is measured (torch)."""
    if cut.kind != "points":
        return cut.counts(ranking)
    from hts.studio.compress.measure import counts_within

    return counts_within(store, run, ranking, cut.amount)
