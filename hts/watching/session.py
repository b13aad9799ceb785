"""`Watch`: counts the steps of a foreign loop and looks at its model, at no risk to the loop."""

from __future__ import annotations

import atexit
import contextlib
import logging
import math
import os
import time
from collections.abc import Callable
from dataclasses import replace
from types import TracebackType
from typing import Any, Protocol, TypeAlias

import numpy as np
import torch

from hts.foreign import reason
from hts.validate import BadInput
from hts.watching.gradient import noise_tail, some_gradient
from hts.watching.layers import layers_of
from hts.watching.measure import measure
from hts.watching.pace import Every, Pace
from hts.watching.records import LayerSeen, Look, LossAt, NotSeen

_PULSE = 2.0  # seconds between two notes of step and loss, and a hundredth more each

Gradients: TypeAlias = dict[str, np.ndarray | None]  # by layer, at some entries

log = logging.getLogger("hts.watch")


class Recorder(Protocol):
    """Where records go.  What it raises is said in the log and ends nothing."""

    def look(self, look: Look, spent: float) -> None:
        """A look, and the seconds that looks have taken so far."""

    def pulse(self, step: int, seconds: float, loss: LossAt | None) -> None:
        """How far the training is."""

    def end(self, step: int, seconds: float, spent: float, error: str) -> None:
        """The training has ended, with an ``error`` in words or well."""


class Watch:
    """One training that is watched, from its making to `close`.

    A context manager; an exception that leaves the block is noted and goes on.  Not closed, it is
    closed when the interpreter exits.  ``recorder`` None: this process has nothing to record, and
    every method does nothing.
    """

    def __init__(
        self,
        model: torch.nn.Module,
        optimizer: Any,
        recorder: Recorder | None,
        *,
        every: Every,
        layers: tuple[str, ...] = (),
    ) -> None:
        self.steps = 0
        self._model, self._recorder, self._patterns = model, recorder, layers
        self._pace, self._pid = Pace(every), os.getpid()
        self._began, self._pulse_at = time.perf_counter(), 0.0
        self._loss: Any = None
        self._loss_step = 0
        self._gradients: Gradients | None = None  # a step ago
        self._frozen: dict[str, LayerSeen] = {}
        self._said: set[str] = set()
        self._hook: Any = None
        if recorder is not None:
            if optimizer is not None:
                self._hook = _hooked(optimizer, self._stepped)
            atexit.register(self.close)

    @property
    def active(self) -> bool:
        """Whether it records: False on other ranks than 0, and once it is closed."""
        return self._recorder is not None

    def step(self, loss: Any = None) -> None:
        """After a step: count it, where no optimizer counts; and note its ``loss``.

        ``loss``: a number or a tensor of one entry, which is read only when it is recorded.
        """
        if self._recorder is not None:
            self._loss = loss.detach() if hasattr(loss, "detach") else loss
            self._loss_step = self.steps + (self._hook is None)
            if self._hook is None:
                self._stepped()

    def close(self, error: str = "") -> None:
        """Look once more, and end the record; more calls do nothing."""
        recorder = self._recorder
        if recorder is None or os.getpid() != self._pid:
            return
        with self._guarded("the last look"):
            if self._pace.last_step != self.steps or not self.steps or not self._pace.complete:
                self._pace.verdicts = True
                self._look(recorder)
        with self._guarded("the end"):
            recorder.end(self.steps, self._seconds(), self._pace.spent, error)
        self._recorder = None
        atexit.unregister(self.close)
        if self._hook is not None:
            self._hook.remove()

    def __enter__(self) -> Watch:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        said = type(error).__name__ if error is not None else ""
        self.close(f"{said}: {reason(error)}" if error is not None and str(error) else said)

    # -- inside a step -------------------------------------------------------------------------

    def _stepped(self, *_: Any) -> None:
        recorder = self._recorder
        if recorder is None:
            return
        self.steps += 1
        now = time.perf_counter() - self._began
        before, self._gradients = self._gradients, None
        first = self._pace.last_step == 0
        ready = first or before is not None or self._pace.every.steps is not None
        if ready and self._pace.due(self.steps, now):
            with self._guarded("a look"):
                self._look(recorder, before)
        elif now >= self._pulse_at:
            with self._guarded("the pulse"):
                recorder.pulse(self.steps, self._seconds(), self._loss_now())
            self._pulsed(now)
        if self._pace.soon(self.steps, now):
            self._keep_gradients()

    def _pulsed(self, before: float) -> None:
        now = time.perf_counter() - self._began
        took = now - before
        self._pace.spent += took
        self._pulse_at = now + max(_PULSE, 0.01 * now, 2 * took / self._pace.every.share)

    def _keep_gradients(self) -> None:
        """Some entries of each gradient, for the noise at the look after the next step."""
        start = time.perf_counter()
        self._gradients = {}
        with self._guarded("the gradients"), torch.no_grad():
            for layer in layers_of(self._model, self._patterns)[0]:
                self._gradients[layer.name] = some_gradient(layer)
        self._pace.spent += time.perf_counter() - start

    def _look(self, recorder: Recorder, before: Gradients | None = None) -> None:
        """Measure and record; the account is kept also where that fails.

        ``before``: some of the gradients a step ago.
        """
        start = time.perf_counter()
        try:
            _settle(self._model)
            start = time.perf_counter()
            seconds, spent = self._seconds(), self._pace.spent
            layers, left = self._layers(before or {})
            loss = self._loss_now()
            took = time.perf_counter() - start
            look = Look(
                step=self.steps,
                seconds=seconds,
                loss=None if loss is None else loss.loss,
                took=took,
                layers=layers,
                not_seen=left,
            )
            recorder.look(look, spent + took)
        finally:
            end = time.perf_counter()
            self._pace.looked(self.steps, end - start, end - self._began)
            self._pulse_at = end - self._began + _PULSE

    def _layers(self, before: Gradients) -> tuple[list[LayerSeen], list[NotSeen]]:
        there, left = layers_of(self._model, self._patterns)
        found = []
        for layer in there:
            kept = self._frozen.get(layer.name)
            if kept is not None and not layer.parameter.requires_grad:
                found.append(kept)
                continue
            try:
                with torch.no_grad():
                    seen = measure(layer, self._pace.entries, verdict=self._pace.verdicts)
                    gradient = noise_tail(layer, before.get(layer.name))
            except Exception as error:  # one odd layer costs the others nothing
                why = str(error) if isinstance(error, BadInput) else reason(error)
                left.append(NotSeen(name=layer.name, why=why.rstrip(".")))
                continue
            self._frozen.pop(layer.name, None)
            if not layer.parameter.requires_grad and self._pace.verdicts:
                self._frozen[layer.name] = seen
            found.append(replace(seen, gradient=gradient))
        return found, left

    def _loss_now(self) -> LossAt | None:
        if self._loss is None:
            return None
        value = math.nan
        with self._guarded("the loss"):
            value = float(self._loss)
        if not math.isfinite(value):
            return None
        return LossAt(step=self._loss_step, seconds=self._seconds(), loss=value)

    def _seconds(self) -> float:
        """Training time so far, looks left out."""
        return time.perf_counter() - self._began - self._pace.spent

    @contextlib.contextmanager
    def _guarded(self, what: str) -> Any:
        """Whatever goes wrong is said once in the log; the training goes on."""
        try:
            yield
        except Exception as error:
            said = f"{type(error).__name__}: {reason(error)}"
            if said not in self._said:
                self._said.add(said)
                log.warning("hts.watch could not record %s (%s); training goes on", what, said)


def _hooked(optimizer: Any, stepped: Callable[..., None]) -> Any:
    """The handle of a hook after every step of ``optimizer``, or of the one that it wraps."""
    seen: Any = optimizer
    for _ in range(4):  # LightningOptimizer, AcceleratedOptimizer and the like hold the real one
        with contextlib.suppress(AttributeError, TypeError):
            return seen.register_step_post_hook(stepped)
        seen = getattr(seen, "optimizer", None)
    raise BadInput(
        f"optimizer must be a torch.optim.Optimizer, got a {type(optimizer).__name__}: leave it "
        "out and call step() after every step."
    )


def _settle(model: torch.nn.Module) -> None:
    """Let the device finish what it has been given: waiting for it is no cost of a look."""
    first = next(model.parameters(), None)
    if first is not None and first.device.type not in ("cpu", "meta"):
        torch.accelerator.synchronize()
