"""A reader of the public site, and entries for it to read."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import pytest
from django.http import HttpResponse
from django.test import Client

from tabularium.core.kinds import Kind
from tabularium.register import services
from tabularium.register.models import Authority, Entry
from tests import builders
from tests.public import markup

Move = Callable[[datetime], None]
LANGUAGES = ("en", "zh-hans")


@dataclass
class Reader:
    """Opens pages, and finds nothing wrong with the HTML of any."""

    client: Client

    def get(self, path: str, status: int = 200) -> str:
        answer = self.answer(path)
        assert answer.status_code == status, f"{path} answers {answer.status_code}"
        html = answer.content.decode()
        assert self.page(path, html).mistakes == []
        return html

    def answer(self, path: str) -> HttpResponse:
        answer: HttpResponse = self.client.get(path)
        return answer

    def page(self, path: str, html: str) -> markup.Page:
        return markup.read(html, path.split("/")[1])


@pytest.fixture
def reader(client: Client) -> Reader:
    return Reader(client)


@pytest.fixture
def town(
    db: None,  # noqa: ARG001 - the town stands in the database
    move: Move,  # noqa: ARG001 - and in simulated time
) -> builders.Town:
    return builders.Town()


@dataclass
class Court:
    """A town whose office owes something, and the court that says so."""

    authority: Authority
    promise: Entry
    judgment: Entry


@pytest.fixture
def court(town: builders.Town, move: Move) -> Court:
    identifier = builders.an_identifier()
    debtor = services.ensure_authority(
        services.AuthorityDetails(
            code="water-office",
            names={"en": "Made-up Water Office", "zh-hans": "虚构水务局"},
            jurisdiction="cn",
            time_zone=builders.ZONE,
            identifier=identifier,
        )
    )
    office = builders.Town("water-office")
    subject = builders.a_subject("Made-up Water Office", identifier)
    promise = builders.published(
        office, move, Kind.PROMISE, subject=subject, measure="New pipes for Made-up Street"
    )
    judgment = builders.published(
        town, move, Kind.JUDGMENT, subject=subject, measure="Payment for pipes delivered"
    )
    return Court(debtor, promise, judgment)
