"""Small changes to a Python file that its tests ought to notice, by rules on the syntax tree.

Comparisons are moved by one or turned round, + and - and * and / swapped, numbers and truths
changed (the defaults of arguments among them), `and` and `or` swapped, conditions negated, returned
values replaced by None, statements left out.  Texts, annotations, decorators, zip's ``strict`` and
what is raised stay: a test that spells a message is no better for it.
"""

from __future__ import annotations

import ast
import copy
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
}
_LEFT_ALONE = (ast.Raise, ast.JoinedStr, ast.Import, ast.ImportFrom, ast.Match)


@dataclass(frozen=True)
class Mutant:
    """One change of one file."""

    line: int
    text: str  # the line it begins in
    was: str  # the changed piece of source, on one line
    becomes: str
    source: str  # the whole file after the change
    place: tuple[int, int]  # bytes of the file that were replaced

    def rank(self, seed: int, path: str) -> str:
        """A pseudo-random order that changes elsewhere in the file leave as it is."""
        name = f"{seed}|{path}|{self.text}|{self.was}|{self.becomes}"
        return hashlib.sha256(name.encode()).hexdigest()


def mutants(source: str) -> list[Mutant]:
    """Every mutant of the file, in its order."""
    raw, lines = source.encode(), source.splitlines()
    starts = [0]
    for line in raw.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found = []
    for node, change in _changes(ast.parse(source)):
        start = starts[node.lineno - 1] + node.col_offset
        stop = starts[node.end_lineno - 1] + node.end_col_offset  # type: ignore[operator]
        was = ast.unparse(node)
        becomes = ast.unparse(ast.fix_missing_locations(change))
        if isinstance(change, ast.expr):
            becomes = f"({becomes})"
        text = (raw[:start] + becomes.encode() + raw[stop:]).decode()
        line = lines[node.lineno - 1].strip()
        found.append(Mutant(node.lineno, line, was, becomes, text, (start, stop)))
    return found


def choose(source: str, path: str, *, seed: int, at_most: int) -> list[Mutant]:
    """A seeded choice of mutants, no two at one place."""
    chosen: dict[tuple[int, int], Mutant] = {}
    for mutant in sorted(mutants(source), key=lambda mutant: mutant.rank(seed, path)):
        if len(chosen) < at_most:
            chosen.setdefault(mutant.place, mutant)
    return sorted(chosen.values(), key=lambda mutant: mutant.place)


Located = ast.expr | ast.stmt


def _changes(node: ast.AST) -> Iterator[tuple[Located, Located]]:
    """``(node, what to put in its place)`` for every change below ``node``."""
    if isinstance(node, _LEFT_ALONE) or (isinstance(node, ast.keyword) and node.arg == "strict"):
        return
    if isinstance(node, ast.expr):
        for change in _expressions(node):
            yield node, change
    elif isinstance(node, ast.stmt):
        yield from _statements(node)
    for name, value in ast.iter_fields(node):
        if name not in ("annotation", "returns", "decorator_list"):
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from _changes(child)


def _expressions(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.Compare):
        for place, op in enumerate(node.ops):
            for other in _COMPARISONS[type(op)]:
                ops = [*node.ops[:place], other(), *node.ops[place + 1 :]]
                yield ast.Compare(node.left, ops, node.comparators)
    elif isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
        yield ast.BinOp(node.left, _ARITHMETIC[type(node.op)](), node.right)
    elif isinstance(node, ast.BoolOp):
        other_op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield ast.BoolOp(other_op, node.values)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.Not)):
        yield node.operand
    elif isinstance(node, ast.IfExp):
        yield ast.IfExp(_negated(node.test), node.body, node.orelse)
    elif isinstance(node, ast.Constant):
        yield from (ast.Constant(value) for value in _other_values(node.value))


def _other_values(value: object) -> Iterator[object]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 1
    elif isinstance(value, float):
        yield value * 1.5 or 1.0


def _statements(node: ast.stmt) -> Iterator[tuple[Located, Located]]:
    left_out = isinstance(node, (ast.AugAssign, ast.Break, ast.Continue)) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    )
    if left_out or (isinstance(node, ast.Assign) and not isinstance(node.targets[0], ast.Name)):
        yield node, ast.Pass()
    if isinstance(node, ast.AugAssign) and type(node.op) in _ARITHMETIC:
        changed = copy.copy(node)
        changed.op = _ARITHMETIC[type(node.op)]()
        yield node, changed
    if isinstance(node, ast.If):
        yield node.test, _negated(node.test)
    if isinstance(node, ast.Return) and node.value is not None and not _is_none(node.value):
        yield node, ast.Return(ast.Constant(None))


def _negated(test: ast.expr) -> ast.expr:
    return ast.UnaryOp(ast.Not(), test)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
