"""What an authority promised and what became of it, what it has not paid, and notes, as all read them."""

import html
import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from tabularium.core.kinds import Kind
from tabularium.register import services
from tabularium.register.models import Entry
from tests import builders
from tests.public.conftest import Court, Move, Reader

pytestmark = pytest.mark.django_db

DUE = date(2026, 4, 3)
NEW_DAY = date(2026, 7, 1)
EVIDENCE = "Protocol of the handover, no. 7."
REASONS = "The contractor failed."
NOTE = "An appeal was lodged."

# What stands on the page of an entry and on the authority's, in each language.
SAID = {
    "en": {
        "open": ["Promised by 3 April 2026", "Open", "The day is still to come."],
        "due": ["Open", "until 13 April 2026 to say what became of it"],
        "unanswered": ["Unanswered", "had until 13 April 2026", "has not said so"],
        "not-kept": ["1 July 2026 (promised first by 3 April 2026)", "Not kept, and promised anew"],
        "kept": ["Kept"],
        "to": "Promised to Businesses of Made-up Street",
    },
    "zh-hans": {
        "open": ["承诺期限 2026年4月3日", "待兑现", "承诺期限尚未届满。"],
        "due": ["待兑现", "该机关须在2026年4月13日之前（含当日）说明结果。"],
        "unanswered": ["未作答复", "该机关应在2026年4月13日之前（含当日）说明结果，但没有说明。"],
        "not-kept": ["2026年7月1日 (最初承诺期限：2026年4月3日)", "未兑现，已重新承诺"],
        "kept": ["已兑现"],
        "to": "承诺对象 Businesses of Made-up Street",
    },
}


def _text(page: str) -> str:
    """The words as they are read: elements within a line part nothing, others do."""
    inline = re.sub(r"</?(time|bdi|span|strong)\b[^>]*>", "", page)
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", inline)))


def _pages(entry: Entry, language: str) -> list[str]:
    return [
        f"/{language}/entries/{entry.pk}",
        f"/{language}/authorities/{entry.authority_id}",
        f"/{language}/organisations/{entry.organisation_id}",
    ]


@pytest.mark.parametrize("language", SAID)
def test_what_becomes_of_a_promise_stands_wherever_the_promise_does(
    reader: Reader, town: builders.Town, move: Move, language: str
) -> None:
    entry = builders.promised(town, due_on=DUE)
    assert entry.due_at
    assert entry.unanswered_from

    def stands(outcome: str, *also: str) -> None:
        for path in _pages(entry, language):
            # An end of a sentence is written close, and elements are read with a blank between.
            seen = _text(reader.get(path))
            for each in (*SAID[language][outcome], SAID[language]["to"], *also):
                assert each in seen, (path, each)

    stands("open", entry.current_version.decision_number)
    move(entry.due_at)
    stands("due")
    events = entry.events.count()
    move(entry.unanswered_from)
    stands("unanswered")
    assert entry.events.count() == events, "the date alone says so"
    services.break_promise(entry.pk, by=town.approver, reasons=REASONS, due_on=NEW_DAY)
    stands("not-kept", REASONS)
    services.keep_promise(entry.pk, by=town.approver, evidence=EVIDENCE)
    stands("kept", EVIDENCE)
    assert REASONS in _text(reader.get(f"/{language}/entries/{entry.pk}"))


def test_notes_stand_with_their_day_beside_the_version_they_were_put_to(
    reader: Reader, town: builders.Town, move: Move
) -> None:
    entry = builders.published(town, move, Kind.LICENCE)
    services.annotate(entry.pk, by=town.approver, text=NOTE, dated=date(2026, 3, 3))
    path = f"/en/entries/{entry.pk}"
    seen = _text(reader.get(path))
    assert re.search(r"Notes of the authority .* 3 March 2026 An appeal was lodged\.", seen)
    services.correct(
        entry.pk, by=town.approver, content=builders.content(Kind.LICENCE), reasons="A slip."
    )
    assert NOTE not in reader.get(path)


def _withdrawn(town: builders.Town, entry: Entry, _move: Move) -> None:
    services.withdraw(entry.pk, by=town.approver, reasons="An error.")


def _stayed(town: builders.Town, entry: Entry, _move: Move) -> None:
    services.stay(entry.pk, by=town.approver, order="The court orders it.")


def _objected(_town: builders.Town, entry: Entry, _move: Move) -> None:
    services.object_to(entry.pk, by=builders.a_replier(entry.organisation), text="It was paid.")


def _ended(_town: builders.Town, entry: Entry, move: Move) -> None:
    assert entry.public_until
    move(entry.public_until)


@pytest.mark.parametrize("end", [_withdrawn, _stayed, _ended])
def test_a_promise_that_is_not_public_takes_all_that_was_said_with_it(
    reader: Reader,
    town: builders.Town,
    move: Move,
    end: Callable[[builders.Town, Entry, Move], None],
) -> None:
    entry = builders.promised(town, due_on=DUE, term_ends=DUE + timedelta(days=300))
    services.break_promise(entry.pk, by=town.approver, reasons=REASONS, due_on=NEW_DAY)
    services.keep_promise(entry.pk, by=town.approver, evidence=EVIDENCE)
    services.annotate(entry.pk, by=town.approver, text=NOTE)
    _is_read(reader, entry, EVIDENCE, NOTE)
    end(town, entry, move)
    _is_gone(reader, entry, EVIDENCE, REASONS, NOTE, entry.current_version.measure)


@pytest.mark.parametrize("end", [_withdrawn, _stayed, _objected, _ended])
def test_a_judgment_that_is_not_public_is_gone_from_the_authoritys_page(
    reader: Reader,
    town: builders.Town,
    court: Court,
    move: Move,
    end: Callable[[builders.Town, Entry, Move], None],
) -> None:
    entry = Entry.objects.get(pk=court.judgment.pk)
    services.annotate(entry.pk, by=town.approver, text=NOTE)
    _is_read(reader, entry, NOTE)
    seen = _text(reader.get("/en/authorities/water-office"))
    assert re.search(r"not carried out .* Payment for pipes delivered .* 4,965\.70 yuan", seen)
    end(town, entry, move)
    _is_gone(reader, entry, NOTE, entry.current_version.measure)


def _is_read(reader: Reader, entry: Entry, *texts: str) -> None:
    seen = reader.get(f"/en/entries/{entry.pk}")
    assert all(each in seen for each in texts)


def _is_gone(reader: Reader, entry: Entry, *texts: str) -> None:
    assert entry.organisation is not None
    home = f"authorities/{entry.organisation.authority.pk}"
    for path in (f"entries/{entry.pk}", home, f"organisations/{entry.organisation_id}"):
        for root in ("/en", "/api/v1"):
            seen = reader.answer(f"{root}/{path}").content.decode()
            assert not any(each in seen for each in texts), (root, path)


def test_an_authority_with_many_promises_is_read_page_by_page_and_not_summed_up(
    reader: Reader, town: builders.Town
) -> None:
    for place in range(31):
        entry = builders.promised(town, measure=f"Promise {'i' * place}")
    assert entry.unanswered_from
    first = reader.get("/en/authorities/market-office")
    assert first.count('class="entry"') == 30
    [further] = re.findall(r'href="([^"]*)#promises" rel="next"', first)
    assert reader.get(f"/en/authorities/market-office{further}").count('class="entry"') == 1
    # What is left without the facts of each promise is ours, and in it is no figure at all.
    ours = re.sub(r"<(head|h1|h3|dl|nav)\b.*?</\1>", "", first, flags=re.DOTALL)
    assert not re.search(r"\d", _text(ours))
