"""Nothing that a terminal obeys is printed, whoever gave something its name."""

from __future__ import annotations

import io
import json

from hts.studio.cli.main import main
from hts.studio.cli.printed.terminal import Plain
from hts.studio.lab.people import OPERATOR
from hts.studio.store.store import Store


def test_control_letters_are_spelt_out_and_lines_stay():
    out, err = io.StringIO(), io.StringIO()
    print("a\x1b[31mred\x9b2J\u202eback\r\n\tmore", file=Plain(out))
    print("\r50 %\x1b[A", end="", file=Plain(err, bars=True))
    assert out.getvalue() == "a\\u001b[31mred\\u009b2J\\u202eback\\u000d\n\tmore\n"
    assert err.getvalue() == "\r50 %\\u001b[A"


def test_what_is_json_stays_json():
    out = io.StringIO()
    json.dump({"name": "a\x9b\u202e"}, Plain(out), ensure_ascii=False)
    assert json.loads(out.getvalue()) == {"name": "a\x9b\u202e"}


def test_the_name_of_a_class_is_printed_as_letters(home, capsys):
    with Store(home) as store:
        store.classes.create("abcdefgh", "\x1b]0;mine\x07A", OPERATOR.id)
    assert main(["lab", "class", "list"]) == 0
    assert "\\u001b]0;mine\\u0007A" in capsys.readouterr().out
