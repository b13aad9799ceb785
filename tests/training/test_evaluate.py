"""Whether an accuracy reaches a target, asked without measuring what is out of reach."""

import numpy as np
import pytest
import torch

from hts.config import RunConfig
from hts.data import load
from hts.runs.session import Session
from hts.training import evaluate
from hts.training.evaluate import Reach, accuracy_and_loss


@pytest.fixture
def session():
    settings = RunConfig(
        data="digits", width=60, noise="III", alpha=1.5, sigma=0.3, lr=0.3, batch_size=32
    )
    return Session(settings, load("digits"))


@pytest.fixture
def tried(session, monkeypatch):
    """How many examples the network answers, by question."""
    counts, logits = [], session.network.logits

    def counted(x):
        counts[-1] += len(x)
        return logits(x)

    monkeypatch.setattr(session.network, "logits", counted, raising=False)
    return counts


def test_it_answers_as_the_whole_set_does_from_few_examples(session, tried):
    x, y = session.sample("train", None)
    reach, below = Reach(x, y), []
    for step in range(1, 60):
        session.gradient(step)
        session.noise(step)
        for least in (80.0, 95.0):
            tried.append(0)
            accuracy, fine = reach.accuracy(session.network, least)
            tried.append(0)
            whole, _ = accuracy_and_loss(session.network, x, y)
            assert fine
            assert accuracy == whole if whole >= least else whole <= accuracy < least
            below += [tried[-2]] if whole < least else []
    assert len(below) > 20
    assert np.median(below) < 0.5 * len(y)


def test_an_accuracy_of_exactly_the_target_reaches_it(session, monkeypatch):
    monkeypatch.setattr(evaluate, "PART", 1)
    x, y = session.sample("train", None)
    for step in range(1, 10):
        session.gradient(step)
    whole, _ = accuracy_and_loss(session.network, x, y)
    right = round(whole * len(y) / 100)
    assert 0 < right < len(y) - 1
    assert Reach(x, y).accuracy(session.network, whole)[0] == whole
    assert Reach(x, y).accuracy(session.network, 0.0)[0] == whole
    for one_more in (right + 1, len(y)):
        least = 100.0 * one_more / len(y)
        assert Reach(x, y).accuracy(session.network, least)[0] < least


def test_what_was_wrong_last_time_is_tried_first(session, tried, monkeypatch):
    monkeypatch.setattr(evaluate, "PART", 10)
    for step in range(1, 10):
        session.gradient(step)
    x, y = session.sample("train", None)
    tried.append(0)
    reach, (whole, _) = Reach(x, y), accuracy_and_loss(session.network, x, y)
    least = whole + 5
    allowed = int(len(y) * (100 - least) / 100)
    for least_asked in (0.0, least):
        tried.append(0)
        reach.accuracy(session.network, least_asked)
    assert tried[-2] == len(y)
    assert allowed < tried[-1] <= allowed + 10


def test_a_network_that_has_diverged_is_not_fine(session):
    with torch.no_grad():
        session.network.matrices[0].fill_(float("nan"))
    assert not Reach(*session.sample("train", None)).accuracy(session.network, 80.0)[1]
