"""docs/hosting.md, word by word: every command in it is run, and every settings file read.

What a test may not do is done by stand-ins: ``docker`` runs here what it was told to run in
a container, ``systemctl`` notes what it was told, and paths outside of the checkout lead into a
folder of the test.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from servers import kept_port

from hts.studio.lab.settings import read_text
from hts.studio.lab.troubles import troubles

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "hosting.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", TEXT, re.M | re.S)
SERVED = "deploy/web &"  # the block that starts the services by hand
OUTSIDE = re.compile(r"(?<=[ =>])/(etc|var|backups|data)(?=/| |$)", re.M)

STAND_INS = {
    "docker": """\
#!/bin/sh
# docker compose -f FILE VERB ...
echo "docker $*" >> "$SAID"
[ "$1 $2" = "compose -f" ] && [ -f "$3" ] || { echo "no such compose file: $3" >&2; exit 1; }
shift 3; verb=$1; shift
case $verb in
  up|create) for option; do case $option in --build|-d) ;; *) exit 1 ;; esac; done ;;
  cp) source=${1##*:}; target=${2##*:}; cp -r "$PLACE$([ "$1" = "$source" ] || echo "")$source" \
        "$PLACE$target" 2>/dev/null || cp -r "$source" "$PLACE$target" ;;
  exec) service=$1; shift; [ "$service" = workers ] || exit 1
        case "$*" in *"health --ready"*) exit 0 ;; esac  # nothing computes in a stand-in
        exec "$@" ;;
  *) echo "unknown: $verb" >&2; exit 1 ;;
esac
""",
    "python": f'#!/bin/sh\nexec {sys.executable} "$@"\n',
    "systemctl": '#!/bin/sh\necho "systemctl $*" >> "$SAID"\n',
}


def blocks(language: str) -> list[str]:
    return [text for named, text in BLOCKS if named == language]


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with kept_port() as port:
        yield port


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory, port: int) -> dict[str, str]:
    """The environment of a machine to host on, and a copy of what its commands use."""
    place = tmp_path_factory.mktemp("machine")
    bin_, work = place / "bin", place / "work"
    for folder in (bin_, work, *(place / name for name in (
        "etc/systemd/system", "etc/nginx/conf.d", "var/lib", "data", "home",
    ))):  # fmt: skip
        folder.mkdir(parents=True)
    for name, text in STAND_INS.items():
        (bin_ / name).write_text(text, encoding="utf-8")
        (bin_ / name).chmod(0o755)
    for name in ("app.py", "hts", "pages", "results", ".streamlit"):
        (work / name).symlink_to(ROOT / name)
    subprocess.run(["cp", "-r", str(ROOT / "deploy"), str(work / "deploy")], check=True)
    (work / "lab.toml").write_text(blocks("toml")[0], encoding="utf-8")
    (work / ".streamlit-of-the-lab").mkdir()
    return {
        **os.environ,
        "PATH": f"{bin_}{os.pathsep}{os.environ['PATH']}",
        "PLACE": str(place),
        "SAID": str(place / "said"),
        "HTS_HOME": str(place / "home"),
        "HTS_LAB": str(work / "lab.toml"),
        "HTS_PORT": str(port),
        "HTS_LEAST_DISK_MB": "1",
        "PYTHON": sys.executable,
    }


def run(machine: dict[str, str], text: str) -> str:
    """What a block of commands prints; each of them has to go well."""
    text = OUTSIDE.sub(lambda found: machine["PLACE"] + found[0], text)
    text = text.replace("8501", machine["HTS_PORT"])
    done = subprocess.run(
        ["sh", "-euc", text], cwd=Path(machine["PLACE"], "work"), env=machine, text=True,
        capture_output=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, (text, done.stdout[-2000:], done.stderr[-2000:])
    return done.stdout


@pytest.mark.process
@pytest.mark.parametrize("text", [text for text in blocks("") if SERVED not in text])
def test_every_command_goes_well(machine, text):
    assert run(machine, text) is not None


@pytest.mark.process
@pytest.mark.slow
def test_services_started_by_hand_are_well(machine):
    (text,) = (text for text in blocks("") if SERVED in text)
    *starts, health = text.strip().splitlines()
    assert all(line.endswith(" &") for line in starts)
    patient = f"for i in $(seq 100); do {health} && break; [ $i = 100 ] && exit 1; sleep 2; done"
    served = "\n".join(f"{line.removesuffix(' &')} >/dev/null 2>&1 &" for line in starts)
    text = f"{served}\n{patient}".replace("8501", machine["HTS_PORT"])
    with subprocess.Popen(
        ["sh", "-uc", text], cwd=Path(machine["PLACE"], "work"), env=machine,
        stdout=subprocess.PIPE, text=True, start_new_session=True,
    ) as shell:  # fmt: skip
        try:
            assert shell.wait(timeout=400) == 0
        finally:
            os.killpg(shell.pid, signal.SIGTERM)


def test_every_settings_file_can_be_used(monkeypatch):
    monkeypatch.setattr("hts.studio.lab.troubles.missing_for_oidc", lambda: None)
    monkeypatch.setattr("hts.studio.lab.troubles._missing_secrets", lambda provider: None)
    found = 0
    for text in blocks("toml"):
        if "[auth]" in text:
            given = tomllib.loads(text)["auth"]
            assert set(given) == {
                "redirect_uri", "cookie_secret", "client_id", "client_secret",
                "server_metadata_url",
            }  # fmt: skip
        else:
            assert troubles(read_text(text), {}) == []
            found += 1
    assert found == 4


def test_every_variable_of_the_services_is_in_the_document_and_in_the_files():
    compose = (ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8")
    for name in re.findall(r"\$\{(HTS_\w+)", compose):
        assert name in TEXT, name
    units = [path.read_text(encoding="utf-8") for path in (ROOT / "deploy" / "systemd").iterdir()]
    assert all("EnvironmentFile=-/etc/studio.env" in unit for unit in units)
    for name in ("HTS_LAB", "HTS_PROXY_SECRET", "HTS_FRAMED_BY"):
        assert name in compose
