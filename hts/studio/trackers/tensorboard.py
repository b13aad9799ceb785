"""TensorBoard: a folder of event files, one folder a run."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hts.studio.trackers import TRACKERS, Tracker
from hts.studio.trackers.base import Sent
from hts.validate import BadInput


@TRACKERS.register
class TensorBoard(Tracker):
    """Settings and results are hyperparameters with their metrics; name and tags are a text."""

    name = "tensorboard"
    install = "tensorboard"
    places = "a folder, which `tensorboard --logdir FOLDER` shows"

    @contextmanager
    def open(self, place: str, project: str) -> Iterator[Callable[[Sent, Path | None], bool]]:
        """Runs are in ``place/project/id``; one with event files there is not sent again."""
        if not place:
            raise BadInput(f"tensorboard needs {self.places}, as in --to tensorboard:logs.")
        self.module("tensorboard")
        writer = self.module("torch.utils.tensorboard").SummaryWriter
        parent = Path(place) / project

        def send(run: Sent, weights: Path | None) -> bool:
            folder = parent / run.id
            if any(folder.glob("events.out.*")):
                return False
            with writer(str(folder)) as to:
                for step, values in run.points:
                    for name, value in values.items():
                        to.add_scalar(name.replace(" ", "_"), value, step, run.at(step))
                about = {"name": run.name, "state": run.state, "tags": " ".join(run.tags)}
                about["notes"] = run.notes
                said = "\n\n".join(f"**{k}** {v}" for k, v in about.items() if v)
                to.add_text("about", said, run.last_step)
                final = {f"final/{name}": value for name, value in run.final.items()}
                to.add_hparams(dict(run.params), final, run_name=".", global_step=run.last_step)
            if weights is not None:
                shutil.copyfile(weights, folder / weights.name)
            return True

        yield send
