"""Alpha-stable noise after every step of any other optimizer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch.optim import Optimizer

from hts.training.group_noise import GroupNoise, NoiseAfterStep, names_beside, refuse_differentiable
from hts.validate import BadInput

_SHARED_HOOKS = (
    "_optimizer_state_dict_pre_hooks",
    "_optimizer_state_dict_post_hooks",
    "_optimizer_load_state_dict_pre_hooks",
    "_optimizer_load_state_dict_post_hooks",
)


class HeavyTailedNoise(NoiseAfterStep):
    """``optimizer`` with ``sigma * lr^(1/alpha) * xi(step)`` added after each of its steps.

    An optimizer itself: parameter groups, state and ``state_dict`` are the wrapped one's, and
    schedulers and a GradScaler take it; call this one's ``step``.  Settings and their place in the
    groups are those of `HeavyTailedSGD`; where the wrapped optimizer has an option of the same
    name (RMSprop's alpha) the group's key is ``noise_alpha``.  Bad values raise `BadInput`.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        *,
        sigma: float,
        seed: int,
        noise: str = "III",
        alpha: float = 1.75,
        columns: str = "filter",
    ) -> None:
        if not isinstance(optimizer, Optimizer):
            raise BadInput(
                f"optimizer must be a torch optimizer, got {type(optimizer).__name__}: "
                "the noise follows its step."
            )
        if any("noise_step" in group for group in optimizer.param_groups):
            raise BadInput(
                f"this {type(optimizer).__name__} already has noise: change the noise settings in "
                "its param_groups instead."
            )
        for group in optimizer.param_groups:
            refuse_differentiable(group)
        self._wrap(
            optimizer,
            GroupNoise(noise=noise, alpha=alpha, sigma=sigma, columns=columns, seed=seed),
            names_beside(optimizer.defaults),
        )
        self._adopt_groups()

    def _wrap(self, optimizer: Optimizer, noise: GroupNoise, names: dict[str, str]) -> None:
        self.optimizer = optimizer
        self._noise, self._names = noise, names
        super().__setstate__({name: getattr(optimizer, name) for name in _SHARED_HOOKS})

    def step(  # type: ignore[override]  # without torch's overloads
        self, closure: Callable[[], float] | None = None
    ) -> float | None:
        """The wrapped optimizer's step, then the noise; returns the closure's loss.

        Hooks that are registered here see the noise, those of the wrapped optimizer do not.
        torch's global ones run once, around both.
        """
        if closure is None:
            self._before_step()
        else:
            closure = self._checked_closure(closure)
        loss: float | None = _step_within(self.optimizer, closure)
        self._after_step()
        return loss

    def zero_grad(self, set_to_none: bool = True) -> None:
        """The wrapped optimizer's."""
        self.optimizer.zero_grad(set_to_none)

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add a group, whose noise settings default to the constructor's; its step is this one."""
        self._take_in(param_group, self.optimizer.add_param_group)

    def state_dict(self) -> dict[str, Any]:
        """The wrapped optimizer's; the noise's part of it is in the parameter groups."""
        return self.optimizer.state_dict()

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on exactly where ``state_dict`` was taken; one saved without noise will do too."""
        self.optimizer.load_state_dict(self._with_noise(state_dict))

    @property
    def param_groups(self) -> list[dict[str, Any]]:
        """The wrapped optimizer's."""
        return self.optimizer.param_groups

    @param_groups.setter
    def param_groups(self, groups: list[dict[str, Any]]) -> None:
        self.optimizer.param_groups = groups

    @property
    def state(self) -> Any:
        """The wrapped optimizer's."""
        return self.optimizer.state

    @state.setter
    def state(self, state: Any) -> None:
        self.optimizer.state = state

    @property
    def defaults(self) -> dict[str, Any]:  # type: ignore[override]
        """The wrapped optimizer's."""
        return self.optimizer.defaults

    def __getstate__(self) -> dict[str, Any]:
        return {"optimizer": self.optimizer, "noise": self._noise, "names": self._names}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._wrap(state["optimizer"], state["noise"], state["names"])


def _step_within(optimizer: Optimizer, closure: Callable[[], Any] | None) -> Any:
    """The step of an optimizer inside another's: with its own hooks, without torch's global ones.

    A step that somebody has replaced on the object, as a scheduler made of it does, is taken as it
    is: the global hooks run in it too.
    """
    args: tuple[Any, ...] = (optimizer,) if closure is None else (optimizer, closure)
    kwargs: dict[str, Any] = {}
    step: Any = type(optimizer).step
    if "step" in vars(optimizer) or not getattr(step, "hooked", False):
        return optimizer.step(*args[1:])
    for before in optimizer._optimizer_step_pre_hooks.values():
        args, kwargs = before(optimizer, args, kwargs) or (args, kwargs)
    loss = step.__wrapped__(*args, **kwargs)
    for after in optimizer._optimizer_step_post_hooks.values():
        after(optimizer, args, kwargs)
    return loss
