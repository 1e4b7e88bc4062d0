"""The number of queries of a page does not grow with what it shows."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from tabularium.core.kinds import Kind
from tests import builders
from tests.public.conftest import Court, Move, Reader

Count = Callable[[int], AbstractContextManager[None]]


@pytest.mark.parametrize("entries", [1, 30])
def test_an_organisations_page(
    reader: Reader,
    town: builders.Town,
    move: Move,
    entries: int,
    django_assert_num_queries: Count,
) -> None:
    subject = builders.a_subject()
    for _ in range(entries):
        entry = builders.published(town, move, Kind.LICENCE, subject=subject)
    with django_assert_num_queries(6):
        assert entry.organisation is not None
        reader.get(f"/en/organisations/{entry.organisation.pk}")


@pytest.mark.parametrize("organisations", [1, 20])
def test_a_page_of_results(
    reader: Reader,
    town: builders.Town,
    move: Move,
    organisations: int,
    django_assert_num_queries: Count,
) -> None:
    for place in range(organisations):
        subject = builders.a_subject(f"虚构同名公司{place}")
        builders.published(town, move, Kind.LICENCE, subject=subject)
    with django_assert_num_queries(7):
        assert reader.get("/en/?q=同名").count("</bdi></a></h3>") == organisations


def test_an_entry(
    reader: Reader, town: builders.Town, move: Move, django_assert_num_queries: Count
) -> None:
    entry = builders.published(town, move)
    with django_assert_num_queries(5):
        reader.get(f"/en/entries/{entry.pk}")
    # The next of its shape: how the page looks is known.
    other = builders.published(town, move)
    with django_assert_num_queries(2):
        reader.get(f"/en/entries/{other.pk}")


@pytest.mark.parametrize("items", [1, 5])
def test_the_catalogue_and_an_authority(
    reader: Reader, town: builders.Town, items: int, django_assert_num_queries: Count
) -> None:
    for kind in list(Kind)[:items]:
        town.item(kind)
    with django_assert_num_queries(1):
        assert reader.get("/en/catalogue").count("<h3>") == items
    with django_assert_num_queries(19):
        assert reader.get("/en/authorities/market-office").count("<h3>") == items


@pytest.mark.usefixtures("town")
def test_pages_of_words_ask_nothing(reader: Reader, django_assert_num_queries: Count) -> None:
    for path in ("/en/about", "/zh-hans/about"):
        with django_assert_num_queries(0):
            reader.get(path)
    with django_assert_num_queries(1):
        reader.get("/en/")  # the authorities to choose from
    with django_assert_num_queries(0):
        reader.get("/en/nothing", 404)


@pytest.mark.parametrize("promises", [0, 20])
def test_an_authority_that_owes(
    reader: Reader, court: Court, promises: int, django_assert_num_queries: Count
) -> None:
    office = builders.Town("water-office")
    for _ in range(promises):
        builders.annotated(office, builders.promised(office))
    with django_assert_num_queries(22):
        reader.get("/en/authorities/water-office")
    with django_assert_num_queries(6):
        reader.get(f"/en/entries/{court.promise.pk}")
