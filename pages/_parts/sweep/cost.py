"""What a sweep will take, in a line, before anything is started."""

from __future__ import annotations

from collections.abc import Iterable

from hts.config import RunConfig
from hts.data import available, info
from hts.shared_cache import SharedCache
from hts.studio.figures import words
from hts.studio.jobs.limits import need_countable
from hts.studio.lab.access import reader_of
from hts.studio.store.store import Store
from hts.studio.sweeps.cost import estimate
from hts.studio.sweeps.spec import SweepSpec
from hts.validate import BadInput
from pages._parts.form.submission import checked

LARGEST_HERE = 10_000  # runs; more would hold up the other viewers while they are written down

_said: SharedCache[str] = SharedCache(64)


def cost_words(spec: SweepSpec, store: Store) -> str:
    """``225 runs, at most about 9 min on this machine.``  Raises `BadInput` if one cannot go."""
    if (here := reader_of(store)) is not None:
        need_countable(here, spec)
    if spec.most_runs > LARGEST_HERE:
        raise BadInput(
            f"The sweep has {spec.most_runs} runs; at most {LARGEST_HERE} are started from this "
            "page. Take fewer values, or start it with `python -m hts sweep`."
        )
    pace = tuple((s.id, s.state) for s in store.sweeps.list(limit=1))  # what has run tells the pace
    for name in spec.datasets:  # what was said to who sees a table is not for others
        info(name)
    return _said.get((str(store.home.root), spec.to_json(), pace), lambda: _say(spec, store))


def _say(spec: SweepSpec, store: Store) -> str:
    configs = spec.configs()
    for config in _shapes(configs):
        checked(config.to_dict())
    count = f"{words.count(len(configs))} {'run' if len(configs) == 1 else 'runs'}"
    cells = len(spec.cells())
    beside = len(configs) - cells
    controls = f", {words.count(beside)} of them controls" if beside else ""
    same = spec.combinations - cells
    less = f" ({words.count(same)} combinations would be the same run again)" if same else ""
    missing = dict.fromkeys(c.data for c in configs if not available(c.data))
    fetch = f" Data are downloaded first, once: {', '.join(missing)}." if missing else ""
    time = words.duration(estimate(configs, store))
    early = any(config.target_accuracy is not None for config in configs)
    sooner = "; less where runs reach their target early" if early else ""
    return f"{count}{controls}{less}, at most about {time} on this machine{sooner}.{fetch}"


def _shapes(configs: Iterable[RunConfig]) -> Iterable[RunConfig]:
    """One run of each shape: what memory depends on."""
    parts = ("data", "model", "width", "depth", "batch_size", "device")
    return {tuple(getattr(c, part) for part in parts): c for c in configs}.values()
