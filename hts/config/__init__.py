"""`RunConfig`, the checked description of one run, and what its settings may be.  No torch."""

from __future__ import annotations

from hts.config.checks import CHOICES, KINDS, REFERENCE_SCALINGS, check_setting
from hts.config.run_config import RunConfig, says

__all__ = ["CHOICES", "KINDS", "REFERENCE_SCALINGS", "RunConfig", "check_setting", "says"]
