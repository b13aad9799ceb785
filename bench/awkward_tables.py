"""One small table written in many ways, each with what must be read from it.

Every file holds the same features and labels; its name says what is awkward about it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence

import numpy as np

ROWS = 60
_RNG = np.random.default_rng(15)
U = np.round(_RNG.normal(0, 900, ROWS), 2).tolist()
V = np.round(_RNG.normal(0, 1, ROWS), 3).tolist()
LABELS = [("red", "blue", "green")[k % 3] for k in range(ROWS)]
NAMES = ("u", "v", "label")


def number(value: float, decimal: str = ".", thousands: str = "") -> str:
    text = f"{value:,.3f}" if thousands else repr(value)
    return text.replace(",", "\0").replace(".", decimal).replace("\0", thousands)


def written(
    separator: str = ",",
    decimal: str = ".",
    thousands: str = "",
    *,
    names: Sequence[str] | None = NAMES,
    labels: Sequence[str] = LABELS,
    end: str = "\n",
    quoting: int = csv.QUOTE_MINIMAL,
    quote: str = '"',
    before: Callable[[int], Sequence[object]] = lambda row: (),
    after: Sequence[object] = (),
) -> str:
    text = io.StringIO()
    writer = csv.writer(
        text, delimiter=separator, lineterminator=end, quoting=quoting, quotechar=quote
    )
    if names is not None:
        writer.writerow(names)
    for row, (u, v, label) in enumerate(zip(U, V, labels, strict=True)):
        cells = [number(x, decimal, thousands) for x in (u, v)]
        writer.writerow([*before(row), *cells, label, *after])
    return text.getvalue()


def files() -> dict[str, tuple[bytes, list[str]]]:
    """Name -> content of the file, and its labels."""
    words = ["Müll", "naïve", "plain"] * (ROWS // 3)
    quoted = ['say "no"', "a, b; c", "two\nlines"] * (ROWS // 3)
    long = ["x" * 200_000, "b", "c"] * (ROWS // 3)
    shuffled = _RNG.permutation(10 * ROWS)[:ROWS].tolist()
    plain = written()
    numpys = io.StringIO()
    codes = [LABELS.index(label) for label in LABELS]
    np.savetxt(numpys, np.column_stack([U, V, codes]), header="u v label")
    texts: dict[str, str | tuple[str, list[str]]] = {
        "comma": plain,
        "semicolon": written(";"),
        "tab": written("\t"),
        "bar": written("|"),
        "space": written(" "),
        "aligned by spaces": "\n".join(
            f"{u:>12} {v:>9} {label:>8}" for u, v, label in zip(U, V, LABELS, strict=True)
        ),
        "space after comma": plain.replace(",", ", "),
        "semicolon, decimal comma": written(";", ","),
        "tab, decimal comma": written("\t", ","),
        "bar, decimal comma": written("|", ","),
        "comma, decimal comma in quotes": written(",", ","),
        "decimal comma, thousands point": written(";", ",", "."),
        "decimal comma, thousands space": written(";", ",", " "),
        "decimal comma, thousands fixed space": written(";", ",", "\xa0"),
        "decimal comma, thousands narrow space": written("\t", ",", "\u202f"),
        "thousands comma in quotes": written(",", ".", ","),
        "thousands apostrophe": written(";", ".", "'"),
        "all in quotes": written(quoting=csv.QUOTE_ALL),
        "text in quotes": written(quoting=csv.QUOTE_NONNUMERIC),
        "single quotes": written(quoting=csv.QUOTE_ALL, quote="'"),
        "separators, quotes and lines in labels": (written(labels=quoted), quoted),
        "the same with semicolons": (written(";", ",", labels=quoted), quoted),
        "a field of 200 kB": (written(labels=long), long),
        "no header": written(names=None),
        "no header, semicolon, decimal comma": written(";", ",", names=None),
        "no header, tab": written("\t", names=None),
        "numbered header": written(names=("0", "1", "2")),
        "pandas: index": written(names=("", *NAMES), before=lambda row: [row]),
        "pandas: shuffled index": written(names=("", *NAMES), before=lambda k: [shuffled[k]]),
        "pandas: numbered header and index": written(
            names=("", "0", "1", "2"), before=lambda row: [row]
        ),
        "pandas: Unnamed": written(names=("Unnamed: 0", *NAMES), before=lambda k: [shuffled[k]]),
        "pandas: dates": written(
            names=("", *NAMES), before=lambda row: [f"20{row + 10}-01-31 10:00"]
        ),
        "R write.csv": written(
            names=("", *NAMES), before=lambda row: [str(row + 1)], quoting=csv.QUOTE_NONNUMERIC
        ),
        "R write.csv2": written(
            ";", ",", names=("", *NAMES), before=lambda row: [f"Mazda {row}"],
            quoting=csv.QUOTE_NONNUMERIC,
        ),
        "numpy savetxt": (numpys.getvalue(), [f"{code:.18e}" for code in codes]),
        "Excel: sep line": "sep=;\r\n" + written(";", ",", end="\r\n"),
        "Excel: empty rows": plain + ",,\n,,\n\n",
        "Excel: empty rows on top": ",,\n,,\n" + plain,
        "Excel: empty columns": written(names=(*NAMES, "", ""), after=("", "")),
        "comment lines": "# a logger, 2026\n# u is in volts; v too\n" + plain,
        "comment lines within": plain.replace("\n", "\n# noon\n", 20),
        "header in a comment": "#u,v,label\n" + written(names=None),
        "blank lines": plain.replace("\n", "\n\n"),
        "CRLF": written(end="\r\n"),
        "CR": written(";", ",", end="\r"),
        "no last line end": plain.rstrip(),
        "spaces around": plain.replace(",", " , "),
        "plus signs": written().replace("\n", "\n+").replace("+-", "-").removesuffix("+"),
        "angle brackets": written(names=("<U>", "<V>", "<KIND>")),
        "square brackets": written(names=("[u]", "[v]", "[kind]")),
    }  # fmt: skip
    found = {}
    for name, text in texts.items():
        content, labels = (text, LABELS) if isinstance(text, str) else text
        found[name] = (content.encode(), labels)
    decimals = written(";", ",", labels=words)
    for encoding in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"):
        found[encoding] = (decimals.encode(encoding), words)
    found["utf-16-be with mark"] = (("\ufeff" + decimals).encode("utf-16-be"), words)
    return found
