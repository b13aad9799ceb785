"""Write a network that is really smaller: weights as safetensors, a file that loads them, a
torch.export program, and with --report a page about the run that opens without a connection.

Units of smallest norm go (or of another criterion), by default as many as hold a tenth of the
squared norm.  The loader needs torch and safetensors only and takes raw
examples, as they stand in the data's files:
from load_network import Network; scores = Network()(examples)

Example: python -m hts export 3f2a9c1b7d-1 --out smaller --report
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from hts.pruning.criteria import of_units
from hts.pruning.cut import Cut
from hts.studio.store.store import Store
from hts.validate import BadInput


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", help="a run, as `python -m hts runs` lists it, or RUN.main.3")
    parser.add_argument("--out", required=True, metavar="DIR", help="folder to write to")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--prune", metavar="WHAT=X", help="criterion=0.1 (default), fraction=X, ...")
    how.add_argument("--within-points", metavar="D", help="as much as costs D points of accuracy")
    how.add_argument("--fraction", metavar="F", help="this share of the units, 0 to 1")
    parser.add_argument(
        "--scope", default="layer", help="layer: each alike; global: smallest first"
    )
    choices = of_units()
    parser.add_argument(
        "--criterion",
        choices=list(choices),
        default="columns",
        help="which units go first: "
        + "; ".join(f"{name}, {criterion.title.lower()}" for name, criterion in choices.items()),
    )
    parser.add_argument("--no-program", action="store_true", help="without the torch.export file")
    parser.add_argument("--report", action="store_true", help="also report.html, with all figures")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> None:
    from hts.studio.compress import export

    store = Store()
    cut = _cut(options)
    found, arrays, ranking = export.ranked(
        store, options.id, scope=options.scope, criterion=options.criterion
    )
    counts = export.cut_counts(store, found, ranking, cut)
    smaller = export.smaller_network(found, arrays, ranking, counts, cut)
    folder = Path(options.out)
    files = export.write_folder(smaller, folder)
    if not options.no_program:
        files.append(export.write_program(smaller, folder))
    if options.report:
        files.append(_report(store, found.id, folder))
    words = export.cut_in_words(cut, ranking)
    told = {
        "run": found.id,
        "pruned_by": words,
        "units": smaller.units,
        "removed": smaller.removed,
        "bytes_before": smaller.bytes_before,
        "bytes": smaller.bytes_left,
        "files": [str(path) for path in files],
    }
    if options.json:
        print(json.dumps(told))
        return
    share = 100 * (1 - smaller.bytes_left / smaller.bytes_before)
    print(f"run {found.id}: {smaller.removed} of {smaller.units} units removed ({words})")
    print(
        f"  {smaller.bytes_before} -> {smaller.bytes_left} bytes of weights, {share:.1f} % smaller"
    )
    for path in files:
        print(f"  {path}  {path.stat().st_size} bytes")
    print(f"  {smaller.needs}")


def _cut(options: argparse.Namespace) -> Cut:
    if options.within_points is not None:
        return Cut.from_words(f"points={options.within_points}")
    if options.fraction is not None:
        return Cut.from_words(f"fraction={options.fraction}")
    return Cut() if options.prune is None else Cut.from_words(options.prune)


def _report(store: Store, run_id: str, folder: Path) -> Path:
    from hts.studio.compress.report import report

    path = folder / "report.html"
    try:
        path.write_text(report(store, run_id), encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error}.") from None
    return path
