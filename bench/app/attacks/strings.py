"""Texts that would do something if a page took them for more than text."""

from __future__ import annotations

ELSEWHERE = "evil.example"  # nobody's server

HOSTILE = (
    f"![a](https://{ELSEWHERE}/a.png)",
    f"[Sign in](https://{ELSEWHERE})",
    f"<img src=//{ELSEWHERE}/b onerror=alert(1)>",
    "<script>alert(1)</script>",
    f"https://{ELSEWHERE}/c",
    f"www.{ELSEWHERE}",
    f"me@{ELSEWHERE}",
    f"<https://{ELSEWHERE}/d>",
    f"<a href=//{ELSEWHERE}/e>in</a>",
    ":red[no] :material/home:",
    ":smile: :streamlit:",
    "$x^2$ `x` **b** ~~s~~ _e_",
    "[x](javascript:alert(1))",
    "# H",
)
"""Short, since errors quote what they got shortened."""
