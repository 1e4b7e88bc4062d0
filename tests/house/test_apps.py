"""Every Django app has the same file names, imports run one way, and the migrations are whole."""

import importlib.metadata
import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django import forms
from django.apps import apps
from django.core.management import call_command
from django.db import models
from django.urls import get_resolver
from importlinter.cli import lint_imports

from tabularium.api.application import api
from tests.lines.walkers import routes
from tests.lines.walkers.modules import VERIFY, Source, imported, sources
from tests.lines.walkers.syntax import imports, nodes

ROOT = Path(__file__).resolve().parents[2]

# What stands where, in every app that has it.
PLACES: dict[str, type] = {"models": models.Model, "forms": forms.BaseForm}

# The schemas of django-ninja are pydantic's models; it has no other interface.
PART_OF = {"pydantic": "django-ninja"}


def _own_apps() -> list[str]:
    return [each.name for each in apps.get_app_configs() if each.name.startswith("tabularium.")]


def misplaced(classes: list[type]) -> Iterator[str]:
    """Classes that stand in a module of another name than the house has for them."""
    for each in classes:
        for place, base in PLACES.items():
            if issubclass(each, base) and place not in each.__module__.split("."):
                yield f"{each.__module__}.{each.__name__} is not in {place}"


def _own_classes() -> list[type]:
    return [
        value
        for module in imported()
        for value in vars(module).values()
        if isinstance(value, type) and value.__module__ == module.__name__
    ]


@pytest.fixture(autouse=True)
def _others_go_on_logging(monkeypatch: pytest.MonkeyPatch) -> None:
    """The linter of imports is a program: it silences every logger that it does not know."""
    monkeypatch.setattr("importlinter.cli._configure_logging", lambda _: None)


def test_there_are_apps_and_each_has_its_configuration() -> None:
    assert {"tabularium.register", "tabularium.public", "tabularium.api"} <= set(_own_apps())
    for name in _own_apps():
        folder = ROOT / Path(*name.split("."))
        assert (folder / "apps.py").is_file(), name


def test_models_and_forms_stand_where_every_app_has_them() -> None:
    assert list(misplaced(_own_classes())) == []


def test_a_form_elsewhere_is_met() -> None:
    stray = type("Stray", (forms.Form,), {"__module__": "tabularium.public.views.search"})
    assert list(misplaced([stray])) == ["tabularium.public.views.search.Stray is not in forms"]


def test_views_stand_in_views_and_operations_in_operations() -> None:
    known = {".views", ".operations", ".problems", ".application"}
    modules = {
        route.view.__module__
        for route in routes.walk(get_resolver())
        if route.view.__module__.startswith("tabularium.")
    }
    assert modules
    assert [each for each in modules if not any(place in each for place in known)] == []
    assert api.urls_namespace == "api"


def test_imports_run_one_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert lint_imports(config_filename="pyproject.toml", no_cache=True) == 0


def test_an_import_against_the_way_is_met(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "crossed"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "core.py").write_text("import crossed.web\n")
    (package / "web.py").write_text("")
    contract = (
        '[tool.importlinter]\nroot_package = "crossed"\n'
        '[[tool.importlinter.contracts]]\nname = "one way"\ntype = "layers"\n'
        'layers = ["crossed.web", "crossed.core"]\n'
    )
    (tmp_path / "pyproject.toml").write_text(contract)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    assert lint_imports(config_filename="pyproject.toml", no_cache=True) == 1


def test_what_is_imported_is_declared() -> None:
    declared = _declared()
    by_import = importlib.metadata.packages_distributions()
    found = []
    for source in (*sources(), *sources(VERIFY)):
        for top in _outside(source):
            owners = {each.lower().replace("_", "-") for each in by_import.get(top, [])} | {
                PART_OF.get(top, "")
            }
            if not owners & declared:
                found.append(f"{source.name} imports {top}")
    assert found == []


def _declared() -> set[str]:
    files = (ROOT / "requirements" / name for name in ("runtime.in", "spark.in", "tracing.in"))
    lines = (line for file in files for line in file.read_text("utf-8").splitlines())
    names = (line.split("#")[0].strip() for line in lines)
    return {
        name.split("[")[0].split(">")[0].split("=")[0].split("<")[0].strip().lower()
        for name in names
        if name
    }


def _outside(source: Source) -> set[str]:
    tops = {module.partition(".")[0] for _, node in nodes(source.tree) for module in imports(node)}
    return tops - set(sys.stdlib_module_names) - {"tabularium", "tabularium_verify"}


@pytest.mark.django_db
def test_the_migrations_are_whole() -> None:
    out = io.StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=out)
    assert "No changes detected" in out.getvalue()
