"""Where data lie on this computer.

``HTS_DATA_DIR``: a folder of data that someone put there, read only.  ``HTS_CACHE``: what the
program fetched or parsed, may be deleted at any time.  ``HTS_HOME``: what belongs to the user.
"""

from __future__ import annotations

import os
from pathlib import Path

DEBIAN_FOLDER = Path("/usr/share/datasets")  # Debian's dataset-* packages


def data_folder() -> Path | None:
    """The folder named by ``HTS_DATA_DIR``, or None."""
    named = os.environ.get("HTS_DATA_DIR")
    return Path(named).expanduser() if named else None


def cache_folder() -> Path:
    """``HTS_CACHE``, or this system's usual cache folder."""
    named = os.environ.get("HTS_CACHE")
    if named:
        return Path(named).expanduser()
    import pooch

    return Path(pooch.os_cache("hts"))


def tables_folder() -> Path:
    """Where the user's own tables are kept: ``tables`` under ``HTS_HOME`` (default ~/.hts)."""
    return Path(os.environ.get("HTS_HOME") or Path.home() / ".hts").expanduser() / "tables"
