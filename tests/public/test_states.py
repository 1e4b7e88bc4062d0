"""What the public gets at an entry's address in each state of its life."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tabularium import clock
from tabularium.core.kinds import Kind
from tabularium.register import services
from tabularium.register.models import Entry
from tests import builders
from tests.public.conftest import LANGUAGES, Move, Reader

Make = Callable[[builders.Town, Move], Entry]

SECRET = "Unspeakable"
SUBJECT = "虚构隐名食品公司"
NEVER = "000000000000"


def _public(town: builders.Town, move: Move) -> Entry:
    subject = builders.a_subject(SUBJECT)
    return builders.published(town, move, subject=subject, summary=SECRET, measure=SECRET)


def _draft(town: builders.Town, _move: Move) -> Entry:
    return builders.a_draft(town, subject=builders.a_subject(SUBJECT), summary=SECRET)


def _in_notice(town: builders.Town, _move: Move) -> Entry:
    return builders.in_notice(town, subject=builders.a_subject(SUBJECT), summary=SECRET)


def _suspended(town: builders.Town, move: Move) -> Entry:
    entry = _public(town, move)
    return services.object_to(entry.pk, by=builders.a_replier(entry.organisation), text="No.")


def _stayed(town: builders.Town, move: Move) -> Entry:
    return services.stay(_public(town, move).pk, by=town.approver, order="Made-up order.")


def _corrected(town: builders.Town, move: Move) -> Entry:
    return services.correct(
        _public(town, move).pk,
        by=town.approver,
        content=builders.content(measure="Smaller fine"),
        reasons="A wrong sum.",
    )


def _withdrawn_unseen(town: builders.Town, move: Move) -> Entry:
    return services.withdraw(_in_notice(town, move).pk, by=town.approver, reasons="A mistake.")


def _upheld(town: builders.Town, move: Move) -> Entry:
    return services.uphold(_suspended(town, move).pk, by=town.approver, reasons="It stands.")


def _stay_lifted(town: builders.Town, move: Move) -> Entry:
    return services.lift_stay(_stayed(town, move).pk, by=town.approver, order="Made-up order.")


def _withdrawn(town: builders.Town, move: Move) -> Entry:
    return services.withdraw(_public(town, move).pk, by=town.approver, reasons="A mistake.")


def _ended(town: builders.Town, move: Move) -> Entry:
    entry = _public(town, move)
    assert entry.public_until is not None
    move(entry.public_until)
    return entry


def _repaired(town: builders.Town, move: Move) -> Entry:
    entry = _public(town, move)
    replier = builders.a_replier(entry.organisation)
    services.ask_repair(entry.pk, by=replier, text="Everything is put right.")
    entry = services.grant_repair(entry.pk, by=town.approver, reasons="It is.")
    assert entry.public_until is not None
    move(max(entry.public_until, clock.now()))
    return entry


def _erased(town: builders.Town, move: Move) -> Entry:
    entry = _withdrawn(town, move)
    assert entry.erasable_from is not None
    move(entry.erasable_from + timedelta(seconds=1))
    assert not services.tick().failures
    entry.refresh_from_db()
    assert entry.organisation is None
    return entry


UNKNOWN = [_draft, _in_notice, _suspended, _stayed, _corrected, _withdrawn_unseen]
PUBLIC = [_public, _upheld, _stay_lifted]
GONE = [_withdrawn, _ended, _repaired, _erased]


@pytest.mark.parametrize("make", UNKNOWN)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_hidden_cannot_be_told_from_what_never_was(
    reader: Reader, town: builders.Town, move: Move, make: Make, language: str
) -> None:
    entry = make(town, move)
    hidden = reader.get(f"/{language}/entries/{entry.pk}", 404)
    never = reader.get(f"/{language}/entries/{NEVER}", 404)
    assert hidden.replace(entry.pk, NEVER) == never
    headers = reader.answer(f"/{language}/entries/{entry.pk}").headers
    assert dict(headers) == dict(reader.answer(f"/{language}/entries/{NEVER}").headers)
    _stands_nowhere(reader, entry)


@pytest.mark.parametrize("make", PUBLIC)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_public_is_shown(
    reader: Reader, town: builders.Town, move: Move, make: Make, language: str
) -> None:
    entry = make(town, move)
    assert SECRET in reader.get(f"/{language}/entries/{entry.pk}")
    assert entry.organisation is not None
    assert SECRET in reader.get(f"/{language}/organisations/{entry.organisation.pk}")


@pytest.mark.parametrize("make", GONE)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_over_says_so_and_nothing_else(
    reader: Reader, town: builders.Town, move: Move, make: Make, language: str
) -> None:
    entry = make(town, move)
    path = f"/{language}/entries/{entry.pk}"
    html = reader.get(path, 410)
    assert "noindex" in reader.page(path, html).robots
    for said in (
        SECRET,
        SUBJECT,
        town.code,
        "Made-up",
        "虚构",
        "Penalty",
        "行政处罚",
        "law.example",
    ):
        assert said not in html
    other = builders.published(town, move, Kind.LICENCE)
    services.withdraw(other.pk, by=town.approver, reasons="A mistake.")
    # Whatever ended, and for whatever reason, the page is the same.
    assert reader.get(f"/{language}/entries/{other.pk}", 410).replace(other.pk, entry.pk) == html
    _stands_nowhere(reader, entry)


def _stands_nowhere(reader: Reader, entry: Entry) -> None:
    assert "/organisations/" not in reader.get(f"/en/?q={SUBJECT}")
    if entry.organisation is not None:
        reader.get(f"/en/organisations/{entry.organisation.pk}", 404)


def test_a_corrected_entry_is_shown_again_as_its_new_version(
    reader: Reader, town: builders.Town, move: Move
) -> None:
    entry = _corrected(town, move)
    entry = services.give_notice(entry.pk, fact=builders.Notice.Fact.POSTED)
    assert entry.window_closes_at is not None
    move(entry.window_closes_at)
    assert not services.tick().failures
    html = reader.get(f"/en/entries/{entry.pk}")
    assert "Smaller fine" in html
    assert "2, corrected by the authority" in html
    assert SECRET not in html


def test_an_entry_is_there_to_the_last_second_of_its_term(
    reader: Reader, town: builders.Town, move: Move
) -> None:
    entry = _public(town, move)
    assert entry.public_until is not None
    move(entry.public_until - timedelta(seconds=1))
    reader.get(f"/en/entries/{entry.pk}")
    move(entry.public_until)
    reader.get(f"/en/entries/{entry.pk}", 410)
