"""The command line, as ``hts`` and as ``python -m hts``."""

import os
import sys

from hts.process_variables import set_variables


def command() -> int:
    """Run it in this process, which is ours; returns the exit code."""
    set_variables(os.environ)  # before anything loads torch
    from hts.studio.cli.main import main

    return main()


if __name__ == "__main__":
    sys.exit(command())
