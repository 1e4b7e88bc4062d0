"""Organisations: by their identifiers alone, under the names that public decisions give them."""

from datetime import timedelta

import pytest

from tabularium import clock
from tabularium.core.content import Draft, Subject
from tabularium.core.kinds import Kind
from tabularium.register import search_index, selectors, services
from tabularium.register.models import Entry, Organisation, RegisteredIdentifier
from tests.builders import Town, a_subject, an_identifier, content, published
from tests.register.conftest import Move

LICENCE = Kind.LICENCE


def decided(town: Town, subject: Subject, *, days_ago: int = 1) -> Entry:
    """A draft of a licence for the subject, decided so many days ago."""
    said = content(LICENCE, decided_on=clock.now().date() - timedelta(days=days_ago))
    [entry] = services.record(
        [Draft(1, "", subject, said)], item=town.item(LICENCE), recorder=town.clerk
    )
    return entry


def public(town: Town, subject: Subject, *, days_ago: int = 1) -> Entry:
    return services.approve(decided(town, subject, days_ago=days_ago).pk, approver=town.approver)


def names(text: str) -> list[str]:
    return [each.name for each in selectors.search(text, clock.now()).organisations]


def shown_name(entry: Entry) -> str:
    assert entry.organisation_id is not None
    found = selectors.organisation(entry.organisation_id, clock.now())
    assert found is not None
    return found.name


def test_the_name_of_a_draft_never_shows(town: Town) -> None:
    identifier = an_identifier()
    decided(town, a_subject("草稿名称公司", identifier))
    assert names("草稿名称") == []
    entry = public(town, a_subject("公开名称公司", identifier))
    assert shown_name(entry) == "公开名称公司"
    assert names("公开名称") == ["公开名称公司"]
    assert names("草稿名称") == []
    decided(town, a_subject("后来草稿公司", identifier))
    assert shown_name(entry) == "公开名称公司"
    assert names("后来草稿") == []


def test_the_latest_public_decision_gives_the_name_and_the_others_stay_findable(town: Town) -> None:
    identifier = an_identifier()
    first = public(town, a_subject("旧名称公司", identifier), days_ago=20)
    public(town, a_subject("新名称公司", identifier), days_ago=10)
    assert shown_name(first) == "新名称公司"
    assert names("旧名称") == ["新名称公司"]
    public(town, a_subject("更旧名称公司", identifier), days_ago=30)
    assert shown_name(first) == "新名称公司"
    assert names("更旧名称") == ["新名称公司"]


def test_a_name_that_only_a_withdrawn_decision_gave_is_gone(town: Town) -> None:
    identifier = an_identifier()
    wrong = public(town, a_subject("写错名称公司", identifier), days_ago=5)
    right = public(town, a_subject("正确名称公司", identifier), days_ago=9)
    assert shown_name(right) == "写错名称公司"
    services.withdraw(wrong.pk, by=town.approver, reasons="Wrong.")
    assert shown_name(right) == "正确名称公司"
    assert names("写错名称") == []
    assert names("正确名称") == ["正确名称公司"]


def test_an_authority_goes_by_the_name_it_gives_itself(town: Town) -> None:
    organisation = town.authority.organisation
    identifier = an_identifier()
    organisation.identifiers.create(scheme=identifier.scheme, value=identifier.value)
    subject = a_subject("别人写的机关名称", identifier)
    [entry] = services.record(
        [Draft(1, "", subject, content(Kind.PROMISE))],
        item=town.item(Kind.PROMISE),
        recorder=town.clerk,
    )
    services.approve(entry.pk, approver=town.approver)
    organisation.refresh_from_db()
    assert organisation.name == town.authority.names["en"]


def test_the_same_name_is_no_reason_to_merge(town: Town) -> None:
    first, second = (public(town, a_subject("虚构同名公司")) for _ in range(2))
    assert first.organisation_id != second.organisation_id
    assert names("虚构同名公司") == ["虚构同名公司"] * 2


def test_the_same_number_is_one_organisation_for_all_authorities(
    town: Town, other_town: Town
) -> None:
    identifier = an_identifier()
    first = public(town, a_subject("虚构公司甲", identifier))
    second = public(other_town, a_subject("虚构公司乙", identifier))
    assert first.organisation_id == second.organisation_id
    assert RegisteredIdentifier.objects.filter(value=identifier.value).count() == 1


# ---- forgetting


def erase(entry: Entry, move: Move) -> None:
    services.withdraw(entry.pk, by=Town().approver, reasons="Wrong.")
    move(clock.now() + timedelta(days=90))
    assert services.tick().erased == 1


def test_an_organisation_of_which_nothing_is_left_is_forgotten(town: Town, move: Move) -> None:
    entry = published(town, move)
    identity = entry.organisation_id
    assert identity in search_index.identities()
    erase(entry, move)
    assert not Organisation.objects.filter(pk=identity).exists()
    assert not RegisteredIdentifier.objects.exclude(organisation__authority__isnull=False).exists()
    assert identity not in search_index.identities()


@pytest.mark.parametrize("is_public", [True, False])
def test_an_organisation_with_another_entry_stays(town: Town, move: Move, is_public: bool) -> None:
    subject = a_subject()
    entry = public(town, subject)
    other = (public if is_public else decided)(town, subject)
    erase(entry, move)
    assert Organisation.objects.filter(pk=other.organisation_id).exists()
    assert (other.organisation_id in search_index.identities()) is is_public


def test_who_is_named_in_a_draft_alone_stands_in_no_index(town: Town) -> None:
    subject = a_subject()
    draft = decided(town, subject)
    assert draft.organisation_id not in search_index.identities()
    public(town, subject)
    assert draft.organisation_id in search_index.identities()


@pytest.mark.parametrize("held_by", ["authority", "account"])
def test_an_authority_and_who_has_an_account_stay(town: Town, move: Move, held_by: str) -> None:
    organisation = town.authority.organisation
    if held_by == "authority":
        identifier = an_identifier()
        organisation.identifiers.create(scheme=identifier.scheme, value=identifier.value)
        entry = public(town, a_subject("虚构机关", identifier))
    else:
        entry = public(town, a_subject())
        assert entry.organisation is not None
        services.open_account("replier", role="replier", organisation=entry.organisation)
    identity = entry.organisation_id
    erase(entry, move)
    assert Organisation.objects.filter(pk=identity).exists()
    assert (identity in search_index.identities()) is (held_by == "authority")
    assert selectors.organisation(str(identity), clock.now()) is None
