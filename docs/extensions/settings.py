"""``{settings}``: every setting of a run, as its form and its options name it."""

from __future__ import annotations

import dataclasses

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from hts.config import RunConfig


class Settings(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        lines = ["| setting | name | default | what it is |", "|---|---|---|---|"]
        for one in dataclasses.fields(RunConfig):
            if one.metadata:
                says = one.metadata["says"].replace("*", r"\*").replace("|", r"\|")
                lines += [f"| {one.metadata['title']} | `{one.name}` | `{one.default}` | {says} |"]
        node = nodes.container()
        self.state.nested_parse(StringList(lines), 0, node)
        return node.children


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("settings", Settings)
    return {"parallel_read_safe": True}
