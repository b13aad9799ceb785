"""``deploy/compose.yaml`` for real: built, brought up, broken and brought up again by an engine.

It builds an image of 2 GB, so it is asked for: ``HTS_CONTAINERS=1``.  ``COMPOSE_FILE`` may name
further files, as for ``docker compose`` itself.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_steps import figure, no_traceback, open_at, press, run_id, state, step

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(
        os.environ.get("HTS_CONTAINERS") != "1" or shutil.which("docker") is None,
        reason="needs Docker, and HTS_CONTAINERS=1 to say that an image may be built",
    ),
]

LOOK = (
    "import json, sys; from hts.studio.store.store import Store;"
    "from hts.studio.store.paths import default_home;"
    "run = Store(default_home()).runs.get(sys.argv[1]);"
    "print(json.dumps(dict(state=run.state, attempt=run.attempt, step=run.step)))"
)


class Containers:
    """A project of its own beside whatever else the engine runs."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}/lab"
        self.environ = {
            "COMPOSE_FILE": str(ROOT / "deploy" / "compose.yaml"),
            **os.environ,
            "COMPOSE_PROJECT_NAME": f"studio-test-{os.getpid()}",
            "HTS_HTTP_PORT": str(self.port),
        }

    def compose(self, *words: str, seconds: float = 300) -> str:
        command = ["docker", "compose", *words]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environ, capture_output=True, timeout=seconds, check=False
        )
        assert done.returncode == 0, done.stderr.decode()[-4000:]
        return done.stdout.decode()

    def up(self, *words: str, seconds: float = 300) -> None:
        self.compose("up", "--detach", "--wait", *words, seconds=seconds)

    def inside(self, service: str, *words: str) -> str:
        return self.compose("exec", "-T", service, *words)

    def run(self, name: str) -> dict:
        """What the store says of a run: state, attempt, step."""
        return dict(json.loads(self.inside("workers", "python", "-c", LOOK, name)))

    def until_attempt(self, run: str, attempt: int, seconds: float = 300) -> None:
        """Wait until somebody has taken the run up for the so-manieth time."""
        deadline = time.monotonic() + seconds
        while (found := self.run(run))["attempt"] < attempt or found["state"] != "running":
            assert time.monotonic() < deadline, found
            time.sleep(1)
        assert found["attempt"] == attempt


@pytest.fixture(scope="module")
def containers() -> Iterator[Containers]:
    made = Containers()
    try:
        made.up("--build", seconds=1500)
        yield made
    finally:
        made.compose("down", "--volumes")


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(90_000)
    yield page
    context.close()


def test_a_service_may_change_nothing_but_its_volume(containers) -> None:
    for service in ("web", "workers"):
        said = containers.inside(
            service, "sh", "-c",
            "id -u; id -g; for f in /app/x /usr/x /tmp/x /data/x; do"
            " touch $f 2>/dev/null && echo $f && rm $f; done; cat /proc/1/status",
        )  # fmt: skip
        uid, gid, *rest = said.splitlines()
        assert (uid, gid) == ("10001", "10001")
        assert [line for line in rest if line.startswith("/")] == ["/tmp/x", "/data/x"]
        status = dict(line.split(":\t", 1) for line in rest if ":\t" in line)
        assert set(status["CapPrm"]) == set(status["CapBnd"]) == {"0"}
        assert status["NoNewPrivs"] == "1"
    ports = containers.compose("ps", "--format", "{{.Service}} {{.Ports}}")
    assert [line.split()[0] for line in ports.splitlines() if "->" in line] == ["proxy"]
    containers.inside(
        "workers", "python", "-m", "hts", "health", "--ready", "--url", "http://web:8501/lab"
    )


def test_nothing_is_lost_when_services_go_and_come_back(containers, page) -> None:
    open_at(
        page,
        f"{containers.url}/?iterations=1000000&target_accuracy=none&lr=0.05&width=100&replicates=1&controls=off",
    )
    press(page, "train")
    state(page, "Training", 150)
    figure(page, "history")
    run, before = run_id(page), step(page)

    # told to end, the workers save where they are; killed, the last checkpoint is where they are
    containers.compose("restart", "workers")
    containers.until_attempt(run, 2)
    state(page, "Training", 150)
    assert step(page) >= before
    containers.compose("kill", "workers")
    containers.up("workers")
    containers.until_attempt(run, 3)
    state(page, "Training", 150)

    # everything taken down: the volume has it all
    before = containers.run(run)["step"]
    containers.compose("down")
    containers.up()
    containers.until_attempt(run, 4)
    open_at(page, f"{containers.url}/?run={run}")
    state(page, "Training", 150)
    assert step(page) >= before
    press(page, "do_stop")
    state(page, "Stopped", 90)
    no_traceback(page)


def test_the_proxy_finds_a_web_process_that_has_moved(containers) -> None:
    containers.compose("rm", "--stop", "--force", "web")
    # somebody else takes the address that it had
    words = ("--detach", "--no-deps", "--rm", "workers", "sleep", "300")
    other = containers.compose("run", *words).strip()
    try:
        containers.up("web")
        deadline, status = time.monotonic() + 180, 0
        while status != 200:
            assert time.monotonic() < deadline
            try:
                address = f"{containers.url}/_stcore/health"
                with urllib.request.urlopen(address, timeout=5) as answer:
                    status = answer.status
            except OSError:
                time.sleep(0.5)
    finally:
        subprocess.run(["docker", "rm", "--force", other], capture_output=True, check=True)
