"""How a run is looked at on the Train page: what is pruned, which moment, layer and seed.

They are named in the address (``removed=73&moment=1200&layer=1&look=3``), so that a view can be
passed on.
"""

from __future__ import annotations

from collections.abc import Mapping

from hts.seeds import LARGEST_SEED
from hts.validate import BadInput, whole

LATEST = -1  # the moment that moves on with the run
ALL = -1  # the seeds of a run together
LOOKS = {  # by name in the address: key of the widget, what it is unless said, least and most
    "removed": ("removed", 50, 0, 100),
    "moment": ("look_back", LATEST, 0, 2**53 - 1),
    "layer": ("layer", 0, 0, 999),
    "look": ("picked", ALL, 0, LARGEST_SEED),
}
DEFAULTS = {"moment": "the latest", "look": "all seeds"}
WHY = {
    "removed": "it is the percentage of units that are pruned",
    "moment": "it is the step of a snapshot that was kept",
    "layer": "layers are counted from 0",
    "look": "it is the seed that is looked at alone",
}


def read_look(params: Mapping[str, str], ignored: list[str]) -> dict[str, int]:
    """Values by widget; ``ignored`` is told of those that cannot be used."""
    found = {}
    for name, (key, default, least, most) in LOOKS.items():
        if (text := params.get(name)) is None:
            continue
        try:
            found[key] = whole(name, text, low=least, high=most, why=WHY[name])
        except BadInput as error:
            stays = DEFAULTS.get(name, default)
            ignored.append(f"{error} It stays at {stays}.")
    return found


def write_look(state: Mapping[str, object]) -> dict[str, str]:
    """Query parameters of what differs from a first look."""
    return {
        name: str(value)
        for name, (key, default, *_) in LOOKS.items()
        if (value := state.get(key, default)) != default and value is not None
    }
