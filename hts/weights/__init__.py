"""Other people's weights as plain arrays: read without running anything from the file.  NumPy only.

`read_weights` opens a file and says what is in it; every array is loaded when it is asked for.
`state_weights` and `module_weights` do the same for what is in memory already.  Pickled checkpoints
are read by a process of their own (`hts.sandbox`), which runs `torch_worker`, the one file of this
room that imports torch.
"""

from __future__ import annotations

from hts.weights.entry import FileWeights, Weight
from hts.weights.limits import Limits
from hts.weights.memory import module_weights, state_weights
from hts.weights.read import read_weights

__all__ = [
    "FileWeights",
    "Limits",
    "Weight",
    "module_weights",
    "read_weights",
    "state_weights",
]
