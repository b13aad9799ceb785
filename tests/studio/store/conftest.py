"""Small records of every kind, and a store to put them into."""

from __future__ import annotations

from store_fixtures import config, point, result, snapshot, store  # noqa: F401
