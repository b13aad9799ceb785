"""A lab where people sign in at an OpenID Connect provider, which runs beside the test.

The app is the hosted web process under its base path, its settings and secrets in files; nothing
of Streamlit's signing in is replaced.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_steps import no_traceback, press, run_id, state
from oidc_provider import Provider
from playwright.sync_api import Page, expect
from servers import kept_port, until_answers

from hts.studio.store.store import Store

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.browser

LAB = """\
mode = ["oidc"]
visibility = "private"
admins = ["ada@example.org"]
teachers = ["emmy@example.org"]
members = ["max@example.org", "nora@example.org"]
"""


def said(name: str, **more: object) -> dict[str, object]:
    return {"email": f"{name.lower()}@example.org", "email_verified": True, "name": name, **more}


PEOPLE = {
    "ada": said("Ada", email="Ada@Example.org"),
    "emmy": said("Emmy"),
    "max": said("Max"),
    "nora": said("Nora"),
    "olga": said("Olga"),  # whom the lab does not know
    "rudi": said("Rudi", email="ada@example.org", email_verified="false"),  # says he is Ada
}


class SignInLab:
    """The web process and the provider; no worker service, so what is started waits."""

    def __init__(self, folder: Path, port: int) -> None:
        self.home, self.log = folder / "home", folder / "web.log"
        self.home.mkdir()
        self.url = f"http://127.0.0.1:{port}/lab"
        self.provider = Provider(PEOPLE)
        self.provider.redirect = f"{self.url}/oauth2callback"
        (folder / ".streamlit").mkdir()
        (folder / ".streamlit" / "secrets.toml").write_text(self.provider.secrets_toml())
        (folder / "lab.toml").write_text(LAB)
        own = {
            "HOME": str(folder), "HTS_HOME": str(self.home), "HTS_LAB": str(folder / "lab.toml"),
            "HTS_WORKERS": "service", "HTS_BASE_PATH": "lab", "HTS_ADDRESS": "127.0.0.1",
            "HTS_PORT": str(port), "PYTHON": sys.executable,
        }  # fmt: skip
        with self.log.open("wb") as log:
            self.web = subprocess.Popen(
                [str(ROOT / "deploy" / "web")], env={**os.environ, **own}, stdout=log, stderr=log,
                stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip

    def end(self) -> None:
        os.killpg(self.web.pid, signal.SIGKILL)
        self.web.wait()
        self.provider.shutdown()
        self.provider.server_close()


@pytest.fixture(scope="module")
def lab(tmp_path_factory) -> Iterator[SignInLab]:
    with kept_port() as port:
        made = SignInLab(tmp_path_factory.mktemp("sign-in"), port)
        try:
            until_answers(made.web, made.url, made.log)
            yield made
        finally:
            made.end()


@pytest.fixture
def visit(browser, lab):
    """``visit(path)`` opens an address as a person who has not been here before."""
    contexts = []

    def visit_(path: str = "/") -> Page:
        context = browser.new_context(viewport={"width": 1400, "height": 1000})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(90_000)
        page.goto(lab.url + path)
        return page

    yield visit_
    for context in contexts:
        context.close()


def sign_in(page: Page, who: str) -> None:
    press(page, "sign_in")
    page.get_by_role("link", name=who, exact=True).click()  # the provider's page


def top_line(page: Page, words: str) -> None:
    expect(page.locator(".st-key-who")).to_contain_text(words, timeout=120_000)


def test_people_are_who_the_provider_says_and_see_what_is_theirs(lab, visit) -> None:
    max_ = visit()
    expect(max_.get_by_text("This is a shared lab")).to_be_visible()
    expect(max_.locator(".st-key-train")).to_have_count(0)
    sign_in(max_, "max")
    top_line(max_, "Max")
    press(max_, "train")
    state(max_, "Waiting in the queue")
    run = run_id(max_)
    store = Store(lab.home)
    assert (store.runs.get(run).owner, store.runs.get(run).visibility) == (
        "oidc:max@example.org",
        "private",
    )

    nora = visit()
    sign_in(nora, "nora")
    top_line(nora, "Nora")
    nora.goto(f"{lab.url}/?run={run}")
    top_line(nora, "Nora")  # the cookie of the first time
    expect(nora.get_by_text("or it is not yours to see")).to_be_visible()
    expect(nora.locator(".hts-state:not(:empty), [data-card=pruning]")).to_have_count(0)

    ada = visit()
    sign_in(ada, "ada")
    top_line(ada, "Ada, admin")
    ada.goto(f"{lab.url}/?run={run}")
    state(ada, "Waiting in the queue")
    ada.goto(f"{lab.url}/admin")
    expect(ada.get_by_role("heading", name="Admin")).to_be_visible(timeout=120_000)
    for page in (max_, nora, ada):
        no_traceback(page)
    assert "_streamlit_user" not in lab.log.read_text()


def test_signing_out_ends_it_here_and_at_the_provider(lab, visit) -> None:
    page = visit()
    sign_in(page, "emmy")
    top_line(page, "Emmy, teacher")
    page.goto(f"{lab.url}/admin")
    expect(page.get_by_text("Page not found")).to_be_visible(timeout=120_000)
    page.keyboard.press("Escape")
    press(page, "sign_out")
    expect(page.get_by_text("This is a shared lab")).to_be_visible()
    expect(page.locator(".st-key-sign_in")).to_be_visible()
    assert lab.provider.signed_out == ["emmy"]
    assert not [c for c in page.context.cookies() if c["name"].startswith("_streamlit_user")]
    page.reload()
    expect(page.get_by_text("This is a shared lab")).to_be_visible()


def test_who_is_not_a_member_is_told_so_and_can_go(lab, visit) -> None:
    page = visit()
    sign_in(page, "olga")
    expect(page.get_by_text("You are signed in as Olga, who is not a member")).to_be_visible()
    expect(page.locator(".st-key-train")).to_have_count(0)
    press(page, "sign_out")
    sign_in(page, "nora")
    top_line(page, "Nora")


def test_an_address_that_is_not_verified_names_nobody(lab, visit) -> None:
    page = visit()
    sign_in(page, "rudi")
    expect(page.get_by_text("has not said who you are")).to_be_visible()
    expect(page.locator(".st-key-train")).to_have_count(0)
    press(page, "sign_out")
    expect(page.locator(".st-key-sign_in")).to_be_visible()
