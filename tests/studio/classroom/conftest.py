"""The fixtures of a lab."""

from __future__ import annotations

from lab_fixtures import config, hosted, people, result, store  # noqa: F401
