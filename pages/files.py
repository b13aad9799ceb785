"""Files: which tables and weights of mine are kept here, and who may use them?"""

from __future__ import annotations

import streamlit as st

from pages._parts.files.board import files_board
from pages._parts.shell.frame import need_frame
from pages._parts.shell.server import shared_store

PAGE = {"title": "Files", "icon": "folder_open", "place": 105, "group": "Together"}

need_frame()
st.title("Your tables and weights", anchor=False)
files_board(shared_store())
