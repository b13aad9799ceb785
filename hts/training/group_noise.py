"""The noise of an optimizer's parameter groups; shared by `HeavyTailedSGD` and the wrapper.

All that the noise needs lies in the parameter groups, as plain values, hence in ``state_dict()``:

    noise, alpha, sigma, columns, seed   the settings; may be changed between steps
    noise_step                           steps taken; the k-th step's noise is xi(k), k from 1
    noise_layers                         what names each parameter's stream: its qualified name, or
                                         its number among all where the groups give no names
    noise_due                            noise made by the last step and not yet added, or None
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

from hts.noise.sources import NoiseSource
from hts.noise.types import NoiseType, noise_type
from hts.training.first_step import Claim, Followed, check_claims
from hts.training.injection import COLUMNS, add_noise_, has_columns
from hts.training.stream_names import names_of
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
    _now: list[GroupNoise]  # each group's settings in this step
    _is_at_rest = False  # this step has learning rate 0
    _checked: Sequence[object] = ()  # the streams that were found to be right
    _follow = False  # the next noise is their first

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
                p, layer = group["params"][i], group["noise_layers"][i]
                source = _source(settings.noise, settings.alpha, seed=settings.seed, layer=layer)
                followed = Followed(p) if self._follow else None
                add_noise_(p, source, scale, step, settings.columns)
                if followed:
                    followed.check(source, scale, step, settings.columns)
            group["noise_due"] = None
        self._follow = False

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
    def _before_step(self) -> None:
        """Raise `BadInput`, while nothing has moved, where noise would be wrong or missing."""
        self._adopt_groups()
        self._now = settings = [self._settings(group) for group in self.param_groups]
        moving = [
            () if s.silent else _moving(g["params"])
            for s, g in zip(settings, self.param_groups, strict=True)
        ]
        self._is_at_rest = all(group.get("lr") == 0 for group in self.param_groups)
        found = self._streams, any(moving)
        if self._is_at_rest or found in self._checked:
            return
        for group in self.param_groups:
            self._take_own_names(group)
        check_claims(
            [
                Claim(p, s.columns, s.seed, stream, i in places)
                for g, s, places in zip(self.param_groups, settings, moving, strict=True)
                if not s.silent
                for i, (p, stream) in enumerate(_with_streams(g))
            ]
        )
        self._checked = [*self._checked, (self._streams, any(moving))]
        self._follow = True

    @property
    def _streams(self) -> object:
        return [
            (s.seed, s.silent, g["noise_layers"], len(g["params"]))
            for s, g in zip(self._now, self.param_groups, strict=True)
        ]

    @torch._disable_dynamo  # type: ignore[attr-defined]
    def _after_step(self) -> None:
        """Count the step, make its noise due and, unless quiet, add it.

        At learning rate 0 nothing has moved and no time has passed: torch's distributed checkpoints
        take such a step to make an optimizer's state.
        """
        if self._is_at_rest:
            return
        due = [self._due(g, s) for g, s in zip(self.param_groups, self._now, strict=True)]
        for group, noise in zip(self.param_groups, due, strict=True):
            group["noise_step"] += 1
            group["noise_due"] = noise
        if not self._is_quiet:
            self.add_noise()

    def _checked_closure(self, closure: Callable[[], Any]) -> Callable[[], Any]:
        """``closure``, which makes the gradients, and then what is to be done before the step."""

        def checked() -> Any:
            loss = closure()
            self._before_step()
            return loss

        return checked

    def _due(
        self, group: dict[str, Any], settings: GroupNoise
    ) -> tuple[float, tuple[int, ...]] | None:
        """Scale and places of the parameters that get noise: those with a gradient and units."""
        params = group["params"]
        if settings.silent:
            return None
        places = tuple(i for i in _moving(params) if has_columns(params[i], settings.columns))
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
            names = names_of(group)
            if names is None:
                taken = (n for g in known for n in g["noise_layers"] if isinstance(n, int))
                first = 1 + max(taken, default=-1)
                group["noise_layers"] = tuple(range(first, first + len(group["params"])))
            else:
                self._own_names.update(zip(group["params"], names, strict=True))
                group["noise_layers"] = tuple(names)
            group["noise_due"] = None
            group["noise_step"] = max((g["noise_step"] for g in known), default=0)

    @property
    def _own_names(self) -> dict[Tensor, str]:
        found: dict[Tensor, str] = self.__dict__.setdefault("_own", {})
        return found

    def _take_own_names(self, group: dict[str, Any]) -> None:
        """Names as this optimizer got them, where a file has others; numbers stay as they are.

        `ZeroRedundancyOptimizer` saves the groups of one process for all of them.
        """
        own = tuple(self._own_names.get(p) for p in group["params"])
        if None not in own and not any(isinstance(n, int) for n in group["noise_layers"]):
            group["noise_layers"] = own

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


def refuse_differentiable(options: dict[str, Any]) -> None:
    """Raise `BadInput` where an optimizer's ``options`` ask for a step that can be derived."""
    if options.get("differentiable"):
        raise BadInput(
            "differentiable must be False, got True: noise is added in place, without a gradient."
        )


def _with_streams(group: dict[str, Any]) -> Iterator[tuple[Tensor, int | str]]:
    params, streams = group["params"], group["noise_layers"]
    if len(params) != len(streams):
        raise BadInput(
            f"a parameter group has {len(params)} parameters but {len(streams)} noise streams: "
            "add parameters with add_param_group."
        )
    return zip(params, streams, strict=True)


def _moving(params: list[Tensor]) -> tuple[int, ...]:
    """Places of the parameters that have a gradient; a sparse one raises `BadInput`."""
    places = tuple(i for i, p in enumerate(params) if p.grad is not None)
    for i in places:
        grad = params[i].grad
        if grad is not None and grad.layout != torch.strided:
            raise BadInput(
                f"the gradient of a parameter of shape {tuple(params[i].shape)} is sparse: noise "
                'moves every weight, so give this group noise="none", or its layer sparse=False.'
            )
    return places


def _check_tensor(p: Tensor, settings: GroupNoise) -> None:
    if noise_type(settings.noise).silent:
        return
    if not (p.is_floating_point() or p.is_complex()) or p.layout != torch.strided:
        raise BadInput(
            "a parameter with noise must be a dense tensor of floating-point or complex numbers, "
            f'got {p.dtype} in layout {p.layout}: its group can have noise="none".'
        )
