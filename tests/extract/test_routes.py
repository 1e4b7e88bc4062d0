"""Extracts on the public site: what is there and what is not, in both languages, and who notes it."""

import io
import json
from datetime import timedelta
from pathlib import Path

import pypdf
import pytest
from django.conf import LazySettings
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tabularium import clock
from tabularium.api import limits
from tabularium.core.kinds import Kind
from tabularium.extract import views
from tabularium.extract.certificates import make_test_certificate
from tabularium.extract.own_certificate import certificate
from tabularium.log.told import verifier_keys
from tabularium.register import services
from tabularium.register.models import Entry, Notice
from tabularium_verify.embedded import extract_in
from tabularium_verify.extracts import read_extract
from tabularium_verify.proving import prove
from tests import builders
from tests.extract.conftest import LANGUAGES, Log
from tests.extract.test_certificates import status_of
from tests.register.conftest import Move

PATHS = ("entries/{entry}/extract.json", "entries/{entry}/extract.pdf")
OF_ORGANISATION = (
    "organisations/{organisation}/extract.json",
    "organisations/{organisation}/extract.pdf",
)


@pytest.fixture
def public(town: builders.Town, move: Move, log: Log) -> Entry:
    entry = builders.published(town, move)
    log.catch_up()
    return entry


def addresses(entry: Entry, organisation: str | None = None) -> list[str]:
    """Every address of an extract of an entry and of its organisation."""
    return [
        f"/{language}/" + each.format(entry=entry.pk, organisation=organisation)
        for language in LANGUAGES
        for each in (*PATHS, *(OF_ORGANISATION if organisation else ()))
    ]


def _get(address: str, status: int = 200) -> HttpResponse:
    answer: HttpResponse = Client().get(address)
    assert answer.status_code == status, address
    return answer


def _checked(data: bytes) -> None:
    """A reader who has the key and nothing else finds it proven."""
    prove(read_extract(data), verifier_keys())


def test_everyone_gets_them_in_both_languages_and_can_check_them(public: Entry) -> None:
    for address in addresses(public, public.organisation_id):
        answer = _get(address)
        if address.endswith(".json"):
            assert answer["Content-Type"] == "application/json"
            _checked(answer.content)
        else:
            assert answer["Content-Type"] == "application/pdf"
            assert status_of(answer.content, certificate()).bottom_line
            (data,) = pypdf.PdfReader(io.BytesIO(answer.content)).attachments["extract.json"]
            assert extract_in(answer.content) == data, "readers have no PDF library"
            _checked(extract_in(answer.content))
            language = address.split("/")[1]
            assert answer["Content-Language"] == language
        assert answer["Cache-Control"].startswith("private, max-age=")
        assert answer["X-Robots-Tag"] == "noindex, noarchive"


def test_their_pages_lead_to_them(public: Entry) -> None:
    for language in LANGUAGES:
        page = _get(f"/{language}/entries/{public.pk}").content.decode()
        for each in PATHS:
            assert f'href="/{language}/{each.format(entry=public.pk)}"' in page
        page = _get(f"/{language}/organisations/{public.organisation_id}").content.decode()
        for each in OF_ORGANISATION:
            assert f'href="/{language}/{each.format(organisation=public.organisation_id)}"' in page


def test_an_extract_is_kept_no_longer_than_its_entry_is_public(public: Entry, move: Move) -> None:
    assert public.public_until is not None
    move(public.public_until - timedelta(seconds=7))
    answer = _get(addresses(public)[0])
    assert answer["Cache-Control"] == "private, max-age=7, must-revalidate"
    assert json.loads(answer.content)["valid_until"] == f"{public.public_until:%Y-%m-%dT%H:%M:%SZ}"
    move(public.public_until)
    for address in addresses(public):
        gone = _get(address, 410).content.decode()
        assert public.current_version.decision_number not in gone


def test_what_is_suspended_has_none_and_what_is_withdrawn_is_gone(
    town: builders.Town, public: Entry, log: Log
) -> None:
    services.object_to(public.pk, by=builders.a_replier(public.organisation), text="Not us.")
    log.catch_up()
    for address in addresses(public, public.organisation_id):
        assert _get(address, 404).content == Client().get(address).content
    services.withdraw(public.pk, by=town.second_approver, reasons="A mistake.")
    log.catch_up()
    for address in addresses(public):
        _get(address, 410)
    for address in addresses(public, public.organisation_id)[2:4]:
        _get(address, 404)


def test_of_what_was_corrected_the_digests_alone_are_left(
    town: builders.Town, move: Move, log: Log, public: Entry
) -> None:
    said = builders.content(summary="Corrected words.")
    services.correct(public.pk, by=town.second_approver, content=said, reasons="A mistake.")
    services.give_notice(public.pk, fact=Notice.Fact.POSTED)
    window = Entry.objects.get(pk=public.pk).window_closes_at
    assert window is not None
    move(window)
    assert not services.tick().failures
    log.catch_up()
    data = _get(addresses(public)[0]).content
    _checked(data)
    assert b"Corrected words." in data
    assert public.current_version.summary.splitlines()[0].encode() not in data
    leaves = json.loads(data)["entries"][0]["leaves"]
    kept = [{each["name"] for each in leaf["facts"] if "value" in each} for leaf in leaves]
    assert {"at", "change", "entry", "version"} <= kept[0]
    assert {"summary", "measure", "organisation_name"}.isdisjoint(kept[0])
    assert {"summary", "measure", "organisation_name"} <= kept[-1]


def test_what_never_was_has_none(town: builders.Town) -> None:
    draft = builders.a_draft(town)
    for address in addresses(draft, draft.organisation_id):
        _get(address, 404)


def test_a_change_that_the_log_has_not_yet_is_said_to_come(
    town: builders.Town, move: Move, log: Log
) -> None:
    entry = builders.published(town, move)
    for address in addresses(entry, entry.organisation_id):
        answer = _get(address, 409)
        assert 60 < int(answer["Retry-After"]) <= 3660
        assert "no-store" in answer["Cache-Control"]
    log.catch_up()
    _get(addresses(entry)[0])


def test_an_extract_stays_proven_when_another_entry_and_then_its_own_is_erased(
    town: builders.Town, move: Move, log: Log, public: Entry
) -> None:
    licence = builders.a_draft(town, Kind.LICENCE)
    services.approve(licence.pk, approver=town.approver)
    log.catch_up()
    kept = _get(addresses(public)[0]).content
    assert public.erasable_from is not None
    move(public.erasable_from)
    assert services.tick().erased == 1
    log.catch_up()
    for address in addresses(public):
        _get(address, 410)
    _checked(kept)
    _checked(_get(addresses(licence)[0]).content)


def test_an_organisation_with_more_entries_than_one_holds_is_refused_in_words(
    public: Entry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "MOST_ENTRIES", 0)
    for address in addresses(public, public.organisation_id):
        status = 403 if "organisations" in address else 200
        _get(address, status)


def _expired(settings: LazySettings, path: Path) -> str:
    make_test_certificate(path, "register.example", clock.now() - timedelta(days=4000))
    settings.EXTRACT_CERTIFICATE = path
    return "Put another in its place"


def _missing(settings: LazySettings, path: Path) -> str:
    settings.EXTRACT_CERTIFICATE = path
    return "`tabularium init` makes a test certificate"


def _broken(settings: LazySettings, path: Path) -> str:
    path.touch(0o600)
    settings.EXTRACT_CERTIFICATE = path
    return "cannot be opened as a certificate"


def test_without_a_valid_certificate_a_pdf_is_refused_in_words_and_the_data_is_there(
    public: Entry, settings: LazySettings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    english, chinese = addresses(public, public.organisation_id)[:4], addresses(public)[2:]
    for harm, asked in ((_expired, english), (_missing, chinese), (_broken, english[:2])):
        why = harm(settings, tmp_path / harm.__name__)
        for address in asked:
            if address.endswith(".json"):
                _checked(_get(address).content)
                continue
            caplog.clear()
            answer = _get(address, 503)
            assert answer["Retry-After"] == "3600"
            assert "no-store" in answer["Cache-Control"]
            page = answer.content.decode()
            assert f'href="{address.replace(".pdf", ".json")}"' in page
            assert "tabularium check" in page
            assert str(tmp_path) not in page, "where files lie is for the operator alone"
            (told,) = (each for each in caplog.records if each.name == "tabularium.extract")
            assert why in told.getMessage()


def test_who_asks_for_too_many_is_asked_to_wait(public: Entry, settings: LazySettings) -> None:
    settings.READING_LIMIT = 2 * views.AS_MANY_CALLS
    reader = Client(REMOTE_ADDR="192.0.2.1")
    address = addresses(public)[0]
    limits.forget()
    assert [reader.get(address).status_code for _ in range(3)] == [200, 200, 429]
    assert 0 < int(reader.get(address)["Retry-After"]) <= 60
    assert reader.get(f"/en/entries/{public.pk}").status_code == 200
    limits.forget()


def test_nothing_is_written_of_who_took_which(public: Entry) -> None:
    with CaptureQueriesContext(connection) as asked:
        for address in addresses(public):
            _get(address)
    assert len(asked) > 0
    writing = ("INSERT", "UPDATE", "DELETE")
    assert [each["sql"] for each in asked if each["sql"].lstrip().startswith(writing)] == []


def test_the_instant_at_which_it_was_made_is_that_of_the_request(public: Entry) -> None:
    told = json.loads(_get(addresses(public)[0]).content)
    assert told["made_at"] == f"{clock.now():%Y-%m-%dT%H:%M:%SZ}"
    assert told["register"]["address"] == "https://register.example"
    assert told["register"]["verifier_keys"] == [str(each) for each in verifier_keys()]
