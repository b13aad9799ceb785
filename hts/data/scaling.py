"""From published arrays to network inputs.

Images: pixels to [0, 1], then per channel ``(v - mean) / std`` with the constants below, which
are those of the training set; axes to (channels, rows, columns), flattened.  Series: as they are.
"""

from __future__ import annotations

import numpy as np

Constants = tuple[tuple[float, ...], tuple[float, ...]]  # mean and std of each channel

CONSTANTS: dict[str, Constants] = {
    "mnist": ((0.1307,), (0.3081,)),
    "fashion-mnist": ((0.2860,), (0.3530,)),
    "cifar10": ((0.491, 0.482, 0.447), (0.247, 0.243, 0.262)),
    "cifar100": ((0.5071, 0.4867, 0.4408), (0.2675, 0.2565, 0.2761)),
}

_BLOCK = 1024  # images at a time, so that no second large array is made


def images(pixels: np.ndarray, constants: Constants) -> np.ndarray:
    """Inputs (n, channels * rows * columns) float32 of uint8 (n, rows, columns[, channels])."""
    if pixels.ndim == 3:
        pixels = pixels[..., None]
    n, rows, columns, channels = pixels.shape
    levels = np.arange(256) / 255
    inputs = np.empty((n, channels, rows, columns), np.float32)
    for channel, (mean, std) in enumerate(zip(*constants, strict=True)):
        value = ((levels - mean) / std).astype(np.float32)  # of each of the 256 grey levels
        for start in range(0, n, _BLOCK):
            block = slice(start, start + _BLOCK)
            inputs[block, channel] = value[pixels[block, :, :, channel]]
    return inputs.reshape(n, -1)
