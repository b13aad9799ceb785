"""What can be taken away from a run: its settings, its numbers, its weights."""

from __future__ import annotations

import contextlib
import csv
import dataclasses
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save

from hts.models.arrays import weight_names
from hts.paired.effect import SHARES
from hts.paired.results import curve_of
from hts.records import Evaluation, SnapshotSummary
from hts.studio.store.array_files import read_arrays
from hts.studio.store.run_row import Run, networks_of
from hts.studio.store.store import Store
from hts.studio.transfer.portable import about_network, portable
from hts.table_file import table_bytes
from hts.validate import BadInput

_OF_GRADIENT = ("gradient_alpha", "gradient_alpha_low", "gradient_alpha_high", "gradient_fits")
_OF_SNAPSHOT = ("pruning_ratio", "test_accuracy_pruned", "alpha", "alpha_low", "alpha_high", "fits")
OF_NETWORK = (
    "stop_reason", "iterations", "train_accuracy", "test_accuracy", "pruning_ratio",
    "test_accuracy_pruned", "prunable",
)  # fmt: skip
COLUMNS = (*(f.name for f in dataclasses.fields(Evaluation)), *_OF_SNAPSHOT, *_OF_GRADIENT)


def config_json(store: Store, run_id: str) -> str:
    """The settings, with what was steered, as JSON; `RunConfig.from_json` reads it back."""
    return json.dumps(store.runs.get(run_id).effective.to_dict(), indent=2) + "\n"


def metrics_csv(store: Store, run_id: str) -> str:
    """One line per recorded step: evaluations, joined with the kept snapshots' scalars.

    Accuracies and pruning ratios are in percent, seconds are training time; what was not measured
    at a step is empty.  At a step with both, the evaluation's accuracies are the ones given.
    ``gradient_alpha`` and its like: the tail index of the gradient noise of the first layer.
    Networks of several layers get more columns, ``alpha hidden 2`` and the like, for each layer.
    """
    lines, by_layer = metrics_of(store, run_id)
    text = io.StringIO()
    writer = csv.DictWriter(text, [*COLUMNS, *by_layer], restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue()


def metrics_of_all(store: Store, about: Mapping[str, Mapping[str, Any]], ending: str) -> bytes:
    """The lines of `metrics_csv` of several runs in one CSV or Parquet file, run by run.

    ``about``: by run id, what stands before its numbers on every line, of the same columns each.
    """
    rows: list[dict[str, Any]] = []
    columns: dict[str, None] = {}
    for run_id, named in about.items():
        lines, by_layer = metrics_of(store, run_id)
        columns |= dict.fromkeys(["run", *named, *COLUMNS, *by_layer])
        rows += [{"run": run_id, **named, **line} for line in lines]
    whole = [{name: row.get(name) for name in columns} for row in rows]
    return table_bytes(whole, ending, columns=list(columns))


def metrics_of(store: Store, run_id: str) -> tuple[list[dict[str, Any]], dict[str, None]]:
    """The lines of `metrics_csv` by step, and the columns of layers in order of appearance."""
    lines: dict[int, dict[str, Any]] = {}
    by_layer: dict[str, None] = {}
    for summary in store.series.summaries(run_id):
        layers = _layer_fields(summary) if len(summary.layers) > 1 else {}
        by_layer |= dict.fromkeys(layers)
        lines[summary.step] = {**_fields(summary), **layers}
    for point in store.series.evaluations(run_id):
        lines.setdefault(point.step, {}).update(_fields(point))
    return [lines[step] for step in sorted(lines)], by_layer


def weights_file(store: Store, run_id: str) -> Path:
    """The safetensors file with the final weights; `BadInput` if the run has none (yet).

    It may have what the optimizer keeps beside them.  A finished run whose last checkpoint is its
    final state needs no second copy of it.  Of several networks one is
    named.
    """
    run = store.runs.get(run_id)
    need_one_network(run)
    candidates = [store.home.weights(run_id)]
    if run.state == "finished" and run.checkpoint_step == run.step:
        candidates.append(store.home.checkpoint(run_id))
    for path in candidates:
        if path.exists():
            return path
    raise BadInput(f"run {run_id} is {run.state} and has no final weights to download.")


def final_weights(store: Store, run_id: str) -> dict[str, np.ndarray]:
    """The weights in `weights_file`; `BadInput` if there is no such file or it is damaged."""
    found = read_arrays(weights_file(store, run_id), lambda _, tensors: tensors)
    if found is None:
        raise BadInput(f"the weights of run {run_id} cannot be read: their file is damaged.")
    return {name: found[name] for name in weight_names(found)}


def weights_safetensors(store: Store, run_id: str) -> bytes:
    """`final_weights` as a file to take along, which ``load_network.py`` loads where it can."""
    arrays = final_weights(store, run_id)
    try:
        about = about_network(store.runs.get(run_id).config, arrays)
    except BadInput:  # a model of somebody's own, or a table that is gone
        return save(arrays)
    return portable(arrays, about)


def networks_zip(store: Store, run_id: str) -> bytes:
    """`weights_safetensors` of every network of a run of several that has ended with some."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name in networks_of(store.runs.get(run_id)):
            with contextlib.suppress(BadInput):  # it diverged
                archive.writestr(f"{name}.safetensors", weights_safetensors(store, name))
    return packed.getvalue()


def networks_csv(store: Store, run_id: str) -> str:
    """One line per network of a finished run of several: what it came to, accuracy after pruning.

    Percent; ``at 80`` is test accuracy with 80 % of the units removed, smallest norms first.
    """
    run = store.runs.get(run_id)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["arm", "seed", *OF_NETWORK, *(f"at {100 * share:g}" for share in SHARES)])
    for one in run.result.members if run.result else []:
        values = [getattr(one.result, name) for name in OF_NETWORK]
        kept = curve_of(one.result).at(SHARES)
        writer.writerow([one.arm, one.seed, *values, *(round(v, 4) for v in kept.tolist())])
    return text.getvalue()


def need_one_network(run: Run) -> None:
    """`BadInput` with the names of some networks if ``run`` is several."""
    if names := networks_of(run):
        raise BadInput(
            f"run {run.id} is {len(names)} networks, each with weights of its own: name one, such "
            f"as {names[0]} or {names[-1]}."
        )


def _fields(record: Evaluation | SnapshotSummary) -> dict[str, Any]:
    fields = {f.name: getattr(record, f.name) for f in dataclasses.fields(record)}
    layers = fields.pop("layers", [])
    if layers:
        fields |= {name: getattr(layers[0], name) for name in _OF_GRADIENT}
    return {k: v for k, v in fields.items() if v is not None}


def _layer_fields(summary: SnapshotSummary) -> dict[str, Any]:
    names = ("pruning_ratio", "alpha", "alpha_low", "alpha_high", "fits", *_OF_GRADIENT)
    return {f"{name} {layer.name}": getattr(layer, name) for layer in summary.layers
            for name in names}  # fmt: skip
