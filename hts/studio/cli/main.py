"""The command line: one parser, one module per command under `hts.studio.cli`.

A command's module describes it in its docstring, whose last line is an example; its
``arguments(parser)`` adds the options, its ``run(options)`` does it and returns the exit code, None
for 0.  A person's mistake, or a file that cannot be used, ends with one line on stderr and exit
code 2, never with a traceback; a fault of this program ends with one.  ``HTS_TRACEBACK=1`` prints
it for the former too.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import os
import sqlite3
import sys
import traceback
from collections.abc import Sequence
from io import TextIOWrapper
from typing import TextIO, cast

from hts.studio.cli.options.command import PROGRAM, Command
from hts.studio.cli.printed.terminal import Plain
from hts.studio.store.database import unusable
from hts.validate import BadInput
from hts.version import code_version

APP = ("app",)
RUNS = (
    "train", "sweep", "runs", "runs export", "show", "watched", "inspect", "export", "datasets",
    "sample", "table",
)  # fmt: skip
PAPER = ("reproduce", "reproduce price", "theory", "verify")
LAB = ("lab", "workers", "health", "backup", "restore", "store")
MODULES = {
    "train": "training", "sweep": "sweeping", "inspect": "inspecting", "reproduce price": "price",
    "runs export": "tracking",
}  # fmt: skip
"""Where a command's module is not called as it is."""


def parser(only: str | None = None) -> argparse.ArgumentParser:
    """Of all commands, or of one, whose module alone is loaded."""
    top = Command(
        prog=PROGRAM,
        description="Train with heavy-tailed noise, measure, prune.",
        example="train --replicates 5 --controls none,gaussian",
    )
    top.add_argument("--version", action="version", version=code_version())
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    every = (*APP, *RUNS, *PAPER, *LAB)
    for name in (only,) if only in every else every:
        module = importlib.import_module(f"hts.studio.cli.{MODULES.get(name, name)}")
        doc, _, example = (module.__doc__ or "").partition(f"\n\nExample: {PROGRAM} ")
        says = " ".join(doc.split("\n\n")[0].split()).removesuffix(".")
        sub = commands.add_parser(name, help=says, description=doc, example=example.strip())
        module.arguments(sub)
        sub.set_defaults(run=module.run, usage=sub)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code (2 for input that cannot be used)."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a name from a file must not end a command
            stream.reconfigure(errors="backslashreplace")
    out, err = (cast("TextIO", x) for x in (Plain(sys.stdout), Plain(sys.stderr, bars=True)))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        return _run(argv)


def _joined(words: Sequence[str]) -> list[str]:
    """``words`` with a command of two words as one."""
    pair = " ".join(words[:2])
    return [pair, *words[2:]] if pair in MODULES else list(words)


def _run(argv: Sequence[str] | None) -> int:
    try:
        words = _joined(sys.argv[1:] if argv is None else argv)
        options, unknown = parser(words[0] if words else None).parse_known_args(words)
        if unknown:  # said by the command that does not know it
            options.usage.error(f"unrecognized arguments: {' '.join(unknown)}")
        return int(options.run(options) or 0)
    except BrokenPipeError:  # the reader of our output went away, as `| head` does
        sys.stderr.close()
        return 1
    except (BadInput, OSError, sqlite3.Error) as error:
        said = unusable(error)
        if not said:
            raise
        if os.environ.get("HTS_TRACEBACK"):
            traceback.print_exception(error)
        print(f"error: {said}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
