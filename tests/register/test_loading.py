"""What a load writes, and what it refuses: the same as if each decision had been written by itself."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from tabularium import clock
from tabularium.core import life, life_events
from tabularium.core.content import Draft, Subject
from tabularium.core.identifiers import Identifier, by_case, uscc_check_character
from tabularium.core.kinds import Kind
from tabularium.core.life_events import EventType, Role
from tabularium.register import deadlines, services
from tabularium.register.consistency import check
from tabularium.register.errors import RefusedError
from tabularium.register.models import (
    Entry,
    Event,
    Finding,
    Organisation,
    RegisteredIdentifier,
    Submission,
    Version,
)
from tabularium.register.services.advance import columns, to_row
from tabularium.register.services.batches import SCHEMA, batch_of
from tabularium.register.services.loading import Recording, load
from tabularium.register.services.receiving import Piece, receive_pieces
from tabularium.register.services.recording import new_version
from tests.builders import Town, a_subject, an_identifier, content
from tests.register.conftest import Move
from tests.register.test_bulk import TEXTS
from tests.register.test_parallel import together

HARD_TEXTS = [text for text in TEXTS if text.strip() and len(text) < 10_000]
Rows = list[dict[str, tuple[str, Any]]]


def a_recording(town: Town, kind: Kind = Kind.PENALTY, **changes: Any) -> Recording:
    recording = Recording(town.item(kind), town.clerk, Role.CLERK, clock.now(), None)
    return replace(recording, **changes)


def drafts_of_all_sorts(kind: Kind, subject: Callable[[], Subject]) -> list[Draft]:
    """Decisions with long and short terms, with and without what may be left out."""
    begins = date(2026, 3, 4)
    terms: list[dict[str, Any]] = [
        {},
        {"term_begins": begins, "term_ends": begins},
        {"term_begins": begins, "term_ends": date(2027, 3, 3)},
        {"term_begins": date(1969, 12, 31), "term_ends": date(1970, 1, 1)},
    ]
    if not kind.is_adverse:
        terms += [
            {"term_ends": date(2030, 1, 31)},
            {"term_ends": date(1969, 12, 31)},
            {"term_begins": date(1969, 12, 31)},
            {"term_begins": begins, "term_ends": None},
        ]
    if kind is Kind.PROMISE:
        # None ends before its authority has had time to say what became of it.
        terms = [each for each in terms if (each.get("term_ends") or date.max).year > 2029]
        terms += [{"due_on": date(2026, 3, 4)}, {"due_on": date(2028, 2, 29), "promised_to": "市"}]
    told: list[dict[str, Any]] = [
        {"details": {"place": 'Lane "1"\\2\n', "地点": "虚构市 😀", "nothing": ""}},
        {"decided_on": date(2019, 5, 6), "summary": "", "legal_basis_url": "", "language": ""},
        {"amount": "", "currency": ""},
        *({"measure": text, "summary": text, "details": {text[:50]: text}} for text in HARD_TEXTS),
    ]
    contents = [content(kind, **each) for each in (*terms, *told)]
    keys = [f'["{number}","市\\""]' if number % 3 else "" for number in range(len(contents))]
    return [
        Draft(row, key, subject(), each)
        for row, (key, each) in enumerate(zip(keys, contents, strict=True), start=2)
    ]


def written_by_django(drafts: list[Draft], recording: Recording) -> dict[type[Model], Rows]:
    """The rows of the same decisions, each written by itself, and taken back."""
    with transaction.atomic():
        for draft in drafts:
            _write(draft, recording)
        rows: dict[type[Model], Rows] = {model: stored(model) for model in (Entry, Version, Event)}
        transaction.set_rollback(True)
    return rows


def _write(draft: Draft, recording: Recording) -> None:
    item, kind = recording.item, Kind(recording.item.kind)
    number = draft.subject.identifier
    known = RegisteredIdentifier.objects.filter(scheme=number.scheme, value=number.value).first()
    organisation = (
        known.organisation
        if known
        else Organisation.objects.create(name=draft.subject.name, recorded_at=recording.now)
    )
    event = life_events.Event(
        number=1,
        type=EventType.RECORDED,
        at=recording.now,
        role=recording.role,
        actor=str(recording.recorder.pk),
        version=1,
        facts=deadlines.term_facts(item.authority, kind, draft.content),
    )
    entry = Entry(
        item=item,
        authority=item.authority,
        organisation=organisation,
        kind=item.kind,
        submission=recording.submission,
        decision_key=draft.key or None,
        recorded_by=recording.recorder,
        **columns(life.apply(None, event)),
    )
    entry.current_version_id = f"{entry.pk}.1"
    entry.save(force_insert=True)
    version = new_version(
        entry, 1, draft.subject.name, draft.content, recording.recorder, recording.now
    )
    version.save(force_insert=True)
    to_row(event, entry, version.pk).save(force_insert=True)


IDENTITIES = {"id", "entry_id", "version_id", "current_version_id", "organisation_id"}
JSON = {"details", "facts"}


def stored(model: type[Model]) -> Rows:
    """A table's rows as the database itself has them, with the types, but for their identities."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')  # noqa: S608 - Django's own name
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    kept = [
        {
            name: (type(value).__name__, json.loads(value) if name in JSON else value)
            for name, value in row.items()
            if name not in IDENTITIES
        }
        for row in rows
    ]
    return sorted(kept, key=repr)


@pytest.mark.parametrize("kind", Kind)
def test_a_load_writes_what_django_would_write(town: Town, other_town: Town, kind: Kind) -> None:
    subject: Callable[[], Subject] = a_subject
    if kind.is_about_an_authority:
        authority = (town if kind is Kind.PROMISE else other_town).authority
        number = an_identifier()
        authority.organisation.identifiers.create(scheme=number.scheme, value=number.value)

        def subject() -> Subject:
            return a_subject("虚构机关", number)

    drafts = drafts_of_all_sorts(kind, subject)
    submission = Submission.objects.create(
        item=town.item(kind),
        submitted_by=town.clerk,
        received_at=clock.now(),
        rows_read=0,
        entries_made=0,
        rows_stopped=0,
    )
    for given in (None, submission):
        # Microseconds are kept by either.
        at = datetime(2026, 3, 4, 2, 0, 0, 0 if given else 17, tzinfo=UTC)
        recording = a_recording(town, kind, submission=given, now=at)
        expected = written_by_django(drafts, recording)
        with transaction.atomic():
            made = load(batch_of(drafts), recording)
            assert {model: stored(model) for model in expected} == expected
            assert check().problems == []
            assert_in_order(made, drafts)
            transaction.set_rollback(True)


def assert_in_order(made: list[str], drafts: list[Draft]) -> None:
    entries = Entry.objects.select_related("current_version", "organisation").in_bulk(made)
    for identity, draft in zip(made, drafts, strict=True):
        entry = entries[identity]
        version = entry.current_version
        assert version.subject_name == draft.subject.name
        for name, value in draft.content.as_fields().items():
            if name not in {"decided_on", "term_begins", "term_ends", "due_on"}:
                assert getattr(version, name) == value
        assert version.decided_on == draft.content.decided_on
        assert version.term_ends == draft.content.term_ends
        number = draft.subject.identifier
        assert entry.organisation is not None
        assert entry.organisation.identifiers.filter(
            scheme=number.scheme, value=number.value
        ).exists()


def test_an_organisation_is_entered_as_it_is_told_and_found_by_search(town: Town) -> None:
    case = by_case(town.code, "case 1")
    drafts = [
        Draft(2, "a", Subject(case, "虚构\n“引号”公司", "cn-youxian", "cn"), content()),
        Draft(3, "b", Subject(case, "Another name", "cn-youxian", "cn"), content()),
    ]
    load(batch_of(drafts), a_recording(town))
    organisation = Organisation.objects.get(identifiers__value=case.value)
    assert (organisation.name, organisation.legal_form, organisation.jurisdiction) == (
        "虚构\n“引号”公司",
        "cn-youxian",
        "cn",
    )
    assert organisation.recorded_at == clock.now()
    assert organisation.entries.count() == 2
    assert check().problems == []


def test_a_batch_without_decisions_writes_nothing(town: Town) -> None:
    assert load(SCHEMA.empty_table(), a_recording(town)) == []
    assert not Entry.objects.exists()


# ---- what is refused leaves nothing


def nothing_there() -> bool:
    own = Organisation.objects.exclude(authority__isnull=False)
    return not any(each.exists() for each in (Entry.objects, Version.objects, Event.objects, own))


SOLE_TRADER = "92999900" + "000000001"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"legal_basis": ""}, "missing-value"),
        ({"legal_basis": "\u3000\u00a0\n"}, "missing-value"),
        ({"measure": "\x1f"}, "missing-value"),
        ({"decision_number": " "}, "missing-value"),
        ({"objection_route": ""}, "missing-value"),
        ({"notice_channel": ""}, "missing-value"),
        ({"term_begins": None}, "missing-value"),
        ({"term_ends": None}, "missing-value"),
        ({"term_ends": date(2026, 3, 3)}, "dates-out-of-order"),
        ({"term_ends": date(2036, 3, 3)}, "term-too-long"),
        ({"decided_on": date(1989, 1, 1)}, "no-rules-in-force"),
        ({"summary": "长" * 10_001}, "too-long"),
        ({"details": {"place": "长" * 10_001}}, "too-long"),
        ({"legal_basis_url": "ftp://law.example"}, "no-web-address"),
        ({"objection_url": "law.example"}, "no-web-address"),
        ({"amount": "", "currency": "CNY"}, "amount-without-currency"),
        ({"amount": "1", "currency": ""}, "amount-without-currency"),
        ({"measure": "a\0b"}, "no-character"),
        ({"details": {"place": "a\0b"}}, "no-character"),
        ({"details": {"a\0b": "place"}}, "no-character"),
        ({"summary": "\ud83d"}, "no-character"),
        ({"details": {"place": "\udcff"}}, "no-character"),
        ({"subject": a_subject("a\0b")}, "no-character"),
        ({"subject": a_subject("\u3000")}, "name-missing"),
        ({"subject": a_subject("长" * 501)}, "too-long"),
        (
            {
                "subject": a_subject(
                    identifier=Identifier(
                        "CN-USCC", SOLE_TRADER + uscc_check_character(SOLE_TRADER)
                    )
                )
            },
            "natural-person",
        ),
        (
            {"subject": Subject(by_case("market-office", "1"), "虚构商行", "cn-getihu", "cn")},
            "natural-person",
        ),
        (
            {"subject": Subject(by_case("market-office", "1"), "虚构商行", "", "cn")},
            "legal-form-missing",
        ),
    ],
    ids=lambda each: ",".join(each) if isinstance(each, dict) else each,
)
def test_one_wrong_decision_keeps_all_of_a_load_back(
    town: Town, changes: dict[str, Any], reason: str
) -> None:
    changes = dict(changes)
    wrong = Draft(3, "b", changes.pop("subject", None) or a_subject(), content(**changes))
    given = [Draft(2, "a", a_subject(), content()), wrong, Draft(4, "c", a_subject(), content())]
    with pytest.raises(RefusedError) as refused, transaction.atomic():
        load(batch_of(given), a_recording(town))
    assert refused.value.reason == reason
    assert nothing_there()


@pytest.mark.parametrize("name", ["summary", "details"])
def test_a_text_may_be_as_long_as_it_may_be(town: Town, name: str) -> None:
    text = '"\\\n' * 3_333 + "x"
    changed: dict[str, Any] = {name: {"a": text, "b": text} if name == "details" else text}
    load(batch_of([Draft(2, "a", a_subject(), content(**changed))]), a_recording(town))
    assert getattr(Version.objects.get(), name) == changed[name]


def test_what_only_looks_like_a_null_character_is_kept(town: Town) -> None:
    said = {"place": "C:\\u0000"}
    load(batch_of([Draft(2, "a", a_subject(), content(details=said))]), a_recording(town))
    assert Version.objects.get().details == said


@pytest.mark.parametrize(
    ("kind", "of", "reason"),
    [
        (Kind.PROMISE, "other", "not-its-own"),
        (Kind.JUDGMENT, "own", "its-own"),
        (Kind.PROMISE, "none", "not-an-authority"),
        (Kind.JUDGMENT, "none", "not-an-authority"),
    ],
)
def test_promises_and_judgments_are_of_the_right_authority(
    town: Town, other_town: Town, kind: Kind, of: str, reason: str
) -> None:
    number = an_identifier()
    towns = {"other": other_town, "own": town}
    if of in towns:
        organisation = towns[of].authority.organisation
        organisation.identifiers.create(scheme=number.scheme, value=number.value)
    draft = Draft(2, "a", a_subject("虚构机关", number), content(kind))
    with pytest.raises(RefusedError) as refused, transaction.atomic():
        load(batch_of([draft]), a_recording(town, kind))
    assert refused.value.reason == reason
    assert nothing_there()


def test_a_licence_needs_no_notice_and_no_term(town: Town) -> None:
    plain = content(
        Kind.LICENCE, objection_route="", notice_channel="", term_begins=None, term_ends=None
    )
    load(batch_of([Draft(2, "", a_subject(), plain)]), a_recording(town, Kind.LICENCE))
    assert Entry.objects.get().public_until is None
    assert check().problems == []


# ---- two at once

both = pytest.mark.django_db(transaction=True)
Pieces = Iterator[Piece]


@pytest.fixture
def towns(transactional_db: None, move: Move) -> Iterator[tuple[Town, Town]]:  # noqa: ARG001 - by being asked for
    """Two authorities, each of which submits on a connection of its own."""
    if connection.vendor != "postgresql":
        pytest.skip("On SQLite one writes at a time: a submission waits for the one before it.")
    made = Town(), Town("tax-office")
    for each in made:
        each.item()
    yield made
    assert check().problems == []


def a_piece(*subjects: Subject, key: str = "") -> Piece:
    drafts = [Draft(row, key, each, content()) for row, each in enumerate(subjects, start=2)]
    return Piece(len(drafts), batch_of(drafts))


def submit(town: Town, pieces: Pieces) -> object:
    return receive_pieces(
        pieces,
        item=town.item(),
        submitted_by=town.clerk,
        file_name="a.csv",
        file_sha256="0" * 64,
        figures=lambda _: {},
    )


def until_another_waits() -> None:
    with connection.cursor() as cursor:
        for _ in range(3_000):
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            cursor.execute("SELECT pg_sleep(0.05)")
    raise AssertionError("Nobody waited for a lock.")


def overlapping(first: Piece, second: Piece, towns: tuple[Town, Town]) -> list[object]:
    """Two submissions; the second comes while the first is not yet over."""
    begun = Barrier(2)

    def pieces_of_first() -> Pieces:
        yield first
        begun.wait(timeout=300)
        until_another_waits()

    def pieces_of_second() -> Pieces:
        begun.wait(timeout=300)
        yield second

    return together(
        lambda: submit(towns[0], pieces_of_first()), lambda: submit(towns[1], pieces_of_second())
    )


@both
def test_two_submissions_enter_the_same_organisation_once(towns: tuple[Town, Town]) -> None:
    shared, own = a_subject("虚构共同公司"), a_subject("虚构自有公司")
    results = overlapping(a_piece(shared), a_piece(own, shared, own), towns)
    assert not [each for each in results if isinstance(each, BaseException)]
    organisation = Organisation.objects.get(identifiers__value=shared.identifier.value)
    assert {each.authority_id for each in organisation.entries.all()} == {
        town.code for town in towns
    }
    assert Organisation.objects.exclude(authority__isnull=False).count() == 2
    assert Entry.objects.count() == 4


@both
def test_where_the_first_takes_it_back_the_second_enters_the_organisation(
    towns: tuple[Town, Town],
) -> None:
    shared = a_subject()
    begun = Barrier(2)

    def pieces_of_first() -> Pieces:
        yield a_piece(shared)
        begun.wait(timeout=300)
        until_another_waits()
        raise RefusedError("made-up", "It is taken back.")

    def pieces_of_second() -> Pieces:
        begun.wait(timeout=300)
        yield a_piece(shared)

    first, second = together(
        lambda: submit(towns[0], pieces_of_first()), lambda: submit(towns[1], pieces_of_second())
    )
    assert isinstance(first, RefusedError)
    assert not isinstance(second, BaseException)
    assert Entry.objects.get().authority_id == towns[1].code


@both
def test_what_a_submission_names_is_not_removed_before_it_is_over(
    towns: tuple[Town, Town],
) -> None:
    subject = a_subject()
    organisation = Organisation.objects.create(name=subject.name, recorded_at=clock.now())
    number = subject.identifier
    organisation.identifiers.create(scheme=number.scheme, value=number.value)
    begun = Barrier(2)

    def pieces() -> Pieces:
        yield a_piece(subject)
        begun.wait(timeout=300)
        until_another_waits()

    def remove() -> None:
        begun.wait(timeout=300)
        with transaction.atomic():
            Organisation.objects.get(pk=organisation.pk).delete()

    submitted, removed = together(lambda: submit(towns[0], pieces()), remove)
    assert not isinstance(submitted, BaseException)
    assert isinstance(removed, IntegrityError)
    assert "something refers to it" in str(removed)
    assert Entry.objects.get().organisation_id == organisation.pk


@both
def test_two_submissions_that_wait_for_each_other_are_one_and_one_to_send_again(
    towns: tuple[Town, Town],
) -> None:
    subjects = [a_subject(), a_subject()]
    begun = Barrier(2)

    def pieces(order: list[Subject]) -> Pieces:
        yield a_piece(order[0])
        begun.wait(timeout=300)
        yield a_piece(order[1])

    results = together(
        lambda: submit(towns[0], pieces(subjects)),
        lambda: submit(towns[1], pieces(subjects[::-1])),
    )
    refused = [each for each in results if isinstance(each, BaseException)]
    assert [getattr(each, "reason", each) for each in refused] == ["at-once"]
    assert Submission.objects.count() == 1
    assert Entry.objects.count() == 2


@both
def test_the_same_decision_at_once_is_recorded_once_and_the_other_sent_again(
    towns: tuple[Town, Town],
) -> None:
    town = towns[0]
    first, second = overlapping(
        a_piece(a_subject(), key="case 1"), a_piece(a_subject(), key="case 1"), (town, town)
    )
    assert not isinstance(first, BaseException)
    assert isinstance(second, RefusedError)
    assert second.reason == "at-once"
    assert Entry.objects.count() == Submission.objects.count() == 1


def test_what_is_wrong_for_another_reason_is_not_to_be_sent_again(town: Town) -> None:
    twice = Piece(0, SCHEMA.empty_table(), findings=[_stops_row_2(), _stops_row_2()])
    with pytest.raises(IntegrityError):
        submit(town, iter([twice]))
    assert not Submission.objects.exists()
    assert not Finding.objects.exists()


def _stops_row_2() -> services.FoundInRow:
    return services.FoundInRow(2, "", "missing-value", "error", primary=True, parameters={})
