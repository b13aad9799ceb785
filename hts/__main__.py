"""``python -m hts``: the command line."""

import sys

from hts.experiments.cli import main

if __name__ == "__main__":
    sys.exit(main())
