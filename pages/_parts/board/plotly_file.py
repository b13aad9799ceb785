"""Where the browser finds plotly.min.js, and the script that makes PDFs of figures.

Both are served by the app itself (labs may have no internet), compressed, once per browser: what
they are is part of their addresses.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import plotly
import streamlit as st
from streamlit.components import v1

_SERVED = Path(__file__).resolve().parent / "served"


@cache
def plotly_url() -> str:
    """Path of plotly.min.js on this server.  Call it from a script run, which may serve it."""
    folder = Path(plotly.__file__).parent / "package_data"
    return _address("plotly_file", folder, "plotly.min.js", plotly.__version__)


@cache
def pdf_url() -> str:
    """Path of the script that writes a figure as PDF, asked for when somebody wants one."""
    script = _SERVED / "figure_pdf.js"
    mark = hashlib.sha256(script.read_bytes()).hexdigest()[:8]
    return _address("figure_pdf", _SERVED, script.name, mark)


def _address(name: str, folder: Path, file: str, version: str) -> str:
    served = v1.declare_component(name, path=folder)
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"{f'/{base}' if base else ''}/component/{served.name}/{file}?v={version}"
