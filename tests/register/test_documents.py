from datetime import timedelta

import pytest
from django.conf import LazySettings

from tabularium import clock
from tabularium.core.life_events import EventType
from tabularium.register import services
from tabularium.register.consistency import check
from tabularium.register.errors import NotPermittedError, RefusedError
from tabularium.register.models import Document, Entry, User
from tabularium.register.services.documents import destroy_unsent_documents
from tests import builders
from tests.lines.hidden import Move

pytestmark = pytest.mark.django_db

MARK = b"Words that stand in this document alone."


def added(entry: Entry, by: User, purpose: EventType = EventType.ANSWERED) -> Document:
    document = services.NewDocument("made-up.txt", "text/plain", MARK)
    return services.add_document(entry.pk, by=by, purpose=purpose, document=document)


@pytest.fixture
def entry(move: Move) -> Entry:
    return builders.published(builders.Town(), move)


@pytest.fixture
def by(entry: Entry) -> User:
    return builders.a_replier(entry.organisation)


def test_documents_go_with_the_statement_they_were_added_for(entry: Entry, by: User) -> None:
    answer, objection = added(entry, by), added(entry, by, EventType.OBJECTED)
    services.object_to(entry.pk, by=by, text="It was not us.")
    sent = Document.objects.get(pk=objection.pk)
    assert sent.statement is not None
    assert sent.statement.event.type == EventType.OBJECTED
    assert Document.objects.get(pk=answer.pk).statement is None
    assert bytes(sent.content) == MARK


def test_an_answer_that_replaces_another_has_its_documents(entry: Entry, by: User) -> None:
    first = added(entry, by)
    services.answer(entry.pk, by=by, text="One.", shown=False)
    second = added(entry, by)
    services.answer(entry.pk, by=by, text="Two.", shown=False)
    texts = {each.pk: each.statement and each.statement.text for each in Document.objects.all()}
    assert texts == {first.pk: "Two.", second.pk: "Two."}


def test_an_answer_taken_back_takes_its_documents_along(entry: Entry, by: User) -> None:
    added(entry, by)
    kept = added(entry, by, EventType.REPAIR_ASKED)
    services.ask_repair(entry.pk, by=by, text="Put right.")
    services.answer(entry.pk, by=by, text="One.", shown=True)
    services.take_back_answer(entry.pk, by=by)
    assert [each.pk for each in Document.objects.all()] == [kept.pk]


def test_what_came_with_an_objection_stays_and_the_rest_can_be_removed(
    entry: Entry, by: User
) -> None:
    unsent, answer = added(entry, by, EventType.OBJECTED), added(entry, by)
    services.answer(entry.pk, by=by, text="One.", shown=False)
    for each in (unsent, answer):
        services.remove_document(each.pk, entry.pk, by=by)
    assert not Document.objects.exists()
    sent = added(entry, by, EventType.OBJECTED)
    services.object_to(entry.pk, by=by, text="It was not us.")
    services.remove_document(sent.pk, entry.pk, by=by)
    assert Document.objects.get().pk == sent.pk


def test_ten_documents_of_a_size_and_no_more(
    entry: Entry, by: User, settings: LazySettings
) -> None:
    settings.LARGEST_DOCUMENT = len(MARK)
    for _ in range(10):
        added(entry, by)
    with pytest.raises(RefusedError) as refused:
        added(entry, by)
    assert refused.value.reason == "too-many-documents"
    settings.LARGEST_DOCUMENT = len(MARK) - 1
    with pytest.raises(RefusedError) as refused:
        added(entry, by, EventType.OBJECTED)
    assert refused.value.reason == "document-too-large"


def test_another_organisation_adds_and_removes_nothing(entry: Entry, by: User) -> None:
    document = added(entry, by)
    other = builders.in_notice(builders.Town("other-office"))
    stranger = builders.a_replier(other.organisation)
    with pytest.raises(NotPermittedError):
        added(entry, stranger)
    with pytest.raises(NotPermittedError):
        services.remove_document(document.pk, entry.pk, by=stranger)
    services.remove_document(document.pk, other.pk, by=stranger)
    assert Document.objects.get().pk == document.pk


def test_what_was_never_sent_is_destroyed_after_a_day(entry: Entry, by: User, move: Move) -> None:
    added(entry, by, EventType.OBJECTED)
    kept = added(entry, by)
    services.answer(entry.pk, by=by, text="One.", shown=False)
    move(clock.now() + timedelta(days=1) - timedelta(seconds=1))
    destroy_unsent_documents()
    assert Document.objects.count() == 2
    move(clock.now() + timedelta(seconds=1))
    services.tick()
    assert [each.pk for each in Document.objects.all()] == [kept.pk]


def test_erasure_destroys_documents_and_requests(entry: Entry, by: User, move: Move) -> None:
    added(entry, by)
    services.answer(entry.pk, by=by, text="One.", shown=True)
    added(entry, by, EventType.OBJECTED)
    request = services.ask_correction(entry.pk, by=by, text="A mistake.")
    assert entry.erasable_from is not None
    move(entry.erasable_from)
    assert services.tick().erased == 1
    assert not Document.objects.exists()
    assert not type(request).objects.exists()
    assert check().problems == []


def test_a_document_left_behind_is_a_problem(entry: Entry, by: User, move: Move) -> None:
    document = added(entry, by)
    services.answer(entry.pk, by=by, text="One.", shown=True)
    assert entry.erasable_from is not None
    move(entry.erasable_from)
    services.tick()
    document.statement_id = None
    document.save(force_insert=True)
    assert [each.what for each in check().problems] == ["it is erased, but a document of it is not"]
