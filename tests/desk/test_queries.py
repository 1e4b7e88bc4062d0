"""No page of a workspace asks the database more often when there is more to show."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from tabularium.core.content import Subject
from tabularium.core.kinds import Kind, NoticeChannel
from tabularium.notices.posting import begin_list
from tabularium.register import services
from tabularium.register.models import Entry, Looking, Membership, Notice, User
from tests import builders
from tests.lines.test_member_keys import operations
from tests.lines.test_workspaces import workspace_routes
from tests.register.test_offers import offered
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db

Move = Callable[[datetime], None]

MOST = 45
"""Queries that any page may take, signing in and the note that somebody looked included."""

WORKSPACES = ("<language>/desk/<slug:code>/", "<language>/reply/<identity:identity>/")
# Addresses of these that are not asked, with the reason.
NOT_ASKED = {
    "take what is sent and lead to a page that is asked": """
        desk:set-address desk:remove-address desk:show-code desk:new-code desk:withdraw-code desk:new-key
        desk:came-back desk:print-letters desk:member-roles desk:member-link desk:remove-member
        desk:help-member desk:revoke-token reply:invite reply:remove-member
        reply:take-back-invitation reply:take-back
    """,
    "give one file, document or upload, or the form of one item": """
        desk:record-item desk:document desk:letters-file desk:file desk:findings reply:document
    """,
}


class Scene:
    """An authority and an organisation, to which more of everything can be added."""

    def __init__(self, move: Move) -> None:
        self.town = builders.Town()
        self.move = move
        self.subject = builders.a_subject("Queried Company")
        self.repairable, self.repairing = (
            builders.published(self.town, move, subject=self.subject) for _ in range(2)
        )
        self.first = self.noticed()
        organisation = self.first.organisation
        assert organisation is not None
        self.organisation = organisation
        self.replier = builders.a_replier(organisation)
        services.ask_repair(self.repairing.pk, by=self.replier, text="It is put right.")
        self.registrar = self.town.account("registrar", "registrar")
        services.set_service_address(
            self.town.authority, organisation, NoticeChannel.LETTER, "1 Street", by=self.town.clerk
        )
        self.letter = self.approved(NoticeChannel.LETTER)
        self.draft = builders.a_draft(self.town)
        self.promise = builders.promised(self.town)
        self.objected = self.noticed()
        services.object_to(self.objected.pk, by=self.replier, text="It was not us.")
        asked = self.noticed()
        self.request = services.ask_correction(asked.pk, by=self.replier, text="It is less.")
        self.offer = offered(self.town, self.noticed())
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
        office = builders.Town(f"office-{number}").authority
        Membership.objects.create(user=town.clerk, authority=office, role="clerk")
        services.new_member_key(town.clerk, label=f"program {number}", days=1)

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
                    "/en/account/",
                    "/en/account/keys",
                ],
            ),
            "approver": (
                self.town.second_approver,
                [f"{desk}/licences", f"{entry}/withdraw", f"{entry}/correct", f"{entry}/stay"]
                + [f"{desk}/entries/{self.draft.pk}/approve", f"{entry}/note"]
                + [f"{desk}/entries/{self.promise.pk}/{tail}" for tail in ("kept", "not-kept")]
                + [f"{desk}/entries/{self.objected.pk}/objection"]
                + [f"{desk}/entries/{self.repairing.pk}/repair"]
                + [f"{desk}/corrections/offered/{self.offer.pk}"]
                + [f"{desk}/corrections/asked/{self.request.pk}"],
            ),
            "registrar": (
                self.registrar,
                [
                    f"{desk}/members",
                    f"{desk}/members/{self.town.clerk.pk}",
                    f"{desk}/tokens",
                    f"{desk}/events",
                    f"{desk}/events.csv",
                    f"{desk}/running",
                ],
            ),
            "replier": (
                self.replier,
                [f"{reply}/", f"{reply}/welcome", f"{reply}/looked", f"{reply}/members", own]
                + [f"{own}/{tail}" for tail in ("answer", "objection", "correction")]
                + [f"{reply}/entries/{self.repairable.pk}/repair"],
            ),
        }

    def by_key(self) -> Iterator[tuple[User, list[str]]]:
        """What the same may read by a key of theirs, by the API's own document."""
        places = {"code": self.town.code, "entry": self.first.pk}
        found = [each for each in operations() if each.method == "get"]
        for user, of_desk, name in (
            (self.town.clerk, True, self.first.pk),
            (self.replier, False, str(self.organisation.pk)),
        ):
            paths = [each.path for each in found if each.of_desk is of_desk]
            yield user, [each.format(**places, id=name) for each in paths]


def asked(client: Client, addresses: Iterable[str], **headers: str) -> dict[str, int]:
    found = {}
    for address in addresses:
        # The first look of an hour leaves a note; that it left none before is one query more.
        first = client.get(address, headers=headers)
        assert first.status_code == 200, f"{address}: {first.status_code}"
        with CaptureQueriesContext(connection) as queries:
            b"".join(client.get(address, headers=headers))
        found[address] = len(queries)
    return found


def unasked(addresses: Iterable[str]) -> list[str]:
    """Addresses of the workspaces that are neither asked nor said not to be."""
    views = {resolve(each.partition("?")[0]).func for each in addresses}
    left_out = " ".join(NOT_ASKED.values()).split()
    return [
        route.name
        for route in workspace_routes()
        if route.address.startswith(WORKSPACES)
        and route.view not in views
        and route.name not in left_out
    ]


def counted(scene: Scene, keys: Mapping[int, str]) -> dict[str, int]:
    """Queries of every page and of every answer to a member's program, by address."""
    found: dict[str, int] = {}
    for user, addresses in scene.pages().values():
        found |= asked(signed_in(user), addresses)
    for user, addresses in scene.by_key():
        found |= asked(Client(), addresses, authorization=f"Bearer {keys[user.pk]}")
    return found


def test_no_page_asks_more_often_when_there_is_more(move: Move) -> None:
    scene = Scene(move)
    scene.add(1)
    keys = {
        user.pk: services.new_member_key(user, label="program", days=9).text
        for user in (scene.town.clerk, scene.replier)
    }
    before = counted(scene, keys)
    for number in (2, 3):
        scene.add(number)
    after = counted(scene, keys)
    assert before.keys() == after.keys()
    grown = {each: (before[each], after[each]) for each in after if after[each] > before[each]}
    assert grown == {}
    assert {each: number for each, number in after.items() if number > MOST} == {}
    assert Looking.objects.exists()
    assert unasked(each for each in after if not each.startswith("/api/")) == []
    assert sum(each.startswith("/api/") for each in after) >= 5


def test_a_page_that_is_not_asked_is_met() -> None:
    met = unasked(["/en/desk/office/", "/en/desk/office/entries?stage=draft"])
    assert "desk:notices" in met
    assert "desk:entries" not in met


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
