"""Schedules of settings: grammar, values step by step, steering."""

import copy
import math
import pickle  # noqa: TID251

import pytest

from hts.config import RunConfig
from hts.config.checks import check_setting
from hts.validate import BadInput


def test_value_holds_from_its_step_on():
    config = RunConfig(alpha="2@0/1.5@500")
    assert [config.at(step).alpha for step in (1, 499, 500, 900)] == [2, 2, 1.5, 1.5]
    assert config.alpha == 2
    assert not config.at(7).schedules


def test_gradual_pieces_follow_their_formula():
    line, wave = RunConfig(lr="0.1@0/0.3@100:linear"), RunConfig(sigma="1@0/0@100:cosine")
    for step in (1, 30, 50, 99):
        assert line.at(step).lr == pytest.approx(0.1 + 0.002 * step)
        assert wave.at(step).sigma == pytest.approx((1 + math.cos(math.pi * step / 100)) / 2)
    assert line.at(100).lr == 0.3
    assert wave.at(5000).sigma == 0


def test_gradual_alpha_moves_by_hundredths():
    config = RunConfig(alpha="2@0/1.5@777:linear")
    values = {config.at(step).alpha for step in range(1, 777)}
    assert values == {round(value, 2) for value in values}
    assert len(values) == 51


def test_text_json_and_hash_keep_the_schedule():
    config = RunConfig(alpha="2@0/1.5@500", noise="III@0/ii@20")
    assert RunConfig.from_json(config.to_json()) == config
    assert config.to_dict()["noise"] == "III@0/II@20"
    assert config != RunConfig(alpha=2)
    assert config.hash != RunConfig(alpha=2).hash


def test_schedule_that_never_changes_is_the_value():
    assert RunConfig(alpha="1.5@0/1.5@30") == RunConfig(alpha=1.5)
    assert check_setting("lr", "0.1@0") == 0.1


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ({"alpha": "2@1"}, "must begin with VALUE@0"),
        ({"alpha": "2@0/1@5/1.5@5"}, "must ascend"),
        ({"alpha": "2@0/3@5"}, "got 3"),
        ({"alpha": "2@0/1.5@5:quad"}, "linear, cosine"),
        ({"alpha": "2@0/1.5"}, "a value or a schedule such as"),
        ({"noise": "III@0/II@9:linear"}, "no values in between"),
        ({"width": "10@0/20@5"}, "alpha, sigma, noise, lr"),
    ],
)
def test_bad_schedules_are_refused_in_words(bad, says):
    with pytest.raises(BadInput, match=says):
        RunConfig(**bad)


def test_every_piece_must_go_with_the_other_settings():
    with pytest.raises(BadInput, match="reference_scaling"):
        RunConfig(noise="III", alpha="1.75@0/2@5", reference_scaling="gpu")


def test_steering_keeps_the_past_and_drops_the_plan():
    config = RunConfig(sigma="1@0/0.5@100/0.1@200")
    steered = config.steered(150, sigma=2.0)
    assert steered.to_dict()["sigma"] == "1@0/0.5@100/2@150"
    assert all(steered.at(step).sigma == config.at(step).sigma for step in range(1, 150))


def test_steering_on_the_way_of_a_gradual_piece_keeps_every_bit():
    config = RunConfig(lr="0.1@0/0.001@100:cosine", alpha="2@0/1.2@100:linear")
    steered = RunConfig.from_json(config.steered(60, lr=0.5, alpha=1.9).to_json())
    for step in range(1, 60):
        assert steered.at(step).lr == config.at(step).lr
        assert steered.at(step).alpha == config.at(step).alpha
    assert steered.at(60).lr == steered.at(3000).lr == 0.5


def test_noise_that_begins_later_counts_as_noise():
    config = RunConfig(sigma="0@0/0.05@10", alpha=1.5)
    assert config.stability == 1.5
    assert "alpha" not in config.without_effect
    assert config.hash != RunConfig(sigma=0, alpha=1.5).hash


def test_what_is_in_force_is_as_given_in_that_way_and_forgotten():
    config = RunConfig(lr="0.1@0/0.2@5000:linear", sigma="0.1@0/0.3@100")
    for step in range(1, 300):
        at = config.at(step)
        assert at == config.replace(lr=config.schedules["lr"].at(step), sigma=at.sigma)
        assert at.hash == RunConfig.from_json(at.to_json()).hash
    assert config.at(7) is config.at(7)
    assert len(vars(config)["_in_force"]) <= 64


def test_a_configuration_is_copied_and_pickled_with_its_schedules():
    config = RunConfig(alpha="2@0/1.5@500", replicates=2)
    assert copy.deepcopy(config) == pickle.loads(pickle.dumps(config)) == config
    assert copy.deepcopy(config).at(600).alpha == 1.5
