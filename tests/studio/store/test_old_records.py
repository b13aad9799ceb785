"""Records of older stores can still be read."""

from __future__ import annotations

import json

from hts.records import (
    LayerView,
    RunResult,
    SnapshotSummary,
    decode,
    encode,
    layer_summaries,
    summarise,
)


def test_records_of_before_there_were_layers_are_read(snapshot, result) -> None:
    shot = snapshot(0)
    for record, kind in ((summarise(shot), SnapshotSummary), (result, RunResult)):
        old = json.loads(encode(record))
        del old["layers"]
        assert decode(json.dumps(old), kind).layers == []
    view = json.loads(encode(shot.layers[0]))
    del view["of"], view["relative_error"], view["gradient"]
    read = decode(json.dumps(view), LayerView)
    assert (read.of, read.relative_error, read.gradient) == ("units", None, None)


def test_a_summary_has_every_layers_scalars(snapshot) -> None:
    shot = snapshot(0)
    (layer,) = summarise(shot).layers
    view = shot.layers[0]
    assert (layer.name, layer.units, layer.of) == ("hidden 1", view.units, "units")
    assert (layer.alpha, layer.pruning_ratio) == (view.tail.alpha, view.pruning_ratio)
    assert decode(encode(summarise(shot)), SnapshotSummary).layers == layer_summaries(shot)
