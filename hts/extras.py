"""What only the extras of the distribution bring, and the sentence where it is missing.

The extras are in pyproject.toml: ``plot``, ``tables``, ``app``, ``cluster``, ``hosted``.
"""

from __future__ import annotations

from hts.validate import BadInput

DISTRIBUTION = "heavy-tailed-sgd-studio"


def missing(what: str, package: str, *, extra: str) -> BadInput:
    """The error that says what to install: ``what``, the start of a sentence, needs ``package``.

    To be raised where importing ``package`` failed; ``extra`` is the extra that brings it.
    """
    return BadInput(
        f"{what} needs {package}, which is not installed for this Python: pip install {package}, "
        f"or {DISTRIBUTION}[{extra}], which brings it."
    )
