"""Where an authority reaches an organisation: its form, whose it is, and that it goes."""

import pytest
from django.db import connection

from tabularium.core.kinds import NoticeChannel
from tabularium.register import services
from tabularium.register.errors import NotPermittedError, RefusedError
from tabularium.register.models import Entry, Organisation, ServiceAddress
from tabularium.register.service_address_text import AddressError, tidy
from tests.builders import Town, a_draft, a_subject, published
from tests.register.conftest import Move

LETTER, EMAIL, MAILBOX = NoticeChannel.LETTER, NoticeChannel.EMAIL, NoticeChannel.MAILBOX


@pytest.fixture
def organisation(town: Town) -> Organisation:
    found = a_draft(town).organisation
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("channel", "text", "kept"),
    [
        (LETTER, " 1 Made-up  Street \r\n\r\n310000 Town ", "1 Made-up Street\n310000 Town"),
        (LETTER, "虚构市虚构区虚构路 12 号\n310000", "虚构市虚构区虚构路 12 号\n310000"),
        (LETTER, "Springfield, OR 97477-1234", "Springfield, OR 97477-1234"),
        (EMAIL, " office@firm.example ", "office@firm.example"),
        (EMAIL, "office@虚构.example", "office@xn--rsv699d.example"),
        (MAILBOX, "https://firm.example/notices?for=us", "https://firm.example/notices?for=us"),
        (MAILBOX, "https://firm.example:8443/", "https://firm.example:8443/"),
    ],
)
def test_an_address_is_kept_tidy(channel: NoticeChannel, text: str, kept: str) -> None:
    assert tidy(channel, text) == kept
    assert tidy(channel, kept) == kept


@pytest.mark.parametrize(
    ("channel", "text"),
    [
        (LETTER, " \n "),
        (LETTER, "\n".join(["line"] * 7)),
        (LETTER, "x" * 61),
        (LETTER, "1 Street\x07"),
        (LETTER, "1 Street\u202e"),
        (LETTER, "1 Street, 0571-8888 7777".replace(" 7777", "7777")),
        (LETTER, "虚构路 1 号 13800138000"),
        (LETTER, "91999900000000001"),
        (EMAIL, "reception"),
        (EMAIL, "Office <office@firm.example>"),
        (EMAIL, "a@firm.example, b@firm.example"),
        (EMAIL, "office@firm.example\nBcc: other@firm.example"),
        (EMAIL, "office@localhost"),
        (EMAIL, "办公室@firm.example"),
        (EMAIL, "a" * 65 + "@firm.example"),
        (EMAIL, "office@" + ".".join(["a" * 60] * 5) + ".example"),
        (MAILBOX, "http://firm.example/"),
        (MAILBOX, "https://127.0.0.1/"),
        (MAILBOX, "https://127.1/"),
        (MAILBOX, "https://0x7f000001/"),
        (MAILBOX, "https://[::1]/"),
        (MAILBOX, "https://user:word@firm.example/"),
        (MAILBOX, "https://firm.example/#part"),
        (MAILBOX, "https://firm.example:25/"),
        (MAILBOX, "https://firm.example:99999/"),
        (MAILBOX, "https://firm.example/a b"),
        (MAILBOX, "https://firm.example\\@inner/"),
        (MAILBOX, "https://虚构.example/"),
        (MAILBOX, "https:///path"),
        (MAILBOX, "https://firm.example/" + "x" * 500),
    ],
)
def test_what_is_no_address_is_refused_and_not_repeated(channel: NoticeChannel, text: str) -> None:
    with pytest.raises(AddressError) as refused:
        tidy(channel, text)
    assert refused.value.reason in {"not-an-address", "address-has-a-number"}
    assert not text.strip() or text.strip() not in str(refused.value)


def test_an_address_is_one_authority_s_alone(
    town: Town, other_town: Town, organisation: Organisation
) -> None:
    services.set_service_address(
        town.authority, organisation, EMAIL, "a@firm.example", by=town.clerk
    )
    with pytest.raises(NotPermittedError):
        services.set_service_address(
            town.authority, organisation, EMAIL, "b@firm.example", by=other_town.clerk
        )
    with pytest.raises(RefusedError) as refused:
        services.set_service_address(
            other_town.authority, organisation, EMAIL, "b@firm.example", by=other_town.clerk
        )
    assert refused.value.reason == "not-a-subject-here"
    for role in ("auditor", "registrar", "submission"):
        with pytest.raises(NotPermittedError):
            services.remove_service_address(
                town.authority, organisation, EMAIL, by=town.account(role, role)
            )
    assert ServiceAddress.objects.get().text == "a@firm.example"


def test_a_notice_does_not_go_to_the_address_that_another_authority_keeps(
    town: Town, other_town: Town
) -> None:
    subject = a_subject()
    mine = a_draft(town, subject=subject, notice_channel="e-mail")
    theirs = a_draft(other_town, subject=subject, notice_channel="e-mail")
    assert mine.organisation == theirs.organisation
    assert mine.organisation is not None
    services.set_service_address(
        town.authority, mine.organisation, EMAIL, "a@firm.example", by=town.clerk
    )
    services.approve(theirs.pk, approver=other_town.approver)
    notice = theirs.current_version.notices.get()
    assert services.claim_notice(notice.pk) is None


def test_a_change_leaves_nothing_of_the_one_before(town: Town, organisation: Organisation) -> None:
    for text in ("https://old.example/", "https://new.example/", "https://new.example/"):
        services.set_service_address(town.authority, organisation, MAILBOX, text, by=town.approver)
    kept = ServiceAddress.objects.get()
    assert kept.text == "https://new.example/"
    assert "old.example" not in _everything()
    key = services.show_mailbox_key(town.authority, organisation, by=town.clerk)
    services.set_service_address(
        town.authority, organisation, MAILBOX, "https://other.example/", by=town.clerk
    )
    # Another receiver gets another key.
    assert services.show_mailbox_key(town.authority, organisation, by=town.clerk) != key
    assert services.remove_service_address(town.authority, organisation, MAILBOX, by=town.clerk)
    assert not services.remove_service_address(town.authority, organisation, MAILBOX, by=town.clerk)
    with pytest.raises(RefusedError):
        services.show_mailbox_key(town.authority, organisation, by=town.clerk)


def test_an_address_goes_with_the_last_entry_of_its_authority(
    town: Town, other_town: Town, move: Move
) -> None:
    subject = a_subject()
    entry = published(town, move, subject=subject)
    other = a_draft(other_town, subject=subject)
    organisation = entry.organisation
    assert organisation is not None
    for each in (town, other_town):
        text = f"office@{each.code}.example"
        services.set_service_address(each.authority, organisation, EMAIL, text, by=each.clerk)
    assert entry.erasable_from is not None
    services.withdraw(entry.pk, by=town.approver, reasons="In error.")
    erasable = Entry.objects.get(pk=entry.pk).erasable_from
    assert erasable is not None
    move(erasable)
    assert services.tick().erased == 1
    assert [each.authority_id for each in ServiceAddress.objects.all()] == [other_town.code]
    assert f"office@{town.code}.example" not in _everything()
    assert Entry.objects.get(pk=other.pk).organisation == organisation


def _everything() -> str:
    """All that stands in the tables of the register."""
    with connection.cursor() as cursor:
        text = ""
        for table in connection.introspection.table_names(cursor):
            if table.startswith("register_"):
                cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - a name from the database itself
                text += str(cursor.fetchall())
        return text
