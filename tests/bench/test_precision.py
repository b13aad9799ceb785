"""`bench precision`: products take rounded operands, and only within."""

from __future__ import annotations

import torch

from bench.devices.precision import Rounded, bf16, measure, tf32


def test_operands_are_rounded_to_eight_and_eleven_bits():
    x = torch.tensor([1.0, 1 + 2.0**-7, 1 + 2.0**-9, 1 + 2.0**-10, 1 + 2.0**-12, -3.0])
    assert bf16(x).tolist() == [1.0, 1 + 2.0**-7, 1.0, 1.0, 1.0, -3.0]
    assert tf32(x).tolist() == [1.0, 1 + 2.0**-7, 1 + 2.0**-9, 1 + 2.0**-10, 1.0, -3.0]


def test_every_product_of_a_step_takes_them_and_what_is_added_to_stays():
    a, b = (torch.randn(5, 5, generator=torch.Generator().manual_seed(i)) for i in (1, 2))
    start = torch.full((5, 5), 1 + 2.0**-20)
    expected, out = bf16(a) @ bf16(b), torch.empty(5, 5)
    with Rounded(bf16):
        found = [a @ b, torch.mm(a, b, out=out), torch.bmm(a[None], b[None])[0]]
        added = [start.clone().addmm_(a, b), start[None].clone().baddbmm_(a[None], b[None])[0]]
    for one in found:
        torch.testing.assert_close(one, expected, rtol=1e-6, atol=1e-6)
        assert not torch.allclose(one, a @ b, rtol=1e-6, atol=1e-6)
    for one in added:
        torch.testing.assert_close(one, start + expected, rtol=1e-6, atol=1e-6)


def test_shorter_products_change_a_run_and_the_same_ones_do_not():
    rows = {row["products"]: row for row in measure(["digits"], seeds=1, steps=30)}
    changes = {way: row["tail_index_largest_change"] for way, row in rows.items()}
    assert changes["float32"] == 0
    assert 0 < changes["tf32"] < 1e-3
    assert 0 < changes["bf16"] < 1e-2
