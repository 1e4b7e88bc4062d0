"""Notices at the desk: what failed and why, letters printed and posted, what came back, keys of mailboxes."""

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from pypdf import PdfReader

from tabularium import clock
from tabularium.core.kinds import Kind, NoticeChannel
from tabularium.core.life_state import Stage
from tabularium.register import services
from tabularium.register.models import Entry, Notice, ServiceAddress
from tests import builders
from tests.public import markup
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db

Move = Callable[[datetime], None]
DESK = "/en/desk/market-office"
STREET = "1 Made-up Street\n999900 Made-up Town"
MAIL = "office@company.example"


@pytest.fixture
def town(move: Move) -> builders.Town:
    del move
    return builders.Town()


@pytest.fixture
def clerk(town: builders.Town) -> Client:
    return signed_in(town.clerk)


def read(client: Client, tail: str, language: str = "en") -> str:
    answer = client.get(DESK.replace("/en/", f"/{language}/") + tail)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    html = answer.content.decode()
    assert markup.read(html, language).mistakes == []
    return html


def owed(
    town: builders.Town, channel: NoticeChannel, where: str = "", **changes: str
) -> tuple[Entry, Notice]:
    """An approved entry, and its notice that waits."""
    draft = builders.a_draft(town, notice_channel=channel, **changes)
    entry = services.approve(draft.pk, approver=town.approver)
    if where:
        assert entry.organisation is not None
        services.set_service_address(
            town.authority, entry.organisation, channel, where, by=town.clerk
        )
    return entry, Notice.objects.get(version__entry=entry)


def refused(town: builders.Town, **changes: str) -> tuple[Entry, Notice]:
    """A notice that the mail server refused."""
    entry, notice = owed(town, NoticeChannel.EMAIL, MAIL, **changes)
    attempt = services.claim_notice(notice.pk)
    assert attempt is not None
    services.notice_refused(attempt, "5xx")
    return entry, notice


def fresh(entry: Entry) -> Entry:
    return Entry.objects.get(pk=entry.pk)


def day(offset: int = 0) -> str:
    today = clock.today(ZoneInfo(builders.ZONE))
    return (today + timedelta(days=offset)).isoformat()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("1 notice failed.", "the mail server refuses it: the address may be wrong")),
        ("zh-hans", ("有 1 件告知发送失败。", "邮件服务器拒收：地址可能有误")),
    ],
)
def test_a_notice_that_failed_stands_on_todays_work_and_says_why(
    town: builders.Town, clerk: Client, language: str, said: tuple[str, str]
) -> None:
    entry, _ = refused(town)
    assert said[0] in read(clerk, "/", language)
    html = read(clerk, "/notices", language)
    assert said[1] in html
    assert entry.organisation is not None
    assert entry.organisation.name in html
    assert fresh(entry).stage == Stage.APPROVED


def test_a_notice_that_failed_goes_by_another_channel(town: builders.Town, clerk: Client) -> None:
    entry, notice = refused(town)
    page = f"/notices/{notice.pk}/again"
    html = read(clerk, page)
    assert f'value="{NoticeChannel.EMAIL}"' in html
    assert 'value="letter"' not in html
    assert clerk.post(DESK + page, {"channel": "letter"}).status_code == 422
    typed = {"channel": "letter", "text": STREET}
    clerk.post(f"{DESK}/entries/{entry.pk}/told/address", typed)
    answer = clerk.post(DESK + page, {"channel": "letter"})
    assert (answer.status_code, answer["Location"]) == (302, f"{DESK}/entries/{entry.pk}/told")
    notice.refresh_from_db()
    assert (notice.state, notice.channel) == ("waiting", "letter")
    assert "1 letter is to be printed." in read(clerk, "/")
    assert "notice failed" not in read(clerk, "/")


def test_a_notice_without_any_address_asks_for_one(town: builders.Town, clerk: Client) -> None:
    _, notice = owed(town, NoticeChannel.MAILBOX)
    assert "1 notice waits for an address." in read(clerk, "/")
    assert "No address is known" in read(clerk, "/notices")
    assert "Give one first." in read(clerk, f"/notices/{notice.pk}/again")


def test_a_notice_that_is_tried_again_says_when(town: builders.Town, clerk: Client) -> None:
    _, notice = owed(town, NoticeChannel.MAILBOX, "https://mailbox.example/in")
    attempt = services.claim_notice(notice.pk)
    assert attempt is not None
    services.notice_in_doubt(attempt, "no answer")
    html = read(clerk, "/notices")
    assert "On their way" in html
    assert "there was no answer in time (it may have arrived all the same)." in html
    assert "Next try:" in html
    assert 'id="notices"' not in read(clerk, "/")


def test_letters_are_printed_and_posted_and_then_the_window_runs(
    town: builders.Town, clerk: Client
) -> None:
    first, _ = owed(town, NoticeChannel.LETTER, STREET, measure="Fine for smoke")
    second, _ = owed(town, NoticeChannel.LETTER, STREET, measure="Fine for noise")
    third, unreachable = owed(town, NoticeChannel.LETTER)
    answer = clerk.post(f"{DESK}/letters")
    assert answer.status_code == 302
    page = answer["Location"].removeprefix(DESK)
    html = read(clerk, page)
    assert "Fine for smoke" in html
    assert read(clerk, page, "zh-hans")

    file = clerk.get(f"{DESK}{page}/pdf")
    assert (file.status_code, file["Content-Type"]) == (200, "application/pdf")
    assert file["Cache-Control"] == "private, no-store"
    pages = PdfReader(io.BytesIO(file.content)).pages
    with_address = [
        number for number, each in enumerate(pages) if "Made-up Street" in each.extract_text()
    ]
    assert len(with_address) == 2
    assert all(number % 2 == 0 for number in with_address), "each letter begins on its own sheet"
    numbered = [each.extract_text() for each in pages]
    assert sum("1 / 2" in each for each in numbered) == 2

    assert fresh(first).stage == Stage.APPROVED
    assert "2 letters are to be posted." in read(clerk, "/")
    chosen = {"letters": [str(Notice.objects.get(version__entry=first).pk)]}
    late = clerk.post(DESK + page, {**chosen, "posted_on": day(1)})
    assert late.status_code == 422
    assert "The day of posting is still to come." in late.content.decode()
    assert clerk.post(DESK + page, {**chosen, "posted_on": day()}).status_code == 302
    assert fresh(first).stage == Stage.NOTIFIED
    assert fresh(first).window_closes_at is not None
    assert [fresh(each).stage for each in (second, third)] == [Stage.APPROVED] * 2
    unreachable.refresh_from_db()
    assert unreachable.state == "waiting"
    assert page.rpartition("/")[2] in read(clerk, "/notices")

    strange = {"letters": [str(unreachable.pk)], "posted_on": day()}
    assert clerk.post(DESK + page, strange).status_code == 422
    assert clerk.post(f"{DESK}/letters").status_code == 302
    assert "No letter waits that has an address." in read(clerk, "/notices")


def posted(town: builders.Town, clerk: Client) -> tuple[Entry, Notice]:
    entry, notice = owed(town, NoticeChannel.LETTER, STREET)
    page = clerk.post(f"{DESK}/letters")["Location"]
    clerk.post(page, {"letters": [str(notice.pk)], "posted_on": day()})
    assert fresh(entry).stage == Stage.NOTIFIED
    return fresh(entry), notice


def test_a_letter_that_came_back_was_no_notice_and_nothing_is_published(
    town: builders.Town, clerk: Client, move: Move
) -> None:
    entry, notice = posted(town, clerk)
    code = services.code_for(notice)
    closes = entry.window_closes_at
    assert closes is not None
    answer = clerk.post(f"{DESK}/notices/{notice.pk}/came-back")
    assert (answer.status_code, answer["Location"]) == (302, f"{DESK}/notices/{notice.pk}/again")
    assert "it came back" in read(clerk, f"/notices/{notice.pk}/again")
    move(closes + timedelta(days=30))
    clerk.force_login(town.clerk)
    assert not services.tick().failures
    assert fresh(entry).stage == Stage.APPROVED
    assert Client().get(f"/en/entries/{entry.pk}").status_code == 404
    assert "1 notice failed." in read(clerk, "/")
    notice.refresh_from_db()
    assert services.code_for(notice) != code

    clerk.post(f"{DESK}/notices/{notice.pk}/again", {"channel": "letter"})
    page = clerk.post(f"{DESK}/letters")["Location"]
    clerk.post(page, {"letters": [str(notice.pk)], "posted_on": day()})
    again = fresh(entry)
    assert again.stage == Stage.NOTIFIED
    assert again.window_closes_at is not None
    assert again.window_closes_at > clock.now()
    move(again.window_closes_at)
    clerk.force_login(town.clerk)
    services.tick()
    assert fresh(entry).stage == Stage.PUBLISHED
    assert Client().get(f"/en/entries/{entry.pk}").status_code == 200
    history = read(clerk, f"/entries/{entry.pk}")
    assert "The notice came back, and counts as not given" in history


def test_a_letter_that_could_not_be_posted_failed(town: builders.Town, clerk: Client) -> None:
    entry, notice = owed(town, NoticeChannel.LETTER, STREET)
    clerk.post(f"{DESK}/letters")
    clerk.post(f"{DESK}/notices/{notice.pk}/came-back")
    notice.refresh_from_db()
    assert (notice.state, notice.list_code) == ("failed", "")
    assert fresh(entry).stage == Stage.APPROVED


def test_what_comes_back_after_publication_or_an_objection_counts_all_the_same(
    town: builders.Town, clerk: Client, move: Move
) -> None:
    objected, heard = posted(town, clerk)
    services.object_to(objected.pk, by=builders.a_replier(objected.organisation), text="Not us.")
    clerk.post(f"{DESK}/notices/{heard.pk}/came-back")
    assert "and so has heard of the entry" in read(clerk, f"/entries/{objected.pk}/told")
    public, notice = posted(town, clerk)
    assert public.window_closes_at is not None
    move(public.window_closes_at)
    clerk.force_login(town.clerk)
    services.tick()
    clerk.post(f"{DESK}/notices/{notice.pk}/came-back")
    assert "The entry is past its window." in read(clerk, f"/entries/{public.pk}/told")
    assert fresh(public).stage == Stage.PUBLISHED
    for each in (heard, notice):
        each.refresh_from_db()
        assert each.state == "given"


def shown(html: str) -> str:
    _, found, rest = html.partition('<p class="shown-once"><span translate="no">')
    return rest.partition("<")[0] if found else ""


def test_the_key_of_a_mailbox_is_shown_once_when_it_is_made_and_when_it_is_changed(
    town: builders.Town, clerk: Client
) -> None:
    entry = builders.in_notice(town)
    told = f"/entries/{entry.pk}/told"
    mailbox = {"channel": "mailbox", "text": "https://mailbox.example/in"}
    clerk.post(f"{DESK}{told}/address", mailbox)
    assert entry.organisation is not None
    first = services.show_mailbox_key(town.authority, entry.organisation, by=town.clerk)
    assert shown(read(clerk, told)) == f"{first.name} {first.secret}"
    assert first.secret not in read(clerk, told)
    clerk.post(f"{DESK}{told}/address", mailbox)
    assert shown(read(clerk, told)) == "", "the same address keeps its key"

    assert clerk.post(f"{DESK}{told}/key/new").status_code == 302
    second = services.show_mailbox_key(town.authority, entry.organisation, by=town.clerk)
    assert second.secret != first.secret
    assert shown(read(clerk, told)) == f"{second.name} {second.secret}"
    assert ServiceAddress.objects.get().old_key_name == first.name
    clerk.post(f"{DESK}{told}/address", {"channel": "letter", "text": STREET})
    assert shown(read(clerk, told)) == ""


def test_who_only_reads_sees_what_failed_and_changes_nothing(town: builders.Town) -> None:
    _, notice = refused(town)
    auditor = signed_in(town.account("auditor", "auditor"))
    html = read(auditor, "/notices")
    assert "Failed" in html
    assert "<form" not in html.partition("<main")[2]
    assert "/again" not in html
    for tail in (f"/notices/{notice.pk}/again", f"/notices/{notice.pk}/came-back", "/letters"):
        assert auditor.post(DESK + tail, {"channel": "letter"}).status_code == 403


def test_another_authority_reaches_none_of_it(town: builders.Town, clerk: Client) -> None:
    entry, notice = owed(town, NoticeChannel.LETTER, STREET)
    page = clerk.post(f"{DESK}/letters")["Location"]
    other = builders.Town("another-office")
    theirs = signed_in(other.clerk)
    here = DESK.replace("market-office", "another-office")
    assert "Nothing waits." in theirs.get(f"{here}/notices").content.decode()
    for address in (page, f"{page}/pdf"):
        assert theirs.get(address.replace("market-office", "another-office")).status_code == 404
    for tail in ("again", "came-back"):
        assert theirs.post(f"{here}/notices/{notice.pk}/{tail}").status_code == 404
    licence = builders.a_draft(other, Kind.LICENCE)
    assert theirs.post(f"{here}/entries/{licence.pk}/told/key/new").status_code == 302
    assert theirs.post(f"{here}/entries/{entry.pk}/told/key/new").status_code == 404
