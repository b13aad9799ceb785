"""From what a browser or a proxy brings along to a `Person`; nothing here knows Streamlit."""

from __future__ import annotations

import hmac
import importlib.util
import os
from collections.abc import Mapping

from hts.studio.lab.audit import note
from hts.studio.lab.names import is_reserved
from hts.studio.lab.people import LONGEST_NAME, ROLES, Person
from hts.studio.lab.settings import LabSettings
from hts.studio.store.store import Store
from hts.validate import BadInput

SEEN_SECONDS = 300.0  # how exactly it is known when somebody was here last
SIGNED_IN_SECONDS = 3600.0  # who has not been here for so long comes in anew
SHORTEST_SECRET = 16
OIDC_PACKAGES = ("authlib", "httpx")  # with which Streamlit speaks to a provider


def missing_for_oidc() -> str | None:
    """What has to be installed before anybody can sign in at a provider; None if nothing has."""
    missing = [name for name in OIDC_PACKAGES if importlib.util.find_spec(name) is None]
    if not missing:
        return None
    needed = " ".join(missing)
    return f"signing in needs {' and '.join(missing)} on the server: pip install {needed}"


def of_claims(settings: LabSettings, claims: Mapping[str, object]) -> Person | None:
    """Who an OIDC provider says they are; None if it does not say who.

    An e-mail address that the provider says is not verified names nobody; some providers say so
    in words ("false").
    """
    named = claims.get(settings.oidc.claim)
    if not isinstance(named, str) or not named.strip():
        return None
    verified = str(claims.get("email_verified", True)).casefold() == "true"
    if settings.oidc.claim == "email" and not verified:
        return None
    name = claims.get("name")
    return _person(settings, "oidc", named, name if isinstance(name, str) else named)


def of_headers(
    settings: LabSettings,
    headers: Mapping[str, str],
    environ: Mapping[str, str] | None = None,
) -> Person | None:
    """Who the proxy in front says they are; None if it does not, or if it is not the proxy.

    Only the proxy knows the secret, so headers that somebody made up are not believed.  Raises
    `BadInput` while the server itself has no secret of `SHORTEST_SECRET` characters.
    """
    proxy = settings.proxy
    secret = (os.environ if environ is None else environ).get(proxy.secret_env, "")
    if len(secret) < SHORTEST_SECRET:
        raise BadInput(
            f"mode proxy needs a secret of at least {SHORTEST_SECRET} characters in "
            f"{proxy.secret_env}, which the proxy sends as {proxy.secret_header}: without it "
            "anybody could be anybody."
        )
    given = {name.casefold(): value for name, value in headers.items()}
    shown = given.get(proxy.secret_header.casefold(), "")
    if not hmac.compare_digest(shown.encode(), secret.encode()):
        return None
    named = given.get(proxy.user_header.casefold(), "").strip()
    if not named:
        return None
    return _person(settings, "proxy", named, given.get(proxy.name_header.casefold(), named))


def remember(store: Store, person: Person, now: float) -> None:
    """Note that they are here, unless that was noted a moment ago."""
    known = store.people.get(person.id)
    new = known is None or known.role != person.role or now - known.seen > SIGNED_IN_SECONDS
    if new and person.may_everything:
        note(store, person.id, "came in", "as admin")
    same = known is not None and (known.name, known.role) == (person.name, person.role)
    if known is None or not same or now - known.seen > SEEN_SECONDS:
        store.people.remember(person.id, name=person.name, role=person.role, how=person.how)


def _person(settings: LabSettings, how: str, named: str, name: str) -> Person | None:
    folded, role = named.strip().casefold(), settings.role_of(named.strip())
    if is_reserved(name) and not ROLES[role].teaches:  # a provider lets people call themselves so
        name = named
    try:
        return Person(
            id=f"{how}:{folded}",
            name=name.strip()[:LONGEST_NAME] or folded[:LONGEST_NAME],
            role=role,
            how="oidc" if how == "oidc" else "proxy",
        )
    except BadInput:  # an id or a name that could not be shown
        return None
