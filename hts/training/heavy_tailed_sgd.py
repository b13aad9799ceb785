"""`torch.optim.SGD` with alpha-stable noise after every step, for any PyTorch code."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer
from torch.optim.optimizer import ParamsT

from hts.training.group_noise import GroupNoise, NoiseAfterStep, names_beside, refuse_differentiable


class HeavyTailedSGD(NoiseAfterStep, torch.optim.SGD):
    """SGD whose steps end with ``sigma * lr^(1/alpha) * xi(step)``; `docs/heavy-tailed-sgd.md`.

    Parameters: ``params``, ``lr`` and everything from ``momentum`` on are those of
    `torch.optim.SGD`, which this equals bit for bit at ``sigma=0``.  ``noise``: none, gaussian, I,
    II, III; ``alpha`` in (0, 2]; ``columns``: filter, kernel, transposed or entry, which weights
    are one unit (`hts.training.injection`); a parameter group may have its own ``noise``,
    ``alpha``, ``sigma``, ``columns`` and ``seed``.

    xi is a pure function of seed, step and the parameter's name, which `noisy_groups` and
    ``model.named_parameters()`` give, or else its place among all groups.  Only parameters with a
    gradient move, and biases and other tensors of fewer than two axes get no noise unless
    ``columns="entry"``.  An optimizer does not know which layer is the last, which should have
    none: `noisy_groups` splits a model.  Bad values raise `BadInput`.
    """

    def __init__(
        self,
        params: ParamsT,
        lr: float | Tensor,
        *,
        sigma: float,
        seed: int,
        noise: str = "III",
        alpha: float = 1.75,
        columns: str = "filter",
        momentum: float = 0,
        dampening: float = 0,
        weight_decay: float = 0,
        nesterov: bool = False,
        maximize: bool = False,
        foreach: bool | None = None,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        refuse_differentiable({"differentiable": differentiable})
        self._noise = GroupNoise(noise=noise, alpha=alpha, sigma=sigma, columns=columns, seed=seed)
        self._names = names_beside({})
        super().__init__(
            params,
            lr,
            momentum,
            dampening,
            weight_decay,
            nesterov,
            maximize=maximize,
            foreach=foreach,
            fused=fused,
        )
        # A GradScaler then leaves a step out itself; fused SGD would do so after the noise's back.
        self._step_supports_amp_scaling = False
        self._hook_noise()

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add a group, whose noise settings default to the constructor's; its step is this one."""
        self._take_in(param_group, super().add_param_group)

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on exactly where ``state_dict`` was taken; one of `torch.optim.SGD` will do too."""
        super().load_state_dict(self._with_noise(state_dict))

    def __getstate__(self) -> dict[str, Any]:
        return {**super().__getstate__(), "_noise": self._noise, "_names": self._names}

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)  # type: ignore[no-untyped-call]
        self._hook_noise()

    def _hook_noise(self) -> None:
        # Hooks, because a step that called SGD's would run the hooks of both.
        if _after_step not in self._optimizer_step_post_hooks.values():
            self.register_step_pre_hook(_before_step)
            self.register_step_post_hook(_after_step)


def _before_step(
    optimizer: Optimizer, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]] | None:
    assert isinstance(optimizer, HeavyTailedSGD)
    closure = args[1] if len(args) > 1 else kwargs.get("closure")
    if closure is None:
        optimizer._before_step()
        return None
    return (optimizer,), {"closure": optimizer._checked_closure(closure)}


def _after_step(optimizer: Optimizer, args: object, kwargs: object) -> None:
    assert isinstance(optimizer, HeavyTailedSGD)
    optimizer._after_step()
