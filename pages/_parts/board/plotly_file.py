"""Where the browser finds plotly.min.js: the file inside the installed plotly package.

It is served by the app itself (labs may have no internet), compressed, once per browser: the
version is part of the address.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import plotly
import streamlit as st
from streamlit.components import v1


@cache
def plotly_url() -> str:
    """Path of plotly.min.js on this server.  Call it from a script run, which may serve it."""
    folder = Path(plotly.__file__).parent / "package_data"
    served = v1.declare_component("plotly_file", path=folder)
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    prefix = f"/{base}" if base else ""
    return f"{prefix}/component/{served.name}/plotly.min.js?v={plotly.__version__}"
