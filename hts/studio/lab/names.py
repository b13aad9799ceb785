"""Names that people give themselves: in any script, but nobody else's, and not the lab's own.

Two names are confused when Unicode says that they look alike (Technical Standard 39, section 4):
they are the same once every letter is read as the first of those that look like it.  Spaces, dots
and hyphens do not tell names apart, nor do large and small letters.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from hts.validate import BadInput

LONGEST = 24
MOST_MARKS = 4  # on one letter; Vietnamese has 2, Tibetan 4

_TABLE = Path(__file__).with_name("confusables.txt")
_RESERVED = Path(__file__).with_name("reserved_names.txt")
_BETWEEN = " .'’-_·་・׳״"  # between letters; the last four of Tibetan, Japanese and Hebrew
_WORDS = re.compile(r"[^\w\u200c\u200d]+|_|(?<=[a-z])(?=[A-Z])")
_JOINERS = "\u200c\u200d"  # of Persian and of Indian scripts
_TAIL = "\u0329"  # by which η looks unlike n
_UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0]")
_ADDED = re.compile(
    # of any script, and what is optional in Arabic and in Hebrew
    "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
    "\u0640\u064b-\u065f\u0670\u0591-\u05bd\u05bf-\u05c7]"
)
_DIGITS = str.maketrans("34570", "easto")  # `t3acher`
_ARTICLES = re.compile("^(the|my|your|our|super|head|vice|ال)(?=.)|(?<=.)s$")
_JOINED = re.compile(r"(?<=[^\W\d_a-zA-Z])[\u200c\u200d](?=[^\W\d_a-zA-Z])")


def checked_name(given: str) -> str:
    """A nickname as it is kept (NFKC, single spaces), or `BadInput`."""
    name = re.sub(" +", " ", unicodedata.normalize("NFKC", given[: 10 * LONGEST])).strip(" ")
    if not 1 <= len(name) <= LONGEST or not _can_be_read(_JOINED.sub("", name)):
        raise BadInput(
            f"a nickname has 1 to {LONGEST} letters, digits, spaces and . ' - of any script, got "
            f"{name[: LONGEST + 1]!r}: the others see it."
        )
    return name


def _can_be_read(name: str) -> bool:
    """It begins with a letter or digit, and nothing in it is hidden or runs over other lines."""
    marks = 0
    for place, c in enumerate(name):
        kind = unicodedata.category(c)[0]
        marks = marks + 1 if kind == "M" else 0
        fits = kind in "LN" or (place and (c in _BETWEEN or kind == "M"))
        if not fits or marks > MOST_MARKS or _UNSEEN.match(c):
            return False
    return True


def need_own_name(name: str, present: Iterable[str], lab: Iterable[str] = ()) -> None:
    """`BadInput` if ``name`` could be taken for somebody ``present``, or for who runs the lab.

    ``lab``: the names of its teachers and admins.
    """
    if any(may_be_confused(name, other) for other in present):
        raise BadInput(f"the nickname {name!r} is taken in this class: choose another one.")
    if is_reserved(name) or any(_every_reading(name) & _every_reading(other) for other in lab):
        raise BadInput(
            f"the nickname {name!r} could be taken for somebody who runs this lab: choose another."
        )


def may_be_confused(one: str, other: str) -> bool:
    """Whether two names look alike, as they are written or in small letters, `0` also as o."""
    return any(map(str.__eq__, _readings(one), _readings(other)))


def is_reserved(name: str) -> bool:
    """Whether a name says that somebody is a teacher or an admin, or nobody at all."""
    roles, whole = _reserved()
    words = _WORDS.split(name)
    said = {*words, _squeezed(name)}
    for change in (lambda w: w.rstrip("0123456789"), lambda w: w.translate(_DIGITS), _bare):
        said |= set(map(change, said))
    return any(_every_reading(one) & roles for one in said) or any(
        _every_reading(one) & whole for one in (name, name.rstrip("0123456789"))
    )


@functools.lru_cache(maxsize=4096)
def _readings(name: str) -> tuple[str, ...]:
    squeezed = _squeezed(name)
    small = squeezed.casefold()
    return skeleton(squeezed), skeleton(small), skeleton(small.replace("0", "o"))


@functools.lru_cache(maxsize=4096)
def _every_reading(name: str) -> frozenset[str]:
    """Also with `ADMlN` as ADMIN, and without marks: `ạdmin` as admin."""
    squeezed = _squeezed(_without_marks(name))
    cases = (squeezed, squeezed.casefold(), squeezed.upper())
    return frozenset(skeleton(case).casefold() for case in cases)


def skeleton(text: str) -> str:
    """``text`` with every letter read as the first of those that look like it."""
    table = _look_alikes()
    spelt = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFD", "".join(table.get(c) or _large(c) for c in spelt))


def _large(c: str) -> str:
    """A small capital as a capital."""
    name = unicodedata.name(c, "")
    return name[-1] if re.fullmatch("LATIN LETTER SMALL CAPITAL [A-Z]", name) else c


@functools.cache
def _reserved() -> tuple[frozenset[str], frozenset[str]]:
    """What reserved words are read as, and what reserved names as a whole."""
    lines = _RESERVED.read_text(encoding="utf-8").splitlines()
    words = [word for line in lines if line[0] not in "#=" for word in line.split()]
    whole = [line.removeprefix("= ") for line in lines if line[0] == "="]
    read = [frozenset().union(*map(_every_reading, names)) for names in (words, whole)]
    return read[0], read[1]


@functools.cache
def _look_alikes() -> dict[str, str]:
    lines = _TABLE.read_text(encoding="utf-8").splitlines()
    pairs = (line.split(" ") for line in lines if not line.startswith("#"))
    return {c: first.replace(_TAIL, "") for first, others in pairs for c in others}


def _squeezed(name: str) -> str:
    """Without what is between letters, and without marks that make no letter of their own."""
    kept, letter = "", ""
    for c in unicodedata.normalize("NFD", name):
        if not _ADDED.match(c):
            letter = c
        elif not _one_letter(letter, c) and not _one_letter(_look_alikes().get(letter, ""), c):
            continue
        kept += "" if c in _BETWEEN or c in _JOINERS else c
    return unicodedata.normalize("NFC", kept)


def _one_letter(letter: str, mark: str) -> bool:
    return len(unicodedata.normalize("NFC", letter + mark)) == 1 if letter else False


def _bare(word: str) -> str:
    """`teacher` of `theTeachers`."""
    return _ARTICLES.sub("", _ARTICLES.sub("", word.casefold(), 1), 1)


def _without_marks(name: str) -> str:
    spelt = unicodedata.normalize("NFD", name)
    bare = "".join(c for c in spelt if unicodedata.category(c) != "Mn")
    return unicodedata.normalize("NFC", bare)
