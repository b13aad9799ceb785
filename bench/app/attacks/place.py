"""The lab that is attacked: a real web process, people of every kind, and what Ann alone has."""

from __future__ import annotations

import functools
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bench.app.attacks.strings import HOSTILE
from bench.app.lab_processes import Lab
from bench.app.raw_client import RawClient
from hts.config import RunConfig
from hts.records import Evaluation, RunResult
from hts.studio.classroom.lesson import pin
from hts.studio.classroom.question import Question
from hts.studio.classroom.task import Task
from hts.studio.lab.codes import join, make_class, make_key, student, teacher
from hts.studio.lab.people import GUEST, OPERATOR, Person
from hts.studio.store.store import Store
from hts.studio.sweeps.spec import SweepSpec

SECRET = 987654321  # the seed of all that is private
SETTINGS = 'mode = ["codes", "proxy"]\nvisibility = "private"\n'
CONFIG = RunConfig(width=20, iterations=100, device="cpu")


@dataclass
class Place:
    """``ann`` and ``bob`` are in one class of ``emmy``; ``max`` is in none.

    ``hostile``: one class for each of `HOSTILE`, with everything in it called so.
    """

    home: Path
    lab: Lab = field(init=False)
    people: dict[str, Person] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    secret: str = field(default_factory=lambda: secrets.token_hex(16))

    def __post_init__(self) -> None:
        (self.home / "lab.toml").write_text(SETTINGS, encoding="utf-8")
        settings = {"HTS_LAB": str(self.home / "lab.toml"), "HTS_PROXY_SECRET": self.secret}
        settings["STREAMLIT_CLIENT_SHOW_ERROR_DETAILS"] = "none"  # as in deploy/web
        self.lab = Lab(self.home, settings=settings)
        self._fill()

    @property
    def store(self) -> Store:
        return self.lab.store

    def _fill(self) -> None:
        self.tokens["emmy"] = make_key(self.store, "Emmy", by=OPERATOR)
        emmy = teacher(self.store, self.tokens["emmy"])
        assert emmy is not None
        made = make_class(self.store, "Class", by=emmy)
        for name in ("ann", "bob"):
            self.tokens[name] = str(join(self.store, made.code, name.capitalize()))
            found = student(self.store, self.tokens[name])
            assert found is not None
            self.people[name] = found
        stranger = Person(id="proxy:max", name="Max", role="member", how="proxy")
        self.people |= {"emmy": emmy, "max": stranger, "nobody": GUEST, "root": OPERATOR}
        ann, hidden = self.people["ann"].id, CONFIG.replace(seed=SECRET)
        self.private = self.store.runs.create(hidden, owner=ann, visibility="private")
        self.finished = self.store.runs.create(hidden, owner=ann, visibility="private")
        _finish(self.store, self.finished)
        self.shown = self.store.runs.create(CONFIG, owner=ann, visibility="lab")
        spec = SweepSpec(name=f"sweep {SECRET}", base=hidden, grid={"alpha": (1.5, 1.75)})
        self.sweep = self.store.sweeps.create(spec.to_json(), spec.name, spec.configs(), owner=ann)
        self.klass = made.number

    @functools.cached_property
    def hostile(self) -> dict[str, dict[str, str]]:
        """For each text the ids of what is called so: class, sweep, run; and a student's token."""
        return {text: self._named(place, text) for place, text in enumerate(HOSTILE)}

    def _named(self, place: int, text: str) -> dict[str, str]:
        made = make_class(self.store, text, by=self.people["emmy"])
        token = str(join(self.store, made.code, f"Student {place}"))
        question = Question(text=text, choices=(text, "no"))
        task = Task(title=text, words=f"{text}\n{text}", config=CONFIG, question=question)
        pin(self.store, made.number, task, by=OPERATOR)
        owner = f"proxy:hostile{place}"
        self.store.people.remember(owner, name=text, role="member", how="proxy")
        spec = SweepSpec(name=text, base=CONFIG, grid={"alpha": (1.5, 1.75)})
        sweep = self.store.sweeps.create(
            spec.to_json(), spec.name, spec.configs(), owner=owner, visibility="public"
        )
        run = self.store.runs.create(
            CONFIG.replace(seed=100 + place), title=text, owner=owner, visibility="public"
        )
        self.store.control.claim(run, pid=1, pid_started=1.0)
        self.store.control.fail(run, f"It ended: {text}")
        return {"class": str(made.number), "token": token, "sweep": sweep, "run": run}

    def start(self) -> None:
        """Start the web process, if it is not there."""
        if self.lab.web is None:
            self.lab.start_web()

    def named_by_proxy(self, name: str) -> dict[str, str]:
        """What the proxy adds for somebody whom the provider calls ``name``."""
        user = f"user{abs(hash(name))}"
        return {
            "X-Forwarded-User": user, "X-Forwarded-Name": name, "X-Lab-Secret": self.secret
        }  # fmt: skip

    @contextmanager
    def client(self, who: str) -> Iterator[RawClient]:
        """A websocket of ``who``, or of whoever has that token."""
        self.start()
        token = None if who in ("nobody", "max") else self.tokens.get(who, who)
        headers = self.named_by_proxy("Max") if who == "max" else None
        with RawClient(self.lab.port, token, headers) as client:
            yield client

    def close(self) -> None:
        self.lab.close()


def _finish(store: Store, run_id: str) -> None:
    """A result that nobody computed, for what only has to be there."""
    store.control.claim(run_id, pid=1, pid_started=1.0)
    point = Evaluation(step=100, train_loss=1.0, train_accuracy=9.0, test_accuracy=8.0, seconds=1.0)
    store.series.add_evaluations(run_id, [point])
    store.arrays.save_weights(run_id, {"hidden_1": np.ones((20, 64), np.float32)})
    result = RunResult(
        iterations=100, stop_reason="budget", train_accuracy=9.0, test_accuracy=8.0,
        pruning_ratio=1.0, train_accuracy_pruned=9.0, test_accuracy_pruned=8.0,
        tail_index=None, seconds=1.0,
    )  # fmt: skip
    store.control.finish(run_id, result)
