"""The settings that are the same in every run of a sweep, and how one setting is chosen."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from hts.config import CHOICES, RunConfig
from hts.config.arms import TOGETHER
from hts.validate import capitalised
from pages._parts.form.address import OF_SWEEPS, field
from pages._parts.form.datasets import datasets
from pages._parts.form.numbers import NUMBERS, take
from pages._parts.shell.number_field import as_text, number_field
from pages._parts.sweep.form import begin, form, key, title

STEPS = {"target_accuracy": 1.0, "alpha": 0.05}
ON_OFF = {"true": "on", "false": "off"}


def base_settings() -> None:
    """A widget for every setting that does not vary."""
    base = form()["base"]
    for name in [f.name for f in dataclasses.fields(RunConfig)]:
        if name not in ("seed", *TOGETHER, *form()["vary"]):
            _one(name, base[name])


def _one(name: str, value: Any) -> None:
    widget, choices = key(f"base_{name}"), options(name)
    told: dict[str, Any] = {"label": title(name), "key": widget, "help": says(name)}
    if isinstance(OF_SWEEPS[name], bool):
        begin(f"base_{name}", value)
        st.toggle(**told)
    elif choices is not None:
        begin(f"base_{name}", value if value in choices else choices[0])
        st.selectbox(options=choices, format_func=option_words(name), **told)
    else:
        begin(f"base_{name}", as_text(value))
        kind = NUMBERS[name]
        number_field(
            **told, **kind, step=1 if kind["whole"] else STEPS.get(name, 0.01),
            placeholder="none" if kind["optional"] else None,
        )  # fmt: skip
    take(form()["base"], name, widget)


def options(name: str) -> Sequence[str] | None:
    """What a setting may be, where that is a word; None for numbers."""
    if name == "data":
        return list(datasets())
    if isinstance(OF_SWEEPS[name], bool):
        return tuple(ON_OFF)
    return tuple(CHOICES[name]) if name in CHOICES else None


def option_words(name: str) -> Callable[[str], str]:
    """How an option of `options` is shown."""
    if name == "data":
        labels = datasets()
        return lambda option: labels.get(option, option)
    return lambda option: ON_OFF.get(option, option.replace("_", " "))


def says(name: str) -> str:
    text = field(name)["says"]
    return f"{capitalised(text)}."
