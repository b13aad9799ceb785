"""How a process of ours is started."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from hts.platforms import own_session
from hts.process_variables import set_variables
from hts.studio.store.paths import Home
from hts.version import PACKAGE


def environment(threads: int | None = None) -> dict[str, str]:
    """The environment of a process of ours: it finds this package, computes reproducibly.

    ``threads``: how many CPU threads it uses.
    """
    values = dict(os.environ)
    set_variables(values)
    package = str(PACKAGE.parent)
    given = values.get("PYTHONPATH")
    values["PYTHONPATH"] = os.pathsep.join([package, given] if given else [package])
    if threads is not None:
        names = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
        values.update(dict.fromkeys(names, str(threads)))
    return values


def start_process(
    module: str,
    home: Home,
    *words: str,
    log: Path,
    threads: int | None = None,
    stdin: int = subprocess.DEVNULL,
    settings: Mapping[str, str] = MappingProxyType({}),
) -> subprocess.Popen[bytes]:
    """``python -m module --home HOME words``; what it prints is added to ``log``.

    ``settings``: environment variables that are to be other than here.  It has a session of
    its own, so that no terminal's Ctrl+C reaches it.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as file:
        return subprocess.Popen(
            [sys.executable, "-m", module, "--home", str(home.root), *words],
            stdin=stdin,
            stdout=file,
            stderr=file,
            env={**environment(threads), **settings},
            **own_session(),
        )
