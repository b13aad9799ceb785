"""A store with finished runs in it."""

from __future__ import annotations

from store_fixtures import config, point, result, snapshot, store  # noqa: F401
