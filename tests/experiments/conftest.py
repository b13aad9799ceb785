"""What the tests of this folder import."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # the factories
sys.path.insert(0, str(Path(__file__).parent))  # the networks
