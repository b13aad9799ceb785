"""The manual: ``make manual`` builds it, and a warning fails the build.

Sphinx, because it reads the docstrings as they are written, checks every link and term, and writes
pages that need no network: formulas become MathML, fonts are those of the reader's system.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "docs")]

from hts.version import VERSION  # noqa: E402

project = "Heavy-Tailed SGD Studio"
version = release = VERSION
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "extensions.glossary",
    "extensions.house",
    "extensions.mathml",
    "extensions.notebooks",
    "extensions.public_names",
    "extensions.settings",
]
exclude_patterns = ["extensions"]
html_theme = "furo"
html_title = project
html_show_sphinx = html_show_copyright = False
html_copy_source = False
html_math_renderer = "mathml"
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
highlight_language = "none"
pygments_dark_style = "monokai"
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
