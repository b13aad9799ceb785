"""`Registry`: the kinds there are of something, each an object that carries its behaviour.

A noise type, a pruning criterion, an estimator, a dataset, a model: one file says all of it and
ends in ``REGISTRY.register(...)``.  The files of the registry's own folder are found by themselves;
those of elsewhere are named by ``HTS_PLUGINS``, importable modules or paths of Python files,
separated by ``os.pathsep`` as in ``PATH``.  Every process reads it: page, worker, command.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import inspect
import os
import pkgutil
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from hts.validate import BadInput, choice

PLUGINS = "HTS_PLUGINS"


class Named(Protocol):
    """What every kind has: the word by which settings, options and addresses call it."""

    @property
    def name(self) -> str: ...


Kind = TypeVar("Kind", bound=Named)
Made = TypeVar("Made")  # a kind, or the class of one


class Registry(Mapping[str, Kind], Generic[Kind]):
    """Kinds by name, in the order of their ``place`` and then of their registration.

    ``what`` is a kind's name in errors ("noise type"); ``base`` the class whose abstract members
    and annotated attributes without a default every kind has, texts not empty; ``package`` and
    ``path`` the ``__name__`` and ``__path__`` of the folder whose modules register what comes with
    ``hts``.
    """

    def __init__(
        self, what: str, base: type[Kind], *, package: str, path: Iterable[str], why: str = ""
    ) -> None:
        self._what, self._base, self._why = what, base, why
        self._package, self._path = package, list(path)
        self._kinds: dict[str, Kind] = {}
        self._reader: int | None = None  # the thread that imports the kinds
        self._read_all = threading.Event()
        self._broken: Exception | None = None  # why the kinds could not be imported

    def register(self, kind: Made) -> Made:
        """Add a finished kind, or a class of which one is made; returns what it was given.

        Serves as a class decorator.  Raises `BadInput` for a kind that is unfinished, saying what
        is missing, and for a name that is taken.
        """
        name = getattr(kind, "name", None)
        if missing := _missing(kind, self._base):
            raise BadInput(
                f"{self._what} {name!r} is unfinished: it lacks {', '.join(missing)}. Every "
                f"{self._what} has the members of {self._base.__module__}.{self._base.__name__}."
            )
        if name in self._kinds:
            raise BadInput(f"{self._what} {name!r} is registered already: choose another name.")
        made: Any = kind() if isinstance(kind, type) else kind
        self._kinds[made.name] = made
        return kind

    def named(self, name: object, *, setting: str | None = None) -> Kind:
        """The kind called ``name``; raises `BadInput` that lists those there are.

        ``setting``: what the error calls it, where that is not what the kinds are.
        """
        self._read()
        if isinstance(name, str) and name in self._kinds:
            return self._kinds[name]
        return self[choice(setting or self._what, name, list(self), why=self._why)]

    def __getitem__(self, name: str) -> Kind:
        self._read()
        return self._kinds[name]

    def __iter__(self) -> Iterator[str]:
        self._read()
        return iter(sorted(self._kinds, key=lambda name: getattr(self._kinds[name], "place", 100)))

    def __len__(self) -> int:
        self._read()
        return len(self._kinds)

    def _read(self) -> None:
        """Import every file that registers kinds, once; other threads wait for it.

        Not for ever: a thread that holds an import which the reader waits for goes on.  Where it
        failed, everybody who asks later is told so: some of the kinds are never taken for all.
        """
        is_read = self._read_all.is_set()
        if is_read and self._broken is None:
            return
        if self._reader == threading.get_ident() and not is_read:
            return  # a kind that is being imported asks
        with _lock:
            is_reader, self._reader = self._reader is None, self._reader or threading.get_ident()
        if is_reader:
            try:
                for module in pkgutil.iter_modules(self._path):
                    importlib.import_module(f"{self._package}.{module.name}")
                load_plugins()
            except Exception as error:
                self._broken = error
            self._read_all.set()
        self._read_all.wait(timeout=10)
        if self._broken is not None:
            raise self._broken


_lock = threading.Lock()
_loaded: dict[str, BadInput | None] = {}  # plugin -> what is wrong with it


def load_plugins() -> None:
    """Import what ``HTS_PLUGINS`` names and is not imported yet; raises `BadInput` if it cannot."""
    for named in _named():
        if named not in _loaded:
            _loaded[named] = None  # first: a plugin may ask a registry itself
            _loaded[named] = _load(named)
        if error := _loaded.get(named):
            raise error


def plugin_files() -> list[Path]:
    """The sources of the plugins that are there; of a package its ``__init__``."""
    found = []
    for named in _named():
        with contextlib.suppress(ImportError):  # which loading it will tell
            spec = None if named.endswith(".py") else importlib.util.find_spec(named)
            found.append(Path(named if spec is None else spec.origin or named))
    return [path for path in found if path.is_file()]


def _named() -> list[str]:
    return [named for named in os.environ.get(PLUGINS, "").split(os.pathsep) if named]


def _load(named: str) -> BadInput | None:
    try:
        if named.endswith(".py"):
            _import_file(Path(named))
        else:
            importlib.import_module(named)
    except BadInput as error:
        return error
    except Exception as error:
        return BadInput(
            f"{PLUGINS} names {named!r}, which cannot be imported: {type(error).__name__}: {error}."
        )
    return None


def _import_file(path: Path) -> None:
    name = f"hts_plugin_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise BadInput(f"{PLUGINS} names {str(path)!r}, but there is no such file.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)


def _missing(kind: object, base: type) -> list[str]:
    """What ``base`` asks for and ``kind``, an instance or a class, does not have."""
    found = sorted(getattr(kind, "__abstractmethods__", ()))
    for parent in reversed(base.__mro__):
        for name in inspect.get_annotations(parent):
            given = name.startswith("_") or name in vars(parent)
            if not given and getattr(kind, name, None) in (None, ""):
                found.append(name)
    return found
