"""Class: what does a class find together, and what had it expected?"""

from __future__ import annotations

import streamlit as st

from hts.studio.foreign_text import in_markdown
from hts.validate import BadInput, capitalised
from pages._parts.classroom.address import read_page_address, write_page_address
from pages._parts.classroom.choice import choose_class, no_class
from pages._parts.classroom.projector import projector
from pages._parts.classroom.student import student_view
from pages._parts.classroom.teacher import teacher_view
from pages._parts.shell.frame import need_frame, on_projector
from pages._parts.shell.server import shared_store

PAGE = {"title": "Class", "icon": "school", "place": 100, "group": "Together"}

need_frame()
store = shared_store()
read_page_address(store)
try:
    klass, mine = choose_class(store)
except BadInput as error:
    st.error(in_markdown(capitalised(error)), icon=":material/search_off:")
    klass, mine = None, False
if klass is None:
    no_class(store)
elif on_projector():
    projector(store, klass)
elif mine:
    teacher_view(store, klass)
else:
    student_view(store, klass)
write_page_address(klass)
