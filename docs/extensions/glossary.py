"""``{words}``: every word of ``hts/glossary.toml``, in the order of its label."""

from __future__ import annotations

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from hts.glossary import TERMS


class Words(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        lines: list[str] = []
        for name, term in sorted(TERMS.items(), key=lambda item: item[1].label):
            see = ", ".join(f"[{TERMS[other].label}](#{other})" for other in term.see)
            lines += [f"({name})=", "", f"**{term.label}**", ""]
            lines += [term.help + (f" See {see}." if see else ""), ""]
        node = nodes.container()
        self.state.nested_parse(StringList(lines), 0, node)
        return node.children


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("words", Words)
    return {"parallel_read_safe": True}
