"""Alpha, sigma and the noise type of an optimizer with noise, changed while it trains."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from hts.noise.types import noise_type
from hts.schedule import Schedule, is_schedule, parse_schedule
from hts.training.group_noise import NoiseAfterStep
from hts.validate import BadInput, whole

Plan = str | Callable[[int], Any]


class NoiseScheduler:
    """Sets the noise of the step to come; call ``step()`` after the optimizer's, as torch's do.

    ``alpha``, ``sigma``, ``noise``: text such as ``"0.1@0/0.01@500:linear"`` (`hts.schedule`: from
    which step on which value holds, and the way there), or a function of the step.  Steps count
    from 1 and are those the optimizer has taken, which its ``state_dict`` holds: a step that a
    GradScaler skips is none, and ``step()`` may be called as seldom as one likes.  ``groups``:
    places in ``optimizer.param_groups``; None: all that have noise now.  A gradual alpha in words
    moves by hundredths; that of a function is taken as it is, and each new one costs noise of type
    II some 20 ms on a CPU (a table of its law).  Bad values raise `BadInput`.
    """

    def __init__(
        self,
        optimizer: NoiseAfterStep,
        *,
        alpha: Plan | None = None,
        sigma: Plan | None = None,
        noise: Plan | None = None,
        groups: Sequence[int] | None = None,
    ) -> None:
        if not isinstance(optimizer, NoiseAfterStep):
            raise BadInput(
                f"optimizer must be a HeavyTailedSGD or HeavyTailedNoise, got "
                f"{type(optimizer).__name__}: others have no noise."
            )
        self.optimizer = optimizer
        last = len(optimizer.param_groups) - 1
        why = "it is a place in optimizer.param_groups"
        if groups is None:
            settings = map(optimizer._settings, optimizer.param_groups)
            found = [i for i, s in enumerate(settings) if not noise_type(s.noise).silent]
        else:
            found = [whole("a group", i, low=0, high=last, why=why) for i in groups]
        if not found:
            raise BadInput("no parameter group of this optimizer has noise: name some in groups.")
        self._groups = found
        given = {"alpha": alpha, "sigma": sigma, "noise": noise}
        self._plans = {name: self._plan(name, p) for name, p in given.items() if p is not None}
        if not self._plans:
            raise BadInput("alpha, sigma or noise must be given: nothing else can be scheduled.")
        self.step()

    def step(self) -> None:
        """Set what is in force at the step after those the optimizer has taken."""
        for group in map(self.optimizer.param_groups.__getitem__, self._groups):
            coming = group["noise_step"] + 1
            for name, plan in self._plans.items():
                value = plan.at(coming) if isinstance(plan, Schedule) else plan(coming)
                group[self.optimizer._names[name]] = self._checked(group, name, value)

    def state_dict(self) -> dict[str, Any]:
        """Plain values: the groups and the plans that are text; functions are not saved."""
        texts = {n: str(plan) for n, plan in self._plans.items() if isinstance(plan, Schedule)}
        return {"groups": list(self._groups), "plans": texts}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on with the plans of ``state_dict``; functions stay those given here."""
        texts = {name: self._plan(name, text) for name, text in state_dict["plans"].items()}
        functions = {n: plan for n, plan in self._plans.items() if not isinstance(plan, Schedule)}
        self._groups, self._plans = list(state_dict["groups"]), {**functions, **texts}
        self.step()

    def _plan(self, name: str, plan: Plan) -> Schedule | Callable[[int], Any]:
        if callable(plan):
            return plan
        if not is_schedule(plan):
            raise BadInput(
                f"{name} must be a schedule such as 2@0/1.5@500:linear or a function of the step, "
                f"got {plan!r}."
            )
        group = self.optimizer.param_groups[self._groups[0]]
        return parse_schedule(name, plan, lambda name, value: self._checked(group, name, value))

    def _checked(self, group: dict[str, Any], name: str, value: Any) -> Any:
        return getattr(replace(self.optimizer._settings(group), **{name: value}), name)
