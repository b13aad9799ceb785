"""Open every page of the installed app by Streamlit's own tester; prints their names."""

from __future__ import annotations

import sys

from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from hts.version import ROOT

sys.path.insert(0, str(ROOT))  # as `streamlit run` does
for path in sorted((ROOT / "pages").glob("*.py")):
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    page._page_hash = calc_hash(path.stem)  # how Streamlit names the page of this address
    page.run()
    assert not page.exception, f"{path.stem}: {page.exception[0].message}"
    assert page.title, f"{path.stem} has no title"
    print(path.stem)
