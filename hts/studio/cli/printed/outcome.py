"""What a run came to, as the command line prints it: JSON, or lines for a terminal."""

from __future__ import annotations

import dataclasses
from typing import Any

from hts.estimates import with_interval
from hts.records import LayerSummary, RunResult
from hts.studio.cli.printed import several


def as_plain(result: RunResult) -> dict[str, Any]:
    """The result as the command line's JSON has it: accuracies and ratio in percent."""
    plain = dataclasses.asdict(dataclasses.replace(result, members=[]))
    tail = result.tail_index
    named = ("alpha", "low", "high", "method", "fits")
    plain["tail_index"] = tail and {name: getattr(tail, name) for name in named}
    plain["prunable_within_1_point"] = plain.pop("prunable")
    del plain["members"]
    if result.members:
        plain |= several.as_plain(result)
        plain["members"] = [
            {"arm": one.arm, "seed": one.seed, **as_plain(one.result)} for one in result.members
        ]
    return plain


def describe(run_id: str, result: RunResult) -> str:
    """The result in lines for a terminal."""
    lines = [f"run {run_id}: {result.message}"]
    if result.members:
        lines += several.describe(result)
    elif result.stop_reason != "diverged":
        tail = result.tail_index
        lines += [
            _pair("accuracy     ", result.train_accuracy, result.test_accuracy),
            f"  norm-compressible {result.pruning_ratio:6.2f} % of units, at squared error 0.1",
            f"  within 1 point    {result.prunable or 0:6.2f} % of units can go",
            _pair("after pruning", result.train_accuracy_pruned, result.test_accuracy_pruned),
        ]
        if tail is not None:
            found = (
                f"{with_interval(tail.alpha, tail.low, tail.high, 3, '[{}, {}]')}, {tail.method}"
                if tail.fits
                else "-  (fit rejected: the weights do not look stable)"
            )
            lines.append(f"  tail index alpha  {found}")
        if result.layers and (noise := _gradient_noise(result.layers[0])):
            lines.append(f"  gradient noise    {noise}")
        if len(result.layers) > 1:
            lines += ["  layer by layer:", *(_layer(layer) for layer in result.layers)]
    lines.append(f"  {result.iterations} steps in {result.seconds:.1f} s")
    if result.note:
        lines.append(f"  {result.note}")
    return "\n".join(lines)


def _layer(layer: LayerSummary) -> str:
    tail = "no tail index"
    if layer.fits is False:
        tail = "tail index - (fit rejected)"
    elif layer.alpha is not None:
        low, high = layer.alpha_low or layer.alpha, layer.alpha_high or layer.alpha
        tail = f"tail index {with_interval(layer.alpha, low, high, 3, '[{}, {}]')}"
    what = f"{layer.pruning_ratio:6.2f} % of {layer.units} {layer.of} pruned"
    noise = _gradient_noise(layer)
    return f"    {layer.name:15} {what}, {tail}" + (f", gradient noise {noise}" if noise else "")


def _gradient_noise(layer: LayerSummary) -> str:
    """Its tail index; empty where there is none."""
    alpha = layer.gradient_alpha
    if alpha is None:
        return ""
    if layer.gradient_fits is False:
        return "-  (fit rejected: it does not look stable)"
    low, high = layer.gradient_alpha_low or alpha, layer.gradient_alpha_high or alpha
    return f"tail index {with_interval(alpha, low, high, 3, '[{}, {}]')}"


def _pair(name: str, train: float | None, test: float | None) -> str:
    return f"  {name}     train {train:6.2f} %   test {test:6.2f} %"
