"""What no browser sends: broken messages, other kinds, values of other types, odd requests."""

from __future__ import annotations

import contextlib
import functools
import http.client
import math
from collections.abc import Callable, Iterator

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.util import calc_hash
from websockets.exceptions import ConnectionClosed

from bench.app.attacks.kind import Kind, Try
from bench.app.attacks.kinds import KINDS
from bench.app.attacks.place import SECRET, Place

BROKEN = {
    "nothing": b"", "zeros": bytes(1000), "ones": b"\xff" * 1000, "letters": b"GET / HTTP/1.1",
    "half a message": b"\x5a\xff\xff\xff\xff\x0f", "a large one": b"x" * (9 * 2**20),
}  # fmt: skip
KINDS_OF_MESSAGE = ("clear_cache", "load_git_info", "debug_disconnect_websocket",
                    "debug_shutdown_runtime", "set_run_on_save")  # fmt: skip
OPERATIONS = ("install_skills", "dismiss_skills_nudge", "deferred_file", "dataframe_chunk")
VALUES: dict[str, Callable[[object], None]] = {
    "a text": lambda state: setattr(state, "string_value", "x' OR 1=1 --"),
    "a text of control letters": lambda state: setattr(state, "string_value", "\x00\x1b[2J\u202e"),
    "not a number": lambda state: setattr(state, "double_value", math.nan),
    "an endless number": lambda state: setattr(state, "double_value", math.inf),
    "a number of its own": lambda state: setattr(state, "int_value", -(2**63)),
    "a row that is not there": lambda state: state.int_array_value.data.extend([-1, 2**62]),
    "texts": lambda state: state.string_array_value.data.extend(["x"] * 1000),
    "JSON that is none": lambda state: setattr(state, "json_value", "{" * 1000),
    "JSON of another kind": lambda state: setattr(state, "json_value", '{"selection": [[{}]]}'),
    "a press": lambda state: setattr(state, "trigger_value", True),
    "bytes": lambda state: setattr(state, "bytes_value", b"\xff" * 100),
    "yes": lambda state: setattr(state, "bool_value", True),
}
WHERE = {
    "": ("set_alpha", "set_width", "set_noise", "set_data", "train", "set_slider"),
    "sweep": ("define_values_alpha", "sweep_list"),
    "runs": ("runs_table",),
    "class": ("class_students",),
}
PATHS = (
    "/../../../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/static/..%2f..%2fapp.py", "/app.py",
    "/media/../hts.db", "/media/%2e%2e%2fhts.db", "/component/../../etc/passwd",
    "/.streamlit/secrets.toml", "/pages/admin.py", "/_stcore/metrics",
    "/_stcore/message?hash=" + "a" * 64,
    "/_stcore/upload_file/x/00000000-0000-0000-0000-000000000000", "/_hts/token", "/hts.db",
    "/static//etc/passwd", "/_stcore/script-health-check", "/lab.toml", "/" + "a" * 5000,
)  # fmt: skip
METHODS = ("GET", "PUT", "DELETE", "POST")


def cases(place: Place) -> Iterator[tuple[str, Try]]:
    for name, raw in BROKEN.items():
        yield f"{name} for a message", functools.partial(_broken, place, raw)
    for name in KINDS_OF_MESSAGE:
        yield f"the message {name}", functools.partial(_message, place, name)
    for name in OPERATIONS:
        for session in ("mine", "x" * 36):
            yield (
                f"{name} as {session[:4]}",
                functools.partial(_operation, place, name, session == "mine"),
            )
    for page, keys in WHERE.items():
        for name, put in VALUES.items():
            yield (
                f"{name} for widgets of /{page}",
                functools.partial(_value, place, page, keys, put),
            )
    for path in PATHS:
        for method in METHODS:
            yield f"{method} {path[:40]}", functools.partial(_request, place, method, path)


def _well(place: Place) -> str:
    """Whether the server still shows pages to somebody else."""
    with place.client("ann") as client:
        seen = client.ask("", f"run={place.private}")
    return "" if str(SECRET).encode() in seen else "Ann does not see her run any more"


def _broken(place: Place, raw: bytes) -> str:
    with place.client("nobody") as client, contextlib.suppress(ConnectionClosed):
        client.wire.send(raw)
        client.ask("")
    return _well(place)


def _message(place: Place, name: str) -> str:
    message = BackMsg()
    setattr(message, name, True)
    with place.client("ann") as ann, place.client("nobody") as client:
        ann.ask("")
        client.ask("")
        client.wire.send(message.SerializeToString())
        client.ask("")
        answered = [found.WhichOneof("type") for found in client.messages]
        if "git_info_changed" in answered:
            return "it says which version runs here"
        return _well(place)


def _operation(place: Place, name: str, mine: bool) -> str:
    with place.client("nobody") as client:
        client.ask("")
        session = next(
            (found.new_session.initialize.session_id for found in client.messages
             if found.WhichOneof("type") == "new_session"), "",
        )  # fmt: skip
        message = BackMsg()
        asked = message.backend_operation_request
        asked.request_id, asked.session_id = "1", session if mine else "x" * 36
        getattr(asked, name).SetInParent()
        client.wire.send(message.SerializeToString())
        client.ask("")
        for found in client.messages:
            answer = found.backend_operation_response
            if found.WhichOneof("type") == "backend_operation_response" and not answer.error_msg:
                return "it was done"
        return ""


def _value(place: Place, page: str, keys: tuple[str, ...], put: Callable[[object], None]) -> str:
    with place.client("bob") as client:
        client.ask(page)
        message = BackMsg()
        asked = message.rerun_script
        asked.page_script_hash = calc_hash(page)
        chosen = [widget for key, widget in client.widgets.items() if key in keys]
        for widget in [*chosen, "$$ID-made-up"]:
            state = asked.widget_states.widgets.add()
            state.id = widget
            put(state)
        before = len(place.store.runs.list())
        client.wire.send(message.SerializeToString())
        seen = client.ask(page)
        if str(SECRET).encode() in seen:
            return "the seed of what is private"
        if b"Traceback" in seen or b"site-packages" in seen:
            return "a traceback"
        return "" if len(place.store.runs.list()) <= before + 1 else "runs were started"


def _request(place: Place, method: str, path: str) -> str:
    place.start()
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", place.lab.port, 30)) as there:
        there.request(method, path, b"x" if method in ("PUT", "POST") else None)
        answer = there.getresponse()
        body = answer.read()
    for told in (b"root:x:", b"SQLite format 3", b"Traceback", b"st.set_page_config", b"codes"):
        if told in body and b"<!doctype html>" not in body[:200].lower():
            return f"{answer.status}: {body[:60]!r}"
    if method != "GET" and answer.status < 300:
        return f"{method} is answered {answer.status}"
    return ""


KINDS.register(
    Kind(
        name="messages and requests that no browser sends",
        right="refused or without effect; the server goes on for everybody else, says no traceback",
        cases=cases,
    )
)
