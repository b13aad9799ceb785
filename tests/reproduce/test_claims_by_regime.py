"""Claims on networks made up so that the answer is known; no outcome is written anywhere else."""

import dataclasses

import msgspec
import pytest
from reproduce_factories import MADE, as_claimed, flat, made_up, reproduction

from hts.paired.verdict import SIDE
from hts.reproduce.checked import checked
from hts.reproduce.claims import CLAIMS, judged
from hts.reproduce.result import load, to_json
from hts.reproduce.setup import STRONG
from hts.reproduce.tables import comparison_rows, gain_rows, settings_rows, verdict_rows
from hts.reproduce.words import in_full, signed, undecided_words
from hts.table_file import table_bytes
from hts.validate import BadInput

AS_CLAIMED = {one.claim.key: one for one in judged(reproduction())}


def rulings(one):
    return {part.ruling for part in one.parts}


@pytest.mark.parametrize("key", ["alpha", "width", "probability", "cost", "after", "equal"])
def test_where_a_claim_is_true_every_part_is_supported(key):
    one = AS_CLAIMED[key]
    assert rulings(one) == {"supported"}
    assert [family.regime for family in one.families] == list(MADE.regimes)
    assert all(family.ruling == "supported" for family in one.families)
    assert all(part.verdict.p <= SIDE for part in one.parts)


def test_gaussian_noise_that_does_nothing_supports_that_it_does_not_do_it():
    assert rulings(AS_CLAIMED["gaussian"]) == {"supported"}


def test_the_criterion_is_judged_by_ranks_within_each_seed():
    parts = AS_CLAIMED["criterion"].parts
    assert rulings(AS_CLAIMED["criterion"]) == {"supported"}
    assert all(part.test.effect.median > 0.5 for part in parts)


def test_where_noise_changes_nothing_no_growth_and_no_gain_is_supported():
    found = {one.claim.key: one for one in judged(reproduction(numbers=flat))}
    for key in ("alpha", "width", "probability", "after"):
        assert "supported" not in rulings(found[key]) or key == "after"
    more = [p for p in found["after"].parts if p.name.endswith("more can go")]
    assert {part.ruling for part in more} == {"not supported"}
    assert rulings(found["cost"]) == {"supported"}


def test_equal_steps_compare_with_the_control_after_as_many_steps():
    networks = []
    for network in made_up():
        (look,) = network.looks
        if network.noise == "none":  # better after as many steps than where its target ends it
            early = msgspec.structs.replace(look, step=4, accuracy=(50.0,) * 7)
            late = msgspec.structs.replace(look, stops=(), accuracy=(99.0,) * 7)
            network = msgspec.structs.replace(network, looks=(early, late))
        networks.append(network)
    result = dataclasses.replace(reproduction(), networks=tuple(networks))
    rows = [r for r in comparison_rows(result) if (r["against"], r["pruned"]) == ("no noise", 80)]
    assert {row["at"]: row["difference"] > 0 for row in rows} == {
        "equal target": True, "equal steps": False,
    }  # fmt: skip
    assert {row["seeds_won"] for row in rows if row["at"] == "equal steps"} == {0}


def test_a_diverged_network_counts_as_nothing_kept():
    networks = [
        msgspec.structs.replace(
            n, looks=(msgspec.structs.replace(n.looks[0], accuracy=(), compressible=0.0),)
        )
        if n.noise == "III"
        else n
        for n in made_up()
    ]
    result = dataclasses.replace(reproduction(), networks=tuple(networks))
    (equal,) = (one for one in judged(result) if one.claim.key == "equal")
    refused = {p.ruling for p in equal.parts if p.name.startswith("type III")}
    assert refused == {"not supported"}
    row = next(r for r in settings_rows(result) if r["noise"] == "III")
    assert (row["diverged"], row["test_80"]) == (20, 0.0)


def test_deeper_networks_answer_only_the_claim_about_them():
    deep = MADE.smaller(base={**MADE.base, "depth": 2})
    found = judged(reproduction(deep))
    assert [one.claim.key for one in found] == ["beyond"]
    assert rulings(found[0]) == {"supported"}


def test_few_seeds_leave_all_undecided_and_every_part_says_its_power():
    few = MADE.smaller(seeds=5)
    found = judged(reproduction(few))
    trends = [part for one in found if one.claim.key == "equal" for part in one.parts]
    assert {part.ruling for part in trends} == {"undecided"}
    said = in_full(reproduction(few), parts=True)
    assert "which holds the median with probability 93.75 %" in said
    assert "With 5 seeds no effect within the spread seen is decided" in said
    assert "seeds would settle it" in said


def test_words_and_tables_tell_every_part_and_setting(tmp_path):
    result = reproduction()
    said = in_full(result, parts=True)
    for claim in CLAIMS[:-1]:
        assert claim.title in said
    assert "20 of 20 seeds agree" in said
    rows = list(verdict_rows(result))
    assert len(rows) == sum(len(one.parts) for one in judged(result))
    settings = list(settings_rows(result))
    assert len(settings) == 2 * 2 * (6 + 3)
    assert settings[0]["reached"] == 20
    assert settings[0]["moved_by_noise"] == 3.0
    assert table_bytes(settings, ".md").decode().count("\n") == len(settings) + 2
    assert table_bytes(rows, ".csv").decode().splitlines()[0].startswith("claim,setup,regime,part")
    assert table_bytes(rows, ".parquet")[:4] == b"PAR1"
    tex = table_bytes(rows, ".tex").decode()
    assert tex.startswith(r"\begin{tabular}{lll")
    assert r"80 \% removed" in tex
    with pytest.raises(BadInput, match="ending"):
        table_bytes(rows, ".doc")


def test_without_its_parts_a_family_says_what_its_undecided_ones_would_need():
    result = reproduction(MADE.smaller(seeds=5))
    (family, *_) = next(one for one in judged(result) if one.claim.key == "equal").families
    (needed,) = {part.verdict.seeds_needed for part in family.parts}
    assert undecided_words(family) == (
        "Undecided: no effect within the spread seen would have been decided with about 80 % "
        f"power; at the effects seen, {needed} seeds would settle them."
    )
    assert undecided_words(family) in in_full(result, parts=False)
    decided = next(one for one in judged(reproduction()) if one.claim.key == "equal")
    assert undecided_words(decided.families[0]) == ""


def test_one_seed_is_no_test_and_each_of_its_networks_is_told():
    result = reproduction(MADE.smaller(seeds=1))
    assert judged(result) == []
    said = in_full(result, parts=True)
    assert "Digits, tiny; early, to 80 %. One seed, so no verdict:" in said
    assert (
        "  type III, alpha 1.5, strong, 20 units: did not reach 99 %; 10 steps, training accuracy "
        "95.0 %, test 90.0 %, 67.0 % of the units hold a tenth of the squared norm "
        "(without them 89.5 %), 0 seconds of one core" in said
    )
    assert judged(reproduction(MADE.smaller(seeds=2)))


def test_gains_are_the_comparisons_in_words():
    result = reproduction()
    gains, compared = list(gain_rows(result)), list(comparison_rows(result))
    assert len(compared) == 4 * len(gains)
    first = compared[0]
    said = (signed(first[name], 0) for name in ("difference", "low", "high"))
    words = "{} ({} to {}), {} of {}".format(*said, first["seeds_won"], first["seeds"])
    assert gains[0][f"over {first['against']}, {first['at']}"] == words


def test_missing_networks_are_said_and_leave_their_seeds_out():
    whole = reproduction()
    part = dataclasses.replace(whole, networks=whole.networks[:-3])
    assert not part.complete
    assert "Not trained: 3 of 360 networks of Digits, tiny." in in_full(part, parts=False)


ONE = reproduction(MADE.smaller(seeds=1))
FIRST = ONE.networks[0]


def changed_one(**changes):
    return msgspec.structs.replace(FIRST, **changes)


def looked(*looks):
    """A network with as many looks, each changed in some of its fields."""
    made = (msgspec.structs.replace(FIRST.looks[0], **changes) for changes in looks)
    return {"networks": (changed_one(looks=tuple(made)),)}


def of_setup(**changes):
    setup = ONE.setups[0].smaller(**changes)
    return {"setups": (setup,), "planned": setup.planned, "networks": ()}


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"data": {}}, "which copy of digits"),
        ({"networks": (FIRST, FIRST)}, "a network twice"),
        ({"networks": (changed_one(seed=9),)}, "does not have"),
        ({"networks": (changed_one(alpha=1.1),)}, "does not have"),
        (looked({"step": -5}), "steps that grow from 1 to .* 12, got -5"),
        (looked({"step": 13}), "steps that grow from 1 to .* 12, got 13"),
        (looked({}, {"stops": ()}), "steps that grow .* got 10, 10"),
        (looked({"stops": ("full",)}), "once in each regime, early-80, full, got full"),
        (looked({}, {"step": 12}), "got early-80, full, early-80, full"),
        (looked({"accuracy": (), "stops": ()}, {"step": 12}), "after it diverged"),
        (looked({"by_noise": -1.0}), "distances below 0"),
        (looked({"pruned": 100.1}), "no percentages"),
        ({"networks": (changed_one(seconds=-1.0),)}, "seconds of at least 0 .* got -1"),
        ({"networks": (changed_one(sigma=-0.3),)}, "sigma above 0.* and -0.3"),
        ({"planned": -1}, "must plan 18 networks as its setups do, got -1"),
        (of_setup(alphas=(2.0, 1.5)), r"alphas below 2 that fall .* got \(2.0, 1.5\)"),
        (of_setup(alphas=(1.5, 1.75)), "alphas below 2 that fall"),
        (of_setup(widths=(40, 20)), r"widths that grow .* \(40, 20\)"),
        (of_setup(regimes=("full", "full")), "different regimes in a setup, got full, full"),
        (of_setup(regimes=()), "1 to 7 different regimes in a setup, got none"),
    ],
)
def test_a_result_that_no_command_makes_is_refused(changed, says):
    assert checked(ONE, "a.json") is ONE
    with pytest.raises(BadInput, match=rf"a\.json.*{says}"):
        checked(dataclasses.replace(ONE, **changed), "a.json")


def test_a_file_of_another_form_is_named_as_not_comparable(tmp_path):
    old = tmp_path / "old.json"
    old.write_text('{"schema": 1, "runs": []}')
    with pytest.raises(BadInput, match=r"schema 1.*cannot be compared"):
        load(old)
    (tmp_path / "bad.json").write_text("[]")
    with pytest.raises(BadInput, match="is no result of"):
        load(tmp_path / "bad.json")
    new = tmp_path / "new.json"
    new.write_text(to_json(reproduction(MADE.smaller(seeds=2))))
    assert load(new) == reproduction(MADE.smaller(seeds=2))


def test_the_made_up_world_has_the_sigma_of_its_level():
    assert as_claimed(MADE.quiet(20)) == (12.0, 40.0)
    cell = MADE.heavy_cells(20)[0]
    assert MADE.strength(cell) == pytest.approx(STRONG.strength, rel=1e-4)
