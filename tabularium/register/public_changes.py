"""Reading the feed of changes: what those who keep a copy of what is public have to do to it.

Each entry stands in the feed once, at its last change, and what stands there is read now: an entry that
is public is to be taken as it is, any other to be deleted. So what was said of an entry earlier stands
nowhere, and whoever begins anew reads of nothing that is not public.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import chain
from typing import Self

from django.db.models import Q, QuerySet

from tabularium.core.kinds import Kind
from tabularium.register.ids import PATTERN
from tabularium.register.models import ChangeFeed, Entry, PublicChange
from tabularium.register.visibility import ended_entries, public_entries

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_NO_FEED = "-"
_LAST = "~"
"""Behind every identity."""
_CURSOR = re.compile(
    rf"({PATTERN}|{_NO_FEED})\.([0-9]{{1,18}})\.([0-9]{{1,18}})\.({PATTERN}|{_LAST})\.([0-9]{{1,18}})"
)
_LATEST = datetime(9999, 1, 1, tzinfo=UTC)


def instant_as_text(instant: datetime) -> str:
    """An instant as the number of microseconds since 1970 began."""
    return str((instant - _EPOCH) // _MICROSECOND)


def instant_from_text(text: str) -> datetime:
    """The instant that `instant_as_text` wrote.

    Raises:
        ValueError: it is none, or none of this age.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= 18):  # noqa: PLR2004 - digits of 9999
        raise ValueError("not an instant")
    number = int(text)
    if number > (_LATEST - _EPOCH) // _MICROSECOND:
        raise ValueError("not an instant")
    return _EPOCH + number * _MICROSECOND


class StartOverError(Exception):
    """The cursor is of another feed: the register was brought back from a backup since."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far somebody has read.

    Attributes:
        feed: name of the feed.
        position: of the last change that was read.
        ended_at: of the entries that end by their date, those that ended before were read.
        ended: of those that ended at that instant, those up to this identity were.
        began: the place given last when the reading began; what was not public up to there was never told.
    """

    feed: str
    position: int
    ended_at: datetime
    ended: str
    began: int

    def __str__(self) -> str:
        instant = instant_as_text(self.ended_at)
        return f"{self.feed}.{self.position}.{instant}.{self.ended}.{self.began}"

    @classmethod
    def read(cls, text: str) -> Self:
        """The cursor that `text` writes.

        Raises:
            ValueError: it writes none.
        """
        found = _CURSOR.fullmatch(text)
        if found is None:
            raise ValueError("not a cursor of the feed of changes")
        ended_at = instant_from_text(found[3])
        return cls(found[1], int(found[2]), ended_at, found[4], int(found[5]))


class Change(StrEnum):
    """What to do with the copy of an entry."""

    PUBLISHED = "published"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Changes:
    """A part of the feed.

    Attributes:
        items: identities of entries, with what to do.
        reached: where to go on.
        more: whether there is more now.
        now: the instant at which it was read.
    """

    items: Sequence[tuple[str, Change]]
    reached: Cursor
    more: bool
    now: datetime


def begin(now: datetime) -> Cursor:
    """The cursor of somebody who has nothing yet."""
    feed = ChangeFeed.objects.first()
    name, last = (feed.name, feed.last) if feed else (_NO_FEED, 0)
    return Cursor(name, 0, now, _LAST, last)


def changes_after(
    cursor: Cursor, now: datetime, limit: int, *, has_nothing: bool = False
) -> Changes:
    """The changes behind a cursor, at most `limit`.

    A change that has no place yet is told at the end as well, and again when it has one.

    Args:
        cursor: how far the reader has come.
        now: the instant.
        limit: at most so many.
        has_nothing: the reader begins here, and need not hear of removals.

    Raises:
        StartOverError: the cursor is of another feed.
    """
    # Clocks of several machines differ: what one of them has seen end stays ended.
    now = max(now, cursor.ended_at)
    feed = ChangeFeed.objects.first()
    if cursor.feed != (feed.name if feed else _NO_FEED):
        raise StartOverError
    # Rows of changes are read before what they stand for: what happens between the two is told later.
    ended = list(_ended(cursor, now).values_list("public_until", "pk")[: limit + 1])
    placed = list(
        PublicChange.objects.filter(position__gt=cursor.position)
        .order_by("position")
        .values_list("position", "appeared", "entry_id")[: limit + 1 - min(len(ended), limit)]
    )
    more = len(ended) > limit or len(placed) > limit - min(len(ended), limit)
    ended, placed = ended[:limit], placed[: limit - min(len(ended), limit)]
    waiting = [] if more else _waiting(limit)
    items = dict.fromkeys((pk for _, pk in ended), Change.REMOVED)
    items |= _told(cursor, [*placed, *waiting], now)
    if has_nothing:
        items = {pk: change for pk, change in items.items() if change is not Change.REMOVED}
    after = cursor
    if placed and (position := placed[-1][0]) is not None:
        after = replace(after, position=position)
    if ended and (instant := ended[-1][0]) is not None:
        after = replace(after, ended_at=instant, ended=ended[-1][1])
    if not more and (ended or placed or waiting):
        # Where there is nothing, the cursor stays, and so the answer to it stays the same.
        after = replace(after, ended_at=now, ended=_LAST)
    return Changes(list(items.items()), after, more, now)


def _ended(cursor: Cursor, now: datetime) -> QuerySet[Entry]:
    behind = Q(public_until__gt=cursor.ended_at) | Q(
        public_until=cursor.ended_at, pk__gt=cursor.ended
    )
    # Said twice, for the database to use the index of ends.
    since = Q(public_until__gte=cursor.ended_at)
    return ended_entries(now).filter(since, behind).order_by("public_until", "pk")


def _waiting(limit: int) -> list[tuple[int | None, int | None, str]]:
    rows = PublicChange.objects.filter(position__isnull=True).order_by("pk")
    return [(None, appeared, pk) for appeared, pk in rows.values_list("appeared", "pk")[:limit]]


def _told(
    cursor: Cursor, rows: Sequence[tuple[int | None, int | None, str]], now: datetime
) -> dict[str, Change]:
    public = set(
        public_entries(now).filter(pk__in=[pk for *_, pk in rows]).values_list("pk", flat=True)
    )
    told = {}
    for position, appeared, pk in rows:
        if pk in public:
            is_new = appeared is None or appeared > cursor.position
            told[pk] = Change.PUBLISHED if is_new else Change.CHANGED
        elif position is None or position > cursor.began:
            told[pk] = Change.REMOVED
    return told


def changed_since(cursor: Cursor, most: int) -> list[str] | None:
    """Entries that may be other than they were read behind the beginning at `cursor`, each once.

    Args:
        cursor: from `begin`, before they were read.
        most: it is enough to know one more than so many.

    Returns:
        Their identities; None if the cursor is of another feed.
    """
    feed = ChangeFeed.objects.first()
    if cursor.feed != (feed.name if feed else _NO_FEED):
        return None
    # What waits for its place is read first: what gets it between the two stands in the second.
    waiting = PublicChange.objects.filter(position__isnull=True)
    placed = PublicChange.objects.filter(position__gt=cursor.began)
    told = (each.values_list("pk", flat=True)[: most + 1] for each in (waiting, placed))
    return list(dict.fromkeys(chain.from_iterable(told)))


def first_end_after(now: datetime, kind: str) -> datetime | None:
    """When the first of the entries of a kind that are public at `now` ends by its date, if one does."""
    ends = public_entries(now).filter(kind=kind, public_until__isnull=False)
    return ends.order_by("public_until").values_list("public_until", flat=True).first()


def changed_kinds(since: Cursor, read_at: datetime) -> frozenset[str]:
    """Kinds of which some entry that may have been read at `read_at` has changed since.

    Args:
        since: where the feed was then.
        read_at: an entry that became public later was not read.
    """
    feed = ChangeFeed.objects.first()
    if since.feed != (feed.name if feed else _NO_FEED):
        return frozenset(Kind)
    changed = Entry.objects.filter(
        Q(public_from__isnull=True) | Q(public_from__lte=read_at),
        Q(public_change__position__gt=since.began) | Q(public_change__position__isnull=True),
        public_change__isnull=False,
    )
    return frozenset(kind for kind in Kind if changed.filter(kind=kind).exists())
