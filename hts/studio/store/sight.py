"""`Sight`: which runs, sweeps, tables and weights somebody sees, as a condition of a query.

Who sees what is decided in one place (`hts.studio.lab.access`); here it only becomes SQL, so that
lists, single runs and what a sweep takes over cannot disagree.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

Condition = tuple[str, list[str]]


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What ``person`` sees: what they own or asked for, all of ``owners``, and what is shown.

    ``everything``: no run is hidden.  ``lab``: of whom one sees what is visible to the lab (None:
    of everybody).  What is public is always seen.
    """

    person: str
    everything: bool = False
    owners: frozenset[str] = frozenset()
    lab: frozenset[str] | None = frozenset()

    def of_runs(self) -> Condition:
        """The condition on rows of ``runs``."""
        seen, values = self._seen("runs")
        asked = "runs.number IN (SELECT run FROM askers WHERE person = ?)"
        return ("true", []) if self.everything else (f"({seen} OR {asked})", [*values, self.person])

    def of_sweeps(self) -> Condition:
        """The condition on rows of ``sweeps AS s``."""
        return ("true", []) if self.everything else self._seen("s")

    def of_holdings(self) -> Condition:
        """The condition on rows of ``holdings AS h``: also what a teacher gave to one's class."""
        seen, values = self._seen("h")
        given = (
            "EXISTS (SELECT 1 FROM class_holdings AS c JOIN class_members AS m USING (class) WHERE "
            "c.kind = h.kind AND c.owner = h.owner AND c.name = h.name AND m.person = ?)"
        )
        return ("true", []) if self.everything else (f"({seen} OR {given})", [*values, self.person])

    def _seen(self, table: str) -> Condition:
        parts = [f"{table}.visibility = 'public'", f"{table}.owner IN ({_EACH})"]
        values = [_list({self.person, *self.owners})]
        if self.lab is None:
            parts.append(f"{table}.visibility = 'lab'")
        elif self.lab:
            parts.append(f"({table}.visibility = 'lab' AND {table}.owner IN ({_EACH}))")
            values.append(_list(self.lab))
        return f"({' OR '.join(parts)})", values


def asked_by(people: Iterable[str]) -> Condition:
    """The condition that one of ``people`` owns a run or asked for it too."""
    listed = _list(people)
    askers = f"SELECT run FROM askers WHERE person IN ({_EACH})"
    return f"(runs.owner IN ({_EACH}) OR runs.number IN ({askers}))", [listed, listed]


_EACH = "SELECT value FROM json_each(?)"


def _list(people: Iterable[str]) -> str:
    return json.dumps(sorted(people))
