"""Makes the font of icons that pages/_parts/shell/material_icons holds, of the one of Streamlit.

It needs ``fonttools`` and ``brotli`` beside what the app needs; run it after an icon was added or
Streamlit brings another font, and write the checksum that it prints into the README beside it.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from streamlit import file_util

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / "pages" / "_parts" / "shell" / "material_icons"
STATIC = Path(file_util.get_static_dir()) / "static"


def words() -> set[str]:
    """What may be an icon: names in Streamlit's scripts, and every word in quotes in the pages."""
    found = set()
    for pattern, files in (
        (r":material/([a-z0-9_]+):", STATIC.glob("js/*.js")),
        (r"[\"'`]([a-z0-9]+_[a-z0-9_]+)[\"'`]", STATIC.glob("js/*.js")),
        (r"[\"'/]([a-z0-9_]+)[\"':]", (ROOT / "pages").rglob("*.py")),
        (r"[\"'/]([a-z0-9_]+)[\"':]", (ROOT / "examples").rglob("*.py")),
    ):
        for path in files:
            found |= set(re.findall(pattern, path.read_text(encoding="utf-8")))
    return found


def make() -> None:
    from fontTools import subset
    from fontTools.ttLib import TTFont

    (whole,) = STATIC.glob("media/MaterialSymbols-Rounded.*.woff2")
    font = TTFont(whole)
    letters = {glyph: chr(code) for code, glyph in font.getBestCmap().items() if code < 128}
    glyphs = {
        "".join(letters.get(part, "?") for part in (first, *one.Component)): one.LigGlyph
        for lookup in font["GSUB"].table.LookupList.Lookup
        for table in lookup.SubTable
        for first, several in getattr(getattr(table, "ExtSubTable", table), "ligatures", {}).items()
        for one in several
    }
    names = sorted(words() & glyphs.keys())
    options = subset.Options(layout_closure=False, notdef_outline=True, layout_features=["*"])
    chooser = subset.Subsetter(options)
    chooser.populate(glyphs=[*letters, *(glyphs[name] for name in names)])
    chooser.subset(font)
    font.flavor = "woff2"
    font.save(PLACE / "icons.woff2")
    (PLACE / "names.txt").write_text("\n".join([whole.name, *names, ""]), encoding="utf-8")
    made = (PLACE / "icons.woff2").read_bytes()
    print(f"{len(names)} icons, {len(made)} bytes, {hashlib.sha256(made).hexdigest()}")


if __name__ == "__main__":
    make()
