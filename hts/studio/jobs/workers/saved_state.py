"""The state of a group as the store keeps it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from hts.foreign import guarded
from hts.records import decode
from hts.runs.group_state import GroupState, RunSoFar
from hts.studio.store.saved_groups import SavedGroup
from hts.validate import BadInput


class _Words(msgspec.Struct, frozen=True, kw_only=True):
    runs: tuple[RunSoFar, ...]
    code: str


def to_save(positions: Sequence[int], state: GroupState, *, code: str = "") -> SavedGroup:
    """The state as the store keeps it; ``positions`` of its runs in the sweep."""
    words = msgspec.json.encode(_Words(runs=state.runs, code=code)).decode()
    return SavedGroup(tuple(positions), state.step, words, dict(state.tensors))


def from_saved(saved: SavedGroup, *, code: str | None = None) -> GroupState | None:
    """What `to_save` was given; None if it cannot be read, or is not of the ``code`` asked for."""
    try:
        with guarded("the saved state of a group"):
            words = decode(saved.words, _Words)
    except BadInput:
        return None
    if code not in (None, words.code) or len(words.runs) != len(saved.positions):
        return None
    return GroupState(step=saved.step, runs=words.runs, tensors=saved.tensors)
