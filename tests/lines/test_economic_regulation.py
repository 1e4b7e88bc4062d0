"""Line 4: only economic regulation. The list of fields is closed."""

# ruff: noqa: DJ008 - models made to be met by a walker have no rows to name

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.test import Client
from django.test.utils import isolate_apps

from tabularium.core.kinds import Field, Kind
from tabularium.intake.items import ItemError, parse_item
from tabularium.register import services
from tabularium.register.models import CatalogueItem
from tests.builders import Town
from tests.lines.made_up_item import ITEM
from tests.lines.walkers.openapi import properties

TESTS = Path(__file__).resolve().parents[1]
# With the item of a file that must not be republished, which stands beside the tests.
CATALOGUE = [
    *sorted((TESTS.parent / "examples" / "catalogue").glob("*.toml")),
    TESTS / "intake" / "tracker_item.toml",
]

# The design, section 1, line 4, word for word: written here a second time, so that no change of the code
# alone moves the line.
CLOSED_LIST = {
    "product-safety",
    "food-safety",
    "drug-safety",
    "workplace-safety",
    "environment",
    "construction",
    "transport",
    "tax",
    "wages",
    "health-and-care",
    "data-protection",
    "competition",
    "consumer-protection",
    "public-procurement",
    "financial-services",
    "business-licensing",
}
KINDS = {"licence", "penalty", "exclusion", "promise", "judgment"}

OUTSIDE = [
    "speech",
    "media",
    "assembly",
    "association",
    "religion",
    "public-order",
    "defence",
    "migration",
    "food-safety ",
    "Food-Safety",
    "",
]


def _beyond(values: Iterable[str], closed: set[str] = CLOSED_LIST) -> list[str]:
    """How a list differs from the closed one."""
    given = {str(value) for value in values}
    return [
        *(f"{each!r} is outside the closed list" for each in sorted(given - closed)),
        *(f"{each!r} is missing" for each in sorted(closed - given)),
    ]


def test_the_list_of_fields_is_the_designs() -> None:
    assert _beyond(Field) == []
    assert _beyond(Kind, KINDS) == []


def test_a_longer_list_is_met() -> None:
    longer = StrEnum("Field", {**{each.name: each.value for each in Field}, "RELIGION": "religion"})
    assert _beyond(longer) == ["'religion' is outside the closed list"]


def field_offences(each_model: Iterable[type[models.Model]]) -> list[str]:
    """Catalogue items of a model whose field is not held to the closed list."""
    found = []
    for model in each_model:
        if model._meta.model_name != "catalogueitem":
            continue
        field = model._meta.get_field("field")
        if not isinstance(field, models.Field):
            continue
        found += _beyond(str(value) for value, _ in field.choices or [])
        constrained = [
            str(constraint)
            for constraint in model._meta.constraints
            if isinstance(constraint, models.CheckConstraint)
            and any(key == "field__in" for key, *_ in _leaves(constraint.condition))
        ]
        if not constrained:
            found.append("no constraint of the database holds the field")
    return found


def _leaves(condition: Any) -> Iterable[tuple[Any, ...]]:
    for child in getattr(condition, "children", []):
        if isinstance(child, tuple):
            yield child
        else:
            yield from _leaves(child)


def test_the_model_holds_the_list() -> None:
    every = apps.get_models(include_auto_created=True)
    assert CatalogueItem in every
    assert field_offences(every) == []


@isolate_apps("tabularium.register")
def test_a_model_that_does_not_is_met() -> None:
    class CatalogueItem(models.Model):
        field = models.CharField(max_length=30, choices=[("religion", "religion")])

        class Meta:
            app_label = "register"

    found = field_offences([CatalogueItem])
    assert "'religion' is outside the closed list" in found
    assert "no constraint of the database holds the field" in found


def _insert_item(field: str, kind: str = "penalty") -> None:
    authority = Town("field-office").authority
    columns = {
        "authority_id": authority.pk,
        "code": "side-item",
        "version": 1,
        "kind": kind,
        "field": field,
        "title": "{}",
        "legal_basis": "",
        "legal_basis_url": "",
        "frequency": "",
        "effective_from": date(2026, 1, 1).isoformat(),
        "definition": "",
    }
    names = ", ".join(columns)
    marks = ", ".join(["%s"] * len(columns))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO register_catalogueitem ({names}) VALUES ({marks})",  # noqa: S608 - own names
            list(columns.values()),
        )


@pytest.mark.django_db
@pytest.mark.parametrize("field", OUTSIDE)
def test_the_database_refuses_a_field_outside(field: str) -> None:
    with pytest.raises(IntegrityError, match="item_field_is_economic"):
        _insert_item(field)


@pytest.mark.django_db
@pytest.mark.parametrize("field", sorted(CLOSED_LIST))
def test_the_database_takes_a_field_inside(field: str) -> None:
    _insert_item(field)
    assert CatalogueItem.objects.get(code="side-item").field == field


@pytest.mark.django_db
def test_the_database_refuses_another_kind() -> None:
    with pytest.raises(IntegrityError, match="item_kind_is_known"):
        _insert_item("food-safety", "warning")


@pytest.mark.parametrize("field", OUTSIDE)
def test_an_item_with_a_field_outside_is_refused(field: str) -> None:
    if field.strip() in CLOSED_LIST:
        assert parse_item(_item_of(field), "item").field == field.strip()
        return
    with pytest.raises(ItemError) as refused:
        parse_item(_item_of(field), "item")
    assert len(refused.value.mistakes) == 1
    assert "field" in refused.value.message


def _item_of(field: str) -> str:
    assert 'field = "food-safety"' in ITEM
    return ITEM.replace('field = "food-safety"', f'field = "{field}"')


def test_every_item_of_the_catalogue_is_inside() -> None:
    assert CATALOGUE
    fields = {parse_item(file.read_text("utf-8"), file.name).field for file in CATALOGUE}
    assert set(fields) <= CLOSED_LIST


@pytest.mark.django_db
def test_a_service_refuses_a_field_outside() -> None:
    town = Town("field-office")
    details = services.ItemDetails(
        code="side-item",
        version=1,
        kind=Kind.PENALTY,
        field="religion",  # type: ignore[arg-type] # the offence
        title={"en": "Made-up"},
        effective_from=date(2026, 1, 1),
        definition="",
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        services.ensure_item(details, authority=town.authority)


def document_offences(document: Mapping[str, Any]) -> list[str]:
    """Enumerations of fields in the API that differ from the closed list."""
    schemas = document["components"]["schemas"]
    found = []
    met = 0
    for schema_name, name, schema in properties(document):
        # Of an entry with an erased text, "field" says which text it was.
        if name != "field" or schema_name == "ErasedField":
            continue
        references = [each.get("$ref", "") for each in (schema, *schema.get("allOf", []))]
        listed = [schemas[each.rpartition("/")[2]] for each in references if each]
        values = [each["enum"] for each in (schema, *listed) if "enum" in each]
        met += len(values)
        found += [f"{schema_name}: {each}" for some in values for each in _beyond(some)]
    return found if met else ["no schema says which fields there are"]


def test_the_api_lists_the_same_fields() -> None:
    assert document_offences(Client().get("/api/v1/openapi.json").json()) == []


def test_an_api_that_lists_another_field_is_met() -> None:
    longer = {"enum": [*sorted(CLOSED_LIST), "migration"]}
    document = {"components": {"schemas": {"Entry": {"properties": {"field": longer}}}}}
    assert document_offences(document) == ["Entry: 'migration' is outside the closed list"]
    assert document_offences({"components": {"schemas": {}}}) != []
