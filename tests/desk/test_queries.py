"""No page of a workspace asks the database more often when there is more to show."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tabularium.core.content import Subject
from tabularium.core.kinds import Kind, NoticeChannel
from tabularium.notices.posting import begin_list
from tabularium.register import services
from tabularium.register.models import Entry, Looking, Membership, Notice, User
from tests import builders
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db

Move = Callable[[datetime], None]

MOST = 45
"""Queries that any page may take, signing in and the note that somebody looked included."""


class Scene:
    """An authority and an organisation, to which more of everything can be added."""

    def __init__(self, move: Move) -> None:
        self.town = builders.Town()
        self.move = move
        self.subject = builders.a_subject("Queried Company")
        self.first = self.noticed()
        organisation = self.first.organisation
        assert organisation is not None
        self.organisation = organisation
        self.replier = builders.a_replier(organisation)
        self.registrar = self.town.account("registrar", "registrar")
        services.set_service_address(
            self.town.authority, organisation, NoticeChannel.LETTER, "1 Street", by=self.town.clerk
        )
        self.letter = self.approved(NoticeChannel.LETTER)
        self.list = begin_list(self.town.authority)

    def noticed(self, subject: Subject | None = None) -> Entry:
        return builders.in_notice(self.town, subject=subject or self.subject)

    def approved(self, channel: NoticeChannel, subject: Subject | None = None) -> Entry:
        draft = builders.a_draft(self.town, subject=subject or self.subject, notice_channel=channel)
        return services.approve(draft.pk, approver=self.town.approver)

    def add(self, number: int) -> None:
        """One more of each: some of the same organisation, some of others."""
        town, by = self.town, self.replier
        for subject in (self.subject, None):
            builders.a_draft(town, subject=subject)
            licence = builders.a_draft(town, Kind.LICENCE, subject=subject)
            services.approve(licence.pk, approver=town.approver)
            builders.a_draft(town, Kind.LICENCE, subject=subject)
            self.approved(NoticeChannel.MAILBOX, subject)
            failed = self.approved(NoticeChannel.EMAIL, subject)
            Notice.objects.filter(version__entry=failed).update(state="failed")
        objected = self.noticed()
        services.answer(objected.pk, by=by, text="It was so.", shown=False)
        services.object_to(objected.pk, by=by, text="It was not us.")
        stayed = self.noticed()
        services.stay(stayed.pk, by=town.approver, order=f"Order {number}")
        services.ask_correction(stayed.pk, by=by, text="The day is wrong.")
        # More happens to the entries whose pages are looked at, too.
        services.answer(self.first.pk, by=by, text=f"Answer {number}.", shown=False)
        services.stay(self.first.pk, by=town.approver, order=f"Order {number}")
        services.lift_stay(self.first.pk, by=town.approver, order=f"Order {number}")
        letter = self.approved(NoticeChannel.LETTER)
        Notice.objects.filter(version__entry=letter).update(state="printed", list_code=self.list)
        services.add_to_authority(
            town.authority, f"clerk-{number}", roles=["clerk"], by=self.registrar
        )
        services.new_token(town.authority, label=f"program {number}", days=3)
        services.invite(self.organisation, by=by)
        other = User.objects.create(login=f"replier-{number}")
        Membership.objects.create(user=other, organisation=self.organisation, role="replier")
        builders.Town(f"office-{number}")

    def pages(self) -> Mapping[str, tuple[User, list[str]]]:
        """Addresses by who looks at them."""
        desk, reply = f"/en/desk/{self.town.code}", f"/en/reply/{self.organisation.pk}"
        entry = f"{desk}/entries/{self.first.pk}"
        own = f"{reply}/entries/{self.first.pk}"
        failed = Notice.objects.filter(state="failed").earliest("pk")
        return {
            "clerk": (
                self.town.clerk,
                [
                    *(f"{desk}/{tail}" for tail in ("", "entries", "entries?stage=draft", "files")),
                    *(f"{desk}/{tail}" for tail in ("corrections", "record", "notices")),
                    f"{desk}/letters/{self.list}",
                    f"{desk}/notices/{failed.pk}/again",
                    entry,
                    f"{entry}/told",
                ],
            ),
            "approver": (
                self.town.second_approver,
                [f"{desk}/licences", f"{entry}/withdraw", f"{entry}/correct", f"{entry}/stay"],
            ),
            "registrar": (
                self.registrar,
                [
                    f"{desk}/members",
                    f"{desk}/members/{self.town.clerk.pk}",
                    f"{desk}/tokens",
                    f"{desk}/events",
                ],
            ),
            "replier": (
                self.replier,
                [f"{reply}/", f"{reply}/welcome", f"{reply}/looked", f"{reply}/members", own]
                + [f"{own}/{tail}" for tail in ("answer", "objection", "correction")],
            ),
        }


def asked(client: Client, addresses: Iterable[str]) -> dict[str, int]:
    found = {}
    for address in addresses:
        # The first look of an hour leaves a note; that it left none before is one query more.
        assert client.get(address).status_code == 200, address
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        found[address] = len(queries)
    return found


def test_no_page_asks_more_often_when_there_is_more(move: Move) -> None:
    scene = Scene(move)
    scene.add(1)
    before, after = {}, {}
    for user, addresses in scene.pages().values():
        before |= asked(signed_in(user), addresses)
    for number in (2, 3):
        scene.add(number)
    for user, addresses in scene.pages().values():
        after |= asked(signed_in(user), addresses)
    assert before.keys() == after.keys()
    grown = {each: (before[each], after[each]) for each in after if after[each] > before[each]}
    assert grown == {}
    assert {each: number for each, number in after.items() if number > MOST} == {}
    assert Looking.objects.exists()


def test_a_page_that_asks_once_for_each_row_is_met(move: Move) -> None:
    scene = Scene(move)

    def each_row() -> int:
        with CaptureQueriesContext(connection) as queries:
            for entry in Entry.objects.all():
                assert entry.current_version.number == 1
        return len(queries)

    before = each_row()
    scene.noticed()
    assert each_row() > before
