"""What `docs/scope.md` says holds the lines is there, under that name."""

import re
from pathlib import Path

from django.apps import apps

from tabularium.register import triggers

ROOT = Path(__file__).resolve().parents[2]
SCOPE = (ROOT / "docs" / "scope.md").read_text("utf-8")


def _named() -> set[str]:
    """The constraints and triggers that the document names."""
    prefixes = "version|entry|item|identifier|event|organisation"
    return set(re.findall(rf"`((?:{prefixes})_[a-z_]+)`", SCOPE))


def _missing(named: set[str]) -> set[str]:
    constraints = {
        constraint.name for model in apps.get_models() for constraint in model._meta.constraints
    }
    return named - constraints - {rule.name for rule in triggers.RULES}


def test_every_constraint_and_trigger_that_it_names_is_there() -> None:
    assert len(_named()) > 6
    assert _missing(_named()) == set()
    assert _missing({"entry_is_kind"}) == {"entry_is_kind"}


def test_every_test_that_it_names_is_there_and_every_line_has_one() -> None:
    named = set(re.findall(r"`(tests/lines/test_\w+\.py)`", SCOPE))
    assert len(named) == 8  # the second line has two, and the last
    assert [each for each in named if not (ROOT / each).is_file()] == []


def test_it_has_a_section_for_each_line_of_the_design() -> None:
    assert re.findall(r"^## (\d)\. ", SCOPE, re.MULTILINE) == list("123456")
    for part in ("**Why.**", "**What it means.**", "**What holds it.**", "**If you want more.**"):
        assert SCOPE.count(part) == 6, part
    assert "it is not built, and a change that crosses a line is not accepted" in SCOPE
