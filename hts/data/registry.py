"""The built-in datasets: what is known of each without loading it.

To add one: an entry here, and its arrays in `hts.data.loading` (a download: also `catalogue`).
"""

from __future__ import annotations

from hts.data.dataset import DatasetInfo
from hts.data.labels import CIFAR10, CIFAR100, DIGITS, ECG5000, FASHION
from hts.data.toys import EXAMPLES

_ECG_ORIGIN = "UCR Time Series Classification Archive, from PhysioNet's BIDMC record chf07"


def _toy(name: str, classes: int, says: str) -> DatasetInfo:
    return DatasetInfo(
        name=name,
        title=f"{name.capitalize()} (2-D)",
        kind="toy",
        inputs=3,
        class_names=tuple(str(k) for k in range(classes)),
        train=EXAMPLES,
        test=EXAMPLES,
        says=f"{says} Two coordinates and a constant 1, since the networks have no biases.",
        origin="drawn by this program",
    )


_ALL = (
    DatasetInfo(
        name="digits",
        title="Digits 8 x 8",
        kind="images",
        inputs=64,
        class_names=DIGITS,
        train=1438,
        test=359,
        says="Handwritten digits of 8 x 8 pixels: small, and always there.",
        origin="UCI optical recognition of handwritten digits (CC BY 4.0), with scikit-learn",
        image_shape=(1, 8, 8),
    ),
    DatasetInfo(
        name="ecg5000",
        title="ECG5000",
        kind="series",
        inputs=140,
        class_names=ECG5000,
        train=500,
        test=4500,
        says="Heartbeats of 140 samples in five classes, the official split.",
        origin=_ECG_ORIGIN,
        needs_download=True,
    ),
    DatasetInfo(
        name="ecg5000-binary",
        title="ECG5000, normal or not",
        kind="series",
        inputs=140,
        class_names=("normal", "abnormal"),
        train=500,
        test=4500,
        says="Heartbeats of 140 samples: the normal class against the other four.",
        origin=_ECG_ORIGIN,
        needs_download=True,
    ),
    DatasetInfo(
        name="mnist",
        title="MNIST",
        kind="images",
        inputs=784,
        class_names=DIGITS,
        train=60000,
        test=10000,
        says="Handwritten digits of 28 x 28 pixels.",
        origin="LeCun, Cortes and Burges, from NIST's Special Databases",
        needs_download=True,
        image_shape=(1, 28, 28),
    ),
    DatasetInfo(
        name="fashion-mnist",
        title="Fashion-MNIST",
        kind="images",
        inputs=784,
        class_names=FASHION,
        train=60000,
        test=10000,
        says="Articles of clothing, 28 x 28 pixels, harder than MNIST.",
        origin="Xiao, Rasul and Vollgraf, Zalando Research (MIT licence)",
        needs_download=True,
        image_shape=(1, 28, 28),
    ),
    DatasetInfo(
        name="cifar10",
        title="CIFAR-10",
        kind="images",
        inputs=3072,
        class_names=CIFAR10,
        train=50000,
        test=10000,
        says="Colour photographs of 32 x 32 pixels in ten classes.",
        origin="Krizhevsky, University of Toronto",
        needs_download=True,
        image_shape=(3, 32, 32),
    ),
    DatasetInfo(
        name="cifar100",
        title="CIFAR-100",
        kind="images",
        inputs=3072,
        class_names=CIFAR100,
        train=50000,
        test=10000,
        says="Colour photographs of 32 x 32 pixels in a hundred classes.",
        origin="Krizhevsky, University of Toronto",
        needs_download=True,
        image_shape=(3, 32, 32),
    ),
    _toy("moons", 2, "Two interleaved half circles."),
    _toy("circles", 2, "A circle inside another."),
    _toy("spirals", 3, "Three spiral arms."),
    _toy("blobs", 4, "Four Gaussian clouds."),
)

BUILT_IN: dict[str, DatasetInfo] = {known.name: known for known in _ALL}
