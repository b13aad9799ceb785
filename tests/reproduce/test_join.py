"""Results put together: no verdict loses a seed, and one network is not stitched from two."""

import dataclasses
import itertools
import random

import msgspec
import pytest
from reproduce_factories import MADE, made_up, reproduction

from hts.reproduce.claim import View
from hts.reproduce.claims import CLAIMS
from hts.reproduce.join import differences, joined
from hts.reproduce.setup import WEAK
from hts.validate import BadInput


def test_results_of_another_noise_data_or_setup_are_named_and_not_mixed():
    ours = reproduction(MADE.smaller(seeds=6))
    theirs = reproduction(MADE.smaller(seeds=8))
    both = joined(ours, [("theirs.json", theirs)])
    assert len(both.networks) == len(theirs.networks)
    assert both.setups[0].seeds == 8
    assert both.complete
    assert both.command.endswith("--with theirs.json")
    other = {"digits": dataclasses.replace(theirs.data["digits"], sha256="f" * 64)}
    louder = msgspec.structs.replace(theirs.networks[0], sigma=99.0)
    for changed, why in (
        (dataclasses.replace(theirs, noise="x"), "its noise version differs"),
        (dataclasses.replace(theirs, data=other), "its copy of digits differs"),
        (reproduction(MADE.smaller(steps=99)), "its setup digits-tiny has other settings"),
        (dataclasses.replace(theirs, networks=(louder,)), "networks with another sigma"),
    ):
        assert why in differences(ours, changed)[0]
        with pytest.raises(BadInput, match=r"theirs\.json cannot be compared"):
            joined(ours, [("theirs.json", changed)])


def test_joined_results_have_the_alphas_of_both_and_every_look():
    first = reproduction(MADE.smaller(seeds=6, alphas=(1.75,)))
    later = [
        msgspec.structs.replace(
            n, looks=(*n.looks, msgspec.structs.replace(n.looks[0], step=12, stops=()))
        )
        for n in made_up(MADE.smaller(seeds=6, alphas=(1.5,)))
    ]
    second = dataclasses.replace(
        reproduction(MADE.smaller(seeds=6, alphas=(1.5,))), networks=tuple(later)
    )
    both = joined(first, [("b.json", second)])
    assert both.setups[0].alphas == (1.75, 1.5)
    assert both.complete
    quiet = both.found[MADE.quiet(20), 1]
    assert [look.step for look in quiet.looks] == [10, 12]


def parts(result):
    """Seeds behind each part of each claim; how many networks a part pools is no part of it."""
    found = {}
    for claim, setup in itertools.product(CLAIMS, result.setups):
        for regime in setup.regimes if claim.tries(setup) else ():
            for draft in claim.drafts(View(result, setup, regime)):
                name = ", ".join(word for word in draft.name.split(", ") if "networks" not in word)
                found[claim.key, setup.name, regime, name] = draft.test.seeds
    return found


def some(rng):
    """A part of the made-up protocol, now and then interrupted."""
    kinds = rng.sample(sorted(MADE.levels), rng.randint(1, 2))
    setup = MADE.smaller(
        widths=tuple(sorted(rng.sample((20, 40, 60), rng.randint(1, 3)))),
        alphas=tuple(sorted(rng.sample((1.9, 1.75, 1.5), rng.randint(1, 3)), reverse=True)),
        levels={kind: MADE.levels[kind] for kind in kinds},
        seeds=rng.choice((3, 3, 3, 5)),
        regimes=("full",),
    )
    whole = reproduction(setup)
    if rng.random() < 0.7:
        return whole
    order = {unit: place for place, unit in enumerate(setup.units())}
    by_unit = sorted(whole.networks, key=lambda one: order[one.width, one.seed])
    return dataclasses.replace(whole, networks=tuple(by_unit[: rng.randint(1, len(by_unit))]))


def test_every_part_of_every_file_survives_with_its_seeds_or_the_files_are_not_joined():
    came = {True: 0, False: 0}
    for number in range(60):
        rng = random.Random(number)
        ours, theirs = some(rng), some(rng)
        try:
            both = joined(ours, [("b.json", theirs)])
        except BadInput as error:
            came[False] += 1
            assert "fewer seeds" in str(error)  # noqa: PT017
            continue
        came[True] += 1
        after = parts(both)
        for file in (ours, theirs):
            for name, seeds in parts(file).items():
                assert after.get(name, 0) >= seeds, (number, name)
    assert min(came.values()) > 10, came


def test_few_seeds_of_another_alpha_are_refused_in_words():
    theirs = reproduction(MADE.smaller(widths=(20,), alphas=(1.25,), seeds=3))
    with pytest.raises(BadInput) as refused:
        joined(reproduction(), [("th.json", theirs)])
    assert str(refused.value) == (
        "these runs and th.json have networks of digits-tiny with 20 seeds, but of n = 20, type I, "
        "alpha 1.25, strong there are 3 in th.json: verdicts would rest on fewer seeds than now. "
        "Train the same seeds of each, or show each by itself with --from."
    )


def test_parts_trained_in_four_places_come_together_in_any_order():
    corners = [
        (f"{width}-{alpha}.json", reproduction(MADE.smaller(widths=(width,), alphas=(alpha,))))
        for width, alpha in itertools.product((20, 40), (1.75, 1.5))
    ]
    whole = set(reproduction().found)
    for (_, first), *rest in itertools.permutations(corners):
        assert set(joined(first, rest).found) == whole


def test_trends_go_over_what_was_trained_where_files_bring_other_settings():
    weak = MADE.smaller(
        widths=(80,), alphas=(1.9, 1.5), levels={"III": (WEAK, *MADE.levels["III"])}
    )
    both = joined(reproduction(MADE.smaller(widths=(20, 40))), [("b.json", reproduction(weak))])
    view = View(both, both.setups[0], "full")
    drafts = {claim.key: list(claim.drafts(view)) for claim in CLAIMS}
    ats = {draft.name: draft.trend.at for key in ("alpha", "width") for draft in drafts[key]}
    assert ats["type III, strong, n = 20"] == (2, 1.75, 1.5)
    assert ats["type III, strong, n = 80"] == ats["type III, weak, n = 80"] == (2, 1.9, 1.5)
    assert ats["type III, alpha 1.5, strong"] == (20, 40, 80)
    assert ats["type III, alpha 1.75, strong"] == (20, 40)
    assert "type III, alpha 1.9, strong" not in ats
    assert {draft.test.seeds for some in drafts.values() for draft in some} == {20}
    assert {draft.name.split(", ")[-1] for draft in drafts["criterion"]} == {
        "9 networks a seed", "7 networks a seed",
    }  # fmt: skip


@pytest.mark.parametrize(
    "looks",
    [
        [{"step": 9}],  # stopped earlier
        [{"compressible": 50.0}],
        [{"step": 9, "accuracy": ()}],
        [{"step": 9, "accuracy": (), "stops": ()}],  # diverged before ours stopped
        [{"stops": ()}, {"step": 12}],
    ],
)
def test_copies_of_a_network_that_went_different_ways_are_refused_by_its_name(looks):
    ours = reproduction(MADE.smaller(seeds=2))
    first = ours.networks[0]
    other = tuple(msgspec.structs.replace(first.looks[0], **changes) for changes in looks)
    changed = (msgspec.structs.replace(first, looks=other), *ours.networks[1:])
    theirs = dataclasses.replace(ours, networks=changed)
    for one, two in ((ours, theirs), (theirs, ours)):
        with pytest.raises(
            BadInput, match=r"b\.json has another network with seed 1 .* n = 20, type"
        ):
            joined(one, [("b.json", two)])
    assert joined(theirs, [("b.json", theirs)]).networks == theirs.networks
