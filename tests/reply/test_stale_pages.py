"""What an organisation wrote about one version is not sent about another that came while it wrote."""

import re

import pytest

from tabularium.core.life_state import Stage
from tabularium.register import services
from tabularium.register.models import Entry, Notice, Statement
from tests import builders
from tests.reply.conftest import Move
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("tail", ["objection", "answer"])
def test_it_is_told_and_keeps_what_it_wrote(town: builders.Town, move: Move, tail: str) -> None:
    entry = builders.published(town, move)
    client = signed_in(builders.a_replier(entry.organisation))
    address = f"/en/reply/{entry.organisation_id}/entries/{entry.pk}/{tail}"
    page = client.get(address).content.decode()
    (version,) = re.findall(r'name="version" value="(\d+)"', page)
    assert version == "1"
    smaller = builders.content(measure="Smaller fine")
    services.correct(entry.pk, by=town.approver, content=smaller, reasons="A slip.")
    services.give_notice(entry.pk, fact=Notice.Fact.POSTED)
    typed = {"act": "send", "text": "The sum is wrong.", "shown": "no"}
    refused = client.post(address, typed | {"version": version})
    said = refused.content.decode()
    assert refused.status_code == 422
    for expected in ("changed the entry since", "Smaller fine", "The sum is wrong."):
        assert expected in said
    assert not Statement.objects.filter(text="The sum is wrong.").exists()
    (version,) = re.findall(r'name="version" value="(\d+)"', said)
    assert client.post(address, typed | {"version": version}).status_code == 302
    assert Statement.objects.filter(text="The sum is wrong.").count() == 1
    assert Entry.objects.get(pk=entry.pk).stage == Stage.NOTIFIED
