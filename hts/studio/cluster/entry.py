"""The Ray task.  It is sent by value, so that it runs, and refuses, also where hts is another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any


def ray_task() -> Callable[[str, list[Any]], Iterator[Any]]:
    """The function: a local one, which Ray therefore does not look up in the node's own hts.

    It takes the head's `hts.studio.cluster.versions.code_version`, and references to a
    `hts.studio.cluster.news.Assignment` and to the data, which are followed once the code is known
    to be the same.  Of a node with other code, or none, it yields one
    `hts.studio.cluster.news.Refusal`.
    """

    def hts(code: str, references: list[Any]) -> Iterator[Any]:
        import importlib
        import socket

        import ray

        node = ray.get_runtime_context().get_node_id()
        wrong = ""
        try:
            from hts.studio.cluster.versions import code_version

            if (found := code_version()) != code:
                wrong = f"it has hts {found}, the head has {code}"
            else:
                work_on_node = importlib.import_module("hts.studio.cluster.task").work_on_node
                given = ray.get(references[0])
        except Exception as error:
            wrong = f"hts cannot be loaded there ({type(error).__name__}: {error})"
        if wrong:
            yield {"node": node, "host": socket.gethostname(), "refused": wrong}
        else:
            yield from work_on_node(given, references[1], node)

    return hts
