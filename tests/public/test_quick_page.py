"""The page of an entry is to the byte what its template gives, whichever way it is answered."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tabularium.core.field_erasure import ErasableField, FieldErasureRule
from tabularium.core.identifiers import parse
from tabularium.core.kinds import Kind
from tabularium.public import quick_page, short_way
from tabularium.register import services
from tabularium.register.models import Entry, Membership, Notice, OrganisationName
from tests import builders
from tests.public.conftest import LANGUAGES, Court, Move

_ODD = "\"<b>'&amp; %s {0} {{ x }} \\u0041 \\ \ue000measure\ue001 \u2028\n</script>"

# What decisions say; each twice with other values, so that the second is not what the mould was cast from.
_SAID: list[tuple[Kind, dict[str, Any]]] = [
    (Kind.PENALTY, {}),
    (Kind.PENALTY, {"measure": _ODD, "summary": _ODD, "legal_basis": _ODD, "language": ""}),
    (Kind.PENALTY, {"measure": "罚款", "language": "zh-Hans", "amount": "", "currency": ""}),
    (Kind.PENALTY, {"details": {"b": _ODD, "地": "果物の店", "a": ""}, "amount": "1000000"}),
    (
        Kind.PENALTY,
        {"legal_basis_url": "http://Law.example:8/5?a=1&b='", "objection_url": "", "summary": ""},
    ),
    (Kind.PENALTY, {"notice_channel": "mailbox", "currency": "XXX", "language": "pt-BR"}),
    (Kind.EXCLUSION, {}),
    (Kind.LICENCE, {"legal_basis_url": "", "language": "zh-hant"}),
]
_NAMES = ("Made-up & Daughters", "虚构茶馆", "虚構パン", "허구 찻집")


@pytest.fixture(autouse=True)
def _moulds() -> Iterator[None]:
    quick_page.forget()
    yield
    quick_page.forget()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each of the pages asked for was given the short way."""
    told: list[bool] = []

    def entry_page(*given: Any) -> quick_page.Page | None:
        page = quick_page.entry_page(*given)
        told.append(page is not None)
        return page

    monkeypatch.setattr(short_way, "entry_page", entry_page)
    return told


def _all_published(town: builders.Town, move: Move) -> list[Entry]:
    """Two entries for each that is said, all public, and with other values."""
    entries = []
    for place, (kind, said) in enumerate(_SAID * 2):
        name = f"{_NAMES[place % len(_NAMES)]} {place}"
        changes = {"measure": "Fine", **said}
        changes["measure"] += f" {place}"
        draft = builders.a_draft(town, kind, subject=builders.a_subject(name), **changes)
        services.approve(draft.pk, approver=town.approver)
        if kind.is_adverse:
            draft = services.give_notice(draft.pk, fact=Notice.Fact.POSTED)
        entries.append(draft)
    move(max(each.window_closes_at for each in entries if each.window_closes_at))
    assert not services.tick().failures
    return entries


def _is_the_same(client: Client, path: str, status: int = 200) -> None:
    """The page as somebody is given it who goes the long way, whose headers are the same too."""
    quick, otherwise = client.get(path), client.get(path, headers={"cookie": "seen=1"})
    assert quick.status_code == otherwise.status_code == status
    assert quick.content == otherwise.content
    assert dict(quick.headers) == dict(otherwise.headers)


def test_the_page_is_to_the_byte_what_the_template_gives(
    client: Client, town: builders.Town, move: Move, quick: list[bool]
) -> None:
    entries = _all_published(town, move)
    for each in entries:
        # As a name in law and one in another language stand beside it; the page shows neither.
        OrganisationName.objects.create(
            organisation_id=each.organisation_id,
            name="Other",
            sort=OrganisationName.Sort.TRANSLATED,
        )
        for language in LANGUAGES:
            _is_the_same(client, f"/{language}/entries/{each.pk}")
    assert quick == [True] * len(quick)
    assert len(quick) == len(entries) * len(LANGUAGES)


def test_a_made_up_register_says_so_and_another_address_is_told(
    client: Client, town: builders.Town, move: Move, quick: list[bool], settings: Any
) -> None:
    path = f"/en/entries/{builders.published(town, move).pk}"
    _is_the_same(client, path)
    settings.REGISTER_IS_DEMO = True
    _is_the_same(client, path)
    settings.ALLOWED_HOSTS = ["register.example"]
    _is_the_same(client, path, 400)
    client.defaults["HTTP_HOST"] = "register.example"
    _is_the_same(client, path)
    assert quick == [True, True, True]


def test_what_is_said_beside_an_entry_is_never_left_out(
    client: Client, town: builders.Town, move: Move, court: Court, quick: list[bool]
) -> None:
    entries = [builders.published(town, move, Kind.LICENCE) for _ in range(4)]
    erased, renamed, answered, annotated = entries
    registrar = town.account("registrar", Membership.Role.REGISTRAR)
    services.erase_field(
        erased.pk, by=registrar, field=ErasableField.SUMMARY, rule=FieldErasureRule.PERSONAL_DATA
    )
    number = renamed.organisation.identifiers.get()  # type: ignore[union-attr]
    identifier = parse(number.scheme, number.value)
    builders.published(
        town, move, Kind.LICENCE, subject=builders.a_subject("Otherwise", identifier)
    )
    replier = builders.a_replier(answered.organisation)
    services.answer(answered.pk, by=replier, text="Our side of it.", shown=True)
    builders.annotated(town, annotated)
    for each in (*entries, court.promise, court.judgment):
        _is_the_same(client, f"/zh-hans/entries/{each.pk}")
    assert quick == [False] * 5 + [True]
    assert b"Our side of it." in client.get(f"/en/entries/{answered.pk}").content


def test_what_has_gone_is_gone_from_the_next_page_on(
    client: Client, town: builders.Town, move: Move
) -> None:
    entries = [builders.published(town, move) for _ in range(4)]
    suspended, corrected, withdrawn, ended = entries
    for each in entries:
        _is_the_same(client, f"/en/entries/{each.pk}")
    services.object_to(suspended.pk, by=builders.a_replier(suspended.organisation), text="No.")
    services.correct(
        corrected.pk, by=town.approver, content=builders.content(), reasons="A wrong sum."
    )
    services.withdraw(withdrawn.pk, by=town.approver, reasons="A mistake.")
    _is_the_same(client, f"/en/entries/{suspended.pk}", 404)
    _is_the_same(client, f"/en/entries/{corrected.pk}", 404)
    _is_the_same(client, f"/en/entries/{withdrawn.pk}", 410)
    assert ended.public_until is not None
    move(ended.public_until)
    _is_the_same(client, f"/en/entries/{ended.pk}", 410)


def test_it_is_filled_from_two_questions(client: Client, town: builders.Town, move: Move) -> None:
    paths = [f"/en/entries/{builders.published(town, move, Kind.LICENCE).pk}" for _ in range(2)]
    client.get(paths[0])
    with CaptureQueriesContext(connection) as asked:
        assert client.get(paths[1]).status_code == 200
    assert len(asked) == 2


def test_a_mould_that_gives_another_page_is_not_used(
    client: Client,
    town: builders.Town,
    move: Move,
    quick: list[bool],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = f"/en/entries/{builders.published(town, move, Kind.LICENCE).pk}"
    monkeypatch.setattr(quick_page, "marked_page", lambda *_: ("No. 1", {"No.": ("id", str)}))
    for _ in range(2):
        _is_the_same(client, path)
    assert quick == [False, False]


def test_no_more_shapes_are_kept_than_there_is_room_for(
    client: Client, town: builders.Town, move: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quick_page, "_MOST_SHAPES", 1)
    entry = builders.published(town, move, Kind.LICENCE)
    for language in (*LANGUAGES, *LANGUAGES):
        _is_the_same(client, f"/{language}/entries/{entry.pk}")


def test_who_asks_otherwise_goes_the_long_way(
    client: Client, town: builders.Town, move: Move, quick: list[bool]
) -> None:
    path = f"/en/entries/{builders.published(town, move, Kind.LICENCE).pk}"
    assert client.post(path).status_code == 405
    assert b'href="/zh-hans' in client.get(f"{path}?a=b").content
    assert client.get(path.upper()).status_code == 404
    assert quick == []
    assert client.head(path).status_code == 200
    assert quick == [True]


def test_a_database_that_is_gone_is_said_in_the_words_of_the_page(
    client: Client,
    db: None,  # noqa: ARG001 - an address is looked up
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def gone(*_: object) -> None:
        raise OperationalError

    monkeypatch.setattr(short_way, "entry_page", gone)
    monkeypatch.setattr("tabularium.public.views.subjects.plain_entry", gone)
    client.raise_request_exception = False
    answer = client.get("/zh-hans/entries/000000000000")
    assert answer.status_code == 503
    assert answer.headers["Content-Language"] == "zh-hans"
