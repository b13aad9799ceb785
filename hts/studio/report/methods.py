"""The methods of a run as a paper would describe them."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Sequence

from hts.config import RunConfig
from hts.config.arms import arms
from hts.data import info, title_of
from hts.paired.median import median_of
from hts.studio.figures import words
from hts.studio.report.formula import COVERAGE, ERROR, SCALE, XI, Text, characteristic
from hts.studio.store.run_row import Run
from hts.validate import BadInput
from hts.version import code_version


def methods(run: Run, methods_of_tails: Sequence[str] = ()) -> list[Text]:
    """Paragraphs about training, noise, controls, pruning, statistics and software.

    ``methods_of_tails``: how tail indices were estimated, by the records of the run.
    """
    config = run.effective
    found = [_training(config), _noise(config), _seeds(config), _pruning(methods_of_tails)]
    if config.replicates > 1:
        found.append(_statistics(config.replicates))
    return [*found, _software(run)]


def _training(config: RunConfig) -> Text:
    depth = "one hidden layer" if config.depth == 1 else f"{config.depth} hidden layers"
    if "depth" not in config.family.uses:
        depth = "its hidden layers"
    how = config.optimizer_kind.words(config)
    said = (
        f"Network: {config.family.sentence}, {depth}, width {words.count(config.width)}, "
        f"{config.activation}, {config.scaling.replace('_', ' ')} scaling; the last layer is "
        f"{'trained' if config.train_output else 'kept as drawn'}. Data: "
        f"{title_of(config.data)}. {_said(config.data)}"
    )
    if not config.gradient:
        return (f"{said}No gradient steps were taken: {config.iterations} steps of noise alone.",)
    stop = f"{words.count(config.iterations)} steps"
    if config.target_accuracy is not None:
        stop = (
            f"until training accuracy, evaluated every {config.eval_every} steps, reached "
            f"{config.target_accuracy:g} %, or for {stop} at most"
        )
        if config.go_on:
            stop += "; the network then went on for as many steps again"
    else:
        stop = f"for {stop}"
    said += (
        f"It was trained on cross-entropy with {how or 'plain SGD'}, learning rate "
        f"{words.course(config, 'lr')}, batches of {config.batch_size}, {stop}."
    )
    return (said,)


def _said(data: str) -> str:
    try:
        return info(data).said
    except BadInput:  # a table that has gone, or that the reader does not see
        return ""


def _noise(config: RunConfig) -> Text:
    if config.stability is None:
        return ("No noise was added.",)
    kind = config.noise_type
    begins = " at the beginning" if config.schedules else ""
    where = (
        " was added to the weights of the hidden layers, never to the last layer nor to a first "
        f"convolution: {words.injected(config)}, sigma {words.course(config, 'sigma')}, scale "
        f"{config.noise_scale:.4g}{begins}, independent over units and steps. {kind.title}; one "
        "unit's noise has "
    )
    law = " (S1 parameterisation; at alpha 2 a Gaussian of variance 2 in each coordinate)."
    if config.reference_scaling != "off":
        law += f" Scaled as the authors' released code does on a {config.reference_scaling}."
    start = "After every gradient step but the last, "
    return (start, SCALE, " ", XI, where, characteristic(kind.characteristic), law)


def _seeds(config: RunConfig) -> Text:
    last = config.seed + config.replicates - 1
    seeds = f"seed {config.seed}" if config.replicates == 1 else f"seeds {config.seed} to {last}"
    beside = arms(config)[1:]
    if not beside:
        return (f"Trained with {seeds}, without a control.",)
    names = dict.fromkeys(words.control(arm.config) for arm in beside)
    said = (
        f"Trained with {seeds}, beside each a {' and a '.join(names)}. Networks of one seed share "
        "initial weights, order of the data and the random bits of the noise."
    )
    if any(arm.equal_steps for arm in beside):
        said += (
            " Controls stop at the same target as the noisy network; those called equal steps take "
            "as many steps as the noisy network of their seed."
        )
    return (said,)


def _pruning(estimated: Sequence[str]) -> Text:
    tails = f" Tail indices were estimated by: {'; '.join(estimated)}." if estimated else ""
    said = (
        "Pruning sets the units with the smallest Euclidean norm of their incoming weights to 0, "
        "the same share in every hidden layer, without retraining; accuracy is that on the whole "
        "test set. The norm-compressible share is the largest share of units for which "
    )
    return (said, ERROR, f".{tails}")


def _statistics(seeds: int) -> Text:
    level = 100 * median_of(range(seeds)).level
    said = (
        f"Differences are taken seed by seed ({seeds} pairs). Intervals of medians run between two "
        "of the ordered values, the k-th smallest and the k-th largest, and hold the median of any "
        "law with probability "
    )
    held = f", here {level:.1f} % (David and Nagaraja 2003). A network that diverged counts as 0 %."
    return (said, COVERAGE, held)


def _software(run: Run) -> Text:
    return (f"Software: {versions()}. Device: {run.device}.",)


def versions() -> str:
    """Of this program and what it computes with, as installed here."""
    found = [f"hts {code_version()}"]
    for package, name in (("torch", "PyTorch"), ("numpy", "NumPy")):
        try:
            found.append(f"{name} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            continue
    return ", ".join(found)
