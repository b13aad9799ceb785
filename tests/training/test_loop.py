"""The order of the loop: gradient, evaluation when due, noise; none after the last step."""

from __future__ import annotations

import pytest

from hts.training.loop import Callbacks, DivergedError, run_loop


class Diary:
    """Notes what is called, and answers as told."""

    def __init__(self, *, accuracy=lambda step: 0.0, stop_at=None, diverge_at=None):
        self.lines: list[str] = []
        self.accuracy, self.stop_at, self.diverge_at = accuracy, stop_at, diverge_at

    def calls(self) -> Callbacks:
        def note(word, answer):
            def call(step):
                self.lines.append(f"{word}{step}")
                return answer(step)

            return call

        return Callbacks(
            gradient=note("g", lambda step: step != self.diverge_at),
            noise=note("n", lambda step: None),
            evaluate=note("e", self.accuracy),
            observe=note("o", lambda step: step != self.stop_at),
        )

    def run(self, *, start=0, iterations=5, eval_every=2, target=None):
        return run_loop(
            self.calls(),
            start=start,
            iterations=iterations,
            eval_every=eval_every,
            target_accuracy=target,
        )


def test_the_papers_order_and_no_noise_after_the_final_step():
    diary = Diary()
    assert diary.run() == (5, "budget")
    assert " ".join(diary.lines) == "g1 o1 n1 g2 e2 o2 n2 g3 o3 n3 g4 e4 o4 n4 g5 e5"


def test_stops_at_the_target_before_that_steps_noise():
    diary = Diary(accuracy=lambda step: 10.0 * step)
    assert diary.run(target=40) == (4, "target reached")
    assert diary.lines[-2:] == ["g4", "e4"]


def test_a_stop_keeps_the_state_before_the_noise():
    diary = Diary(stop_at=3)
    assert diary.run() == (3, "stopped")
    assert diary.lines[-2:] == ["g3", "o3"]


def test_resuming_adds_the_noise_that_was_due_and_goes_on():
    whole, rest = Diary(), Diary()
    whole.run()
    assert rest.run(start=3) == (5, "budget")
    assert rest.lines == whole.lines[whole.lines.index("n3") :]


def test_divergence_names_the_step():
    with pytest.raises(DivergedError) as caught:
        Diary(diverge_at=4).run()
    assert caught.value.step == 4
