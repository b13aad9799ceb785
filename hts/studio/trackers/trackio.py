"""Trackio, which has W&B's interface: local, a server of one's own, or a Hugging Face Space."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hts.studio.trackers import TRACKERS, Tracker
from hts.studio.trackers.base import Sent


@TRACKERS.register
class Trackio(Tracker):
    """Settings are the config; results are metrics called ``final/...`` at the last step."""

    name = "trackio"
    install = "trackio"
    places = "nothing (this machine), the address of a server, or a Space such as USER/SPACE"

    @contextmanager
    def open(self, place: str, project: str) -> Iterator[Callable[[Sent, Path | None], bool]]:
        """On this machine a run that is there is not sent again; elsewhere it is."""
        module = self.module("trackio")
        where = {}
        if place:
            where["server_url" if place.startswith("http") else "space_id"] = place
        there = set() if place else _there(module, project)

        def send(run: Sent, weights: Path | None) -> bool:
            name = run.id if run.name == run.id else f"{run.name} {run.id}"
            if name in there:
                return False
            about = {"hts_run": run.id, "state": run.state, "notes": run.notes}
            to = module.init(
                project=project,
                name=name,
                config={**run.params, **about, "tags": list(run.tags)},
                embed=False,
                auto_log_gpu=False,
                auto_log_cpu=False,
                **where,
            )
            final = {f"final/{key}": value for key, value in run.final.items()}
            points = [*run.points, *([(run.last_step, final)] if final else [])]
            for step, values in points:
                to.log(dict(values), step=step)
            if weights is not None:
                to.log_artifact(weights, name=f"weights-{run.id}", type="model")
            module.finish()
            return True

        yield send


def _there(module: object, project: str) -> set[str]:
    try:
        return {run.name for run in module.Api().runs(project)}  # type: ignore[attr-defined]
    except ValueError:  # there is no such project yet
        return set()
