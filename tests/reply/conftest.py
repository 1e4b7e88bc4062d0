"""An organisation with an account, and the pages that it opens."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from django.http import HttpResponse
from django.test import Client

from tabularium.register import services
from tabularium.register.models import Entry, Notice, Organisation, User
from tests import builders
from tests.public import markup

Move = Callable[[datetime], None]
LANGUAGES = ("en", "zh-hans")


@dataclass
class Shop:
    """An organisation, an account that answers for it, and a browser in which it is signed in."""

    organisation: Organisation
    user: User = field(init=False)
    client: Client = field(init=False)

    def __post_init__(self) -> None:
        self.user = builders.a_replier(self.organisation)
        self.client = Client()
        self.come_back()

    def come_back(self) -> None:
        """Sign in: sessions end while the clock is moved."""
        self.client.force_login(self.user)

    def at(self, tail: str = "", language: str = "en") -> str:
        return f"/{language}/reply/{self.organisation.pk}/{tail}"

    def of(self, entry: Entry, tail: str = "", language: str = "en") -> str:
        return self.at(f"entries/{entry.pk}{tail}", language)

    def get(self, address: str, status: int = 200) -> str:
        answer = self.client.get(address)
        assert answer.status_code == status, f"{address} answers {answer.status_code}"
        assert answer["Cache-Control"] == "private, no-store"
        html = answer.content.decode()
        assert markup.read(html, address.split("/")[1]).mistakes == []
        return html

    def post(self, address: str, **said: object) -> HttpResponse:
        answer: HttpResponse = self.client.post(address, said)
        return answer


@pytest.fixture
def town(
    db: None,  # noqa: ARG001 - the town stands in the database
    move: Move,  # noqa: ARG001 - and in simulated time
) -> builders.Town:
    return builders.Town()


def shop_of(entry: Entry) -> Shop:
    assert entry.organisation is not None
    return Shop(entry.organisation)


def code_of(entry: Entry) -> str:
    return services.code_for(Notice.objects.get(version=entry.current_version_id))


def words(html: str) -> str:
    """The text of a page, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())
