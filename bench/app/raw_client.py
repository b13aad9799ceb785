"""A websocket client that sends whatever it likes, as somebody with bad intentions would."""

from __future__ import annotations

from collections.abc import Mapping

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.util import calc_hash
from websockets.sync.client import connect

_AGAIN = ForwardMsg.FINISHED_EARLY_FOR_RERUN
TRIGGER = object()


class RawClient:
    """One connection to the app, with or without the cookie of a class."""

    def __init__(
        self, port: int, token: str | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        headers = dict(headers or {})
        if token is not None:
            headers["Cookie"] = f"hts_class={token}"
        self._opened = connect(
            f"ws://127.0.0.1:{port}/_stcore/stream",
            additional_headers=headers,
            max_size=None,
            compression=None,
            open_timeout=60,
        )
        self.wire = self._opened.__enter__()
        self.widgets: dict[str, str] = {}  # key: id, of everything that was ever shown here
        self.fragments: list[str] = []
        self.messages: list[ForwardMsg] = []  # of the last answer

    def ask(
        self,
        page: str,
        query: str = "",
        values: Mapping[str, object] | None = None,
    ) -> bytes:
        """Have a page run, with these widget ``values`` by widget id; returns all that came back.

        `TRIGGER` presses a button; texts and lists of texts are what they are.
        """
        self.send(page, query, values)
        return self._answer()

    def send(
        self,
        page: str,
        query: str = "",
        values: Mapping[str, object] | None = None,
        fragment: str = "",
    ) -> None:
        """Send it, whether or not there will be an answer."""
        message = BackMsg()
        rerun = message.rerun_script
        rerun.query_string, rerun.fragment_id = query, fragment
        rerun.page_script_hash = calc_hash(page)
        for widget_id, value in (values or {}).items():
            state = rerun.widget_states.widgets.add()
            state.id = widget_id
            if value is TRIGGER:
                state.trigger_value = True
            elif isinstance(value, str):
                state.string_value = value
            else:
                state.string_array_value.data.extend(value)
        self.wire.send(message.SerializeToString())

    def press(self, page: str, query: str, widget_id: str, **more: object) -> bytes:
        """Press a button, whether or not it is shown or can be pressed."""
        return self.ask(page, query, {widget_id: TRIGGER, **more})

    def close(self) -> None:
        self._opened.__exit__(None, None, None)

    def __enter__(self) -> RawClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _answer(self) -> bytes:
        found = b""
        self.messages.clear()
        while True:
            raw = self.wire.recv(timeout=120)
            found += raw
            message = ForwardMsg()
            message.ParseFromString(raw)
            self.messages.append(message)
            kind = message.WhichOneof("type")
            if kind == "auto_rerun":
                self.fragments.append(message.auto_rerun.fragment_id)
            if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
                self._note(message.delta.new_element)
            if kind == "script_finished" and message.script_finished != _AGAIN:
                return found

    def _note(self, element: object) -> None:
        kind = element.WhichOneof("type")
        shown = getattr(element, kind) if kind else None
        widget_id = getattr(shown, "id", "")
        if isinstance(widget_id, str) and widget_id.startswith("$$ID-"):
            self.widgets[widget_id.split("-", 2)[2]] = widget_id
