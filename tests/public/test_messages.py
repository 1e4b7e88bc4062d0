"""Every text of the site has a Chinese translation, and what is compiled is what is written."""

import re
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from string import Formatter

import pytest
from babel.messages import extract, mofile, pofile
from babel.messages.catalog import Catalog, Message
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parents[2] / "tabularium"
# One for the whole and one for each app that has texts of its own; Django reads them as one.
FOLDERS = sorted(PACKAGE.rglob("locale/zh_Hans/LC_MESSAGES"))

KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")

Key = tuple[str, str]


def _key(message: object, context: object) -> Key:
    first = message[0] if isinstance(message, tuple | list) else message
    # The reader of compiled files leaves contexts as bytes.
    told = context.decode() if isinstance(context, bytes) else context
    return str(told or ""), str(first)


def _extract(source: str) -> Iterator[Key]:
    found = extract.extract("python", BytesIO(source.encode()), KEYWORDS)
    for _, message, _, context in found:
        yield _key(message, context)


def in_use() -> set[Key]:
    """The texts in the package's code and templates."""
    used: set[Key] = set()
    for file in PACKAGE.rglob("*.py"):
        text = file.read_text("utf-8")
        if "gettext" in text:
            used.update(_extract(text))
    for file in PACKAGE.rglob("templates/**/*.html"):
        used.update(_extract(templatize(file.read_text("utf-8"), origin=str(file))))
    return used


def _catalog(folder: Path) -> Catalog:
    with (folder / "django.po").open("rb") as file:
        return pofile.read_po(file, locale="zh_Hans")


@pytest.fixture(scope="module")
def catalogs() -> list[Catalog]:
    return [_catalog(folder) for folder in FOLDERS]


@pytest.fixture(params=FOLDERS, ids=lambda folder: folder.parents[2].name)
def folder(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


@pytest.fixture
def catalog(folder: Path) -> Catalog:
    return _catalog(folder)


def _messages(*catalogs: Catalog) -> dict[Key, Message]:
    return {
        _key(each.id, each.context): each for catalog in catalogs for each in catalog if each.id
    }


def _texts(message: Message) -> tuple[str, ...]:
    said = message.string
    return tuple(said) if isinstance(said, tuple | list) else (said,)


def test_every_text_is_translated(catalogs: list[Catalog]) -> None:
    known = _messages(*catalogs)
    assert in_use() - set(known) == set()
    assert [each for each, message in known.items() if not all(_texts(message))] == []
    assert [each for each, message in known.items() if message.fuzzy] == []


def test_no_translation_is_left_over(catalog: Catalog) -> None:
    assert set(_messages(catalog)) - in_use() == set()
    assert not catalog.obsolete


def test_no_text_is_translated_twice(catalogs: list[Catalog]) -> None:
    every = [key for each in catalogs for key in _messages(each)]
    assert len(catalogs) > 1
    assert [key for key, times in Counter(every).items() if times > 1] == []


def test_a_text_that_nobody_translated_would_be_found(catalogs: list[Catalog]) -> None:
    new = templatize('{% load i18n %}{% translate "A new sentence" %}')
    assert set(_extract(new)) - set(_messages(*catalogs)) == {("", "A new sentence")}


def test_the_compiled_file_is_the_written_one(folder: Path, catalog: Catalog) -> None:
    with (folder / "django.mo").open("rb") as file:
        compiled = mofile.read_mo(file)
    written = {key: _texts(message) for key, message in _messages(catalog).items()}
    assert {key: _texts(message) for key, message in _messages(compiled).items()} == written
    # One form for all numbers: without this line a reader of "2 organisations" would get English.
    assert compiled.plural_forms == "nplurals=1; plural=0;"


def _holes(text: str) -> set[str]:
    if "%(" in text:
        return set(PLACEHOLDER.findall(text))
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_translations_fill_the_same_places(catalog: Catalog) -> None:
    for (_, english), message in _messages(catalog).items():
        for chinese in _texts(message):
            assert _holes(chinese) == _holes(english)
            assert re.findall(r"</?\w+", chinese) == re.findall(r"</?\w+", english)


def test_translations_are_chinese(catalog: Catalog) -> None:
    places_alone = {"%(last)s, %(time)s (%(zone)s)", "%(channel)s, %(day)s"}
    places_alone |= {"%(amount)s %(currency)s (%(code)s)"}
    for (_, english), message in _messages(catalog).items():
        for chinese in _texts(message):
            assert english in places_alone or re.search(r"[\u4e00-\u9fff]", chinese), english
            # Half-width punctuation between Chinese characters is a slip of the keyboard.
            assert not re.search(r"[\u4e00-\u9fff][,;:!?]|[,;:!?][\u4e00-\u9fff]", chinese), chinese
