"""The table's cubics in vector code: eight rows are loaded whole and turned into columns.

numba's compiler reads a table's rows one number at a time, which is half of the time of a draw; its
gathers are slower still.  So these few operations are written in the compiler's own language
(LLVM), for any machine.  No product and sum is contracted, so the values are those of
`hts.noise.portable` bit for bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from llvmlite import ir
from numba import types
from numba.core.typing.templates import Signature
from numba.extending import intrinsic
from numba.np.arrayobj import make_array

WIDTH = 8  # values at a time
_FLOAT, _INT, _ADDRESS = ir.FloatType(), ir.IntType(32), ir.IntType(64)
_ROW, _MANY, _CELLS = (ir.VectorType(*kind) for kind in ((_FLOAT, 4), (_FLOAT, 8), (_INT, 8)))


def _cubics(
    typingctx: Any, table: Any, cells: Any, t: Any, start: Any
) -> tuple[Signature, Any] | None:
    """In place: of ``t`` from ``start`` on, `WIDTH` values become the cubics of their ``cells``.

    ``table`` is float32 (rows, 4), ``cells`` uint32, ``t`` float32, all C-contiguous; other arrays
    have no such function, which numba says.
    """
    if any(array.layout != "C" for array in (table, cells, t)):
        return None
    return types.void(table, cells, t, types.intp), _code


def _code(context: Any, builder: ir.IRBuilder, signature: Signature, args: Sequence[Any]) -> Any:
    table, cells, t = (
        builder.ptrtoint(make_array(kind)(context, builder, value).data, _ADDRESS)  # type: ignore[no-untyped-call]
        for kind, value in zip(signature.args[:3], args[:3], strict=True)
    )
    bytes_before = builder.shl(args[3], ir.Constant(_ADDRESS, 2))
    which = builder.load(_at(builder, builder.add(cells, bytes_before), _CELLS), align=4)
    rows = []
    for i in range(WIDTH):
        cell = builder.zext(builder.extract_element(which, ir.Constant(_INT, i)), _ADDRESS)
        row = builder.add(table, builder.shl(cell, ir.Constant(_ADDRESS, 4)))
        rows.append(builder.load(_at(builder, row, _ROW), align=4))
    # Rows i and i + 4 side by side; then four columns of four rows, in both halves at once.
    a, b, c, d = (_shuffled(builder, (rows[i], rows[i + 4]), range(8)) for i in range(4))
    low = [_halves(builder, pair, (0, 4, 1, 5)) for pair in ((a, b), (c, d))]
    high = [_halves(builder, pair, (2, 6, 3, 7)) for pair in ((a, b), (c, d))]
    first, second = (_halves(builder, low, places) for places in ((0, 1, 4, 5), (2, 3, 6, 7)))
    third, fourth = (_halves(builder, high, places) for places in ((0, 1, 4, 5), (2, 3, 6, 7)))
    place = _at(builder, builder.add(t, bytes_before), _MANY)
    at = builder.load(place, align=4)
    x = builder.fadd(builder.fmul(fourth, at), third)
    x = builder.fadd(builder.fmul(x, at), second)
    x = builder.fadd(builder.fmul(x, at), first)
    builder.store(x, place, align=4)
    return context.get_dummy_value()


def _at(builder: ir.IRBuilder, address: Any, kind: Any) -> Any:
    return builder.inttoptr(address, kind.as_pointer())


def _shuffled(builder: ir.IRBuilder, pair: Sequence[Any], places: Sequence[int]) -> Any:
    chosen = ir.Constant(ir.VectorType(_INT, len(places)), list(places))
    return builder.shuffle_vector(*pair, chosen)


def _halves(builder: ir.IRBuilder, pair: Sequence[Any], places: Sequence[int]) -> Any:
    """In each half of four: these places of the eight that both have there."""
    here = [place if place < 4 else place + 4 for place in places]
    return _shuffled(builder, pair, [*here, *(place + 4 for place in here)])


cubics: Any = intrinsic(_cubics)
