"""What names a parameter's noise: its qualified name, however the model is wrapped.

torch keeps the names of a group in ``group["param_names"]``.  `ZeroRedundancyOptimizer` hands each
process some of the parameters and all of the names, hence the note on the parameter itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from torch import Tensor

from hts.validate import BadInput

_WRAPPERS = ("_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module")
_NOTE = "noise_name"


def plain_name(name: str) -> str:
    """``name`` without what DataParallel, DDP, FSDP, `torch.compile` and checkpointing put in."""
    parts = [part for part in name.split(".") if part not in _WRAPPERS]
    while len(parts) > 1 and parts[0] == "module":
        del parts[0]
    return ".".join(parts)


def note_names(named: Iterable[tuple[str, Tensor]]) -> None:
    """Remember each parameter's name on it, for optimizers that are handed a part of a group."""
    for name, p in named:
        setattr(p, _NOTE, name)


def names_of(group: dict[str, Any]) -> list[str] | None:
    """The plain name of each of the group's parameters; None where the group gives no names.

    Raises `BadInput` where it is not known which name is whose.
    """
    given, params = group.get("param_names"), group["params"]
    if given is None:
        return None
    noted = [getattr(p, _NOTE, "") for p in params]
    if not set(given).issuperset(noted):
        if len(given) != len(params):
            raise BadInput(
                f"a parameter group has {len(params)} parameters but {len(given)} param_names, "
                "and each parameter's noise goes by its name: take hts.noisy_groups(model)."
            )
        noted = given
    return [plain_name(name) for name in noted]
