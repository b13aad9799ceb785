"""A page's address and back: every setting, the runs on show, and how one looks at them.

Settings are named as in `RunConfig`; an address leaves out those that are as in `DEFAULTS`, and an
empty one is the first preset.  A value that cannot be used is ignored with a sentence that says
why, and the default stands.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

from hts.config import RunConfig, check_setting, says
from hts.data import info
from hts.runs.preset import Preset
from hts.runs.presets import PRESETS
from hts.studio.store.run_row import WATCH, UnknownRun
from hts.validate import BadInput, choice
from pages._parts.board.view_state import LOOKS, read_look, write_look

CONTROL_OF_TWIN = {"off": "off", "gaussian": "gaussian", "no-noise": "none"}
"""What addresses and tasks of before call the one network beside a run."""
FIRST: dict[str, Any] = PRESETS[0].whole.to_dict()  # what an empty address shows
DEFAULTS: dict[str, Any] = RunConfig(seed=3, controls="gaussian").to_dict()
"""What an address leaves out that names any setting; never changed, so old ones stay true."""
OF_SWEEPS = {**DEFAULTS, "controls": "off"}  # where a sweep's form begins
LARGEST_EXACT = 2**53 - 1  # whole numbers a browser keeps exactly

_RUN = re.compile(r"[0-9a-f]{10}-[1-9][0-9]*")
_OTHERS = ("run", "twin", "preset", "compare", "embed", "embed_options", *LOOKS)
_BOOLS = {"true": True, "1": True, "on": True, "false": False, "0": False, "off": False}


@dataclass(frozen=True)
class Address:
    """What an address asks for.  ``settings`` is complete; ``named``: it named any setting."""

    settings: dict[str, Any]
    named: bool
    run: str | None = None
    beside: str | None = None  # a run to lay over it
    look: tuple[tuple[str, int], ...] = ()  # values by widget
    ignored: tuple[str, ...] = ()


def read_address(params: Mapping[str, str]) -> Address:
    """The address as settings and runs; never raises for a bad one."""
    ignored: list[str] = []
    base, asked = DEFAULTS, dict[str, Any]()
    preset = params.get("preset")
    if preset is not None:
        try:
            base = asked = _preset(preset).whole.to_dict()
        except BadInput as error:
            ignored.append(str(error))
    beside = None
    if (text := params.get("twin")) is not None:
        if text in CONTROL_OF_TWIN:
            asked = {**asked, "replicates": 1, "controls": CONTROL_OF_TWIN[text]}
        elif _RUN.fullmatch(text):
            beside = text
        else:
            kinds = ", ".join(CONTROL_OF_TWIN)
            ignored.append(f"twin must be one of {kinds} or a run, got {text!r}.")
    wrong: list[tuple[str, BadInput]] = []
    for name, text in params.items():
        if name in _OTHERS:
            continue
        if name not in DEFAULTS:
            near = get_close_matches(name, DEFAULTS, n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            ignored.append(f"There is no setting {name!r}.{hint}")
            continue
        try:
            asked = {**asked, name: _checked(name, text)}
        except BadInput as error:
            wrong.append((name, error))
    settings = {**base, **asked} if asked else dict(FIRST)
    ignored += [f"{error} It stays at {shown(settings[name])}." for name, error in wrong]
    run = params.get("run")
    if run is not None and not _RUN.fullmatch(run):
        plain = f"There is no run {run!r}: a run is named like 0123456789-1."
        ignored.append(str(UnknownRun(run)) if run.startswith(WATCH) else plain)
        run = None
    look = tuple(read_look(params, ignored).items())
    return Address(settings, bool(asked), run, beside, look, tuple(ignored))


def write_address(
    settings: Mapping[str, Any],
    run: str | None = None,
    beside: str | None = None,
    look: Mapping[str, object] = MappingProxyType({}),
) -> dict[str, str]:
    """Query parameters from which `read_address` gives the same back.

    ``look``: the state of widgets; without a run there is nothing to look at.
    """
    params = {} if run is None else {"run": run}
    if run is not None or settings != FIRST:
        params |= {k: shown(v) for k, v in settings.items() if v != DEFAULTS[k]}
        params = params or {"seed": shown(settings["seed"])}
    if beside is not None:
        params["twin"] = beside
    return params if run is None else params | write_look(look)


def read_compare(text: str | None) -> list[str]:
    """Run ids of ``compare=a,b``, each once, whatever else is in it."""
    return list(dict.fromkeys(part for part in (text or "").split(",") if part))


def matching_preset(settings: Mapping[str, Any]) -> str | None:
    """Name of the preset that these settings are, with however many replicates, or None."""
    wanted = {**settings, "replicates": None}
    for preset in PRESETS:
        if {**preset.whole.to_dict(), "replicates": None} == wanted:
            return preset.name
    return None


def shown(value: object) -> str:
    """A setting as an address and a sentence write it."""
    if value is None or isinstance(value, bool):
        return str(value).lower()
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _preset(name: str) -> Preset:
    by_name = {preset.name: preset for preset in PRESETS}
    return by_name[choice("preset", name, by_name)]


def _checked(name: str, text: str) -> Any:
    value: Any = text
    default = DEFAULTS[name]
    if isinstance(default, bool):
        return check_setting(name, _BOOLS.get(text.lower(), text))
    if name == "target_accuracy" and text.lower() == "none":
        value = None
    value = RunConfig(**{name: value}).given(name)
    if name == "data":
        info(value)
    if isinstance(value, int) and value > LARGEST_EXACT:
        raise BadInput(f"{name} {value} is too large for a page, which keeps {LARGEST_EXACT}.")
    return value


def field(name: str) -> Mapping[str, str]:
    """Title and one sentence of a setting."""
    found = next(f.metadata for f in dataclasses.fields(RunConfig) if f.name == name)
    return {**found, "says": says(name)}
