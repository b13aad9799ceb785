"""Find a Chromium for the browser tests; with ``--install``, get one.

Looked for in this order: HTS_CHROMIUM, the usual names on PATH, Playwright's own build.  Installing
takes Debian's package where apt-get may be used, else Playwright's build.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome")


def find() -> str | None:
    """Path of a Chromium, or None."""
    named = os.environ.get("HTS_CHROMIUM")
    if named and Path(named).exists():
        return named
    for name in NAMES:
        if found := shutil.which(name):
            return found
    return _playwright_build()


def install() -> str:
    """Install one and return its path; `SystemExit` with advice when that fails."""
    if found := find():
        return found
    if shutil.which("apt-get") and os.geteuid() == 0:
        commands = [
            ["apt-get", "update", "-qq"],
            ["apt-get", "install", "-y", "-qq", "chromium-headless-shell"],
        ]
    else:
        commands = [[sys.executable, "-m", "playwright", "install", "chromium-headless-shell"]]
    for command in commands:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    if found := find():
        return found
    raise SystemExit("No Chromium could be installed: put one on PATH or set HTS_CHROMIUM.")


def _playwright_build() -> str | None:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


if __name__ == "__main__":
    print(install() if "--install" in sys.argv else find() or "")
