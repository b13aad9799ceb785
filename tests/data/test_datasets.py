"""The built-in datasets: exact contents where they are fixed, and the registry agreeing."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import hts
from hts import data
from hts.config import RunConfig
from hts.data.reading.arrays import digest, read_npz
from hts.validate import BadInput

OFFLINE = ("digits", "moons", "circles", "spirals", "blobs")
SHARED = ("ecg5000", "ecg5000-binary", "mnist", "cifar10")


def printed(code: str) -> str:
    """What a fresh Python prints."""
    root = Path(hts.__file__).parent.parent
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root)
    return done.stdout.strip()


def agree(loaded: data.Dataset) -> None:
    """The registry says what the arrays are."""
    known = data.info(loaded.name)
    assert loaded.x_train.shape == (known.train, known.inputs)
    assert loaded.x_test.shape == (known.test, known.inputs)
    assert loaded.x_train.flags.writeable
    assert loaded.classes == known.class_names
    for y in (loaded.y_train, loaded.y_test):
        assert set(y.tolist()) == set(range(known.classes))
    if known.image_shape is not None:
        assert int(np.prod(known.image_shape)) == known.inputs


@pytest.fixture
def pre_seeded(shared_data, tmp_path, monkeypatch):
    """The real data as a lab would put them there, and an empty cache."""
    monkeypatch.setenv("HTS_CACHE", str(tmp_path / "cache"))
    return shared_data


@pytest.mark.parametrize("name", OFFLINE)
def test_offline_datasets_are_as_registered(name):
    agree(data.load(name))
    assert data.available(name) is not None


@pytest.mark.shared
@pytest.mark.parametrize("name", SHARED)
def test_shared_datasets_are_as_registered(name, pre_seeded):
    loaded = data.load(name)
    agree(loaded)
    assert "HTS_DATA_DIR" in loaded.source
    assert "HTS_DATA_DIR" in str(data.available(name))


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "sha256"),
    [
        ("ecg5000.npz", "3b418243f3797212847756679fddd51848f4f6ec13bd7493e1025a3db4d8a256"),
        ("mnist.npz", "d2fc8bab397b964798b4c839bd1e705e10a4bb65f4d56a88002229d145796751"),
        ("cifar10_4k.npz", "3a432a59b63da20618fd27e8bc0f3df989f155ca1553f8a799b7ed74347f2247"),
    ],
)
def test_shared_files_are_the_ones_these_tests_speak_of(name, sha256, shared_data):
    assert hashlib.sha256((shared_data / name).read_bytes()).hexdigest() == sha256


@pytest.mark.shared
def test_ecg5000_is_the_official_split_unscaled(pre_seeded):
    loaded = data.load("ecg5000")
    assert np.bincount(loaded.y_train).tolist() == [292, 177, 10, 19, 2]
    assert np.bincount(loaded.y_test).tolist() == [2627, 1590, 86, 175, 22]
    stored = read_npz(pre_seeded / "ecg5000.npz")
    assert np.array_equal(loaded.x_train, stored.x_train)
    assert np.array_equal(loaded.x_test, stored.x_test)
    # the published file's first row: label 1, then -0.11252183  -2.8272038  -3.7738969
    assert loaded.x_train[0, :3] == pytest.approx([-0.11252183, -2.8272038, -3.7738969])


@pytest.mark.shared
def test_ecg5000_binary_is_normal_against_the_rest(pre_seeded):
    five, two = data.load("ecg5000"), data.load("ecg5000-binary")
    assert np.array_equal(two.y_test, (five.y_test > 0).astype(np.int64))
    assert np.bincount(two.y_train).tolist() == [292, 208]
    assert two.classes == ("normal", "abnormal")


@pytest.mark.shared
def test_mnist_is_whole_and_normalised(pre_seeded):
    loaded = data.load("mnist")
    stored = read_npz(pre_seeded / "mnist.npz")
    assert digest(stored) == "06b0d1f124c4e5fa796686ade41a9b778edacc8622f2195a352ef479ad44fc16"
    assert np.bincount(loaded.y_train).tolist()[:3] == [5923, 6742, 5958]
    pixels = stored.x_train[:50].reshape(50, -1) / 255
    assert np.abs(loaded.x_train[:50] - (pixels - 0.1307) / 0.3081).max() < 1e-6
    assert abs(float(loaded.x_train.mean())) < 1e-3
    assert float(loaded.x_train.std()) == pytest.approx(1, abs=1e-3)


@pytest.mark.shared
def test_cifar10_says_that_it_is_a_subset_and_puts_channels_first(pre_seeded):
    loaded = data.load("cifar10")
    assert "subset of 4000+1000" in loaded.source
    assert "subset of 4000+1000" in data.info("cifar10").title
    assert np.bincount(loaded.y_train).tolist() == [400] * 10
    assert np.bincount(loaded.y_test).tolist() == [100] * 10
    stored = read_npz(pre_seeded / "cifar10_4k.npz")
    image = loaded.x_train[7].reshape(3, 32, 32)
    means, stds = (0.491, 0.482, 0.447), (0.247, 0.243, 0.262)
    for channel in range(3):
        wanted = (stored.x_train[7, :, :, channel] / 255 - means[channel]) / stds[channel]
        assert np.abs(image[channel] - wanted).max() < 1e-6


def test_digits_split_is_fixed_and_stratified():
    loaded = data.load("digits")
    assert np.bincount(loaded.y_train).tolist() == [
        142, 146, 142, 146, 145, 146, 145, 143, 139, 144,
    ]  # fmt: skip
    assert float(loaded.x_train.max()) == 1.0
    assert float(loaded.x_train.min()) == 0.0
    content = np.concatenate([loaded.x_train, loaded.x_test]) * 16
    assert np.array_equal(content, np.rint(content))
    whole = np.ascontiguousarray(content.astype(np.uint8))
    assert hashlib.sha256(whole).hexdigest()[:16] == "d19ca3a5cfa25ed0"


def test_toys_carry_a_constant_input_and_balanced_classes():
    for name in ("moons", "circles", "spirals", "blobs"):
        loaded = data.load(name)
        assert np.array_equal(loaded.x_train[:, 2], np.ones(1000, np.float32))
        counts = np.bincount(loaded.y_test)
        assert counts.max() - counts.min() <= 1
        assert np.abs(loaded.x_train[:, :2]).max() < 4
        assert not np.array_equal(loaded.x_train, loaded.x_test)
        assert np.array_equal(loaded.x_train, data.load(name).x_train)


def test_toys_have_the_class_structure_they_draw():
    circles = data.load("circles")
    radius = np.linalg.norm(circles.x_test[:, :2], axis=1)
    assert np.mean((radius < 1.0) == (circles.y_test == 1)) > 0.99
    blobs = data.load("blobs")
    quadrant = (blobs.x_test[:, 0] > 0) + 2 * (blobs.x_test[:, 1] > 0)
    assert np.mean(quadrant == blobs.y_test) > 0.98
    for name, least in (("moons", 0.97), ("spirals", 0.97)):  # by the nearest training example
        toy = data.load(name)
        gaps = toy.x_test[:, None, :2] - toy.x_train[None, :, :2]
        nearest = (gaps**2).sum(axis=2).argmin(axis=1)
        assert np.mean(toy.y_train[nearest] == toy.y_test) > least


def test_names_fit_the_configuration_and_the_overview():
    for name in data.DATASETS:
        assert RunConfig(data=name).data == name
    rows = {row["name"]: row for row in data.overview()}
    assert set(data.DATASETS) <= set(rows)
    assert rows["digits"]["available"].startswith("yes")
    assert rows["mnist"]["train"] == 60000
    assert rows["cifar100"]["classes"] == 100


def test_an_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(BadInput, match="'mnist'"):
        data.load("mnits")


@pytest.mark.process
def test_importing_the_room_loads_nothing_heavy():
    heavy = ["torch", "scipy", "pandas", "streamlit", "requests", "pooch"]
    code = f"import sys, hts.data; print([m for m in {heavy} if m in sys.modules])"
    assert printed(code) == "[]"
