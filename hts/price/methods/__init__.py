"""The ways to train that are compared, registered by name; importing them brings no torch."""

from __future__ import annotations

from hts.price.methods.base import TRIES, Members, Method
from hts.registry import Registry

__all__ = ["METHODS", "TRIES", "Members", "Method", "method"]

METHODS: Registry[Method] = Registry(
    "method",
    Method,
    package=__name__,
    path=__path__,
)


def method(name: object) -> Method:
    """The method called ``name``; an unknown name raises `BadInput`."""
    return METHODS.named(name)
