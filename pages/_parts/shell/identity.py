"""Who looks at the page: nobody in particular, or whoever a provider, a proxy or a code names.

Every script run asks anew, so that who has signed out, or left a class, is nobody at once.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import streamlit as st

from hts.studio.lab.codes import sign_out, student, teacher
from hts.studio.lab.identify import of_claims, of_headers, remember
from hts.studio.lab.people import GUEST, LOCAL, Person
from hts.studio.lab.settings import LabSettings, current
from hts.studio.store.store import Store
from pages._parts.shell.door import COOKIE, PLACE, ticket_for

TOKEN = "class_token"
TICKET = "class_ticket"
LEFT = "class_left"  # the cookie of the handshake stays what it was until the page is loaded anew


def person(store: Store) -> Person:
    """Who this is; `GUEST` if nobody says so.  Raises `BadInput` if the lab is not set up right."""
    settings = current()
    if not settings.hosted:
        return LOCAL
    found = next(filter(None, (_by(mode, settings, store) for mode in settings.modes)), None)
    if found is None:
        return GUEST
    remember(store, found, time.time())
    return found


def token() -> str | None:
    """What shows that this browser joined a class, if it did."""
    own = st.session_state.get(TOKEN)
    if own is not None or st.session_state.get(LEFT):
        return own
    return dict(st.context.cookies).get(COOKIE)


def take(new: str) -> None:
    """Be this student from now on."""
    st.session_state[TOKEN] = new
    st.session_state[TICKET] = ticket_for(new)
    st.session_state.pop(LEFT, None)


def leave(store: Store) -> None:
    """Be nobody from now on; a student's token opens nothing any more, wherever it was copied."""
    sign_out(store, token())
    st.session_state.pop(TOKEN, None)
    st.session_state[LEFT] = True
    st.session_state[TICKET] = ticket_for("")
    if claims():
        st.logout()


def claims() -> Mapping[str, Any]:
    """What the OIDC provider says; empty if nobody has signed in."""
    said = st.user.to_dict()
    return said if said.get("is_logged_in") else {}


def _by(mode: str, settings: LabSettings, store: Store) -> Person | None:
    if mode == "proxy":
        return of_headers(settings, dict(st.context.headers))
    if mode == "oidc":
        return of_claims(settings, claims())
    return student(store, token()) or teacher(store, token())


def address() -> str:
    """The network address that the page is looked at from; empty on the machine itself.

    A proxy's word for it is taken where the server trusts that proxy (``HTS_TRUSTED_PROXIES``).
    """
    return st.context.ip_address or ""


_cookie = st.components.v2.component(
    "hts_class_cookie",
    js="""
    export default function ({ data }) {
      fetch(data.place, { method: "POST", headers: { "X-Hts-Ticket": data.ticket } });
    }
    """,
)


def keep_token() -> None:
    """Have the browser keep the token for when it comes back, or forget it."""
    own = st.session_state.get(TOKEN)
    given = dict(st.context.cookies).get(COOKIE)
    if (own is not None and own != given) or (st.session_state.get(LEFT) and given):
        base = st.get_option("server.baseUrlPath").strip("/")
        place = f"/{base}{PLACE}" if base else PLACE
        _cookie(key="class_cookie", data={"place": place, "ticket": st.session_state.get(TICKET)})
