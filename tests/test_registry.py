"""Registries: finished kinds are found, unfinished ones refused, plugins imported once."""

from __future__ import annotations

import abc
import sys
import threading

import pytest

from hts import registry as module
from hts.registry import PLUGINS, Registry
from hts.validate import BadInput


class Shape(abc.ABC):
    name: str
    label: str

    @abc.abstractmethod
    def area(self) -> float: ...


class Square(Shape):
    name = "square"
    label = "Square"

    def area(self) -> float:
        return 1.0


@pytest.fixture
def shapes(tmp_path, monkeypatch) -> Registry[Shape]:
    """An empty registry whose own folder is an importable, empty package."""
    monkeypatch.setattr(module, "_loaded", {})
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delenv(PLUGINS, raising=False)
    return Registry("shape", Shape, why="there are no others", package="own", path=[])


def test_a_finished_kind_is_found_by_its_name(shapes):
    assert shapes.register(Square) is Square
    assert list(shapes) == ["square"]
    assert shapes["square"].area() == shapes.named("square").area() == 1.0
    with pytest.raises(BadInput, match="shape must be one of square, got 'squar'"):
        shapes.named("squar")


def test_an_unfinished_kind_is_refused_and_told_what_is_missing(shapes):
    class Nothing(Shape):
        name = "nothing"
        label = ""

    with pytest.raises(BadInput, match=r"shape 'nothing' is unfinished: it lacks area, label\."):
        shapes.register(Nothing)
    assert list(shapes) == []


def test_a_name_is_given_once(shapes):
    shapes.register(Square())
    with pytest.raises(BadInput, match="shape 'square' is registered already"):
        shapes.register(Square())


def test_kinds_come_by_place_and_then_as_they_were_registered(shapes):
    for name, place in (("late", 200), ("one", 100), ("two", 100), ("early", 1)):
        made = Square()
        made.name, made.place = name, place
        shapes.register(made)
    assert list(shapes) == ["early", "one", "two", "late"]


def test_the_modules_of_the_own_folder_are_found_by_themselves(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "kinds_here").mkdir()
    (tmp_path / "kinds_here" / "__init__.py").write_text(
        "import abc\n"
        "from hts.registry import Registry\n"
        "class Base(abc.ABC):\n    name: str\n"
        "KINDS = Registry('kind', Base, why='no others', package=__name__, path=__path__)\n"
    )
    (tmp_path / "kinds_here" / "a.py").write_text(
        "from kinds_here import KINDS, Base\n@KINDS.register\nclass A(Base):\n    name = 'a'\n"
    )
    from kinds_here import KINDS

    assert list(KINDS) == ["a"]
    del sys.modules["kinds_here"], sys.modules["kinds_here.a"]


def test_plugins_are_imported_once_by_name_or_path(shapes, tmp_path, monkeypatch):
    (tmp_path / "plugged.py").write_text("import sys\nsys.plugged += 1\n")
    monkeypatch.setattr(sys, "plugged", 0, raising=False)
    monkeypatch.setenv(PLUGINS, str(tmp_path / "plugged.py"))
    assert len(shapes) == len(shapes) == 0
    module.load_plugins()
    assert sys.plugged == 1


@pytest.mark.parametrize(
    ("text", "says"), [(None, "there is no such file"), ("1 / 0", "ZeroDivisionError")]
)
def test_a_plugin_that_cannot_be_imported_is_named(shapes, tmp_path, monkeypatch, text, says):
    path = tmp_path / "broken.py"
    if text is not None:
        path.write_text(text)
    monkeypatch.setenv(PLUGINS, str(path))
    other = Registry("shape", Shape, why="no others", package="own", path=[])
    for asked in (shapes, shapes, other):  # not only who asks first
        with pytest.raises(BadInput, match=rf"HTS_PLUGINS names .*broken.py.*{says}"):
            list(asked)


def test_a_thread_that_comes_while_the_kinds_are_read_waits_for_all_of_them(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_loaded", {})
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "gate", threading.Event(), raising=False)
    monkeypatch.setattr(sys, "begun", threading.Event(), raising=False)
    (tmp_path / "slow_kinds").mkdir()
    (tmp_path / "slow_kinds" / "__init__.py").write_text("")
    (tmp_path / "slow_kinds" / "a.py").write_text(
        "import sys; sys.begun.set(); sys.gate.wait(30)\n"
    )
    slow = Registry(
        "shape", Shape, why="no others", package="slow_kinds", path=[str(tmp_path / "slow_kinds")]
    )
    slow.register(Square)
    seen: list[int] = []
    first = threading.Thread(target=lambda: seen.append(len(slow)))
    first.start()
    assert sys.begun.wait(30)
    second = threading.Thread(target=lambda: seen.append(len(slow)))
    second.start()
    assert seen == []
    sys.gate.set()
    first.join(30)
    second.join(30)
    assert seen == [1, 1]


def test_in_another_thread_a_broken_plugin_is_told_too_and_at_once(shapes, tmp_path, monkeypatch):
    monkeypatch.setenv(PLUGINS, str(tmp_path / "missing.py"))
    with pytest.raises(BadInput):
        list(shapes)
    told: list[Exception] = []

    def ask() -> None:
        try:
            list(shapes)
        except BadInput as error:
            told.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join(60)
    assert ["there is no such file" in str(error) for error in told] == [True]


def test_the_code_of_plugins_is_part_of_the_codes_version(tmp_path, monkeypatch):
    from hts.version import code_version

    plugin = tmp_path / "kinds_of_mine.py"
    plugin.write_text("x = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    found = []
    for named, text in (("", "x = 1"), (str(plugin), "x = 1"), (str(plugin), "x = 2"),
                        ("kinds_of_mine", "x = 2"), ("not_there.at_all", "x = 2")):  # fmt: skip
        plugin.write_text(text)
        monkeypatch.setenv(PLUGINS, named)
        code_version.cache_clear()
        found.append(code_version())
    code_version.cache_clear()
    assert found[0] == found[4]
    assert found[2] == found[3]
    assert len({*found[:3]}) == 3
