"""Signing in and out: a line on top that says who one is, and a form to join a class."""

from __future__ import annotations

import streamlit as st
from streamlit.errors import StreamlitAuthError
from streamlit.runtime.scriptrunner import get_script_run_ctx

from hts.studio.foreign_text import in_markdown
from hts.studio.lab.codes import join, teacher
from hts.studio.lab.identify import missing_for_oidc
from hts.studio.lab.names import LONGEST
from hts.studio.lab.people import GUEST, Person
from hts.studio.lab.settings import LabSettings, current
from hts.validate import BadInput, capitalised
from pages._parts.shell import identity
from pages._parts.shell.door import let_in
from pages._parts.shell.frame import to_look_at
from pages._parts.shell.server import person_here, whole_store

LOOKING = "looks_around"


def enter() -> None:
    """Say who one is, unless there is one user; ends the script while there is only a sign-in."""
    try:
        settings, here = current(), person_here()
    except BadInput as error:
        st.error(f"This lab is not set up correctly, so nobody can sign in: {in_markdown(error)}",
                 icon=":material/block:")  # fmt: skip
        st.stop()
    session = get_script_run_ctx(suppress_warning=True)
    if session is not None:
        let_in(session.session_id, starts=here.rights.starts)
    if not settings.hosted:
        return
    identity.keep_token()
    if not here.rights.starts and not _has_somewhere_to_look():
        _welcome(settings, here)
        st.stop()
    if to_look_at():
        return
    with st.container(
        horizontal=True, horizontal_alignment="right", vertical_alignment="center", key="who"
    ):
        words = f"{here.name}, {here.role}" if here.rights.named else here.name
        icon = f":material/{here.rights.icon}:"
        st.markdown(f":{here.rights.colour}-badge[{icon} {in_markdown(words)}]", width="content")
        if here.id == GUEST.id:
            st.button("Sign in", key="come_in", type="tertiary", icon=":material/login:",
                      on_click=_come_in)  # fmt: skip
        else:
            _others(settings, here)


def _has_somewhere_to_look() -> bool:
    """A link to something that is shown to everybody needs nobody's name."""
    named = any(st.query_params.get(name) for name in ("run", "sweep", "compare"))
    return named or bool(st.session_state.get(LOOKING))


def _come_in() -> None:
    st.session_state[LOOKING] = False
    for name in ("run", "sweep", "compare"):
        st.query_params.pop(name, None)


def _look_around() -> None:
    st.session_state[LOOKING] = True


def _others(settings: LabSettings, here: Person) -> None:
    if "codes" in settings.modes and here.how != "code":
        with st.popover("Join a class", icon=":material/group_add:", type="tertiary"):
            _join_form(here)
    if here.how != "proxy":  # the proxy signs people in and out
        _sign_out(student=here.id.startswith("code:"))


def _sign_out(*, student: bool = False) -> None:
    told = (
        "To come back under this name, ask your teacher for a one-time code." if student else None
    )
    st.button("Sign out", key="sign_out", type="tertiary", icon=":material/logout:", help=told,
              on_click=identity.leave, args=(whole_store(),))  # fmt: skip


def _welcome(settings: LabSettings, here: Person) -> None:
    _, middle, _ = st.columns([1, 2, 1])
    with middle:
        st.title("Heavy-Tailed SGD Studio", anchor=False)
        st.markdown("This is a shared lab. Sign in to see and start your runs.")
        if here.id != GUEST.id:
            name = in_markdown(here.name)
            st.warning(f"You are signed in as {name}, who is not a member of this lab.",
                       icon=":material/person_off:")  # fmt: skip
        signed_in = "oidc" in settings.modes and bool(identity.claims())
        if signed_in and here.id == GUEST.id:
            st.warning(
                "You have signed in, but the provider has not said who you are: this lab knows "
                f"people by {in_markdown(settings.oidc.claim)}, which is missing or not verified "
                "there.",
                icon=":material/person_off:",
            )
        if "codes" in settings.modes:
            with st.container(border=True):
                st.markdown("**Join your class**")
                _join_form(here)
        if signed_in:
            _sign_out()
        elif "oidc" in settings.modes and here.id == GUEST.id:
            _sign_in(settings)
        if "proxy" in settings.modes:
            st.caption("The server in front of this page has not said who you are.")
        if "codes" in settings.modes and here.id == GUEST.id:
            _key_form()
        st.button("Look around as a guest", key="look_around", type="tertiary",
                  icon=":material/visibility:", on_click=_look_around)  # fmt: skip


def _sign_in(settings: LabSettings) -> None:
    if missing := missing_for_oidc():
        st.error(in_markdown(capitalised(missing)), icon=":material/block:")
        return
    if st.button("Sign in", key="sign_in", type="primary", icon=":material/login:"):
        try:
            st.login(settings.oidc.provider or None)
        except StreamlitAuthError:  # which would show a visitor how to write secrets
            st.error("Nobody can sign in: the server's `secrets.toml` does not say where.",
                     icon=":material/block:")  # fmt: skip


def _key_form() -> None:
    with st.popover("I am a teacher", icon=":material/school:", type="tertiary"):
        with st.form("key", border=False):
            key = st.text_input("Teacher's key", type="password", key="teacher_key",
                                help="`python -m hts lab teacher NAME` on the server makes "
                                "one.")  # fmt: skip
            if not st.form_submit_button("Sign in", icon=":material/login:"):
                return
        if teacher(whole_store(), key.strip()) is None:
            st.error("No teacher has this key.", icon=":material/block:")
            return
    identity.take(key.strip())
    st.rerun()


def _join_form(here: Person) -> None:
    with st.form("join", border=False):
        code = st.text_input("Class code", st.query_params.get("code", "")[:20], key="join_code",
                             max_chars=20,
                             placeholder="from your teacher")  # fmt: skip
        name = st.text_input("Nickname", key="join_name", max_chars=LONGEST,
                             help="Your classmates see it.")  # fmt: skip
        if not st.form_submit_button("Join", type="primary", icon=":material/group_add:"):
            return
    try:
        token = join(
            whole_store(), code, name, known=here, shown=identity.token(),
            address=identity.address(),
        )  # fmt: skip
    except BadInput as error:
        st.error(in_markdown(capitalised(error)), icon=":material/block:")
        return
    if token is not None:
        identity.take(token)
    st.rerun()
