"""`hts.stable` beside Nolan's tables, which come with SciPy, and beside a thirty-digit integral.

The tables are of the S1 laws with alpha 0.1 to 2 and beta -1 to 1 at eleven of their quantiles, and
were made by Nolan's STABLE.  Every row is compared; a row that is off is settled by
`bench.laws.truth`, and so is every n-th row of both tails.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import numpy as np

import hts
from bench.laws.truth import density_and_tails
from hts.validate import BadInput

SYMMETRIC, SKEWED = 1e-9, 1e-6  # relative differences that are settled by the integral
TAILS = (0.01, 0.05, 0.95, 0.99)
Row = dict[str, Any]


def table(name: str) -> np.ndarray:
    """Rows (x, value, alpha, beta, quantile) of the table ``cdf`` or ``pdf``."""
    folder = files("scipy.stats.tests") / "data" / "levy_stable"
    try:
        with (folder / f"stable-Z1-{name}-sample-data.npy").open("rb") as file:
            rows: np.ndarray = np.load(file)
    except FileNotFoundError:
        raise BadInput("this SciPy was installed without its tests' data: use its wheel.") from None
    rows[:, 2:] = rows[:, 2:].round(12)
    return rows


def moved_table() -> np.ndarray:
    """Rows of laws of scale 2 at 3, in S0 and S1: a structured array."""
    folder = files("scipy.stats.tests") / "data" / "levy_stable"
    with (folder / "stable-loc-scale-sample-data.npy").open("rb") as file:
        rows: np.ndarray = np.load(file)
    return rows


def ours(name: str, rows: np.ndarray) -> np.ndarray:
    """`hts.stable`'s values at all rows of a table."""
    law = hts.stable(rows[:, 2], rows[:, 3])
    return np.asarray(law.cdf(rows[:, 0]) if name == "cdf" else law.pdf(rows[:, 0]))


def against_tables() -> list[Row]:
    """How far all rows of every table lie from `hts.stable`, relative to the table."""
    found = []
    for name in ("cdf", "pdf"):
        rows = table(name)
        apart = np.abs(ours(name, rows) / rows[:, 1] - 1)
        for word, some in (("symmetric", rows[:, 3] == 0), ("skewed", rows[:, 3] != 0)):
            found.append(_summary(f"{name}, {word}", apart[some]))
    rows = moved_table()
    for name in ("cdf", "pdf"):
        apart = []
        for place in (0, 1):
            some = rows[rows["param"] == place]
            law = hts.stable(some["alpha"], some["beta"], 3, 2, parameterization=f"S{place}")
            got = law.cdf(some["x"]) if name == "cdf" else law.pdf(some["x"])
            apart.append(np.abs(np.asarray(got) / some[name] - 1))
        found.append(_summary(f"{name}, scale 2 at 3, S0 and S1", np.concatenate(apart)))
    return found


def rows_off() -> list[Row]:
    """Rows of the tables that are off by more than asked, with the integral's value."""
    found = []
    for name in ("cdf", "pdf"):
        rows = table(name)
        apart = np.abs(ours(name, rows) / rows[:, 1] - 1)
        for row in rows[apart > np.where(rows[:, 3] == 0, SYMMETRIC, SKEWED)]:
            found.append(_settled(name, row))
    return found


def in_the_tails(every: int) -> list[Row]:
    """Every n-th row of the 1, 5, 95 and 99 % quantiles: errors of the smaller tail and density.

    Left out are the rows of alpha 1 on the side that skewness makes lighter: minutes each.
    """
    rows = table("cdf")
    slow = (rows[:, 2] == 1) & (rows[:, 0] * rows[:, 3] < 0)
    rows = rows[np.isin(rows[:, 4].round(6), TAILS) & ~slow]
    rows = rows[np.lexsort((rows[:, 4], rows[:, 3], rows[:, 2]))][::every]
    law = hts.stable(rows[:, 2], rows[:, 3])
    below, above, density = (np.asarray(f(rows[:, 0])) for f in (law.cdf, law.sf, law.pdf))
    found = []
    for k, (x, _, alpha, beta, _) in enumerate(rows):
        true = density_and_tails(float(x), float(alpha), float(beta))
        tail = (below[k], true[1]) if true[1] < true[2] else (above[k], true[2])
        found.append({
            "alpha": float(alpha), "beta": float(beta), "x": float(x), "tail": float(tail[1]),
            "density": float(true[0]), "tail_error": float(tail[0] / tail[1] - 1),
            "density_error": float(density[k] / true[0] - 1),
        })  # fmt: skip
    return found


def tails_in_short(rows: list[Row]) -> list[Row]:
    """The largest errors of `in_the_tails`, symmetric and skewed."""
    found = []
    for word, some in (
        ("symmetric", [row for row in rows if row["beta"] == 0]),
        ("skewed", [row for row in rows if row["beta"] != 0]),
    ):
        for what in ("tail", "density"):
            errors = np.abs([row[f"{what}_error"] for row in some])
            found.append(_summary(f"{what}, {word}", errors))
    return found


def pace(points: int = 300) -> list[Row]:
    """Microseconds of CPU a point beside SciPy's, in turn, one law at many points."""
    from scipy.stats import levy_stable

    found = []
    for alpha, beta in ((1.5, 0.0), (1.5, 0.5), (0.8, -0.5)):
        x = np.asarray(hts.stable(alpha, beta).rvs(points, random_state=1))
        for name in ("cdf", "pdf"):
            function = getattr(hts.stable(alpha, beta), name)
            scipy, few = getattr(levy_stable, name), x[: points // 10]
            took: dict[str, list[float]] = {"ours": [], "scipy": []}
            for _ in range(3):
                took["ours"].append(_seconds(function, x))
                took["scipy"].append(10 * _seconds(scipy, few, alpha, beta))
            own, other = (1e6 * min(took[who]) / points for who in ("ours", "scipy"))
            found.append({
                "what": name, "alpha": alpha, "beta": beta, "microseconds": own, "scipy": other,
                "ratio": other / own,
            })  # fmt: skip
    return found


def measure(every: int) -> dict[str, list[Row]]:
    """Everything; ``every`` n-th row of the tails is integrated, a second or so each."""
    tails = in_the_tails(every)
    return {
        "tables": against_tables(),
        "rows_off": rows_off(),
        "tails": tails_in_short(tails),
        "worst": sorted(tails, key=lambda row: -abs(row["tail_error"]))[:5],
        "pace": pace(),
    }


def _settled(name: str, row: np.ndarray) -> Row:
    x, value, alpha, beta, _ = (float(cell) for cell in row)
    density, below, _ = density_and_tails(x, alpha, beta)
    true = below if name == "cdf" else density
    own = float(ours(name, row[None])[0])
    return {
        "what": name, "alpha": alpha, "beta": beta, "x": x, "table": value, "integral": float(true),
        "table_error": float(value / true - 1), "our_error": float(own / true - 1),
    }  # fmt: skip


def _summary(what: str, errors: np.ndarray) -> Row:
    return {
        "what": what,
        "rows": len(errors),
        "median": float(np.median(errors)),
        "99 %": float(np.quantile(errors, 0.99)),
        "largest": float(errors.max()),
    }


def _seconds(work: Callable[..., object], *given: object) -> float:
    began = time.process_time()
    work(*given)
    return time.process_time() - began
