"""`python -m hts reproduce` with protocols that take a second: ``python tiny_reproduce.py ...``."""

from __future__ import annotations

import dataclasses
import sys

from hts.studio.cli.main import main
from hts.studio.reproduce import datasets as reproduce_datasets
from hts.studio.reproduce.protocol import Beyond, Protocol


def shrunk(asked: Protocol) -> Protocol:
    """Two widths, one sigma, few steps."""
    deeper = Beyond(name="Depth 2", settings={"depth": 2, "width": 30}, noises={"III": 0.1})
    return dataclasses.replace(
        asked,
        base={"lr": 0.02, "batch_size": 100, "iterations": 60, "eval_every": 60, "device": "cpu"},
        widths=(50, 100),
        alphas=(2.0, 1.5),
        sigmas=dict.fromkeys(asked.sigmas, (0.1,)),
        headline=dict.fromkeys(asked.sigmas, 0.1),
        beyond=(deeper,),
        released_width=50,
        seeds=(1, 2, 3),
    )


PROTOCOLS = tuple(map(shrunk, reproduce_datasets.PROTOCOLS))

if __name__ == "__main__":
    reproduce_datasets.PROTOCOLS = PROTOCOLS
    sys.exit(main(["reproduce", "--data", "digits", *sys.argv[1:]]))
