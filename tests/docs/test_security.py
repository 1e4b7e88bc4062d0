"""What the page on security names is there, and no requirement of the standard is left out."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.conftest import ROOT

PAGE = ROOT / "docs" / "security.md"
TESTS = ROOT / "tests"

# Chapter, section and the requirements of levels 1 and 2 of ASVS 5.0.0: 70 and 183.
LEVEL_2 = """
1.1 1-2; 1.2 1-9; 1.3 1-11; 1.4 1-3; 1.5 1-2; 2.1 1-3; 2.2 1-3; 2.3 1-4; 2.4 1-1; 3.2 1-2; 3.3 1-4; 3.4 1-6;
3.5 1-5; 3.7 1-2; 4.1 1-3; 4.2 1-1; 4.3 1-2; 4.4 1-4; 5.1 1-1; 5.2 1-3; 5.3 1-2; 5.4 1-3; 6.1 1-3; 6.2 1-12;
6.3 1-4; 6.4 1-4; 6.5 1-5; 6.6 1-3; 6.8 1-4; 7.1 1-3; 7.2 1-4; 7.3 1-2; 7.4 1-5; 7.5 1-2; 7.6 1-2; 8.1 1-2;
8.2 1-3; 8.3 1-1; 8.4 1-1; 9.1 1-3; 9.2 1-4; 10.1 1-2; 10.2 1-2; 10.3 1-4; 10.4 1-11; 10.5 1-5; 10.6 1-2;
10.7 1-3; 11.1 1-2; 11.2 1-3; 11.3 1-3; 11.4 1-4; 11.5 1-1; 11.6 1-1; 12.1 1-3; 12.2 1-2; 12.3 1-4; 13.1 1-1;
13.2 1-5; 13.3 1-2; 13.4 1-5; 14.1 1-2; 14.2 1-4; 14.3 1-3; 15.1 1-3; 15.2 1-3; 15.3 1-7; 16.1 1-1; 16.2 1-5;
16.3 1-4; 16.4 1-3; 16.5 1-3; 17.1 1-1; 17.2 1-4; 17.3 1-2
"""
_REFERENCE = re.compile(r"`((?:[a-z0-9_]+/)*test_[a-z0-9_]+)::([a-z0-9_]+|\*)`")
_SETTING = re.compile(r"`settings\.([A-Z0-9_]+)`")
_RANGE = re.compile(r"V(\d+)\.(\d+)\.(\d+)(?: to V(\d+)\.(\d+)\.(\d+))?")
VERDICTS = {"met", "partly", "not met", "not applicable"}


def required() -> Iterator[str]:
    for section in LEVEL_2.replace("\n", " ").split(";"):
        name, span = section.split()
        first, last = map(int, span.split("-"))
        yield from (f"{name}.{number}" for number in range(first, last + 1))


def rows(text: str) -> Iterator[tuple[list[str], str, str]]:
    """The requirements of a row, its verdict, and its evidence."""
    for line in text.splitlines():
        if not line.startswith("| V"):
            continue
        names, verdict, _, evidence = (cell.strip() for cell in line.split("|")[1:-1])
        listed: list[str] = []
        for match in _RANGE.finditer(names):
            chapter, section, first, _, _, last = match.groups()
            numbers = range(int(first), int(last or first) + 1)
            listed += [f"{chapter}.{section}.{number}" for number in numbers]
        yield listed, verdict, evidence


def missing(text: str) -> list[str]:
    """What a page names that is not there."""
    found = []
    for path, name in _REFERENCE.findall(text):
        file = TESTS / f"{path}.py"
        if not file.is_file() or (name != "*" and name not in _names_in(file)):
            found.append(f"{path}::{name}")
    return found + [each for each in _SETTING.findall(text) if not hasattr(settings, each)]


def _names_in(file: Path) -> set[str]:
    tree = ast.parse(file.read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_test_and_setting_that_it_names_is_there() -> None:
    text = PAGE.read_text("utf-8")
    assert missing(text) == []
    assert len(_REFERENCE.findall(text)) > 200


@pytest.mark.parametrize(
    "named", ["`api/test_errors::test_nothing_of_the_kind`", "`nowhere/test_x::*`", "`settings.NO`"]
)
def test_what_is_not_there_is_met(named: str) -> None:
    assert len(missing(named)) == 1


def test_every_requirement_of_level_2_stands_in_it_once_with_a_verdict() -> None:
    found = list(rows(PAGE.read_text("utf-8")))
    listed = [each for names, _, _ in found for each in names]
    assert len(listed) == len(set(listed))
    assert set(listed) == set(required())
    assert len(listed) == 70 + 183
    assert {verdict for _, verdict, _ in found} == VERDICTS


def test_what_is_met_says_by_what() -> None:
    bare = [
        names
        for names, verdict, evidence in rows(PAGE.read_text("utf-8"))
        if verdict in {"met", "partly"}
        and not (_REFERENCE.search(evidence) or _SETTING.search(evidence))
    ]
    assert bare == []
