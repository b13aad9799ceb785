"""The command line: one parser, one module per command under `hts.studio.cli`.

A command's module describes it in its docstring; its ``arguments(parser)`` adds the options, its
``run(options)`` does it and returns the exit code, None for 0.  A person's mistake ends with one
line on stderr and exit code 2, never with a traceback.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence

from hts.validate import BadInput

COMMANDS = {  # name: (module, help)
    "train": ("training", "train one run and print what it came to"),
    "sweep": ("sweeping", "train many runs: a grid or a list of settings"),
    "runs": ("runs", "list the stored runs"),
    "show": ("show", "show one stored run"),
    "inspect": ("inspecting", "look at a file of weights, layer by layer"),
    "export": ("export", "write a pruned network to files that load without this package"),
    "datasets": ("datasets", "list the datasets and where they are"),
    "workers": ("workers", "run the worker service of a hosted lab"),
    "health": ("health", "say whether web, store and workers are well"),
    "backup": ("backup", "write everything that is stored into one file"),
    "restore": ("restore", "unpack a backup into an empty folder"),
    "store": ("store", "check the store, or bring it to this version's schema"),
    "sample": ("sample", "write a matrix of noise to a .npy file"),
    "table": ("table", "train and print the README's table"),
    "reproduce": ("reproduce", "check the paper's claims: a table, and a verdict on each"),
    "theory": ("theory", "run an experiment on the theory and say what it found"),
    "verify": ("verify", "check the noise and the tail estimates on this machine"),
    "lab": ("lab", "check a lab's settings, make class codes, let nothing new begin"),
}


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="python -m hts", description="Train with heavy-tailed noise, measure, prune."
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (home, says) in COMMANDS.items():
        module = importlib.import_module(f"hts.studio.cli.{home}")
        sub = commands.add_parser(name, help=says, description=module.__doc__)
        module.arguments(sub)
        sub.set_defaults(run=module.run)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code (2 for input that cannot be used)."""
    try:
        options = parser().parse_args(argv)
        return int(options.run(options) or 0)
    except BadInput as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader of our output went away, as `| head` does
        sys.stderr.close()
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
