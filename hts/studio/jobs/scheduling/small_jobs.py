"""`SmallJobs`: the small jobs that the pages of a hosted lab ask for, as files beside the store."""

from __future__ import annotations

import logging
import subprocess
from collections.abc import Sequence

from hts.studio.jobs.background import NO_RESULT, described, standing, start_side_worker, tell
from hts.studio.jobs.processes.ending import End
from hts.studio.jobs.processes.job import Job, OwnProcessJobs
from hts.studio.jobs.processes.lock import is_free
from hts.validate import BadInput

log = logging.getLogger("hts.studio.jobs.scheduling.scheduler")


class SmallJobs(OwnProcessJobs):
    """Each has a request, which is there until it is done."""

    most = 2

    def held(self) -> list[Job]:
        """None: whether a worker has one is seen by its lock alone."""
        return []

    def waiting(self, going: Sequence[Job]) -> list[Job]:
        """The requests, by name; those that make no sense are cleared away."""
        begun = {job.subject.request for job in going}
        found = []
        for request in sorted(self.store.home.asked("").glob("*.json")):
            if request in begun:
                continue
            try:
                asked = described(self.store, request.read_text(encoding="utf-8"))
            except (BadInput, UnicodeDecodeError) as error:
                log.warning("%s asks for what cannot be done: %s", request.name, error)
                request.unlink(missing_ok=True)
                continue
            if not is_free(asked.lock, make=False):  # a worker of a former service goes on
                continue
            found.append(
                Job(kind=self, subject=asked, task=asked.task, what=request.stem, log=asked.log)
            )
        return found

    def start(self, job: Job) -> subprocess.Popen[bytes]:
        return start_side_worker(self.store, job.subject)

    def ended(self, job: Job, end: End, *, go_on: bool = False) -> None:
        """Its request is done, unless the next service is to see to it."""
        if not go_on:
            job.subject.request.unlink(missing_ok=True)
            if standing(job.subject).state not in ("done", "failed"):
                self.lost(job, end)

    def lost(self, job: Job, end: End, *, go_on: bool = False) -> None:
        tell(job.subject, failed=NO_RESULT)
