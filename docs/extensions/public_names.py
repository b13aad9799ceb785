"""``{public} hts.noise``: what a package says of itself, and every name of its ``__all__``."""

from __future__ import annotations

import importlib
import inspect

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


class PublicNames(SphinxDirective):
    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        package = importlib.import_module(self.arguments[0])
        lines = [f".. automodule:: {package.__name__}", "   :no-members:", ""]
        for name in package.__all__:
            lines += _documented(f"{package.__name__}.{name}", getattr(package, name))
        node = nodes.container()

        self.state.nested_parse(StringList(["```{eval-rst}", *lines, "```"]), 0, node)
        return node.children


def _documented(place: str, value: object) -> list[str]:
    if inspect.isclass(value):
        return [f".. autoclass:: {place}", "   :members:", ""]
    if inspect.isroutine(value):
        return [f".. autofunction:: {place}", ""]
    return []


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("public", PublicNames)
    return {"parallel_read_safe": True}
