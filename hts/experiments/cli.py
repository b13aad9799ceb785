"""The command line: one parser, one module per command under `hts.experiments.commands`.

A person's mistake ends with one line on stderr and exit code 2, never with a traceback.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence

from hts.validate import BadInput

COMMANDS = {
    "train": "train one run and print what it came to",
    "sweep": "train many runs: a grid or a list of settings",
    "runs": "list the stored runs",
    "show": "show one stored run",
    "inspect": "look at a file of weights, layer by layer",
    "export": "write a pruned network to files that load without this package",
    "datasets": "list the datasets and where they are",
    "workers": "be the worker service of a hosted lab",
    "health": "say whether web, store and workers are well",
    "backup": "write everything that is stored into one file",
    "restore": "unpack a backup into an empty folder",
    "store": "check the store, or bring it to this version's schema",
    "sample": "write a matrix of noise to a .npy file",
    "table": "train and print the README's table",
    "reproduce": "check the paper's claims: a table, and a verdict on each",
    "theory": "run an experiment on the theory and say what it found",
    "verify": "check the noise and the tail estimates on this machine",
    "lab": "check a lab's settings, make class codes, let nothing new begin",
    "bench": "measure, and print ratios as JSON",
}


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = argparse.ArgumentParser(
        prog="python -m hts", description="Train with heavy-tailed noise, measure, prune."
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, says in COMMANDS.items():
        module = importlib.import_module(f"hts.experiments.commands.{name}")
        sub = commands.add_parser(name, help=says, description=module.__doc__)
        module.arguments(sub)
        sub.set_defaults(run=module.run)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code (2 for input that cannot be used)."""
    options = parser().parse_args(argv)
    try:
        return int(options.run(options))
    except BadInput as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader of our output went away, as `| head` does
        sys.stderr.close()
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
