"""The environment variables that the command line and every process of ours start with.

They are read once, when torch loads its libraries, so they must be there before.  Importing
``hts`` into somebody else's process sets none of them; see `hts.training.products` for what then
holds.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from types import MappingProxyType

VARIABLES = MappingProxyType({
    # MKL's strict mode: products whose bits do not depend on the number of threads (no slower where
    # measured).
    "MKL_CBWR": "AVX2,STRICT",
    # Threads that have nothing to do sleep; spinning made two threads 100 times slower on a busy
    # two-core machine.
    "OMP_WAIT_POLICY": "PASSIVE",
})  # fmt: skip


def set_variables(environ: MutableMapping[str, str]) -> None:
    """Set those of `VARIABLES` that ``environ`` does not have."""
    for name, value in VARIABLES.items():
        environ.setdefault(name, value)
