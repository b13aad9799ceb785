"""The same texts in a real browser: no request leaves the server, no dialog, no foreign link."""

from __future__ import annotations

import contextlib
import functools
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from bench.app.attacks.kind import Kind, Try
from bench.app.attacks.kinds import KINDS
from bench.app.attacks.kinds.text import PAGES
from bench.app.attacks.place import Place
from bench.app.attacks.strings import HOSTILE
from hts.studio.foreign_text import JOINER

FLAGS = ("--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu")
READY = "[data-testid=stApp][data-test-script-state=notRunning]"
SETTLE_MS = 1500
LOOK = """() => {
  const own = (url) => url.origin === location.origin || ["blob:", "data:"].includes(url.protocol);
  const marks = "a[href], img[src], iframe, object, embed, script[src], form[action]";
  const foreign = [...document.querySelectorAll(marks)].filter((node) => {
    const at = node.getAttribute("href") ?? node.getAttribute("src") ?? node.getAttribute("action");
    return node.matches("iframe, object, embed") || (at && !own(new URL(at, location.href)));
  });
  return foreign.map((node) => node.outerHTML.slice(0, 120));
}"""


def cases(place: Place) -> Iterator[tuple[str, Try]]:
    """Each page with every text in its address at once, and each page that shows such names."""
    hostile = place.hostile  # so that it is there from the first case on
    for page, names in PAGES.items():
        for start in range(0, len(HOSTILE), max(1, len(names))):
            texts = HOSTILE[start:] + HOSTILE[:start]
            query = urlencode(dict(zip(names, texts, strict=False)))
            yield f"/{page}?{query[:60]}", functools.partial(_visit, place, "bob", page, query)
    for page in ("sweep", "runs"):
        yield f"/{page} with such names", functools.partial(_visit, place, "bob", page, "")
    for text, named in hostile.items():
        klass = f"class={named['class']}"
        for who, page, query in (
            ("bob", "", f"run={named['run']}"),
            ("bob", "sweep", f"sweep={named['sweep']}"),
            (named["token"], "class", klass),
            ("emmy", "class", f"{klass}&view=projector"),
        ):
            yield f"{text} on /{page}", functools.partial(_visit, place, who, page, query, text)


def _visit(place: Place, who: str, page: str, query: str, text: str = "") -> str:
    """``text``: what has to stand on the page as it was written."""
    place.start()
    base = f"http://127.0.0.1:{place.lab.port}"
    found: list[str] = []
    with _context() as context:
        token = place.tokens.get(who, who)
        context.add_cookies([{"name": "hts_class", "value": token, "url": base}])
        context.on("request", lambda request: found.extend(_foreign(request.url, base)))
        shown = context.new_page()
        shown.on("dialog", lambda dialog: (found.append("a dialog"), dialog.dismiss()))
        shown.goto(f"{base}/{page}?{query}")
        shown.wait_for_selector(READY, timeout=120_000)
        shown.wait_for_timeout(SETTLE_MS)
        found += shown.evaluate(LOOK)
        if shown.locator("[data-testid=stException]").count():
            found.append("an exception")
        if text not in shown.locator("body").inner_text().replace(JOINER, ""):
            found.append("not shown as it was written")
    return "; ".join(found[:3])


def _foreign(address: str, base: str) -> Iterator[str]:
    asked = urlsplit(address)
    if asked.scheme not in ("blob", "data") and asked.netloc != urlsplit(base).netloc:
        yield f"a request to {address[:80]}"


@functools.cache
def _browser() -> object:
    """One for all cases; it ends with the program."""
    from playwright.sync_api import sync_playwright

    sys.path.insert(0, str(Path(__file__).resolve().parents[4] / "tests" / "support"))
    import chromium

    playwright = sync_playwright().start()
    return playwright.chromium.launch(executable_path=chromium.find(), args=list(FLAGS))


@contextlib.contextmanager
def _context() -> Iterator[object]:
    context = _browser().new_context(viewport={"width": 1280, "height": 900})
    try:
        yield context
    finally:
        context.close()


KINDS.register(
    Kind(
        name="the same in a browser",
        right="no request leaves the server's own origin, no dialog, no foreign link or image",
        cases=cases,
    )
)
