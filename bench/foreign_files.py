"""A sound file for each reader of foreign bytes, and the reader as people meet it."""

from __future__ import annotations

import gzip
import io
import json
import struct
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from hts.config import RunConfig
from hts.data.reading import arrays, obtain
from hts.data.reading.dialect import Dialect
from hts.data.reading.own_table import register_table
from hts.data.reading.table_apart import register_apart
from hts.data.sources import cifar, ecg5000, mnist
from hts.data.sources.family import Family, Raw, Reader, Release, RemoteFile
from hts.data.sources.tables import OwnTable
from hts.foreign import text_of
from hts.reproduce import result
from hts.reproduce.checked import checked
from hts.studio.classroom.task import Task
from hts.studio.lab.settings import read_text
from hts.studio.store.array_files import read_arrays, write_arrays
from hts.studio.store.store import Store
from hts.studio.sweeps.spec import SweepSpec
from hts.studio.transfer.backup import back_up, restore, store_faults
from hts.studio.transfer.uploads import Uploads
from hts.weights import read_weights

Bytes = Callable[[], bytes]


def _normal(*shape: int) -> np.ndarray:
    return np.random.default_rng(7).standard_normal(shape)


MATRIX = _normal(12, 9).astype(np.float32)


@dataclass(frozen=True)
class Foreign:
    """A reader of foreign bytes.

    ``sound`` makes a file that is read, ``read`` reads the one at a path; ``pack`` goes around the
    damaged contents of an archive, half of the time.  ``weight``: its share of all tries.
    """

    sound: Bytes
    read: Callable[[Path], object]
    ending: str
    pack: Callable[[bytes], bytes] | None = None
    weight: float = 1.0


# -- weights --------------------------------------------------------------------------------------


def _array() -> bytes:
    out = io.BytesIO()
    np.save(out, MATRIX)
    return out.getvalue()


def _archive(save: Callable[..., None]) -> bytes:
    out = io.BytesIO()
    save(out, **{"fc.weight": MATRIX, "bias": MATRIX[0], "step": np.arange(3)})
    return out.getvalue()


def _safetensors() -> bytes:
    from safetensors.numpy import save

    return bytes(save({"a.weight": MATRIX, "b": MATRIX[0], "n": np.arange(4)}, {"made": "here"}))


def _checkpoint() -> bytes:
    import torch

    out = io.BytesIO()
    state = {"a.weight": torch.tensor(MATRIX), "b": torch.tensor(MATRIX[0])}
    torch.save({"epoch": 3, "model": state}, out)
    return out.getvalue()


def _index() -> bytes:
    return json.dumps({"metadata": {}, "weight_map": {"a": "one.safetensors"}}).encode()


def _weights(path: Path) -> None:
    """All that can be read is read, as `hts.inspect` does it."""
    for weight in read_weights(path).weights:
        if not weight.refused:
            weight.load()


def _upload(path: Path) -> None:
    with Store(path.parent / "home") as store:
        Uploads(store.home).get(Uploads(store.home).add(path))


# -- tables and datasets --------------------------------------------------------------------------


def _csv() -> bytes:
    rows = [f"{x:.3f},{y:.3f},{'ab'[int(x > 0)]}" for x, y in _normal(40, 2)]
    return "\n".join(["first,second,label", *rows]).encode()


def _table() -> bytes:
    out = io.BytesIO()
    np.savez_compressed(out, X=_normal(40, 3), y=np.arange(40) % 2)
    return out.getvalue()


def _columns(write: str) -> bytes:
    import pyarrow as pa
    import pyarrow.feather
    import pyarrow.parquet

    x = _normal(40, 2)
    table = pa.table({"a": x[:, 0], "b": x[:, 1], "label": ["ab"[k % 2] for k in range(40)]})
    out = io.BytesIO()
    if write == "parquet":
        pyarrow.parquet.write_table(table, out)
    else:
        pyarrow.feather.write_feather(table, out)
    return out.getvalue()


def _take_in(path: Path) -> None:
    register_table(path, folder=path.parent / "tables")


def _take_in_apart(path: Path) -> None:
    register_apart(path, path.name, None, Dialect())


def _stored(ending: str) -> bytes:
    with _folder() as folder:
        return _store_table(folder, ending).read_bytes()


def _store_table(folder: Path, ending: str) -> Path:
    name = register_table(_csv(), filename="a.csv", folder=folder).removeprefix("table:")
    return folder / f"{name}{ending}"


def _open_stored(path: Path) -> None:
    """A stored table of which one of the two files is damaged."""
    content, folder = path.read_bytes(), path.parent / "tables"
    stored = _store_table(folder, path.suffix)
    stored.write_bytes(content)
    table = OwnTable(f"table:{stored.stem}", folder)
    table.load(lambda *_: None)  # type: ignore[arg-type, return-value]
    str(table.scaling)


def _idx() -> bytes:
    return b"\x00\x00\x08\x02" + struct.pack(">2I", 6, 5) + bytes(range(30))


def _batch() -> bytes:
    return np.random.default_rng(7).bytes(3073 * 2)


def _tar(content: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name in ("data_batch_1.bin", "test_batch.bin"):
            info = tarfile.TarInfo(f"cifar/{name}")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def _series() -> bytes:
    lines = (f"{k % 5 + 1}\t" + "\t".join(f"{x:.4f}" for x in row)
             for k, row in enumerate(_normal(8, 9)))  # fmt: skip
    return "\n".join(lines).encode()


def _zip(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in ("TRAIN", "TEST"):
            archive.writestr(f"ECG5000_{part}.tsv", content)
    return out.getvalue()


def _cached() -> bytes:
    with _folder() as folder:
        x, y = np.zeros((4, 5), np.uint8), np.zeros(4, np.uint8)
        raw = Raw(x_train=x, y_train=y, x_test=x, y_test=y, source="here")
        arrays.write_npz(folder / "x.npz", raw)
        return (folder / "x.npz").read_bytes()


def _dataset(family: Family, read: Reader, names: tuple[str, ...], path: Path) -> None:
    release = Release(files=tuple(RemoteFile(name=name) for name in names), read=read)
    obtain.parse(family, release, dict.fromkeys(names, path), path.name)


# -- texts, stores and backups --------------------------------------------------------------------


def _config() -> bytes:
    return RunConfig(data="digits", alpha=1.5, width=30).to_json().encode()


def _sweep() -> bytes:
    spec = SweepSpec(name="s", base=RunConfig(width=30), grid={"alpha": (1.5, 2.0)})
    return spec.to_toml().encode()


def _lab() -> bytes:
    return b'mode = "codes"\nadmins = ["ada"]\nvisibility = "lab"\n[limits.member]\nrunning = 3\n'


def _reproduction() -> bytes:
    return result.shipped()[0].read_bytes()


def _result(path: Path) -> None:
    """As a page takes it in."""
    checked(result.load(path), path.name)


def _saved_state() -> bytes:
    with _folder() as folder:
        write_arrays(folder / "c.safetensors", {"w": MATRIX}, positions="[1, 2]", step="5")
        return (folder / "c.safetensors").read_bytes()


def _load_state(path: Path) -> None:
    read_arrays(path, lambda about, _: (set(json.loads(about["positions"])), int(about["step"])))


def _home(folder: Path) -> None:
    with Store(folder / "home") as store:
        run_id = store.runs.create(RunConfig(width=30))
        store.arrays.save_weights(run_id, {"w": MATRIX})


def _database() -> bytes:
    with _folder() as folder:
        _home(folder)
        return (folder / "home" / "hts.db").read_bytes()


def _open_database(path: Path) -> None:
    with Store(path.parent) as store:
        store.runs.list()
        list(store_faults(store))


def _backup() -> bytes:
    with _folder() as folder:
        _home(folder)
        with Store(folder / "home") as store:
            back_up(store, folder / "b.tar")
        return (folder / "b.tar").read_bytes()


def _restore(path: Path) -> None:
    restore(path, path.parent / "restored").close()


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


_IDX = ("train-images-idx", "train-labels-idx", "t10k-images-idx", "t10k-labels-idx")
_CIFAR = cifar.read_cifar_archive(1, {"data_batch_1.bin": None, "test_batch.bin": None})
FOREIGN: dict[str, Foreign] = {
    "npy": Foreign(_array, _weights, "a.npy", weight=2),
    "npz stored": Foreign(partial(_archive, np.savez), _weights, "a.npz", weight=2),
    "npz deflated": Foreign(partial(_archive, np.savez_compressed), _weights, "a.npz", weight=2),
    "safetensors": Foreign(_safetensors, _weights, "a.safetensors", weight=2),
    "index.json": Foreign(_index, _weights, "a.safetensors.index.json"),
    "pt": Foreign(_checkpoint, _weights, "a.pt", weight=2),
    "upload npz": Foreign(partial(_archive, np.savez_compressed), _upload, "a.npz"),
    "upload safetensors": Foreign(_safetensors, _upload, "a.safetensors"),
    "csv": Foreign(_csv, _take_in, "a.csv", weight=2),
    "table npz": Foreign(_table, _take_in, "a.npz", weight=2),
    "stored table npz": Foreign(partial(_stored, ".npz"), _open_stored, "a.npz", weight=0.5),
    "stored table json": Foreign(partial(_stored, ".json"), _open_stored, "a.json", weight=0.5),
    "parquet": Foreign(partial(_columns, "parquet"), _take_in_apart, "a.parquet", weight=0.1),
    "arrow": Foreign(partial(_columns, "arrow"), _take_in_apart, "a.arrow", weight=0.1),
    "idx.gz": Foreign(
        _idx, partial(_dataset, mnist.MNIST, mnist.read_idx, _IDX), "a", gzip.compress
    ),
    "zip": Foreign(
        _series,
        partial(_dataset, ecg5000.FAMILY, ecg5000.read_series_archive, ("ECG5000.zip",)),
        "a.zip",
        _zip,
    ),
    "tar.gz": Foreign(
        _batch, partial(_dataset, cifar.CIFAR10, _CIFAR, ("c.tar.gz",)), "a.tar.gz", _tar
    ),
    "cache npz": Foreign(_cached, arrays.read_npz, "a.npz"),
    "sweep toml": Foreign(_sweep, lambda path: SweepSpec.from_toml(text_of(path)), "a.toml"),
    "lab toml": Foreign(_lab, lambda path: read_text(text_of(path)), "a.toml"),
    "run json": Foreign(_config, lambda path: RunConfig.from_json(text_of(path)), "a.json"),
    "task json": Foreign(
        lambda: Task(title="t").to_json().encode(),
        lambda path: Task.from_json(text_of(path)),
        "a.json",
    ),
    "result json": Foreign(_reproduction, _result, "a.json", weight=0.3),
    "saved state": Foreign(_saved_state, _load_state, "a.safetensors"),
    "database": Foreign(_database, _open_database, "hts.db"),
    "backup": Foreign(_backup, _restore, "a.tar"),
}
