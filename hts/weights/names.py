"""Names that a file gives its arrays, made fit to be shown, stored and put into an address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hts.validate import printable

LONGEST = 300  # characters; the longest of published networks have about 120


def fit_to_show(names: Iterable[str]) -> dict[str, str]:
    """A name to show for each of ``names``, different ones for different names.

    Control characters and lone surrogates are shown as escapes, and what is longer than
    ``LONGEST`` characters is cut; what then looks like another name gets a number.
    """
    asked = list(names)
    taken = {name for name in asked if printable(name, LONGEST) == name}
    shown = {}
    for name in asked:
        fit = plain = printable(name, LONGEST)
        count = 1
        while fit != name and fit in taken:
            count += 1
            fit = f"{plain} ({count})"
        taken.add(fit)
        shown[name] = fit
    return shown


def storable(name: str) -> str:
    """``name`` as UTF-8 can hold it: lone surrogates as escapes."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def said_of_names(shown: Mapping[str, str]) -> tuple[str, ...]:
    """A note that some names are not shown as the file has them, or none."""
    changed = [fit for name, fit in shown.items() if fit != name]
    if not changed:
        return ()
    note = (
        f"{len(changed)} of {len(shown)} names hold characters that cannot be shown or are longer "
        f"than {LONGEST}, such as {changed[0][:80]}: they are shown with escapes, or cut"
    )
    return (note,)
