"""Price lists made up so that the right answer is known."""

from __future__ import annotations

import dataclasses

import numpy as np

from hts.price.methods import METHODS
from hts.price.records import (
    AFTERWARDS,
    SHARES,
    VERSION,
    Block,
    Distances,
    Made,
    PriceList,
    Trained,
)
from hts.price.settings import PriceSettings

SEEDS, CHOOSING = tuple(range(1, 21)), (101, 102, 103)


def network(seed: int, *, test=80.0, validation=80.0, **changed) -> Trained:
    rng = np.random.default_rng(seed)
    fields = {
        "train_accuracy": 90 + rng.normal(), "train_loss": 0.2,
        "test_loss": 0.4 + 0.01 * rng.normal(), "calibration": 3.0, "steps": 50,
        "compressible": rng.uniform(10, 30), "adversarial_l2": 60.0, "adversarial_linf": 30.0,
        "adversarial_l2_pruned": 20.0, "adversarial_linf_pruned": 10.0,
        "kept_l2": 70 + rng.normal(), "kept_linf": 35 + rng.normal(), "left_out": [0, 1],
        "student_gain": 0.001 * rng.normal(),
    }  # fmt: skip
    return Trained(
        seed=seed,
        diverged=False,
        test={way: [test - 10 * share for share in SHARES] for way in AFTERWARDS},
        validation={way: [validation] * len(SHARES) for way in AFTERWARDS},
        **{**fields, **changed},
    )


def price_list(change=lambda method, value, seed: {}) -> PriceList:
    """Networks that differ by chance only, but for ``change``."""
    chosen, reported = [], []
    for name, method in METHODS.items():
        for place, value in enumerate(method.grid):
            for into, seeds in ((chosen, CHOOSING), (reported, SEEDS)):
                networks = []
                for seed in seeds:
                    own = 10_000 * method.place + 100 * place + seed  # independent by cell
                    one = network(own, **change(name, value, seed))
                    networks.append(dataclasses.replace(one, seed=seed))
                block = Block(method=name, value=value, rate=0.1, sigma=0.0, networks=networks,
                              seconds=1.0)  # fmt: skip
                if into is reported or method.on_front:
                    into.append(block)
    return PriceList(
        record=VERSION,
        made=Made(command="c", date="d", version="v", noise="n", machine="m", seconds=1, source="s",
                  sha256="0"),
        settings=PriceSettings(seeds=SEEDS, choosing=CHOOSING),
        distances=Distances(l2=1.0, linf=0.5),
        step_times=dict.fromkeys(METHODS, 1.0),
        choosing=chosen,
        reported=reported,
    )  # fmt: skip
