"""The noise of an optimizer's parameter groups; shared by `HeavyTailedSGD` and the wrapper.

All that the noise needs lies in the parameter groups, as plain values, hence in ``state_dict()``:

    noise, alpha, sigma, columns, seed   the settings; may be changed between steps
    noise_step                           steps taken; the k-th step's noise is xi(k), k from 1
    noise_layers                         the number that names each parameter's stream
    noise_due                            noise made by the last step and not yet added, or None
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

from hts.noise.sources import NoiseSource
from hts.noise.types import NoiseType, noise_type
from hts.training.injection import COLUMNS, add_noise_, has_columns
from hts.validate import BadInput, choice, number

_source = lru_cache(maxsize=1 << 14)(NoiseSource)
_BOOKS = ("noise_step", "noise_layers", "noise_due")


@dataclass(frozen=True, kw_only=True)
class GroupNoise:
    """Checked noise settings of a parameter group; bad values raise `BadInput`."""

    noise: str  # name of a noise type
    alpha: float  # stability index, (0, 2]
    sigma: float  # noise level; one step adds sigma * lr^(1/alpha) * xi
    columns: str  # which weights are one unit, see `hts.training.injection`
    seed: int

    def __post_init__(self) -> None:
        checked = NoiseSource(self.noise, self.alpha, seed=self.seed)
        # The group keeps the alpha it was given, also where the noise has no use for it.
        object.__setattr__(self, "alpha", float(self.alpha))
        object.__setattr__(self, "seed", checked.seed)
        why = "it is the noise level, and 0 means none"
        sigma = number("sigma", self.sigma, low=0, high=math.inf, open_low=False, why=why)
        object.__setattr__(self, "sigma", sigma)
        choice("columns", self.columns, COLUMNS)

    @property
    def silent(self) -> bool:
        """Nothing is ever added."""
        return self._type.silent or self.sigma == 0

    def scale(self, lr: object) -> float:
        """``sigma * lr^(1/alpha)``, the scale of one step's noise; Gaussian noise has alpha 2."""
        why = "the noise scales with a power of it"
        rate = number("lr", lr, low=0, high=math.inf, open_low=False, why=why)
        return self._type.step_scale(self.sigma, rate, self.alpha)

    @property
    def _type(self) -> NoiseType:
        return noise_type(self.noise)


class NoiseAfterStep(Optimizer):
    """What an optimizer with noise adds to an optimizer; not for use on its own."""

    _noise: GroupNoise  # for groups that do not say otherwise
    _names: dict[str, str]  # setting -> its key in the parameter groups
    _is_quiet = False

    def add_noise(self) -> None:
        """Add the noise of the last step where `quiet` held it back; otherwise nothing is due.

        The scale is that of the step's learning rate.  The next step forgets what is still due.
        """
        for group in self.param_groups:
            if group.get("noise_due") is None:
                continue
            scale, places = group["noise_due"]
            settings, step = self._settings(group), group["noise_step"]
            for i in places:
                layer = group["noise_layers"][i]
                source = _source(settings.noise, settings.alpha, seed=settings.seed, layer=layer)
                add_noise_(group["params"][i], source, scale, step, settings.columns)
            group["noise_due"] = None

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Steps inside the ``with`` block move along the gradient and hold their noise back.

        For the final step, which has no noise, and to evaluate between the two as the paper does;
        then call `add_noise` before the next step.
        """
        before, self._is_quiet = self._is_quiet, True
        try:
            yield
        finally:
            self._is_quiet = before

    @torch._disable_dynamo  # type: ignore[attr-defined]  # lets a compiled step pass by the noise
    def _after_step(self) -> None:
        """Count the step, make its noise due and, unless quiet, add it."""
        self._adopt_groups()
        due = [self._due(group) for group in self.param_groups]
        for group, noise in zip(self.param_groups, due, strict=True):
            group["noise_step"] += 1
            group["noise_due"] = noise
        if not self._is_quiet:
            self.add_noise()

    def _due(self, group: dict[str, Any]) -> tuple[float, tuple[int, ...]] | None:
        """Scale and places of the parameters that the step moved: those with a gradient."""
        settings = self._settings(group)
        if settings.silent:
            return None
        places = tuple(i for i, p in enumerate(group["params"]) if _moved(p, settings.columns))
        if places and len(group["params"]) != len(group["noise_layers"]):
            raise BadInput(
                f"a parameter group has {len(group['params'])} parameters but "
                f"{len(group['noise_layers'])} noise streams: add parameters with add_param_group."
            )
        return (settings.scale(group.get("lr")), places) if places else None

    def _settings(self, group: dict[str, Any]) -> GroupNoise:
        return GroupNoise(**{name: group[key] for name, key in self._names.items()})

    def _adopt_groups(self) -> None:
        """Give groups that are new their settings and every parameter of them a stream."""
        for group in self.param_groups:
            if "noise_step" in group:
                continue
            for name, key in self._names.items():
                group.setdefault(key, getattr(self._noise, name))
            settings = self._settings(group)
            for p in group["params"]:
                _check_tensor(p, settings)
            group.update({key: getattr(settings, name) for name, key in self._names.items()})
            known = [g for g in self.param_groups if "noise_step" in g]
            first = 1 + max((n for g in known for n in g["noise_layers"]), default=-1)
            group["noise_layers"] = tuple(range(first, first + len(group["params"])))
            group["noise_due"] = None
            group["noise_step"] = max((g["noise_step"] for g in known), default=0)

    def _take_in(self, param_group: dict[str, Any], add: Callable[[dict[str, Any]], None]) -> None:
        """Let ``add`` append the group, without streams of elsewhere; take a bad one out again."""
        add({key: value for key, value in param_group.items() if key not in _BOOKS})
        try:
            self._adopt_groups()
        except BadInput:
            self.param_groups.pop()
            raise

    def _with_noise(self, state_dict: dict[str, Any]) -> dict[str, Any]:
        """``state_dict``; what it lacks because it was saved without noise stays as it is here."""
        self._adopt_groups()
        keys = (*self._names.values(), *_BOOKS)
        saved = list(state_dict["param_groups"])
        for i, (here, there) in enumerate(zip(self.param_groups, saved, strict=False)):
            saved[i] = {**{key: here[key] for key in keys}, **there}
        return {**state_dict, "param_groups": saved}


def names_beside(own: dict[str, Any]) -> dict[str, str]:
    """Each setting's key in the groups of an optimizer whose own options are ``own``.

    RMSprop and ASGD have an alpha of their own; beside it the noise's is ``noise_alpha``.
    """
    names = (field.name for field in fields(GroupNoise))
    return {name: f"noise_{name}" if name in own else name for name in names}


def _moved(p: Tensor, columns: str) -> bool:
    if p.grad is None or not has_columns(p, columns):
        return False
    if p.grad.layout != torch.strided:
        raise BadInput(
            f"the gradient of a parameter of shape {tuple(p.shape)} is sparse: noise moves every "
            'weight, so give this group noise="none", or its layer sparse=False.'
        )
    return True


def _check_tensor(p: Tensor, settings: GroupNoise) -> None:
    if noise_type(settings.noise).silent:
        return
    if hasattr(p, "placements"):  # a DTensor
        raise BadInput(
            f"a parameter with noise must be whole on its device, got a {type(p).__name__}: a "
            "shard does not know which part of the noise is its own."
        )
    if not (p.is_floating_point() or p.is_complex()) or p.layout != torch.strided:
        raise BadInput(
            "a parameter with noise must be a dense tensor of floating-point or complex numbers, "
            f'got {p.dtype} in layout {p.layout}: its group can have noise="none".'
        )
