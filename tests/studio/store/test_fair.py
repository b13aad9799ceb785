"""The order of the queue, exactly."""

from __future__ import annotations

import random

from hts.config import RunConfig
from hts.studio.fair import Request, fair_order, served
from hts.studio.store.store import Store


def order(
    waiting: str,
    busy: dict[str, int] | None = None,
    turns: dict[str, int] | None = None,
    clock: int = 0,
):
    """``waiting``: the owners of queued runs, oldest first; returns numbers in order."""
    requests = [Request(place, owner) for place, owner in enumerate(waiting, start=1)]
    return [request.number for request in fair_order(requests, busy or {}, turns or {}, clock)]


def test_one_owner_is_served_in_order_of_age():
    assert order("aaaa") == [1, 2, 3, 4]


def test_everybody_has_a_first_before_anybody_has_a_second():
    assert order("aaaabbc") == [1, 5, 7, 2, 6, 3, 4]


def test_what_computes_counts_as_had():
    assert order("aab", busy={"a": 1}) == [3, 1, 2]
    assert order("ab", busy={"a": 1, "b": 1}) == [1, 2]
    assert order("aab", busy={"b": 2}) == [1, 2, 3]  # b's is a third


def test_of_one_rank_goes_first_who_has_had_the_fewest_turns():
    assert order("abc", turns={"a": 7, "b": 3, "c": 5}) == [2, 3, 1]
    assert order("abc", turns={"a": 7, "b": 3}) == [3, 2, 1]  # c never had one


def test_who_comes_back_has_one_turn_to_catch_up_and_no_more():
    assert order("abc", turns={"a": 7, "b": 3}, clock=7) == [2, 3, 1]  # b and c count as 6
    assert order("abc", turns={"a": 7, "b": 3}, clock=9) == [1, 2, 3]  # all were away
    assert served(3, 9) == (9, 9)
    assert served(None, 0) == (1, 0)
    assert served(9, 8) == (10, 9)


def test_a_newcomer_to_a_busy_queue_does_not_take_it_over():
    starts = simulate([Request(n, "ab"[n % 2]) for n in range(200)], slots=1, seed=0, until=100)
    late = [Request(1000 + n, "new") for n in range(50)]
    queue = [Request(n, "ab"[n % 2]) for n in range(100, 200)] + late
    after = simulate(queue, slots=1, seed=0, until=30, turns={"a": 50, "b": 50}, clock=49)
    assert starts.count("a") == starts.count("b") == 50
    assert after[:3] == ["new", "new", "a"]
    assert [after.count(owner) for owner in ("a", "b", "new")] == [10, 9, 11]


def test_the_order_does_not_depend_on_how_the_rows_came():
    requests = [Request(place, owner) for place, owner in enumerate("abacbbca")]
    expected = fair_order(requests, {"a": 1}, {"b": 2}, 1)
    for seed in range(20):
        shuffled = random.Random(seed).sample(requests, len(requests))
        assert fair_order(shuffled, {"a": 1}, {"b": 2}, 1) == expected


def simulate(
    queue: list[Request],
    slots: int,
    seed: int,
    *,
    until: int = 10**6,
    turns: dict[str, int] | None = None,
    clock: int = 0,
) -> list[str]:
    """Owners in the order in which their runs start, when runs take any time."""
    draw, queue, turns = random.Random(seed), list(queue), dict(turns or {})
    computing: list[str] = []
    starts: list[str] = []
    while queue and len(starts) < until:
        if len(computing) == slots:
            computing.pop(draw.randrange(slots))
        busy = {owner: computing.count(owner) for owner in computing}
        first = fair_order(queue, busy, turns, clock)[0]
        queue.remove(first)
        turns[first.owner], clock = served(turns.get(first.owner), clock)
        computing.append(first.owner)
        starts.append(first.owner)
    return starts


def test_however_long_runs_take_every_first_starts_before_any_third():
    for seed in range(30):
        draw = random.Random(seed)
        owners = ["u0"] * 100 + [f"u{1 + place % 29}" for place in range(100)]
        draw.shuffle(owners)
        waiting = [Request(place, owner) for place, owner in enumerate(owners)]
        starts = simulate(waiting, slots=1 + seed % 5, seed=seed)
        firsts = max(starts.index(owner) for owner in set(owners))
        thirds = min(
            [place for place, owner in enumerate(starts) if owner == one][2]
            for one in set(owners) if owners.count(one) > 2
        )  # fmt: skip
        assert firsts < thirds


def test_the_store_queues_fairly(store: Store, config: RunConfig):
    ids = {
        name: store.runs.create(config.replace(seed=seed), owner=name[0])
        for seed, name in enumerate(("a1", "a2", "a3", "b1", "c1", "b2"))
    }
    names = ["a1", "b1", "c1", "a2", "b2", "a3"]
    assert [run.id for run in store.queue.runs()] == [ids[name] for name in names]
    assert store.control.assign(ids["a1"], pid=1, pid_started=1.0, threads=1)
    assert [run.id for run in store.queue.runs()] == [
        ids[n] for n in ("b1", "c1", "b2", "a2", "a3")
    ]
    store.control.claim(ids["a1"], pid=1, pid_started=1.0)
    store.control.fail(ids["a1"], "as if")  # a's next is a first again, but b and c had none
    assert [run.id for run in store.queue.runs()] == [
        ids[n] for n in ("b1", "c1", "a2", "b2", "a3")
    ]


def test_groups_of_sweeps_are_dealt_in_turn(store: Store, config: RunConfig):
    configs = [config.replace(seed=seed) for seed in range(4)]
    sweeps = {}
    for owner in ("a", "b", None):
        sweeps[owner] = store.sweeps.create("{}", "sweep", configs, owner=owner)
        store.groups.add(sweeps[owner], [[0], [1], [2], [3]])
    again = store.sweeps.create("{}", "sweep", configs, owner="a")
    store.groups.add(again, [[0]])
    taken = [store.groups.take(pid=pid, pid_started=1.0) for pid in range(1, 7)]
    of = {sweep: owner for owner, sweep in sweeps.items()}
    assert [of[group.sweep] for group in taken] == ["a", "b", None, "a", "b", None]
    store.groups.leave(taken[1].number, pid=2, counts=False)  # b now has one at work, others two
    assert of[store.groups.waiting().sweep] == "b"


def test_groups_of_one_owner_go_in_order(store: Store, config: RunConfig):
    for _ in range(2):
        sweep = store.sweeps.create("{}", "sweep", [config, config.replace(seed=5)])
        store.groups.add(sweep, [[0], [1]])
    taken = [store.groups.take(pid=pid, pid_started=1.0) for pid in range(1, 5)]
    assert [group.sweep for group in taken] == ["s1", "s1", "s2", "s2"]
