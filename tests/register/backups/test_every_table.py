"""Of every table it is decided what a backup holds of it; one that is new, and of which it is not, fails."""

# ruff: noqa: DJ008 - models made to be met by a walker have no rows to name

from collections.abc import Iterable

import pytest
from django.apps import apps
from django.db import connection, models
from django.test.utils import isolate_apps

from tabularium.register.backups.rows import LEFT_OUT, NO_MODEL, WHOLE, tables
from tabularium.register.erasable import PART_OF
from tabularium.register.models import Event, Version


def undecided(every: Iterable[type[models.Model]]) -> set[str]:
    """Models of which nothing says what a backup holds, or of which two things say it."""
    in_parts = {model._meta.label for model in PART_OF}
    return {
        model._meta.label
        for model in every
        if sum(model._meta.label in each for each in (in_parts, WHOLE, LEFT_OUT)) != 1
    }


def test_of_every_model_it_is_decided_what_a_backup_holds() -> None:
    every = apps.get_models(include_auto_created=True)
    assert undecided(every) == set()
    assert {*WHOLE, *LEFT_OUT} <= {model._meta.label for model in every}
    held = {each.label for each in tables()}
    assert held == {model._meta.label for model in every} - LEFT_OUT.keys()


@isolate_apps("tabularium.register")
def test_a_model_of_which_it_is_not_decided_is_met() -> None:
    class Emblem(models.Model):
        class Meta:
            app_label = "register"

    assert undecided([Emblem, Version]) == {"register.Emblem"}


@pytest.mark.django_db
def test_of_every_table_without_a_model_it_is_decided_too() -> None:
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
    with_models = {m._meta.db_table for m in apps.get_models(include_auto_created=True)}
    others = there - with_models
    assert NO_MODEL.keys() <= others
    behind_the_search = {each for each in others if each.startswith("register_organisation_search")}
    assert others == NO_MODEL.keys() | behind_the_search


def test_what_is_sealed_by_the_month_is_what_erasure_empties_or_removes() -> None:
    for table in tables():
        columns = {field.attname for field in table.model._meta.concrete_fields}
        assert {*table.first, *table.second} == columns
        part = table.part
        if part is None:
            assert table.second == []
        elif part.is_removed:
            assert (table.first, {*table.second}) == ([], columns)
        else:
            assert set(table.second) == part.emptied.keys()
            assert part.where or not {*table.first} & {*table.second}


def test_who_acted_for_an_organisation_is_sealed_and_who_acted_for_an_authority_is_not() -> None:
    (events,) = [each for each in tables() if each.model is Event]
    assert "actor_id" in events.first
    assert events.second == ["actor_id"]
    assert events.joined(["x"] * len(events.first), None)["actor_id"] == "x"
    first = [None if name == "actor_id" else name for name in events.first]
    assert events.joined(first, None)["actor_id"] is None
    assert events.joined(first, [7])["actor_id"] == 7
