"""What a row is called where a program prints it: by what it is, and by nothing that it keeps."""

from datetime import UTC, date, datetime

import pytest
from django.apps import apps
from django.db import models

from tabularium.register.models import (
    Organisation,
    OrganisationName,
    RegisteredIdentifier,
    User,
    Version,
)

UNSAID = "unsaid"
AT = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)

# Texts that say which row or what kind of row it is; all others are what somebody wrote or sent.
_WHICH = {
    *(
        "id",
        "code",
        "type",
        "what",
        "role",
        "field",
        "purpose",
        "channel",
        "origin",
        "name",
        "key_sha256",
    ),
}
# Called by what they are there to say, which the public may read anyhow; a login is no name.
_OF_THEMSELVES = {Organisation, OrganisationName, RegisteredIdentifier, User}
MODELS = [
    each
    for each in apps.get_app_config("register").get_models(include_auto_created=True)
    if each not in _OF_THEMSELVES
]
_KEPT = models.TextField | models.CharField | models.JSONField | models.BinaryField


def filled(model: type[models.Model]) -> models.Model:
    """A row with something in each field; it is not written."""
    row = model()
    for field in model._meta.concrete_fields:
        row.__dict__[field.attname] = _value(model, field)
    return row


def _value(model: type[models.Model], field: models.Field) -> object:
    if isinstance(field, models.ForeignKey | models.OneToOneField) or field.primary_key:
        return "7"
    if isinstance(field, models.DateTimeField):
        return AT
    if isinstance(field, models.DateField):
        return date(2026, 3, 4)
    if isinstance(field, _KEPT):
        is_document = model.__name__ == "Document"
        return "which" if field.attname in _WHICH and not is_document else UNSAID
    return 3


@pytest.mark.parametrize("model", MODELS, ids=lambda each: each.__name__)
def test_a_row_is_called_by_which_it_is_and_says_nothing_that_it_keeps(
    model: type[models.Model],
) -> None:
    called = str(filled(model))  # and asks no database, which this test has not
    assert called.strip()
    assert "object (" not in called
    assert UNSAID not in called
    assert len(called) < 80


def test_what_a_row_keeps_would_be_met(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Version, "__str__", lambda row: f"{row.pk} {row.measure}")
    assert UNSAID in str(filled(Version))


def test_those_called_by_themselves_say_their_name() -> None:
    assert str(Organisation(name="Made-up Mill")) == "Made-up Mill"
    assert str(RegisteredIdentifier(scheme="LEI", value="X")) == "LEI X"
    assert str(User(login="a.keeper")) == "a.keeper"
