"""The structure of this repository, read from its imports: ``python -m bench house --json``.

A room is a folder with its own files.  Every import counts, also those inside functions and those
for the type checker alone; what a package's ``__init__`` brings counts for who imports from it.

A package that makes a ``Registry(..., path=__path__)`` finds the modules of its folder by itself.
Whoever asks it leans on the base class of its kinds and on none of them, so circles and chains
follow the written imports alone.  Reach is told without and with the kinds: their files and what
these import at once; what a kind's methods import is brought by whoever calls them.
"""

from __future__ import annotations

import ast
import functools
import json
import statistics
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PLACES = ("app.py", "pages", "hts", "bench")
PRODUCT = ("app", "pages", "hts")
FACES = {  # rooms of their own
    "hts": "hts.__init__",
    "hts.pruning": "hts.pruning.__init__",
    "hts.__main__": "hts.__main__",
    "app": "app",
}

Graph = Mapping[str, Collection[str]]


class House:
    """The files under ``root`` as modules, and which of them imports which."""

    def __init__(self, root: Path = ROOT) -> None:
        self.files = {name: path for place in PLACES for name, path in _modules(root, place)}
        self.external: dict[str, set[str]] = {}  # module -> top-level packages of elsewhere
        self.imports: dict[str, set[str]] = {}
        self.kinds: dict[str, set[str]] = {}  # package with a registry -> the modules it finds
        self.at_once: dict[str, set[str]] = {}  # module -> what importing it brings at once
        for name, path in self.files.items():
            tree = ast.parse(path.read_text(encoding="utf-8"))
            self.imports[name], self.external[name] = self._imports(name, ast.walk(tree))
            self.at_once[name], _ = self._imports(name, _run_on_import(tree))
            if any(map(_makes_a_registry, ast.walk(tree))):
                self.kinds[name] = {other for other in self.files if _folder(other) == name}
        self.root = root

    def _imports(self, module: str, nodes: Iterable[ast.AST]) -> tuple[set[str], set[str]]:
        inside: set[str] = set()
        outside: set[str] = set()
        for node in nodes:
            wanted: list[tuple[str, str]] = []
            if isinstance(node, ast.Import):
                wanted = [(alias.name, alias.name) for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                wanted = [(f"{node.module}.{alias.name}", node.module) for alias in node.names]
            for names in wanted:
                found = next((name for name in names if name in self.files), None)
                if found is None:
                    outside.add(names[-1].split(".")[0])
                else:
                    inside.add(found)
        return inside - {module}, outside

    def room(self, module: str) -> str:
        """The folder of a module, dotted; a face is a room of its own."""
        if module in FACES:
            return FACES[module]
        return ".".join(self.files[module].relative_to(self.root).parent.parts)

    @functools.cached_property
    def rooms(self) -> dict[str, set[str]]:
        """Room -> the rooms that its files import from."""
        found: dict[str, set[str]] = defaultdict(set)
        for module, targets in self.imports.items():
            found[self.room(module)] |= {self.room(t) for t in targets} - {self.room(module)}
        return dict(found)

    def lines(self, module: str) -> int:
        """Lines of a module's file."""
        return len(self.files[module].read_text(encoding="utf-8").splitlines())

    def reach(self, module: str, *, kinds: bool = False) -> set[str]:
        """Every file of ours that importing ``module`` can bring, itself included.

        ``kinds``: those that registries on the way find as well.
        """
        seen: set[str] = set()
        found: set[str] = set()
        waiting = [module]
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                waiting += self.imports[name]
                for kind in self.kinds.get(name, ()) if kinds else ():
                    found.add(kind)
                    waiting += self.at_once[kind]
        return seen | found


def _run_on_import(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes outside functions and outside what is for the type checker alone."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            continue
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        yield node
        yield from _run_on_import(node)


def _makes_a_registry(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Registry"
        and any(k.arg == "path" and ast.unparse(k.value) == "__path__" for k in node.keywords)
    )


def _folder(module: str) -> str:
    return module.rpartition(".")[0]


def _modules(root: Path, place: str) -> list[tuple[str, Path]]:
    paths = [root / place] if place.endswith(".py") else sorted((root / place).rglob("*.py"))
    names = []
    for path in paths:
        parts = path.relative_to(root).with_suffix("").parts
        names.append((".".join(parts[:-1] if parts[-1] == "__init__" else parts), path))
    return names


def cycles(graph: Graph) -> list[list[str]]:
    """Groups of two or more that reach each other (Tarjan 1972)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for target in graph.get(node, ()):
            if target not in index:
                visit(target)
                low[node] = min(low[node], low[target])
            elif target in stack:
                low[node] = min(low[node], index[target])
        if low[node] == index[node]:
            place = stack.index(node)
            group = stack[place:]
            del stack[place:]
            if len(group) > 1:
                found.append(sorted(group))

    for node in graph:
        if node not in index:
            visit(node)
    return found


def longest_chain(graph: Graph) -> list[str]:
    """The longest path along imports of a graph without cycles."""

    @functools.cache
    def chain(node: str) -> tuple[str, ...]:
        return (node, *max((chain(t) for t in graph.get(node, ())), key=len, default=()))

    return list(max((chain(node) for node in graph), key=len))


def measure() -> dict[str, Any]:
    """The figures of the product: rooms, arrows, cycles, chains, sizes."""
    house = House()
    product = [name for name in house.files if name.split(".")[0] in PRODUCT]
    imports = {name: house.imports[name] for name in product}
    rooms = {
        room: targets for room, targets in house.rooms.items() if room.split(".")[0] in PRODUCT
    }
    sizes = {name: house.lines(name) for name in product}
    by_room: dict[str, int] = defaultdict(int)
    files: dict[str, int] = defaultdict(int)
    for name, size in sizes.items():
        by_room[house.room(name)] += size
        files[".".join(house.files[name].relative_to(ROOT).parent.parts)] += 1
    chain = longest_chain(imports) if not cycles(imports) else []
    return {
        "files": len(product),
        "lines": sum(sizes.values()),
        "median_lines": statistics.median(sizes.values()),
        "files_over_300_lines": {name: n for name, n in sizes.items() if n > 300},
        "rooms": len(rooms),
        "arrows_between_rooms": sum(len(targets) for targets in rooms.values()),
        "cycles_of_files": cycles(imports),
        "cycles_of_rooms": cycles(rooms),
        "library_imports_studio": sorted(
            f"{name} -> {target}"
            for name in product
            if name.startswith("hts") and not name.startswith("hts.studio")
            for target in imports[name]
            if target.startswith("hts.studio")
        ),
        "longest_chain": len(chain),
        "longest_chain_of_files": chain,
        "reach_of_the_client": len(house.reach("hts.studio.jobs.client")),
        "reach_of_the_client_with_kinds": len(house.reach("hts.studio.jobs.client", kinds=True)),
        "largest_folder": max(files.items(), key=lambda item: item[1]),
        "lines_by_room": dict(sorted(by_room.items())),
    }


def main(*, as_json: bool) -> int:
    """Print the figures: one JSON object, or a line each."""
    found = measure()
    if as_json:
        print(json.dumps(found))
    else:
        for name, value in found.items():
            print(f"{name}: {value}")
    return 0
