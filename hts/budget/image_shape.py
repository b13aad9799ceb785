"""What a convolutional network is given to look at."""

from __future__ import annotations

from hts.config import RunConfig
from hts.data.sources import info, names
from hts.models.architecture import Image
from hts.validate import BadInput


def image_of(config: RunConfig) -> Image:
    """Shape (channels, height, width) of the images in ``config``'s dataset.

    Raises `BadInput` naming the datasets that are images, if it is none of them.
    """
    shape = info(config.data).image_shape
    if shape is not None:
        return shape
    images = ", ".join(name for name in names() if info(name).image_shape is not None)
    raise BadInput(
        f"model cnn needs images, got the dataset {config.data}, whose inputs have no places in a "
        f"plane to convolve over: choose one of {images}, or model fcn."
    )
