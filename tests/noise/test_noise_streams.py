"""The dice and the table: known answers, and one set of numbers from two implementations."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch

from bench.noise import measure
from bench.pole_form import symmetric_from_bits
from hts.noise import NoiseSource, draws, law, philox, portable
from hts.noise.table import quantile_table
from hts.verify.device.timing import ratio, rounds

fused = pytest.importorskip("hts.noise.fused", reason="numba is not installed")
radii = pytest.importorskip("hts.noise.fused_radii").radii


def uniform_words(u: np.ndarray) -> torch.Tensor:
    """Words whose 31-bit uniform is the nearest to ``u``, positive sign."""
    return torch.from_numpy(np.clip(np.floor(u * 2.0**31), 0, 2**31 - 1).astype(np.int64))


@pytest.mark.parametrize(
    ("counter", "key", "answer"),
    [
        ((0,) * 4, (0, 0), "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            "d16cfe09 94fdcceb 5001e420 24126ea1",
        ),
    ],
)
def test_philox_gives_the_answers_its_authors_publish(
    counter: tuple[int, ...], key: tuple[int, int], answer: str
) -> None:
    # kat_vectors of Random123 1.14.0, lines "philox4x32 10".
    got = philox.rounds(*(torch.tensor([word]) for word in counter), *key)
    assert " ".join(f"{int(word):08x}" for word in got) == answer


def test_words_depend_on_the_stream_and_the_place_only() -> None:
    name = philox.stream(5, "noise", 0, 3, "entry")
    whole = philox.words(name, 0, 6)
    assert torch.equal(whole[2048:5120], philox.words(name, 2, 3))
    assert whole.min() >= 0
    assert whole.max() < 2**32
    for other in ((6, "noise", 0, 3, "entry"), (5, "noise", 0, 3, "unit")):
        assert not (philox.words(philox.stream(*other), 0, 6) == whole).any()


def test_every_bit_of_a_word_is_even_and_independent_of_the_next_word() -> None:
    words = philox.words(philox.stream(1, "bits"), 0, 400).numpy()
    bits = (words[:, None] >> np.arange(32)) & 1
    limit = 4.5 / np.sqrt(len(words))
    assert np.abs(2 * bits.mean(0) - 1).max() < limit
    assert np.abs(np.corrcoef(bits[:-1, ::5].T, bits[1:, ::5].T)[:7, 7:]).max() < limit


@pytest.mark.parametrize("alpha", [0.3, 0.5, 1.0, 1.2, 1.75, 1.99, 2.0])
def test_the_table_is_the_quantile_function_to_single_precision(alpha: float) -> None:
    u = np.concatenate([np.geomspace(2.0**-31, 0.5, 3000), np.linspace(0.5, 0.999, 1000)])
    words = uniform_words(u)
    x = portable.from_table(words, torch.from_numpy(quantile_table(alpha).copy())).double()
    level = (words.double().float() + 0.5).double().numpy() * 2.0**-31
    exact = law.upper_quantile(level / 2, alpha)
    near = level > 0.5
    np.testing.assert_allclose(x[~near], exact[~near], rtol=4e-7)
    np.testing.assert_allclose(x[near], exact[near], atol=1e-6, rtol=4e-7)
    assert (np.diff(x) <= 1e-6 * np.abs(x[1:].numpy())).all()


def test_the_ends_of_the_table_are_finite_and_zero() -> None:
    ends = torch.tensor([0, 2**31 - 1, 2**31, 2**32 - 1])
    for alpha in (0.05, 0.3, 1.0, 1.75, 2.0):
        x = portable.from_table(ends, torch.from_numpy(quantile_table(alpha).copy()))
        assert torch.isfinite(x).all()
        assert x[0] == -x[2]
        assert x[0] > 3
        assert (x[1], x[3]) == (0, 0)


def test_table_and_formula_draw_the_same_law() -> None:
    words = philox.words(philox.stream(7, "two ways"), 0, 300)
    signed = (words - ((words >> 31) << 32)).int()
    for alpha in (0.7, 1.5, 1.9):
        formula = symmetric_from_bits(signed[::2].contiguous(), signed[1::2].contiguous(), alpha)
        table = portable.from_table(words[::2], torch.from_numpy(quantile_table(alpha).copy()))
        knots = table.quantile(torch.linspace(0.001, 0.999, 400))
        cdfs = [torch.searchsorted(s.sort().values, knots) / len(s) for s in (formula, table)]
        assert (cdfs[0] - cdfs[1]).abs().max() < 1.95 * np.sqrt(2 / len(table))


@pytest.mark.parametrize("kind", ["gaussian", "I", "II", "III"])
@pytest.mark.parametrize("shape", [(1, 1), (3, 5), (1024, 1), (700, 33), (900, 140)])
def test_compiled_and_plain_torch_give_the_same_numbers(
    kind: str, shape: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    start = torch.linspace(-1, 1, shape[0] * shape[1]).reshape(shape)
    added = []
    for compiled in (fused, None):
        monkeypatch.setattr(draws, "compiled_pass", lambda found=compiled: found)
        weights = start.clone()
        NoiseSource(kind, 1.6, seed=3, layer=1).add_(weights, 0.37, 11)
        added.append(weights)
    if kind == "III":  # radii go through two libraries' elementary functions
        assert torch.allclose(*added, rtol=3e-7, atol=0)
    else:
        assert torch.equal(*added)


@pytest.mark.parametrize("alpha", [0.05, 0.6, 1.0, 1.5, 1.75, 1.99])
def test_compiled_radii_are_those_of_the_formula(alpha: float) -> None:
    names = [philox.stream(seed, "radii") for seed in (1, 2)]
    got = radii(names, [alpha, 1.3], 300_001, 2)
    cpu = torch.device("cpu")
    for member, index in enumerate((alpha, 1.3)):
        formula = portable.radii(names[member], 300_001, index, cpu).numpy()
        assert np.abs(got[member] / formula - 1).max() <= 2**-22
        assert (got[member] == formula).mean() > 0.99999
    assert np.array_equal(got, radii(names, [alpha, 1.3], 300_001, 1))
    assert np.array_equal(got[1:, :77], radii(names[1:], [1.3], 77, 1))


def test_threads_share_the_work_without_changing_it() -> None:
    table, name = quantile_table(1.5), philox.stream(2, "threads")
    drawn = []
    for threads in (1, 2, 3, 7):
        flat = np.zeros(300_000, np.float32)
        fused.add_entries(flat, 1.0, None, 1, table, name, threads)
        drawn.append(flat)
    assert all(np.array_equal(drawn[0], other) for other in drawn[1:])


def test_callers_on_many_threads_do_not_disturb_each_other() -> None:
    def draw(step: int) -> torch.Tensor:
        return NoiseSource("III", 1.5, seed=4).increment(1500, 100, step % 3)

    with ThreadPoolExecutor(4) as pool:
        drawn = list(pool.map(draw, range(12)))
    assert all(torch.equal(drawn[i], draw(i)) for i in range(12))


@pytest.mark.process
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_forked_child_can_still_draw() -> None:
    flat = np.zeros(300_000, np.float32)
    arguments = (1.0, None, 1, quantile_table(1.5), philox.stream(2, "fork"), 2)
    fused.add_entries(flat, *arguments)
    child = os.fork()
    if child == 0:
        again = np.zeros(300_000, np.float32)
        fused.add_entries(again, *arguments)
        os._exit(0 if np.array_equal(again, flat) else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_without_numba_the_plain_form_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("hts.noise.fused")
    monkeypatch.setitem(sys.modules, "hts.noise.fused", None)
    draws.compiled_pass.cache_clear()
    try:
        assert draws.compiled_pass() is None
        assert torch.isfinite(NoiseSource("II", 1.5, seed=1).increment(3, 4, 0)).all()
    finally:
        draws.compiled_pass.cache_clear()


def test_a_place_without_a_cache_still_compiles(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*, cache: bool = False, **_: object) -> object:
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return lambda function: function

    monkeypatch.setattr(fused.numba, "njit", refuse)
    assert fused.compiled(len) is len


def test_thecompiled_pass_is_cached_on_disk() -> None:
    NoiseSource("II", 1.5, seed=1).increment(2, 2, 0)
    statistics = fused._add_blocks.stats
    assert Path(statistics.cache_path).is_dir()
    assert sum(statistics.cache_hits.values()) + sum(statistics.cache_misses.values()) >= 1


def test_the_benchmark_compares_with_the_gaussian_buffer() -> None:
    before = torch.get_num_threads()
    rows = measure((14_000,), (1,), runs=2)
    assert torch.get_num_threads() == before
    by_name = {row["what"]: row for row in rows}
    assert len(by_name) == len(rows)
    assert by_name["normal_"]["times_normal"] == 1
    ways = {"w += textbook torch", "w += type I", "w += type II", "w += type III", "scipy rvs"}
    assert ways <= set(by_name)
    assert all(row["seconds"] > 0 and row["values"] == 14_000 for row in rows)
    assert by_name["scipy rvs"]["times_normal"] > by_name["w += type II"]["times_normal"]


def test_ratios_are_taken_round_by_round() -> None:
    # A machine that is ten times slower in one round is so for both sides.
    assert ratio([1.0, 10.0, 1.1], [2.0, 20.0, 2.2]) == pytest.approx(0.5)
    called: list[str] = []
    ways = {name: (lambda name=name: called.append(name)) for name in ("a", "b")}
    times = rounds(ways, 2)
    assert called == ["a", "b"] * 3
    assert [len(t) for t in times.values()] == [2, 2]
