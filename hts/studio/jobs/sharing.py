"""One run for everybody who asks for the same: joined, and left to the others again.

A run is shared with who may see it.  Its owner decides about it while nobody else wants it; once
others do, it is neither paused nor stopped for them: who stops or deletes it gives it up, and an
owner's run goes to whoever asked first; who steers it goes on with a copy.  Teachers of the owner,
and admins, decide in any case.
"""

from __future__ import annotations

from hts.config import RunConfig
from hts.studio.jobs.copies import copy_records
from hts.studio.jobs.limits import need_room
from hts.studio.lab.access import NotAllowed, may_change, need_run, see_run, sight_of
from hts.studio.lab.people import Person
from hts.studio.lab.settings import current
from hts.studio.store.run_row import ENDED, Run
from hts.studio.store.store import Store


def share(
    store: Store, person: Person, config: RunConfig, twin: RunConfig | None
) -> tuple[str, ...]:
    """Join the run, with its twin, that answers this request already; () if there is none."""
    if not current().hosted:
        return ()
    found = store.owners.same_request(config, twin, sight_of(store, person))
    if found is None:
        return ()
    ids = (found.id,) if twin is None or found.twin is None else (found.id, found.twin)
    for run_id in ids:
        store.owners.add_asker(run_id, person.id)
    return ids


def need_alone(store: Store, person: Person, run_id: str, what: str) -> Run:
    """The run, if ``person`` may ``what`` it and nobody else waits for it."""
    run = need_run(store, person, run_id, what)
    others = _others(store, person, run)
    if others:
        who = "somebody else" if len(others) == 1 else f"{len(others)} others"
        raise NotAllowed(
            f"{who} asked for run {run_id} too and would have to wait: you cannot "
            f"{what} it. Repeat starts one that is yours alone."
        )
    return run


def leave_to_others(store: Store, person: Person, run: Run, what: str) -> bool:
    """Whether ``person`` gave the run up to others, so that it is not to be stopped or deleted.

    False: it is theirs alone, and may be.  Raises `NotAllowed` for who has no part in it.
    """
    if what == "stop" and run.state in ENDED:
        need_run(store, person, run.id, what)
        return False
    if person.id in store.owners.askers(run.id):
        return store.owners.withdraw(run.id, person.id)
    need_run(store, person, run.id, what)
    return bool(_others(store, person, run)) and store.owners.withdraw(run.id, person.id)


def need_part(store: Store, person: Person, run_id: str, what: str) -> Run:
    """The run, if ``person`` may ``what`` it or asked for it too."""
    run = see_run(store, person, run_id)
    if person.id not in store.owners.askers(run_id):
        need_run(store, person, run_id, what)
    return run


def split(store: Store, person: Person, run: Run) -> Run:
    """A run of ``person``'s own that goes on from where ``run`` stands; the others keep theirs.

    It is ``run`` itself if nobody else asked for it.
    """
    if not store.owners.askers(run.id):
        return run
    need_room(store, person, [run.config])
    own = store.runs.create(
        run.config, title=run.title, want=run.want, owner=person.id, visibility=run.visibility
    )
    copy_records(store, run.id, own)
    store.runs.update(own, twin=run.twin, want_step=run.want_step)
    if run.state == "paused":
        store.runs.update(own, state="paused", want="pause")
    store.owners.withdraw(run.id, person.id)
    return store.runs.get(own)


def _others(store: Store, person: Person, run: Run) -> list[str]:
    """Who else wants the run, where that binds ``person``."""
    if run.owner != person.id and may_change(store, person, run.owner):
        return []  # a teacher or an admin, about somebody else's run
    return [other for other in store.owners.askers(run.id) if other != person.id]
