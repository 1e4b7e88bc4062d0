"""The page on privacy has every place where something can stand that tells of those who use the register."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import connection, models

from tabularium import clock
from tabularium.accounts.tries import forget_tries
from tabularium.upkeep import running
from tests.conftest import ROOT

PAGE = ROOT / "docs" / "privacy.md"
_MODEL = re.compile(r"`([A-Z][A-Za-z]+)`((?:\s+`[a-z0-9_]+`)*)")

# Of what decisions say about organisations, and how the register is set up; public, or bound to become so.
OF_DECISIONS = {
    "Authority", "CatalogueItem", "Organisation", "OrganisationName", "RegisteredIdentifier", "Version",
    "VersionSalts", "Entry", "Event", "Finding", "Leaf", "PublicChange", "ChangeFeed", "Sighting", "Erasure",
    "ErasedField", "SignedCheckpoint", "OfferedCorrection", "Submission", "Notice", "Upload",
    "ContentType", "Permission", "Group", "Group_permissions",
}  # fmt: skip
# What allauth could keep, and lines/test_persons.py holds empty.
EMPTY = {"EmailAddress", "EmailConfirmation", "SocialApp", "SocialToken"}
# Fields that say when, which, how far or for whom in general, and of no person.
HARMLESS = {
    "id", "at", "what", "authority", "organisation", "role", "entry", "version", "notice",
    "channel", "number", "begun_at", "handed_over_at", "ended_at", "outcome", "created_at",
    "expires_at", "revoked_at", "last_used_on", "last_used_at", "type", "provider", "last_login",
    "date_joined", "extra_data", "expire_date", "purpose", "statement", "media_type", "size",
    "warning", "added_at", "language", "shown", "dated_on", "erased_at", "event", "asked_at",
    "settled_at", "generation", "used_at", "withdrawn_at", "valid_from", "set_at", "key_name",
    "old_key_name", "old_key_until", "submission", "hour",
}  # fmt: skip

Move = Callable[[datetime], None]


def told(text: str) -> dict[str, set[str]]:
    """Which fields of which models a page has."""
    found: dict[str, set[str]] = {}
    for model, fields in _MODEL.findall(text):
        found.setdefault(model, set()).update(re.findall(r"`([a-z0-9_]+)`", fields))
    return found


def untold(every: Iterable[type[models.Model]], text: str) -> list[str]:
    """Fields that can tell of somebody and that the page has not."""
    page = told(text)
    user = get_user_model()
    found = []
    for model in every:
        name = model.__name__
        if name in EMPTY:
            continue
        for field in model._meta.get_fields():
            if not field.concrete or field.name in page.get(name, set()):
                continue
            leads_to_account = field.is_relation and field.related_model is user
            if leads_to_account or (name not in OF_DECISIONS and field.name not in HARMLESS):
                found.append(f"{name}.{field.name}")
    return found


def test_every_field_that_can_tell_of_somebody_is_in_the_table() -> None:
    assert untold(apps.get_models(include_auto_created=True), PAGE.read_text("utf-8")) == []


def test_what_the_table_names_is_there() -> None:
    fields = {
        model.__name__: {field.name for field in model._meta.get_fields()}
        for model in apps.get_models()
    }
    for model, named in told(PAGE.read_text("utf-8")).items():
        assert named <= fields[model], model


def test_a_field_that_nobody_thought_of_is_met() -> None:
    text = PAGE.read_text("utf-8")
    every = list(apps.get_models())
    assert untold(every, text.replace("`User` `login`", "`User`")) == ["User.login"]
    assert untold(every, text.replace("`approved_by`", "")) == ["Entry.approved_by"]


@pytest.mark.django_db
def test_addresses_of_who_tried_to_sign_in_are_forgotten_when_they_count_no_more() -> None:
    cache.clear()
    cache.set("allauth:rl:login:ip:192.0.2.7", [1.0], timeout=60)
    cache.set("allauth:rl:login:ip:192.0.2.8", [1.0], timeout=7200)
    with clock.simulated(clock.now() + timedelta(minutes=5)):
        assert forget_tries() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM accounts_shared_memory")
        assert [key.rpartition(":")[2] for (key,) in cursor.fetchall()] == ["192.0.2.8"]


def test_the_clock_s_run_forgets_them() -> None:
    assert "tries that count no more" in running._CHORES
    assert "sessions that are over" in running._CHORES
