"""A sweep as the TOML text that the command line takes and `SweepSpec.from_toml` reads back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from hts.config import RunConfig
from hts.studio.sweeps.spec import SweepSpec


def toml_text(spec: SweepSpec) -> str:
    """The text; settings that are as by default are left out."""
    usual = RunConfig().to_dict()
    base = {name: value for name, value in spec.base.to_dict().items() if value != usual[name]}
    lines = [f"name = {_value(spec.name)}"]
    if spec.keep_weights:
        lines.append("keep_weights = true")
    lines += _table("[base]", base) + _table("[grid]", spec.grid)
    for run in spec.runs:
        lines += _table("[[runs]]", run)
    return "\n".join(lines) + "\n"


def _table(head: str, values: Mapping[str, Any]) -> list[str]:
    return ["", head, *(f"{name} = {_value(value)}" for name, value in values.items())]


def _value(value: Any) -> str:
    if value is None:
        return '"none"'
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, str):
        quoted = json.dumps(value, ensure_ascii=False)  # TOML's basic strings escape as JSON's do,
        return quoted.replace("\x7f", "\\u007f")  # but for this one
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value)
