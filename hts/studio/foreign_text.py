"""Text that is not ours, so that it is shown as it was written: names, addresses, files, errors.

Streamlit reads most texts as Markdown with directives of its own, Plotly reads some tags of HTML.
Whatever a person or a file brings along goes through one of these where it meets such a text.
Backslashes are not enough: links without brackets, ``:emoji:`` and ``:material/icons:``
are found after backslashes are gone.  An invisible joiner (U+2060) takes them apart.
"""

from __future__ import annotations

import html
import re

JOINER = "\u2060"
LONGEST = 4000  # characters
_KEPT = "\u00a0\u202f\u200c\u200d"  # spaces that do not break; joiners of Persian, of emoji

_MARKS = re.compile(r"[\\`*{}\[\]<>&|~$^#]|(?<![^\W_])_|_(?![^\W_])")  # a_b is a word
_TAKEN_APART = (
    (re.compile(r":(?=\S)"), ":" + JOINER),  # :red[..], :smile:, :material/x:, https://
    (re.compile(r"@(?=\S)"), "@" + JOINER),  # an address becomes a link to write to it
    (re.compile(r"(?i)\bwww(?=\.)"), r"\g<0>" + JOINER),
    (re.compile(r"(?<!\S)(?:<-|[-<>~])(?=[->=]+(?!\S))"), r"\g<0>" + JOINER),  # -> and --
)
_START = re.compile(r"^( *\d*)([-+=.)!])")


def in_markdown(text: object) -> str:
    """``text`` within a line of Markdown; several lines become one."""
    said = _line(text)
    for found, put in _TAKEN_APART:
        said = found.sub(put, said)
    return _START.sub(r"\1\\\2", _MARKS.sub(r"\\\g<0>", said))


def lines_in_markdown(text: object) -> str:
    """``text`` of several lines, each by itself."""
    return "  \n".join(in_markdown(line).strip() for line in str(text).splitlines())


def in_figure(text: object) -> str:
    """``text`` in a title, name, label or hover text of a figure; several lines become one."""
    return html.escape(_line(text), quote=False).replace("%{", f"%{JOINER}{{")


def _line(text: object) -> str:
    """Without control characters and lone surrogates; thousands and words of a name stay joined."""
    said = re.sub(rf"[^\S{_KEPT}]+", " ", str(text)[:LONGEST])
    return "".join(
        c if c.isprintable() or c in f" {_KEPT}" else c.encode("unicode_escape").decode()
        for c in said
    )
