"""What went wrong, in a sentence."""

from __future__ import annotations

from hts.validate import BadInput


def explain(error: Exception, *, what: str = "The run", log: str = "worker log") -> str:
    """The error in a sentence for the page; the traceback is in the ``log``."""
    if isinstance(error, BadInput):
        return str(error)
    text = _text(error)
    if is_out_of_memory(error):
        return (
            "There was not enough memory for this run. Make it narrower, or run fewer at a time "
            f"({text.splitlines()[0]})."
        )
    return f"{what} ended with an error, {text}. The {log} has the details."


def is_out_of_memory(error: Exception) -> bool:
    """Whether memory, of the machine or of its GPU, did not suffice."""
    text = _text(error)
    return isinstance(error, MemoryError) or "out of memory" in text or "allocate memory" in text


def _text(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".strip().removesuffix(":")
