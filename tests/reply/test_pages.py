"""The organisation's pages: what they show, to whom, and how entries stand."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from tabularium import clock
from tabularium.core.kinds import Kind
from tabularium.register import services
from tabularium.register.models import Entry, Notice
from tabularium.register.standing import Stand, standing_of
from tests import builders
from tests.lines.hidden import (
    HIDDEN,
    Marked,
    corrected_and_not_yet_noticed,
    drafted,
    ended_and_nothing_ran,
    ended_by_repair,
    erased,
    lapsed,
    objected_before_publication,
    stayed,
    suspended,
    waiting_for_notice,
    window_closed_but_no_tick,
    window_open,
    withdrawn,
)
from tests.reply.conftest import LANGUAGES, Move, Shop, shop_of, words


def test_every_page_is_right_html_in_every_state_and_both_languages(
    town: builders.Town, move: Move
) -> None:
    subject = builders.a_subject("虚构晨光食品有限公司")
    public = builders.published(town, move, subject=subject)
    objected = builders.objected(town, move, subject=subject)
    noticed = builders.in_notice(town, subject=subject)
    licence = builders.published(town, move, Kind.LICENCE, subject=subject)
    gone = builders.in_notice(town, subject=subject)
    services.withdraw(gone.pk, by=town.approver, reasons="In error.")
    shop = shop_of(noticed)
    services.answer(public.pk, by=shop.user, text="我们已改正。", shown=True, language="zh")
    services.ask_correction(public.pk, by=shop.user, text="A slip.")
    services.note_looking(town.clerk, town.authority, objected)
    shop.post(shop.at("members/invite"))
    for language in LANGUAGES:
        for tail in ("", "welcome", "looked", "members"):
            shop.get(shop.at(tail, language))
        for entry in (public, objected, noticed, licence, gone):
            shop.get(shop.of(entry, "", language))
        for tail in ("/answer", "/objection", "/correction"):
            shop.get(shop.of(noticed, tail, language))
        shop.get(shop.of(public, "/repair", language))


STANDS = {
    waiting_for_notice: Stand.TO_READ,
    window_open: Stand.IN_NOTICE,
    window_closed_but_no_tick: Stand.TO_BE_PUBLISHED,
    objected_before_publication: Stand.OBJECTED,
    suspended: Stand.OBJECTED,
    stayed: Stand.STAYED,
    corrected_and_not_yet_noticed: Stand.TO_READ,
    withdrawn: Stand.WITHDRAWN,
    lapsed: Stand.LAPSED,
    ended_and_nothing_ran: Stand.ENDED,
    ended_by_repair: Stand.ENDED_EARLY,
}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("story", "stand"), STANDS.items(), ids=lambda each: getattr(each, "__name__", "")
)
def test_an_entry_stands_as_its_dates_say(
    move: Move, story: Callable[[Marked], Entry], stand: Stand
) -> None:
    entry = story(Marked(move))
    entry.refresh_from_db()
    assert standing_of(entry, clock.now()).stand is stand


@pytest.mark.django_db
@pytest.mark.parametrize("story", HIDDEN, ids=lambda each: each.__name__)
def test_the_organisation_reads_what_was_approved_and_never_a_draft(
    move: Move, story: Callable[[Marked], Entry]
) -> None:
    marked = Marked(move)
    entry = story(marked)
    other = builders.in_notice(marked.town, subject=marked.subject)
    shop = shop_of(other)
    is_readable = story not in {drafted, erased}
    shop.get(shop.of(entry), 200 if is_readable else 404)
    html = shop.get(shop.at())
    assert (f"entries/{entry.pk}" in html) is is_readable
    if is_readable:
        page = shop.get(shop.of(entry))
        assert marked.content["summary"] in page
        assert marked.town.clerk.login not in page
        assert marked.town.approver.login not in page


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (4, "3 working days are left."),
        (5, "2 working days are left."),
        (6, "1 working day is left."),
    ],
)
def test_working_days_are_told_without_weekends(
    town: builders.Town, move: Move, day: int, said: str
) -> None:
    # A Wednesday; the window of three working days closes at the end of the Monday after.
    entry = builders.in_notice(town)
    shop = shop_of(entry)
    move(clock.now() + timedelta(days=day - 4))
    shop.come_back()
    text = words(shop.get(shop.of(entry)))
    assert said in text
    assert "the end of 9 March 2026" in text


def test_on_the_last_day_that_is_said(town: builders.Town, move: Move) -> None:
    entry = builders.in_notice(town)
    move(clock.now() + timedelta(days=5))
    shop = shop_of(entry)
    assert "Today is the last day." in words(shop.get(shop.of(entry)))
    assert "今天是最后一天" in words(shop.get(shop.of(entry, "", "zh-hans")))


def test_opening_an_entry_before_its_notice_counts_as_given_gives_it_once(
    town: builders.Town, move: Move
) -> None:
    entry = services.approve(builders.a_draft(town).pk, approver=town.approver)
    shop = shop_of(entry)
    assert "does when you open it" in words(shop.get(shop.at()))
    shop.client.head(shop.of(entry))
    assert Notice.objects.get().given_at is None
    began = clock.now()
    shop.get(shop.of(entry))
    notice = Notice.objects.get()
    assert (notice.given_at, notice.fact) == (began, "read")
    move(clock.now() + timedelta(hours=3))
    shop.come_back()
    shop.get(shop.of(entry))
    assert Notice.objects.get().given_at == began
    assert [each.type for each in entry.events.order_by("number")][-1] == "notified"


def test_what_the_authority_decided_counts_as_told_once_it_is_read_here(
    town: builders.Town, move: Move
) -> None:
    entry = builders.objected(town, move)
    services.uphold(entry.pk, by=town.approver, reasons="The measurement was right.")
    told = Notice.objects.get(version__entry=entry, purpose="upheld")
    assert told.state == "waiting"
    shop = shop_of(entry)
    shop.get(shop.at())
    told.refresh_from_db()
    assert told.state == "waiting"
    shop.get(shop.of(entry))
    told.refresh_from_db()
    assert (told.state, told.fact, told.given_at) == ("given", "read", clock.now())
    events = entry.events.count()
    shop.get(shop.of(entry))
    assert entry.events.count() == events


def test_the_preview_is_what_the_public_sees_afterwards(town: builders.Town, move: Move) -> None:
    entry = builders.in_notice(town)
    shop = shop_of(entry)
    services.answer(entry.pk, by=shop.user, text="Our own words.", shown=True, language="en")
    preview = shop.get(shop.of(entry)).partition('class="preview"')[2]
    assert entry.window_closes_at is not None
    move(entry.window_closes_at)
    services.tick()
    public = shop.client.get(f"/en/entries/{entry.pk}").content.decode()
    said = public.partition("</h1>")[2].partition("How to report a mistake")[0]
    # What happened, in order, is told once it has, and of what is public alone there is an extract.
    said = re.sub(
        r'<section[^>]*aria-labelledby="(?:history|extract)">.*?</section>',
        "",
        said,
        flags=re.DOTALL,
    )
    lines = [each for each in said.splitlines() if each and "Public since" not in each]
    assert len(lines) > 20
    assert [each for each in lines[:-2] if each not in preview] == []


def test_only_an_answer_that_is_shown_stands_in_the_preview(town: builders.Town) -> None:
    entry = builders.in_notice(town)
    shop = shop_of(entry)
    services.answer(entry.pk, by=shop.user, text="For the office alone.", shown=False)
    own, _, preview = shop.get(shop.of(entry)).partition('class="preview"')
    preview = preview.partition('aria-labelledby="history"')[0]
    assert "For the office alone." in own
    assert "For the office alone." not in preview


def test_the_reasons_of_the_authority_are_read(town: builders.Town, move: Move) -> None:
    entry = builders.objected(town, move)
    services.uphold(entry.pk, by=town.approver, reasons="The measurement was right.")
    shop = shop_of(entry)
    assert "The measurement was right." in shop.get(shop.of(entry))


def test_who_looked_is_told_without_anybody_s_name(town: builders.Town) -> None:
    entry = builders.in_notice(town)
    services.note_looking(town.clerk, town.authority, entry)
    shop = shop_of(entry)
    text = words(shop.get(shop.at("looked")))
    assert "4 March 2026 10:00 (Asia/Shanghai)" in text
    assert "Made-up Office market-office" in text
    assert "Clerk" in text
    assert town.clerk.login not in text


# ---- apart from each other


@pytest.fixture
def two(town: builders.Town, move: Move) -> tuple[Shop, Entry, Entry]:
    """An organisation, its entry, and the entry of another."""
    ours, theirs = builders.published(town, move), builders.published(town, move)
    return shop_of(ours), ours, theirs


TAILS = ("", "/answer", "/objection", "/repair", "/correction", "/answer/take-back")


def test_nothing_of_another_organisation_is_reached(two: tuple[Shop, Entry, Entry]) -> None:
    shop, ours, theirs = two
    other = shop_of(theirs)
    document = services.add_document(
        theirs.pk,
        by=other.user,
        purpose="answered",
        document=services.NewDocument("theirs.txt", "text/plain", b"theirs"),
    )
    tails = [*TAILS, f"/documents/{document.pk}"]
    for tail in tails:
        for address in (shop.of(theirs, tail), other.of(theirs, tail), other.of(ours, tail)):
            for ask in (shop.client.get, shop.client.post):
                assert ask(address).status_code in {404, 405}, address
    assert shop.client.get(shop.of(ours, f"/documents/{document.pk}")).status_code == 404
    for tail in ("", "looked", "members", "welcome"):
        assert shop.client.get(other.at(tail)).status_code == 404
    for tail in ("members/invite", "members/1/remove", "invitations/1/take-back"):
        assert shop.client.post(other.at(tail)).status_code == 404
    page = shop.get(shop.at())
    assert theirs.pk not in page
    services.note_looking(builders.Town("other").clerk, builders.Town("other").authority, theirs)
    assert "theirs" not in shop.get(shop.at("looked"))
    assert theirs.pk not in shop.get(shop.at("looked"))


def test_an_account_of_the_authority_is_no_member_of_the_organisation(
    two: tuple[Shop, Entry, Entry], town: builders.Town
) -> None:
    shop, ours, _ = two
    shop.client.force_login(town.approver)
    for address in (shop.at(), shop.of(ours), shop.at("members")):
        assert shop.client.get(address).status_code == 404
