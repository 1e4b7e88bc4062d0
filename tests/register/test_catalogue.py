"""Authorities, items, accounts and roles."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tabularium.core.content import Draft
from tabularium.core.kinds import Field, Kind
from tabularium.register import search_index, services
from tabularium.register.errors import NotPermittedError, RefusedError
from tabularium.register.item_versions import item_in_force, nearest, uses_of
from tabularium.register.models import Authority, CatalogueItem, Membership, Organisation, User
from tabularium.register.services.memberships import (
    require_replier,
    require_role,
    submission_account,
)
from tabularium.register.services.recording import keys_in_register
from tests.builders import Town, a_draft, a_subject, an_identifier, content

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


def entered(town: Town, version: int, first: date, last: date | None = None) -> CatalogueItem:
    details = item_details(version=version, effective_from=first, effective_until=last)
    return services.ensure_item(
        replace(details, definition=f"[{version}]"), authority=town.authority
    )


def test_a_newer_version_takes_the_place_of_the_older_from_its_first_day_on(town: Town) -> None:
    first = entered(town, 1, date(2026, 1, 1), date(2026, 12, 31))
    second = entered(town, 2, date(2026, 7, 1))
    days = (date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1), date.max)
    assert [item_in_force("new-item", day) for day in days] == [None, first, first, second, second]
    assert [(each.first, each.last) for each in uses_of([second, first])] == [
        (date(2026, 1, 1), date(2026, 6, 30)),
        (date(2026, 7, 1), None),
    ]


def test_between_two_versions_and_after_the_last_none_is_used(town: Town) -> None:
    first = entered(town, 1, date(2026, 1, 1), date(2026, 3, 31))
    second = entered(town, 2, date(2026, 7, 1), date(2026, 12, 31))
    for day in (date(2026, 4, 1), date(2026, 6, 30), date(2027, 1, 1)):
        assert item_in_force("new-item", day) is None
    uses = uses_of([first, second])
    shown = [(date(2025, 1, 1), first), (date(2026, 5, 1), first), (date(2027, 1, 1), second)]
    for day, item in shown:
        use = nearest(uses, day)
        assert use is not None
        assert use.item == item
    assert item_in_force("no-such-item", date(2026, 1, 1)) is None


def test_a_version_that_is_replaced_at_once_is_used_on_no_day(town: Town) -> None:
    wrong = entered(town, 1, date(2026, 1, 1))
    mended = entered(town, 2, date(2026, 1, 1))
    assert [each.replaced_at_once for each in uses_of([wrong, mended])] == [True, False]
    assert item_in_force("new-item", date(2026, 1, 1)) == mended


def test_today_is_the_authoritys(town: Town, move: Callable[[datetime], None]) -> None:
    """In Shanghai the new day has begun while it is still the old one in London."""
    entered(town, 1, date(2027, 1, 1))
    move(datetime(2026, 12, 31, 15, 59, tzinfo=UTC))
    assert item_in_force("new-item") is None
    move(datetime(2026, 12, 31, 16, 0, tzinfo=UTC))
    assert item_in_force("new-item") is not None


@pytest.mark.parametrize(
    ("known", "new"),
    [
        ((1, date(2026, 7, 1)), (2, date(2026, 1, 1))),
        ((2, date(2026, 1, 1)), (1, date(2026, 7, 1))),
    ],
)
def test_versions_begin_in_the_order_of_their_numbers(
    town: Town, known: tuple[int, date], new: tuple[int, date]
) -> None:
    entered(town, *known)
    with pytest.raises(RefusedError, match="later effective_from") as refused:
        entered(town, *new)
    assert refused.value.reason == "item-dates-overlap"
    assert CatalogueItem.objects.filter(code="new-item").count() == 1


def test_a_version_of_another_kind_is_refused(town: Town) -> None:
    entered(town, 1, date(2026, 1, 1))
    with pytest.raises(RefusedError) as refused:
        services.ensure_item(item_details(version=2, kind=Kind.PENALTY), authority=town.authority)
    assert refused.value.reason == "item-of-another-kind"


def test_a_decision_is_recognised_across_the_versions_of_its_item(town: Town) -> None:
    older, newer = town.item(), replace(item_details(), code=f"{town.code}-penalty")
    newer = replace(newer, version=2, kind=Kind.PENALTY, field=Field.FOOD_SAFETY)
    second = services.ensure_item(newer, authority=town.authority)
    draft = Draft(1, "the same decision", a_subject(), content())
    services.record([draft], item=older, recorder=town.clerk)
    assert keys_in_register(second, [draft.key, "another"]) == {draft.key}
    with pytest.raises(RefusedError) as refused:
        services.record([draft], item=second, recorder=town.clerk)
    assert refused.value.reason == "already-in-register"


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
