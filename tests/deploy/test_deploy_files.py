"""The files that put a lab up say what the program understands, and keep to what SECURITY.md says.

What the compose file starts is run for real, without containers, by
``tests/browser/test_behind_proxy.py``.
"""

from __future__ import annotations

import ipaddress
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from hts.studio.cli.main import parser

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"


@pytest.fixture(scope="module")
def compose() -> dict:
    yaml = pytest.importorskip("yaml", reason="needs PyYAML, a development requirement")
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))


def test_web_and_workers_are_services_of_one_image_and_one_volume(compose) -> None:
    services = compose["services"]
    web, workers = services["web"], services["workers"]
    assert web["image"] == workers["image"]
    assert web["volumes"] == workers["volumes"] == ["studio:/data"]
    assert web["environment"]["HTS_WORKERS"] == "service"
    assert "ports" not in web
    assert "ports" not in workers
    for service in (web, workers):
        assert (ROOT / service["command"][0]).is_file()
        assert service["init"] is True
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert (ROOT / "deploy" / service["build"]["context"] / "app.py").resolve().is_file()
        assert (ROOT / service["build"]["dockerfile"]).is_file()
    assert services["proxy"]["volumes"] == [
        "./nginx.conf:/etc/nginx/templates/default.conf.template:ro",
        "./resolver.conf:/etc/nginx/conf.d/resolver.conf:ro",
    ]
    assert (DEPLOY / "resolver.conf").is_file()
    assert set(compose["volumes"]) == {"studio"}
    assert "docker.sock" not in str(compose)
    assert "privileged" not in str(compose).replace("no-new-privileges", "")


def test_health_checks_are_commands_that_there_are(compose) -> None:
    services = compose["services"]
    assert services["proxy"]["healthcheck"]["test"][-1].endswith("/health")
    checks = [services[name]["healthcheck"]["test"] for name in ("web", "workers")]
    found = re.search(r"HEALTHCHECK[^\[]*(\[[^\]]*\])", (DEPLOY / "Dockerfile").read_text())
    assert found is not None
    checks.append(["CMD", *re.findall(r'"([^"]+)"', found[1])])
    assert len(checks) == 3
    for words in checks:
        assert words[:4] == ["CMD", "python", "-m", "hts"]
        assert parser().parse_args(words[4:]).command == "health"


def test_the_image_runs_as_nobody_and_has_exactly_the_torch_of_the_requirements() -> None:
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    assert re.search(r"^USER studio$", text, re.M)
    assert text.index("USER studio") > text.rindex("RUN ")
    pattern = re.search(r"grep -oE '([^']+)' requirements.txt", text)
    assert pattern is not None
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert re.findall(pattern[1], lines, re.M) == ["torch==2.13.0"]


@pytest.mark.process
@pytest.mark.parametrize("name", ["web", "workers"])
def test_start_scripts_are_sound(name) -> None:
    path = DEPLOY / name
    assert os.access(path, os.X_OK)
    assert subprocess.run(["sh", "-n", str(path)], check=False).returncode == 0
    for words in re.findall(r"-m hts ([a-z ]+)", path.read_text(encoding="utf-8")):
        parser().parse_args(words.split())
    unit = (DEPLOY / "systemd" / f"studio-{name}.service").read_text(encoding="utf-8")
    assert f"ExecStart=/opt/studio/deploy/{name}\n" in unit


def test_the_hosted_web_process_keeps_its_guards() -> None:
    script = (DEPLOY / "web").read_text(encoding="utf-8")
    for flag in (
        "enableCORS=true", "enableXsrfProtection=true", "fileWatcherType=none",
        "showErrorDetails=none",
    ):  # fmt: skip
        assert flag in script


def test_the_proxy_has_two_places_to_fill_in_and_takes_nobodys_word() -> None:
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    places = {"HTS_BASE_PATH", "HTS_WEB"}
    assert set(re.findall(r"\$\{([A-Z_]+)\}", text)) == places
    for header in ("X-Forwarded-User", "X-Forwarded-Name", "X-Lab-Secret"):
        assert f'proxy_set_header {header} "";' in text
    assert "location = /${HTS_BASE_PATH}/_stcore/metrics" in text


@pytest.mark.process
def test_the_web_process_does_not_start_where_everybody_would_be_the_only_user(tmp_path) -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("HTS_")}
    environ |= {"HTS_HOME": str(tmp_path / "home"), "PYTHON": sys.executable}
    done = subprocess.run(
        [str(DEPLOY / "web")], env=environ, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 2
    assert "on 0.0.0.0 whoever reaches the port would be the only user" in done.stderr
    assert not (tmp_path / "home").exists()


def test_the_web_process_believes_the_proxies_that_are_named(compose) -> None:
    script = (DEPLOY / "web").read_text(encoding="utf-8")
    assert 'FORWARDED_ALLOW_IPS="${HTS_TRUSTED_PROXIES:-127.0.0.1}"' in script
    trusted = compose["services"]["web"]["environment"]["HTS_TRUSTED_PROXIES"]
    assert all(ipaddress.ip_network(one.strip()).is_private for one in trusted.split(","))
