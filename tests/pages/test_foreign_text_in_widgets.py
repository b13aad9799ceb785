"""No text reaches a widget that reads Markdown unless it is ours or was escaped.

Every call of such a widget in ``pages/`` is looked at: what it shows must be built of literal
texts, numbers, constants and `in_markdown`.  What cannot be told from the code is listed in
``own_words.txt``, each line looked at by somebody; a new expression fails until it is.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LEDGER = Path(__file__).with_name("own_words.txt")

FIRST = {
    *("markdown", "caption", "error", "warning", "info", "success", "title", "header", "subheader"),
    *("toast", "badge", "metric", "expander", "popover", "button", "form_submit_button", "spinner"),
    *("download_button", "link_button", "menu_button", "checkbox", "toggle", "radio", "selectbox"),
    *("multiselect", "segmented_control", "pills", "slider", "select_slider"),
    *("number_field", "kept_number", "needed_number", "whole_number"),
    *("text_input", "text_area", "file_uploader", "date_input", "status", "dialog", "write"),
    *("table", "download", "cards", "tabs", "latex", "html"),
}
"""What shows its first argument as Markdown, or is a part of pages that hands it on."""
NAMED = {"help", "no", "label", "text", "captions", "delta_description", "body"}
"""Arguments by name that are shown as Markdown."""
PARTS = {"button", "download", "number_field", "kept_number", "needed_number", "whole_number"}
"""Parts of a page of these names hand their first argument on too."""
OPTIONS = {"radio", "segmented_control", "pills"}
"""What shows its options as Markdown: constants, or through `in_markdown`."""
OURS = {
    *("in_markdown", "lines_in_markdown", "len"),
    *("count", "many", "percent", "duration", "number"),  # hts.studio.figures.words
    *("refusal", "no_start", "spaced", "says", "title"),  # each looked at
}
"""What gives our own words, or foreign ones escaped."""
NUMBERS = "bcdeEfFgGnoxX%,"


def constant(name: str) -> bool:
    return name.lstrip("_").isupper()


class Function:
    """What the names of one function (or of the file) are set to."""

    def __init__(self, body: ast.AST) -> None:
        self.values: dict[str, list[ast.expr | None]] = {}  # None: by a loop, a caller, a handler
        for node in ast.walk(body):
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    self._set(name, value)
                case ast.AugAssign(target=ast.Name(id=name), value=value):
                    self._set(name, value)
                case ast.NamedExpr(target=ast.Name(id=name), value=value):
                    self._set(name, value)
                case ast.Assign(targets=targets):
                    self._unknown(*targets)
                case ast.For(target=target) | ast.comprehension(target=target):
                    self._unknown(target)
                case ast.arg(arg=name) | ast.ExceptHandler(name=str(name)):
                    self._set(name, None)

    def _set(self, name: str, value: ast.expr | None) -> None:
        self.values.setdefault(name, []).append(value)

    def _unknown(self, *targets: ast.expr) -> None:
        for target in targets:
            for node in ast.walk(target):
                if isinstance(node, ast.Name):
                    self._set(node.id, None)

    def ours(self, said: ast.expr | None, seen: frozenset[str] = frozenset()) -> bool:
        match said:
            case None:
                return False
            case ast.Constant():
                return True
            case ast.JoinedStr(values=values):
                return all(self.ours(value, seen) for value in values)
            case ast.FormattedValue(value=value, format_spec=spec):
                number = spec is not None and ast.unparse(spec).rstrip("'\"")[-1:] in NUMBERS
                return number or self.ours(value, seen)
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in OURS:
                return True
            case ast.Call(func=ast.Attribute(value=by, attr="join"), args=[joined]):
                return self.ours(by, seen) and self.ours(joined, seen)
            case ast.Call(func=ast.Attribute(value=by, attr="format"), args=args):
                return self.ours(by, seen) and all(self.ours(arg, seen) for arg in args)
            case ast.GeneratorExp(elt=elt) | ast.ListComp(elt=elt):
                return self.ours(elt, seen)
            case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.BoolOp(values=parts):
                return all(self.ours(part, seen) for part in parts)
            case ast.IfExp(body=yes, orelse=no):
                return self.ours(yes, seen) and self.ours(no, seen)
            case ast.BinOp(left=left, right=right):
                return self.ours(left, seen) and self.ours(right, seen)
            case ast.Subscript(value=ast.Name(id=name)) if constant(name):
                return True
            case ast.Attribute(value=ast.Call(func=ast.Name(id="term"))):
                return True  # of the glossary
            case ast.Attribute(attr=name) if constant(name):
                return True
            case ast.Name(id=name):
                if constant(name) or name in seen:
                    return True
                given = self.values.get(name, [])
                return bool(given) and all(self.ours(one, seen | {name}) for one in given)
        return False


def shown(call: ast.Call) -> Iterator[ast.expr]:
    """What a call shows as Markdown."""
    by, name = "", getattr(call.func, "id", "")
    if isinstance(call.func, ast.Attribute):
        by, name = ast.unparse(call.func.value), call.func.attr
    name = name.lstrip("_")
    if not by and name not in PARTS:
        return
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    if name.endswith("Column") or (name == "table" and by != "st"):  # cells are plain
        yield from (given[word] for word in ("label", "help") if word in given)
        return
    if name in FIRST and by not in ("store", "self.wfile"):
        yield from call.args[:1]
    if name in OPTIONS and "in_markdown" not in ast.unparse(given.get("format_func", call.func)):
        yield from call.args[1:2]
    if name in FIRST or name in ("page_link", "progress"):
        yield from (given[word] for word in NAMED if word in given)


def unproven(code: str) -> Iterator[str]:
    """All that a file shows and that cannot be told to be ours."""
    tree = ast.parse(code)
    whole = Function(tree)
    inside: dict[int, Function] = {}  # the innermost function of a call, which is walked last
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            named = Function(node)
            inside |= {id(call): named for call in ast.walk(node) if isinstance(call, ast.Call)}
    for call in ast.walk(tree):
        if isinstance(call, ast.Call):
            here = inside.get(id(call), whole)
            yield from (ast.unparse(said) for said in shown(call) if not here.ours(said))


def every() -> set[str]:
    files = [ROOT / "app.py", *(ROOT / "pages").rglob("*.py")]
    return {
        f"{path.relative_to(ROOT).as_posix()}: {_quoted_alike(found)}"
        for path in files
        for found in unproven(path.read_text(encoding="utf-8"))
    }


def ledger() -> set[str]:
    lines = LEDGER.read_text(encoding="utf-8").splitlines()
    return {_quoted_alike(line) for line in lines if line and not line.startswith("#")}


def _quoted_alike(code: str) -> str:
    """From Python 3.12 on, `ast.unparse` puts other quotes around some texts."""
    return code.replace('"', "'")


def test_what_widgets_show_is_ours_or_escaped():
    assert sorted(every() - ledger()) == []


def test_what_was_looked_at_is_still_there():
    assert sorted(ledger() - every()) == []


@pytest.mark.parametrize(
    ("code", "fails"),
    [
        ("st.error(str(error))", True),
        ("st.error(f'No: {error}')", True),
        ("st.error(in_markdown(error))", False),
        ("st.title(sweep.name)", True),
        ("st.caption(f'{share:.0f} % of {in_markdown(run.name)}')", False),
        ("st.radio('Answer', question.choices)", True),
        ("st.radio('Answer', question.choices, format_func=in_markdown)", False),
        ("st.button('Go', help=owner_name(run))", True),
        ("def f(x):\n    said = x.name\n    st.markdown(said)", True),
        ("def f(x):\n    said = 'a' if x else 'b'\n    st.markdown(said)", False),
    ],
)
def test_the_check_tells_foreign_text_from_ours(code, fails):
    assert bool(list(unproven(code))) is fails
