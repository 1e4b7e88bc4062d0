"""What is put together as text says to the byte what the schemas say, and is asked of the same selectors."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tabularium import clock
from tabularium.api import quick
from tabularium.core.identifiers import Identifier, parse
from tabularium.core.kinds import Kind
from tabularium.register import services, visibility
from tabularium.register.models import Entry, OrganisationName
from tabularium.register.prepared import Prepared
from tests import builders

Move = Callable[[datetime], None]
Without = pytest.MonkeyPatch


def _read(client: Client, path: str) -> tuple[bytes, dict[str, str]]:
    response = client.get(f"/api/v1/{path}")
    assert response.status_code == 200
    kept = dict(response.headers)
    kept.pop("Cache-Control")
    return response.content, kept


def _both(client: Client, monkeypatch: Without, path: str) -> tuple[bytes, bytes]:
    """The answer as it is given, and as it is given where nothing is put together as text."""
    given, headers = _read(client, path)
    with monkeypatch.context() as patched:
        patched.setattr(quick, "organisation", lambda *_: "")
        patched.setattr(quick, "entry", lambda *_: "")
        otherwise, others = _read(client, path)
    assert headers == others
    return given, otherwise


def _number_of(entry: Entry) -> Identifier:
    assert entry.organisation is not None
    known = entry.organisation.identifiers.get()
    return parse(known.scheme, known.value)


def _whole(town: builders.Town, move: Move) -> Entry:
    entry = builders.published(town, move, summary='"Quoted"\n\t\\ <b> \u2028', details={"地": "x"})
    organisation = entry.organisation
    assert organisation is not None
    for name, language, sort in (('Tea & "Tea"', "en", "translated"), ("旧名", "", "former")):
        OrganisationName.objects.create(
            organisation=organisation, name=name, language=language, sort=sort
        )
    builders.published(town, move, Kind.LICENCE, subject=builders.a_subject())
    for kind in (Kind.LICENCE, Kind.PENALTY):
        subject = builders.a_subject(organisation.name, _number_of(entry))
        builders.published(town, move, kind, subject=subject, summary="", language="")
    return entry


def test_what_is_written_is_what_the_schemas_give(
    client: Client, town: builders.Town, move: Move, monkeypatch: Without
) -> None:
    entry = _whole(town, move)
    of_it = f"organisations/{entry.organisation_id}"
    for path in (of_it, f"{of_it}?limit=2", f"entries/{entry.pk}"):
        given, otherwise = _both(client, monkeypatch, path)
        assert given == otherwise


def test_what_is_said_beside_an_entry_is_never_left_out(
    client: Client, town: builders.Town, move: Move, monkeypatch: Without
) -> None:
    entry = builders.published(town, move)
    replier = builders.a_replier(entry.organisation)
    services.answer(entry.pk, by=replier, text="Our side of it.", shown=True)
    for path in (f"organisations/{entry.organisation_id}", f"entries/{entry.pk}"):
        given, otherwise = _both(client, monkeypatch, path)
        assert given == otherwise
        assert b"Our side of it." in given


def test_a_text_with_what_stands_between_texts_is_told_by_the_schemas(
    client: Client, town: builders.Town, move: Move, monkeypatch: Without
) -> None:
    entry = builders.published(town, move, legal_basis="§ 1\x1f§ 2", summary="\x1f")
    for path in (f"organisations/{entry.organisation_id}", f"entries/{entry.pk}"):
        given, otherwise = _both(client, monkeypatch, path)
        assert given == otherwise
        assert b"\\u001f" in given


def test_it_is_put_together_in_one_question(
    client: Client, town: builders.Town, move: Move
) -> None:
    entry = builders.published(town, move)
    for path in (f"organisations/{entry.organisation_id}", f"entries/{entry.pk}"):
        with CaptureQueriesContext(connection) as asked:
            _read(client, path)
        assert len(asked) == 1


def test_what_has_ended_is_gone_from_the_next_answer_on(
    client: Client, town: builders.Town, move: Move
) -> None:
    entry = builders.published(town, move)
    of_it = f"/api/v1/organisations/{entry.organisation_id}"
    assert client.get(of_it).status_code == 200
    entry.refresh_from_db()
    assert entry.public_until is not None
    move(entry.public_until - timedelta(seconds=1))
    assert client.get(of_it).status_code == 200
    move(entry.public_until)
    assert client.get(of_it).status_code == 404
    assert client.get(f"/api/v1/entries/{entry.pk}").status_code == 410


# ---- questions that are written once


@pytest.mark.django_db
def test_a_question_is_asked_with_the_values_of_each_time(town: builders.Town, move: Move) -> None:
    entries = [builders.published(town, move, decision_number=f"No. {each}%s") for each in "ab"]
    asked = Prepared(
        lambda now, day, identity: (
            visibility.public_entries(now)
            .filter(pk=identity, current_version__decided_on__lte=day)
            .exclude(current_version__decision_number="100 %")
            .values_list("pk", "current_version__decision_number")
        ),
        datetime,
        date,
        str,
    )
    now = clock.now()
    for each in entries:
        number = each.current_version.decision_number
        assert asked.rows(now, now.date(), each.pk) == [(each.pk, number)]
        assert asked.rows(now, now.date() - timedelta(days=900), each.pk) == []
        assert asked.rows(now + timedelta(days=9000), now.date(), each.pk) == []


@pytest.mark.django_db
def test_a_question_without_a_place_for_a_value_is_none() -> None:
    asked = Prepared(
        lambda _now, identity: Entry.objects.filter(pk=identity).values_list("pk"), datetime, str
    )
    with pytest.raises(AssertionError, match="no place"):
        asked.rows(clock.now(), "x")
