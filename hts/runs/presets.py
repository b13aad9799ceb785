"""Starting points worth a look."""

from __future__ import annotations

from hts.runs.claimed import CLAIMED
from hts.runs.demonstrations import DEMONSTRATIONS

PRESETS = (*CLAIMED, *DEMONSTRATIONS)
