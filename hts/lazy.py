"""Names of a package that load when they are first used, so that importing it stays cheap."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module


def lazily(
    package: str, homes: Mapping[str, str], public: Sequence[str]
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """``__getattr__`` and ``__dir__`` of the module ``package``, which lists ``public``.

    ``homes``: the modules where its names lie; other public names are modules in its folder.  To
    be hidden from type checkers, which read the imports under ``TYPE_CHECKING`` instead.
    """

    def get(name: str) -> object:
        if name in homes:
            found = getattr(import_module(homes[name]), name)
        elif name in public:
            found = import_module(f"{package}.{name}")
        else:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        setattr(sys.modules[package], name, found)
        return found

    return get, lambda: sorted(public)
