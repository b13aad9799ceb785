"""``python -m hts``: the command line."""

import sys

from hts.studio.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
