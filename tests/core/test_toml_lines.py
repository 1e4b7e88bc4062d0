import json
import tomllib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabularium.core.toml_lines import Document, Path, TomlSyntaxError, locate, read

EVERY_SHAPE = '''\
# a comment = with = signs
title = "one" # and [another]
"a quoted.key" = 1
'literal "key"' = 2
"tab\\tkey" = 3
dotted . "inner key".last = 4
text = """
not = a key
[not.a.table] \\""" still text"""
literal = \'\'\'
neither = this\'\'\'
quotes_at_the_end = """"two"""""

list = [ # comment ] with bracket
  "a]", # , and comma
  { name = "x", deep = [1, 2] },

  [ "nested",
    3 ],
]
inline = { one = 1, "two.two" = { three = 3 } }

[table] # comment
when = 2020-01-31 10:00:00Z
[table.below."quoted part"]
value = -1.5e3
[[many]]
name = "first"
  [many.detail]
  x = 0
[[many.inner]]
y = 1
[[many.inner]]
y = 2
[[many]]
name = "second"
'''

EXPECTED = {
    ("title",): 2,
    ("a quoted.key",): 3,
    ('literal "key"',): 4,
    ("tab\tkey",): 5,
    ("dotted",): 6,
    ("dotted", "inner key"): 6,
    ("dotted", "inner key", "last"): 6,
    ("text",): 7,
    ("literal",): 10,
    ("quotes_at_the_end",): 12,
    ("list",): 14,
    ("list", 0): 15,
    ("list", 1): 16,
    ("list", 1, "name"): 16,
    ("list", 1, "deep"): 16,
    ("list", 1, "deep", 0): 16,
    ("list", 1, "deep", 1): 16,
    ("list", 2): 18,
    ("list", 2, 0): 18,
    ("list", 2, 1): 19,
    ("inline",): 21,
    ("inline", "one"): 21,
    ("inline", "two.two"): 21,
    ("inline", "two.two", "three"): 21,
    ("table",): 23,
    ("table", "when"): 24,
    ("table", "below"): 25,
    ("table", "below", "quoted part"): 25,
    ("table", "below", "quoted part", "value"): 26,
    ("many",): 27,
    ("many", 0): 27,
    ("many", 0, "name"): 28,
    ("many", 0, "detail"): 29,
    ("many", 0, "detail", "x"): 30,
    ("many", 0, "inner"): 31,
    ("many", 0, "inner", 0): 31,
    ("many", 0, "inner", 0, "y"): 32,
    ("many", 0, "inner", 1): 33,
    ("many", 0, "inner", 1, "y"): 34,
    ("many", 1): 35,
    ("many", 1, "name"): 36,
}


def paths_of(value: object, path: Path = ()) -> set[Path]:
    found = {path} if path else set()
    inner = value if isinstance(value, dict) else {}
    if isinstance(value, list):
        inner = dict(enumerate(value))
    for key, each in inner.items():
        found |= paths_of(each, (*path, key))
    return found


@pytest.mark.parametrize("text", [EVERY_SHAPE, EVERY_SHAPE.replace("\n", "\r\n")])
def test_every_shape_of_toml_has_its_line(text: str) -> None:
    assert locate(text) == EXPECTED


def test_every_value_that_tomllib_reads_has_a_line() -> None:
    assert set(EXPECTED) == paths_of(tomllib.loads(EVERY_SHAPE))


def test_a_table_named_before_its_own_header_moves_to_the_header() -> None:
    assert locate("[a.b]\nx = 1\n[a]\ny = 2\n")[("a",)] == 3


KEYS_AND_VALUES = {
    ("title",): ((2, 1), (2, 9)),
    ("a quoted.key",): ((3, 1), (3, 18)),
    ("dotted", "inner key"): ((6, 10), None),
    ("dotted", "inner key", "last"): ((6, 22), (6, 29)),
    ("list",): ((14, 1), (14, 8)),
    ("list", 1): ((16, 3), (16, 3)),
    ("list", 1, "deep"): ((16, 17), (16, 24)),
    ("list", 1, "deep", 1): ((16, 28), (16, 28)),
    ("inline", "two.two", "three"): ((21, 35), (21, 43)),
    ("table",): ((23, 2), None),
    ("table", "below", "quoted part"): ((25, 14), None),
    ("many", 0): ((27, 3), None),
    ("many", 0, "detail"): ((29, 9), None),
    ("many", 0, "detail", "x"): ((30, 3), (30, 7)),
}


@pytest.mark.parametrize("text", [EVERY_SHAPE, EVERY_SHAPE.replace("\n", "\r\n")])
def test_keys_and_values_have_their_columns(text: str) -> None:
    document = read(text)
    found = {path: (document.keys[path], document.contents.get(path)) for path in KEYS_AND_VALUES}
    assert found == KEYS_AND_VALUES
    assert document.value_of(("inline", "one")) == (21, 18)
    assert document.value_of(("table", "below")) == document.key_of(("table", "below")) == (25, 8)


def test_no_blank_is_needed_between_things() -> None:
    document = read("[a]#b=1\nc={d=[1,2],e=3}#\n[[f]]#g=1\nh='i'")
    assert {path: [*place] for path, place in document.keys.items()} == {
        ("a",): [1, 2],
        ("a", "c"): [2, 1],
        ("a", "c", "d"): [2, 4],
        ("a", "c", "d", 0): [2, 7],
        ("a", "c", "d", 1): [2, 9],
        ("a", "c", "e"): [2, 12],
        ("f",): [3, 3],
        ("f", 0): [3, 3],
        ("f", 0, "h"): [4, 1],
    }
    assert [*document.contents.values()] == [(2, 3), (2, 6), (2, 7), (2, 9), (2, 14), (4, 3)]


def test_a_column_is_a_character_however_wide() -> None:
    assert read('"中文" = "é"\n').value_of(("中文",)) == (1, 8)


def test_what_is_missing_is_looked_for_around_it() -> None:
    document = read("[a]\nb = 1\n")
    assert document.line_of(("a", "missing", 3)) == 1
    assert document.line_of(("a", "b", "c")) == 2
    assert document.line_of(("nothing",)) == 1
    assert document.key_of(("a", "missing", 3)) == (1, 2)
    assert document.value_of(("a", "b", "c")) == (2, 5)
    assert document.value_of(("nothing",)) == (1, 1)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a = 1\nb = \nc = 3\n", 2, 5),
        ("a = 1\na = 2\n", 2, 6),
        ("a = 1\n\n[t\n", 3, 3),
        ('a = 1\nb = """\n\nno end', 4, 7),
        ("a = 2020-13-01\n", 1, 9),
    ],
)
def test_what_is_not_toml_is_refused_with_its_place(text: str, line: int, column: int) -> None:
    with pytest.raises(TomlSyntaxError) as caught:
        read(text)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert caught.value.message
    assert "(at " not in caught.value.message


KEYS = st.text(st.sampled_from("ab-_1 .\"'#[]={}\\\t中é"), max_size=4)
TEXTS = st.text(st.sampled_from("ab\"'#[]={},\\\n中"), max_size=8)
SCALARS = st.integers(-9, 9) | st.booleans() | TEXTS
INLINE = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3)
)
TABLES = st.recursive(
    st.dictionaries(KEYS, INLINE, max_size=4),
    lambda inner: st.dictionaries(
        KEYS, INLINE | inner | st.lists(inner, min_size=1, max_size=2).map(tuple), max_size=4
    ),
    max_leaves=6,
)


class Writer:
    """Writes a value as TOML and notes the line of each thing as it writes it."""

    def __init__(self, draw: Callable[[int], int]) -> None:
        self.text = ""
        self.lines: dict[Path, int] = {}
        self._draw = draw

    def note(self, path: Path) -> None:
        self.lines[path] = self.text.count("\n") + 1

    def key(self, key: str) -> str:
        return json.dumps(key, ensure_ascii=bool(self._draw(2)))

    def table(self, table: dict[str, object], path: Path, header: str) -> None:
        later = {}
        for key, value in table.items():
            is_table = isinstance(value, tuple) or (isinstance(value, dict) and self._draw(2))
            if is_table:
                later[key] = value
                continue
            self.text += "\n" * self._draw(3) + "# [x]\n" * self._draw(2)
            self.note((*path, key))
            self.text += f"{self.key(key)} = "
            self.inline(value, (*path, key))
            self.text += " # = end\n"
        for key, value in later.items():
            name = f"{header}.{self.key(key)}" if header else self.key(key)
            self.section(value, (*path, key), name)

    def section(self, value: object, path: Path, name: str) -> None:
        if isinstance(value, dict):
            self.note(path)
            self.text += f"[{name}]\n"
            self.table(value, path, name)
            return
        assert isinstance(value, tuple)
        for place, each in enumerate(value):
            if not place:
                self.note(path)
            self.note((*path, place))
            self.text += f"[[ {name} ]]\n"
            self.table(each, (*path, place), name)

    def inline(self, value: object, path: Path) -> None:
        if isinstance(value, dict):
            self.text += "{"
            for place, (key, each) in enumerate(value.items()):
                self.text += ", " if place else " "
                self.note((*path, key))
                self.text += f"{self.key(key)} = "
                self.inline(each, (*path, key))
            self.text += " }"
        elif isinstance(value, list | tuple):
            self.text += "["
            for place, each in enumerate(value):
                self.text += "\n # ]\n" * self._draw(2)
                self.note((*path, place))
                self.inline(each, (*path, place))
                self.text += ",\n" if self._draw(2) or place + 1 < len(value) else ""
            self.text += "]"
        elif isinstance(value, str) and self._draw(2):
            self.text += (
                '"""' + json.dumps(value, ensure_ascii=False)[1:-1].replace("\\n", "\n") + '"""'
            )
        elif isinstance(value, bool | int | str):
            self.text += json.dumps(value, ensure_ascii=False)


def plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list | tuple) else value


@settings(deadline=None)
@given(TABLES, st.data())
def test_positions_of_what_was_written_are_where_it_was_written(
    table: dict[str, object], data: st.DataObject
) -> None:
    writer = Writer(lambda choices: data.draw(st.integers(0, choices - 1)))
    writer.table(table, (), "")
    document: Document = read(writer.text)
    assert document.lines == writer.lines
    assert set(document.lines) == paths_of(document.values)
    assert paths_of(document.values) == paths_of(plain(table))
