"""The page on the API says what the API does."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tabularium.api.problem_types import PROBLEMS
from tabularium.api.schemas import Meaning
from tabularium.core.identifiers import IdentifierProblem

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text("utf-8")


def _rows(section: str) -> list[list[str]]:
    text = PAGE.split(f"## {section}\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (`.*) \|$", text, re.MULTILINE)
    return [[cell.strip() for cell in row.split("|")] for row in rows]


def test_it_names_every_path_and_no_other(document: dict[str, Any]) -> None:
    named = {row[0].strip("`").split("?")[0] for row in _rows("Addresses")}
    assert named == set(document["paths"])


def test_it_names_required_parameters(document: dict[str, Any]) -> None:
    for row in _rows("Addresses"):
        path, _, query = row[0].strip("`").partition("?")
        [operation] = document["paths"][path].values()
        parameters = operation["parameters"]
        required = {
            each["name"] for each in parameters if each["required"] and each["in"] == "query"
        }
        assert {each.removesuffix("=") for each in query.split("&") if each} == required


def test_it_names_every_error_with_its_status() -> None:
    named = {(row[0].strip("`"), int(row[1])) for row in _rows("Errors")}
    assert named == {(each.code, each.status) for each in PROBLEMS}


def test_it_names_every_meaning() -> None:
    rows = _rows("What an answer says, and what it does not")
    assert {row[0].strip("`") for row in rows} == {"meaning", *Meaning}


def test_its_example_of_an_error_is_right(validate: Callable[[Any, str], None]) -> None:
    [example] = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    validate(json.loads(example), "/components/schemas/Problem")


def test_it_names_what_can_be_wrong_with_an_identifier() -> None:
    of_a_row = {IdentifierProblem.LEGAL_FORM_MISSING, IdentifierProblem.LEGAL_FORM_UNKNOWN}
    # An unknown scheme is a wrong parameter of its own.
    of_a_value = set(IdentifierProblem) - of_a_row - {IdentifierProblem.UNKNOWN_SCHEME}
    last = PAGE.split("`code` in `errors` is")[1]
    assert set(re.findall(r"`([a-z-]+)`", last)) == {"missing", "wrong", *of_a_value}
