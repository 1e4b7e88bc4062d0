"""Authorities, items, accounts and roles."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tabularium.core.kinds import Field, Kind
from tabularium.register import search_index, services
from tabularium.register.errors import NotPermittedError, RefusedError
from tabularium.register.models import Authority, CatalogueItem, Membership, Organisation, User
from tabularium.register.services.memberships import (
    require_replier,
    require_role,
    submission_account,
)
from tests.builders import Town, a_draft, an_identifier

Role = Membership.Role

DETAILS = services.AuthorityDetails(
    code="new-office",
    names={"en": "New Made-up Office", "zh-hans": "虚构新机关"},
    jurisdiction="gb",
    time_zone="Europe/London",
    identifier=None,
    website="https://new.example/",
)


def item_details(**changes: Any) -> services.ItemDetails:
    given = services.ItemDetails(
        code="new-item",
        version=1,
        kind=Kind.EXCLUSION,
        field=Field.PUBLIC_PROCUREMENT,
        title={"en": "Made-up exclusions"},
        effective_from=date(2026, 1, 1),
        definition="[item]",
    )
    return replace(given, **changes)


@pytest.mark.django_db
def test_an_authority_is_entered_once_with_its_organisation_and_names() -> None:
    identifier = an_identifier()
    authority = services.ensure_authority(replace(DETAILS, identifier=identifier))
    assert (authority.pk, authority.jurisdiction) == ("new-office", "gb")
    organisation = authority.organisation
    assert organisation.name == "New Made-up Office"
    assert [each.name for each in organisation.other_names.all()] == ["虚构新机关"]
    assert organisation.identifiers.get().value == identifier.value
    assert organisation.pk in search_index.identities()
    again = services.ensure_authority(replace(DETAILS, names={"en": "Renamed"}))
    assert again == authority
    assert (Authority.objects.count(), Organisation.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_an_authority_may_be_an_organisation_that_is_known(town: Town) -> None:
    entry = a_draft(town)
    assert entry.organisation is not None
    identifier = entry.organisation.identifiers.get()
    known = replace(an_identifier(), scheme=identifier.scheme, value=identifier.value)
    authority = services.ensure_authority(replace(DETAILS, identifier=known))
    assert authority.organisation == entry.organisation
    assert authority.organisation.name == "New Made-up Office"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"names": {}}, "name-missing"), ({"jurisdiction": "zz"}, "no-rules-in-force")],
)
def test_an_authority_is_refused(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(RefusedError) as refused:
        services.ensure_authority(replace(DETAILS, **changes))
    assert refused.value.reason == reason
    assert not Organisation.objects.exists()


def test_an_item_is_entered_once_and_a_changed_one_needs_a_new_version(town: Town) -> None:
    item = services.ensure_item(item_details(), authority=town.authority)
    assert services.ensure_item(item_details(), authority=town.authority) == item
    with pytest.raises(RefusedError) as refused:
        services.ensure_item(item_details(definition="[changed]"), authority=town.authority)
    assert refused.value.reason == "item-changed"
    second = services.ensure_item(
        item_details(definition="[changed]", version=2), authority=town.authority
    )
    assert second != item
    assert CatalogueItem.objects.filter(code="new-item").count() == 2


def test_an_item_is_of_one_authority(town: Town, other_town: Town) -> None:
    services.ensure_item(item_details(), authority=town.authority)
    for version in (1, 2):
        with pytest.raises(RefusedError) as refused:
            services.ensure_item(item_details(version=version), authority=other_town.authority)
        assert refused.value.reason == "item-of-another"


@pytest.mark.parametrize("field", ["religion", "speech", ""])
def test_an_item_outside_the_closed_list_of_fields_is_refused(town: Town, field: str) -> None:
    outside: Any = field
    with pytest.raises(IntegrityError, match="item_field_is_economic"), transaction.atomic():
        services.ensure_item(item_details(field=outside), authority=town.authority)


# ---- accounts


def test_an_account_is_opened_once_and_cannot_sign_in_until_a_password_is_set(town: Town) -> None:
    user = services.open_account("somebody", role=Role.CLERK, authority=town.authority)
    assert not user.has_usable_password()
    again = services.open_account("somebody", role=Role.CLERK, authority=town.authority)
    assert again == user
    assert user.memberships.count() == 1
    services.open_account("somebody", role=Role.APPROVER, authority=town.authority)
    assert set(user.memberships.values_list("role", flat=True)) == {"clerk", "approver"}


def test_an_account_acts_for_an_authority_or_for_an_organisation(town: Town) -> None:
    authority, organisation = town.authority, town.authority.organisation
    wrong: list[dict[str, Any]] = [
        {"role": Role.REPLIER, "authority": authority},
        {"role": Role.CLERK, "organisation": organisation},
        {"role": Role.CLERK, "authority": authority, "organisation": organisation},
        {"role": Role.CLERK},
    ]
    for given in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            services.open_account("somebody", **given)
    assert not User.objects.filter(login="somebody").exists()


def test_a_role_counts_at_its_own_authority_and_while_the_account_is_open(
    town: Town, other_town: Town
) -> None:
    assert require_role(town.clerk, town.authority, Role.APPROVER, Role.CLERK) == "clerk"
    for user, authority, role in (
        (town.clerk, town.authority, Role.APPROVER),
        (town.clerk, other_town.authority, Role.CLERK),
    ):
        with pytest.raises(NotPermittedError):
            require_role(user, authority, role)
    town.clerk.is_active = False
    town.clerk.save()
    with pytest.raises(NotPermittedError):
        require_role(town.clerk, town.authority, Role.CLERK)


def test_of_several_roles_the_one_asked_for_first_counts(town: Town) -> None:
    services.open_account(town.clerk.login, role=Role.SUBMISSION, authority=town.authority)
    assert require_role(town.clerk, town.authority, Role.CLERK, Role.SUBMISSION) == "clerk"
    assert require_role(town.clerk, town.authority, Role.SUBMISSION, Role.CLERK) == "submission"


def test_who_answers_for_an_organisation_answers_for_that_one(town: Town) -> None:
    first, second = a_draft(town).organisation, a_draft(town).organisation
    assert first is not None
    assert second is not None
    replier = services.open_account("replier", role=Role.REPLIER, organisation=first)
    require_replier(replier, first)
    for user, organisation in ((replier, second), (town.clerk, first)):
        with pytest.raises(NotPermittedError):
            require_replier(user, organisation)


def test_files_are_recorded_under_an_account_of_their_own_that_never_decides(town: Town) -> None:
    account = submission_account(town.authority)
    assert submission_account(town.authority) == account
    with pytest.raises(NotPermittedError):
        services.approve(a_draft(town).pk, approver=account)
