"""A dataset of one's own: a checkerboard in the plane.

HTS_PLUGINS=examples/own_dataset.py python -m hts train --data checkerboard
"""

import numpy as np

from hts.data import DATASETS, DatasetSource, plane_inputs


@DATASETS.register
class Checkerboard(DatasetSource):
    name, title = "checkerboard", "Checkerboard (2-D)"
    sentence = "Nine fields of a checkerboard, with a constant third input of 1."
    origin = "drawn by this program"
    inputs, train, test = 3, 900, 300
    class_names = ("black", "white")
    in_the_plane = True  # its decision regions are drawn

    def load(self, obtain):
        points = np.random.default_rng(1).uniform(-1.5, 1.5, (1200, 2))
        x, y = plane_inputs(points), np.rint(points).sum(axis=1).astype(np.int64) % 2
        return self.dataset(x[:900], y[:900], x[900:], y[900:])
