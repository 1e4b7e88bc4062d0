"""What a row of the index holds is compared as the organisation itself would be, only quicker."""

import random
from collections.abc import Sequence
from importlib import import_module
from itertools import chain
from types import SimpleNamespace

from django.apps import apps
from django.db import connection

from tabularium import clock
from tabularium.register import search_index, selectors, services
from tabularium.register.models import Entry, Organisation, OrganisationName, RegisteredIdentifier
from tabularium.register.search_compared import (
    Searched,
    as_text,
    from_text,
    piece_of_name,
    piece_of_number,
)
from tabularium.register.search_hits import Closeness, Question, Why, closest
from tabularium.register.services.organisations import index_older
from tests.builders import Town, a_subject, an_identifier, published
from tests.register.conftest import Move

Sort = OrganisationName.Sort

PIECES = (
    *(
        "虚构",
        "食品",
        "有限公司",
        "臺灣",
        "台湾",
        "司",
        "〇",
        "𠮷田",
        "カクウ",
        "ｶｸ",
        "가공",
        "\u1100\u1161",
    ),
    *(
        "Acme",
        "ACME",
        "acm",
        "me",
        "Foods",
        "foods acme",
        "Ltd",
        "S.A.",
        "GmbH",
        "Straße",
        "strasse",
    ),
    *(
        "São",
        "№ 7",
        "12345",
        "345",
        "９１１１",
        "ABC-12",
        "第5号",
        "〔2026〕",
        "5",
        "é\u0301",
        "№",
        "™",
    ),
    *("-", "&", "  ", "\u3000", "x" * 20, "x" * 19 + "y"),
)
"""Of which made-up names, numbers and texts are put together."""


def _text(chosen: random.Random, most: int = 4) -> str:
    joint = chosen.choice(["", " ", " "])
    return joint.join(chosen.choices(PIECES, k=chosen.randint(1, most)))


def _organisation(chosen: random.Random) -> Organisation:
    made = Organisation(name=_text(chosen))
    names = [
        OrganisationName(organisation=made, name=_text(chosen), sort=sort)
        for sort in chosen.choices([Sort.FORMER, Sort.TRANSLATED], k=chosen.randint(0, 2))
    ]
    numbers = [
        RegisteredIdentifier(organisation=made, scheme="x", value=_text(chosen, 2))
        for _ in range(chosen.randint(0, 2))
    ]
    made._prefetched_objects_cache = {  # type: ignore[attr-defined]
        "other_names": _All(names),
        "identifiers": _All(numbers),
    }
    return made


class _All(list[object]):
    """What was prefetched, as a manager hands it out."""


def _in_full(question: Question, organisation: Organisation) -> tuple[Closeness, bool, int] | None:
    closeness, length, reasons = closest(question, organisation)
    return (closeness, reasons[0].why is not Why.NAME, length) if reasons else None


def test_a_row_is_as_close_as_the_organisation_in_full() -> None:
    chosen = random.Random(7)  # noqa: S311 - no secret
    met = set[Closeness | None]()
    for _ in range(250):
        organisation = _organisation(chosen)
        compared = from_text(as_text(Searched.of(organisation)))
        known = compared.texts[2::3]
        for text in (_text(chosen), _text(chosen, 2), _text(chosen, 1), chosen.choice(known)):
            question = Question.of(text)
            if question.phrases:
                found = question.how_close(compared)
                assert found == _in_full(question, organisation), (text, compared)
                met.add(found and found[0])
    assert met == {*Closeness, None}


def test_what_a_row_holds_is_read_back() -> None:
    searched = Searched("1", "Acme Ltd", ["虛構", "a\x1fb"], ["ACME", ""], ["12-3", ""])
    read = from_text(as_text(searched))
    names = [piece_of_name(each) for each in ("Acme Ltd", "虛構", "a b", "ACME", "")]
    numbers = [piece_of_number(each) for each in ("12-3", "")]
    assert (read.names, read.written) == (3, 2)
    assert read.texts == ["3", "2", *chain(*names, *numbers)]
    assert read.name == "Acme Ltd"
    assert piece_of_name("Acme Ltd") == ("Acme Ltd", "acme ltd", "acme")
    assert piece_of_number("12-3") == ("12-3", "", "123")


def test_only_names_that_are_public_are_compared_and_an_authority_keeps_its_own() -> None:
    read = from_text(as_text(Searched("1", "Now", ["Former"], ["Before", "Gone"], ["12"])))

    def texts(public: Sequence[str]) -> list[str]:
        by = read.by(public)
        assert (by.texts[2 + 3 * by.names :], by.written) == (["12", "", ""], 0)
        return list(by.texts[2 : 2 + 3 * by.names : 3])

    assert texts(["Before", "Now", "Before"]) == ["Before", "Former", "Now"]
    assert texts(["Another"]) == ["Another", "Former"]
    assert texts([]) == ["Now", "Former", "Before", "Gone"]


def test_a_closer_name_than_the_one_it_goes_by_counts(town: Town, move: Move) -> None:
    """And not only where that one does not match at all."""
    entries = [
        published(town, move, subject=a_subject(name, an_identifier()))
        for name in ("Acme Fictitious", "Acme Fictitious Branch")
    ]
    _add(entries[1], "Acme", Sort.FORMER)
    assert _found("acme") == ["Acme Fictitious Branch", "Acme Fictitious"]
    assert selectors.search("acme", clock.now()).hits[0].reasons[0].text == "Acme"


def _add(entry: Entry, name: str, sort: OrganisationName.Sort) -> None:
    assert entry.organisation is not None
    OrganisationName.objects.create(organisation=entry.organisation, name=name, sort=sort)
    services.organisations.reindex(entry.organisation)


def _found(text: str) -> list[str]:
    return [each.name for each in selectors.search(text, clock.now()).organisations]


def test_a_register_of_former_programs_is_searched_as_before_and_then_filled(
    town: Town, move: Move
) -> None:
    entry = published(town, move, subject=a_subject("虚构旧行有限公司"))
    _as_former_programs_left_it()
    migration = import_module("tabularium.register.migrations.0026_what_search_compares")
    migration.keep_what_is_compared(apps, SimpleNamespace(connection=connection))
    assert _found("旧行") == ["虚构旧行有限公司"]
    # PostgreSQL is upgraded while it is in use: there upkeep goes through the rows.
    assert index_older() == (2 if connection.vendor == "postgresql" else 0)
    assert index_older() == 0
    assert _found("旧行") == ["虚构旧行有限公司"]
    has_one = selectors.Narrowing().has_one(clock.now())
    [(identity, compared)] = search_index.rows_named("虚构旧行有限公司", has_one, 5)
    assert identity == entry.organisation_id
    assert compared == as_text(Searched.of(entry.organisation))


def _as_former_programs_left_it() -> None:
    table = search_index.TABLE
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"ALTER TABLE {table} DROP COLUMN compared")
            return
        cursor.execute(f"SELECT rowid, organisation_id, tokens FROM {table}")  # noqa: S608
        rows = cursor.fetchall()
        search_index.drop(connection)
        cursor.execute(
            f"CREATE VIRTUAL TABLE {table} USING fts5(organisation_id UNINDEXED, tokens,"
            " tokenize=\"unicode61 remove_diacritics 0\", prefix='1 2 3 4')"
        )
        cursor.executemany(
            f"INSERT INTO {table} (rowid, organisation_id, tokens) VALUES (%s, %s, %s)",  # noqa: S608
            rows,
        )
