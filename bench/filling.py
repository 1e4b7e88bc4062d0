"""A register full of public entries, for what is measured of reading.

The file of the made-up town is submitted as any other, by the register's own path. What comes after, which
an approver does one by one, is done here for all entries at once: the same rows as the services write,
so that `tabularium check` finds nothing. Left out are the leaves of the log, which no page and no answer
reads, and the attempts to give notices: every notice counts as read by the organisation at its sign-in.
"""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from bench import ours
from bench.town import TownFile
from tabularium import clock
from tabularium.core.life_events import Facts
from tabularium.core.life_state import Stage
from tabularium.core.notice_purposes import Purpose
from tabularium.register import search_index, services
from tabularium.register.bulk import stored_instant
from tabularium.register.models import (
    ChangeFeed,
    Entry,
    Membership,
    Notice,
    Organisation,
    OrganisationName,
    User,
)
from tabularium.register.salts import SALT_BYTES, SALTED_FIELDS
from tabularium.register.services.batches import as_json
from tabularium.register.services.organisations import index_all

AGE = timedelta(days=45)
"""So long ago the file was submitted."""
_APPROVED, _NOTIFIED, _CLOSES, _PUBLISHED = (timedelta(days=days) for days in (1, 2, 12, 13))
"""After the submission."""


@dataclass(frozen=True, slots=True)
class _Course:
    """The instants of what happened to every entry, and who approved."""

    submitted: datetime
    approver: User

    @property
    def given(self) -> dict[str, Any]:
        """For the statements below."""
        closes = self.submitted + _CLOSES
        return {
            "approved": stored_instant(self.submitted + _APPROVED),
            "notified": stored_instant(self.submitted + _NOTIFIED),
            "closes": stored_instant(closes),
            "published": stored_instant(self.submitted + _PUBLISHED),
            "none": as_json({}),
            "yes": True,
            "facts": as_json(Facts(window_closes_at=closes).as_json()),
            "approver": self.approver.pk,
            "purpose": Purpose.BEFORE_PUBLICATION.value,
            "given": Notice.State.GIVEN.value,
            "read": Notice.Fact.READ.value,
            "stage": Stage.PUBLISHED.value,
        }


_EVENT = """
    INSERT INTO register_event (entry_id, version_id, number, type, at, role, actor_id, facts)
    SELECT id, current_version_id, {} FROM register_entry ORDER BY id"""
_STATEMENTS = (
    _EVENT.format("2, 'approved', %(approved)s, 'approver', %(approver)s, %(none)s"),
    """
    INSERT INTO register_notice (version_id, event_id, purpose, channel, created_at, state, given_at,
        fact, first_try, list_code)
    SELECT version.id, event.id, %(purpose)s, version.notice_channel, event.at, %(given)s,
        %(notified)s, %(read)s, 1, ''
    FROM register_event event JOIN register_version version ON version.id = event.version_id
    WHERE event.number = 2""",
    _EVENT.format("3, 'notified', %(notified)s, 'system', NULL, %(facts)s"),
    _EVENT.format("4, 'published', %(published)s, 'system', NULL, %(none)s"),
    """
    UPDATE register_entry SET stage = %(stage)s, last_event_number = 4,
        last_event_at = %(published)s, noticed_at = %(notified)s, window_closes_at = %(closes)s,
        public_from = %(published)s, was_public = %(yes)s, approved_by_id = %(approver)s""",
    """
    INSERT INTO register_versionsalts (version_id, fields, identifier)
    SELECT entry.current_version_id, {salts}, number.scheme || ' ' || number.value
    FROM register_entry entry JOIN register_registeredidentifier number
    ON number.organisation_id = entry.organisation_id""",
    """
    INSERT INTO register_publicchange (entry_id, position, appeared)
    SELECT id, row_number() OVER (ORDER BY id), row_number() OVER (ORDER BY id)
    FROM register_entry""",
)
_SYLLABLES = (
    "ba",
    "den",
    "fo",
    "gur",
    "kel",
    "lin",
    "mor",
    "na",
    "pel",
    "ri",
    "sho",
    "tam",
    "vu",
    "wes",
    "zi",
)
"""Of made-up names in Latin letters."""
# Random bytes, so many for each version as its salts have.
_LENGTH = SALT_BYTES * len(SALTED_FIELDS)
_SALTS = {
    "sqlite": f"randomblob({_LENGTH})",
    "postgresql": " || ".join(["uuid_send(gen_random_uuid())"] * (_LENGTH // 16)),
}


def fill(folder: Path, file: Path, rows: int, *, to_an_organisation: int) -> int:
    """Fill the empty register in `folder` with public entries.

    Args:
        folder: of the register.
        file: where the file that is submitted is written, and removed.
        rows: of the file; those with a planted fault are no entries.
        to_an_organisation: rows of the file for each organisation.

    Returns:
        How many entries are public.
    """
    clock.allow_simulation()
    submitted = clock.now() - AGE
    TownFile(rows, submitted.date(), to_an_organisation=to_an_organisation).write(file)
    with clock.simulated(submitted):
        item = ours.open_with_item(folder)
        ours.take_in(file, item)
        approver = services.open_account(
            "approver", role=Membership.Role.APPROVER, authority=item.authority
        )
    file.unlink()
    with transaction.atomic():
        publish_all(_Course(submitted.astimezone(UTC), approver))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    return Entry.objects.count()


def publish_all(course: _Course) -> None:
    """Let all drafts of the register be approved, noticed and published, as an approver and time would."""
    with connection.cursor() as cursor:
        for statement in _STATEMENTS:
            text = statement.replace("{salts}", _SALTS[connection.vendor])
            cursor.execute(text, course.given)
        cursor.execute("SELECT max(position) FROM register_publicchange")
        (last,) = cursor.fetchone()
    ChangeFeed.objects.update_or_create(defaults={"last": last})
    search_index.remove(search_index.identities())  # the authority, which is put back with the rest
    name_in_latin()
    index_all()


def name_in_latin() -> None:
    """Give organisations without another name one in Latin letters: search has both scripts to go by."""
    chosen = random.Random(1)  # noqa: S311 - no secret
    nameless = Organisation.objects.filter(other_names=None)
    identities = nameless.order_by("pk").values_list("pk", flat=True)
    OrganisationName.objects.bulk_create(
        (
            OrganisationName(
                organisation_id=identity,
                name=" ".join(
                    [*("".join(chosen.choices(_SYLLABLES, k=3)).title() for _ in "ab"), "Works"]
                ),
                language="en",
                sort=OrganisationName.Sort.TRANSLATED,
            )
            for identity in identities
        ),
        batch_size=5_000,
    )
