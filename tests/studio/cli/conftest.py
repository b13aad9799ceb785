"""The fixtures of a lab."""

from __future__ import annotations

from lab_fixtures import hosted, people, store  # noqa: F401
