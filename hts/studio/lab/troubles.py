"""What of a lab's settings cannot work, in sentences; the settings themselves have been checked."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from hts.studio.lab.identify import SHORTEST_SECRET, missing_for_oidc
from hts.studio.lab.settings import LabSettings

FRAMED_BY = "HTS_FRAMED_BY"
SECRETS = Path(".streamlit", "secrets.toml")  # Streamlit's, of the home folder or the current one
_AUTH = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")
_SITE = re.compile(r"https?://[^\s/;,'\"]+")


def troubles(settings: LabSettings, environ: Mapping[str, str]) -> list[str]:
    """One sentence each."""
    found = []
    if "oidc" in settings.modes:
        missing = missing_for_oidc() or _missing_secrets(settings.oidc.provider)
        found += [f"mode oidc: {missing}"] if missing else []
    if "proxy" in settings.modes:
        secret = environ.get(settings.proxy.secret_env, "")
        if len(secret) < SHORTEST_SECRET:
            found.append(
                f"mode proxy needs a secret of {SHORTEST_SECRET} characters or more in "
                f"{settings.proxy.secret_env}; until then nobody can sign in."
            )
    if settings.hosted and not settings.admins and settings.modes != ("codes",):
        found.append("there is no admin, so only commands on this machine can act for others.")
    if settings.modes == ("codes",):
        for name in ("admins", "teachers", "members"):
            if getattr(settings, name):
                found.append(
                    f"{name} names people whom nobody can be: with mode codes alone nobody signs "
                    "in. Make a teacher's key (`python -m hts lab teacher NAME`); for the rest "
                    "there are commands on this machine."
                )
    for site in environ.get(FRAMED_BY, "").split():
        if site != "*" and not _SITE.fullmatch(site):
            found.append(
                f"{FRAMED_BY} has {site!r}: it names sites such as https://courses.example.org, "
                "separated by spaces."
            )
    return found


def _missing_secrets(provider: str) -> str | None:
    """What Streamlit's file lacks before anybody can sign in; None if nothing."""
    files = [
        folder / SECRETS for folder in (Path.cwd(), Path.home()) if (folder / SECRETS).exists()
    ]
    if not files:
        return f"there is no {SECRETS} in the home folder or the current one."
    try:
        auth = tomllib.loads(files[0].read_text(encoding="utf-8")).get("auth", {})
    except (OSError, ValueError) as error:
        return f"{files[0]} cannot be read: {error}."
    given = auth | auth.get(provider, {}) if provider else auth
    missing = [name for name in _AUTH if not given.get(name)]
    return f"{files[0]} lacks {', '.join(missing)} of [auth]." if missing else None
