"""MLflow: a server, a database or a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hts.studio.trackers import TRACKERS, Tracker
from hts.studio.trackers.base import Sent

_ID = "hts.run"  # the tag by which a run is found again
_AT_ONCE = 1000  # metrics that a server takes in one request
_STATES = {"finished": "FINISHED", "failed": "FAILED", "diverged": "FAILED", "running": "RUNNING"}
_LONGEST = 5000  # characters of a tag


@TRACKERS.register
class MLflow(Tracker):
    """Settings are params, results metrics called ``final/...`` at the last step."""

    name = "mlflow"
    install = "mlflow"
    places = "a tracking URI, such as http://127.0.0.1:5000 or sqlite:///mlflow.db"

    @contextmanager
    def open(self, place: str, project: str) -> Iterator[Callable[[Sent, Path | None], bool]]:
        """The project is the experiment."""
        module = self.module("mlflow")
        client = module.MlflowClient(tracking_uri=place or None)
        known = client.get_experiment_by_name(project)
        experiment = known.experiment_id if known else client.create_experiment(project)

        def send(run: Sent, weights: Path | None) -> bool:
            asked = f"tags.`{_ID}` = '{run.id}'"
            if client.search_runs([experiment], asked, max_results=1):
                return False
            _send(module.entities, client, experiment, run, weights)
            return True

        yield send


def _send(entities: Any, client: Any, experiment: str, run: Sent, weights: Path | None) -> None:
    made = client.create_run(
        experiment,
        start_time=round(1000 * run.began),
        run_name=run.name,
        tags={
            _ID: run.id,
            "hts.state": run.state,
            "hts.tags": " ".join(run.tags)[:_LONGEST],
            "mlflow.note.content": run.notes[:_LONGEST],
        },
    ).info.run_id
    params = [entities.Param(name, str(value)) for name, value in run.params.items()]
    client.log_batch(made, params=params)
    metrics = [
        entities.Metric(name, value, round(1000 * run.at(step)), step)
        for step, values in run.points
        for name, value in values.items()
    ]
    end = round(1000 * run.at(run.last_step))
    metrics += [entities.Metric(f"final/{k}", v, end, run.last_step) for k, v in run.final.items()]
    for part in _parts(metrics):
        client.log_batch(made, metrics=part)
    if weights is not None:
        client.log_artifact(made, str(weights))
    client.set_terminated(made, _STATES.get(run.state, "FINISHED"), end)


def _parts(metrics: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(metrics), _AT_ONCE):
        yield metrics[start : start + _AT_ONCE]
