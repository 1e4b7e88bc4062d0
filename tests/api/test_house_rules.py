"""The API reads through the selectors alone, knows no person and sums nothing up."""

import ast
from pathlib import Path
from typing import Any

import pytest

import tabularium.api

FOLDER = Path(tabularium.api.__file__).parent
# Ways to the tables that go round the one visibility selector, and libraries' ways to write.
FORBIDDEN_ATTRIBUTES = {"objects", "_default_manager", "_base_manager", "raw", "cursor"}
FORBIDDEN_MODULES = ("tabularium.register.services", "tabularium.public", "django.db.connection")
# What records through the API does it as the command line does, and holds the tokens and keys of calls.
ALLOWED = {
    ("authentication.py", "tabularium.register.services.tokens.use_token"),
    ("recording.py", "tabularium.register.services.idempotency"),
    # What members do by their keys is done by the services that do it for the pages of workspaces, and what
    # they are shown leaves the same notes.
    ("member_authentication.py", "tabularium.register.services.member_keys.use_member_key"),
    ("member_authentication.py", "tabularium.register.services.memberships.memberships_at"),
    ("member_authentication.py", "tabularium.register.services.memberships.replies_for"),
    ("member_authentication.py", "tabularium.register.services.memberships.was_let_in"),
    ("member_authentication.py", "tabularium.register.services.advance.locked"),
    ("desk_operations.py", "tabularium.register.services"),
    ("desk_operations.py", "tabularium.register.services.looking.note_lookings"),
    ("desk_decisions.py", "tabularium.register.services"),
    ("reply_operations.py", "tabularium.register.services"),
    ("reply_operations.py", "tabularium.register.services.correction_requests.may_ask_correction"),
}
FORBIDDEN_NAMES = {"PatchDict", "ModelSchema", "connection", "connections", "RawSQL"}
OF_A_PERSON = {
    "person",
    "director",
    "representative",
    "owner",
    "contact",
    "birth",
    "phone",
    "email",
}
SUMMING_UP = {"score", "grade", "rank", "rating", "colour", "risk", "count", "total", "level"}


def _violations(source: str) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in FORBIDDEN_ATTRIBUTES:
            found.append(node.attr)
        elif isinstance(node, ast.Name) and node.id in FORBIDDEN_NAMES:
            found.append(node.id)
        elif isinstance(node, ast.ImportFrom):
            whole = [f"{node.module}.{each.name}" for each in node.names]
            found += [each for each in whole if each.startswith(FORBIDDEN_MODULES)]
        elif isinstance(node, ast.Import):
            found += [each.name for each in node.names if each.name.startswith(FORBIDDEN_MODULES)]
    return found


@pytest.mark.parametrize(
    "file", sorted(FOLDER.rglob("*.py")), ids=lambda file: str(file.relative_to(FOLDER))
)
def test_reading_goes_through_the_selectors(file: Path) -> None:
    found = {(file.name, each) for each in _violations(file.read_text("utf-8"))}
    assert found - ALLOWED == set()


def test_what_is_allowed_is_there() -> None:
    for name, module in ALLOWED:
        assert module in _violations((FOLDER / name).read_text("utf-8"))


@pytest.mark.parametrize(
    "source",
    [
        "from tabularium.register.models import Entry\nEntry.objects.get(pk=1)",
        "Entry._default_manager.all()",
        "from tabularium.register import services",
        "from tabularium.register.services import withdraw",
        "import tabularium.public.words",
        "from ninja import PatchDict\nx = PatchDict",
        "from django.db import connection\nconnection",
    ],
)
def test_the_rule_bites(source: str) -> None:
    assert _violations(source)


def _members(schema: Any) -> set[str]:
    if isinstance(schema, list):
        return set().union(*map(_members, schema))
    if not isinstance(schema, dict):
        return set()
    properties = schema.get("properties", {})
    own = set(properties) if isinstance(properties, dict) else set()
    return own.union(*map(_members, schema.values()))


def _crossing(names: set[str]) -> set[str]:
    lines = OF_A_PERSON | SUMMING_UP
    return {each for each in names if lines & set(each.lower().split("_"))}


def test_no_member_or_parameter_is_about_a_person_or_sums_up(document: dict[str, Any]) -> None:
    names = _members(document["components"]["schemas"])
    assert {"decided_on", "found", "parameter"} <= names
    for methods in document["paths"].values():
        for operation in methods.values():
            names |= {each["name"] for each in operation["parameters"]}
    assert _crossing(names) == set()


def test_that_rule_bites_too() -> None:
    assert _crossing({"birth_date", "risk_score", "entry_count", "name"}) == {
        "birth_date",
        "risk_score",
        "entry_count",
    }
