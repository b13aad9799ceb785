"""What a page offers to take along (`pages._parts.shell.widgets.to_copy`)."""

from __future__ import annotations

import html
import re
from typing import Any

_OFFERED = re.compile(r'<pre class="hts-copy" tabindex="0">(.*?)</pre>', re.DOTALL)


def to_copy(page: Any) -> list[str]:
    """The texts, as a click on them would select them."""
    bodies = [element.proto.body for element in page.get("html")]
    return [html.unescape(text) for body in bodies for text in _OFFERED.findall(body)]
