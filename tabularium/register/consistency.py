"""Whether the whole register is consistent: rows against events, and what must stand beside what."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter

from django.db import connection

from tabularium.core import life
from tabularium.core.kinds import ADVERSE_KINDS
from tabularium.core.life import NotAllowedError
from tabularium.core.life_events import Role
from tabularium.core.life_state import Stage
from tabularium.core.notice_purposes import Purpose
from tabularium.register import decision_numbers, references, row_security, search_index, triggers
from tabularium.register.models import (
    Authority,
    Delivery,
    Document,
    Entry,
    ErasedField,
    Event,
    Notice,
    OfferedCorrection,
    Statement,
    Version,
)
from tabularium.register.services.advance import columns, to_core

BLOCK = 2000


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong: where, and what."""

    where: str
    what: str


@dataclass(slots=True)
class ConsistencyReport:
    """What a check saw.

    Attributes:
        entries: how many entries it checked.
        events: how many events it replayed.
        problems: what is wrong.
    """

    entries: int = 0
    events: int = 0
    problems: list[Problem] = field(default_factory=list)


def check() -> ConsistencyReport:
    """Check the whole register. Reads it once, and writes nothing."""
    report = ConsistencyReport()
    report.problems += _database()
    report.problems += _triggers()
    report.problems += _entries(report)
    report.problems += _versions()
    report.problems += _erasures()
    report.problems += _salts()
    report.problems += _erased_fields()
    report.problems += _notices()
    report.problems += _statements()
    report.problems += _documents()
    report.problems += _offers()
    report.problems += _search()
    return report


def _database() -> Iterator[Problem]:
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        for (said,) in cursor.fetchall():
            if said != "ok":
                yield Problem("database", said)
        cursor.execute("PRAGMA foreign_key_check")
        for table, row, parent, _ in cursor.fetchall():
            yield Problem(f"{table} row {row}", f"refers to a row of {parent} that is not there")


def _triggers() -> Iterator[Problem]:
    for name in sorted(triggers.missing(connection) | references.missing(connection)):
        yield Problem("database", f"the trigger {name} is missing; run tabularium init")
    for table in sorted(row_security.missing(connection)):
        yield Problem("database", f"the rows of {table} are not guarded; run tabularium init")


def _entries(report: ConsistencyReport) -> Iterator[Problem]:
    for entry, events in _with_events():
        report.entries += 1
        report.events += len(events)
        yield from _entry(entry, events)


def _with_events() -> Iterator[tuple[Entry, list[Event]]]:
    last = ""
    while block := list(Entry.objects.filter(pk__gt=last).order_by("pk")[:BLOCK]):
        last = block[-1].pk
        rows = Event.objects.filter(entry__in=[each.pk for each in block]).order_by(
            "entry_id", "number"
        )
        by_entry = {
            identity: list(events) for identity, events in groupby(rows, attrgetter("entry_id"))
        }
        for entry in block:
            yield entry, by_entry.get(entry.pk, [])


def _entry(entry: Entry, events: Iterable[Event]) -> Iterator[Problem]:
    where = f"entry {entry.pk}"
    try:
        state = life.replay(map(to_core, events))
    except (NotAllowedError, ValueError, TypeError) as error:
        yield Problem(where, f"its events cannot be replayed: {error}")
        return
    if state.adverse != (entry.kind in ADVERSE_KINDS):
        yield Problem(where, "its events and its kind disagree on whether it is adverse")
    if entry.current_version_id != f"{entry.pk}.{state.version}":
        yield Problem(where, "its current version is not the one its events end with")
    for name, expected in columns(state).items():
        if getattr(entry, name) != expected:
            yield Problem(where, f"the column {name} is not what its events add up to")


def _versions() -> Iterator[Problem]:
    for identity in Entry.objects.filter(
        stage=Stage.ERASED, versions__erased_at__isnull=True
    ).values_list("pk", flat=True):
        yield Problem(f"entry {identity}", "it is erased, but a version of it is not")
    for identity in (
        Version.objects.filter(erased_at__isnull=False)
        .exclude(entry__stage=Stage.ERASED)
        .values_list("pk", flat=True)
    ):
        yield Problem(f"version {identity}", "it is erased, but its entry is not")


def _erasures() -> Iterator[Problem]:
    for identity in Entry.objects.filter(stage=Stage.ERASED, erasure__isnull=True).values_list(
        "pk", flat=True
    ):
        yield Problem(f"entry {identity}", "it is erased, but nothing says by which rule")
    for identity in (
        Event.objects.filter(role=Role.ORGANISATION, actor__isnull=False, entry__stage=Stage.ERASED)
        .values_list("entry", flat=True)
        .distinct()
    ):
        yield Problem(
            f"entry {identity}", "it is erased, but who acted for its organisation is not"
        )


def _salts() -> Iterator[Problem]:
    for identity in Entry.objects.filter(
        stage=Stage.PUBLISHED, current_version__salts__isnull=True
    ).values_list("pk", flat=True):
        yield Problem(f"entry {identity}", "it is published, but its version has no salts")


def _erased_fields() -> Iterator[Problem]:
    """What versions say of their erased fields, against who erased which."""
    recorded = Counter(
        ErasedField.objects.filter(version__erased_at__isnull=True).values_list(
            "version", "field", "rule"
        )
    )
    whole = Version.objects.filter(erased_at__isnull=True).exclude(erased_fields={})
    told = Counter(
        (key, name, each["rule"])
        for key, fields in whole.values_list("pk", "erased_fields")
        for name, each in fields.items()
    )
    for version, name, _ in (recorded - told) + (told - recorded):
        yield Problem(f"version {version}", f"does not say what was recorded of its field {name}")


def _notices() -> Iterator[Problem]:
    before = Notice.objects.filter(purpose=Purpose.BEFORE_PUBLICATION)
    for identity in (
        Entry.objects.filter(kind__in=ADVERSE_KINDS, stage__in=[Stage.APPROVED, Stage.NOTIFIED])
        .exclude(current_version__in=before.values("version"))
        .values_list("pk", flat=True)
    ):
        yield Problem(f"entry {identity}", "it waits for a notice that nobody was asked to give")
    for identity in (
        Entry.objects.filter(kind__in=ADVERSE_KINDS, stage__in=[Stage.NOTIFIED, Stage.PUBLISHED])
        .exclude(current_version__in=before.filter(state=Notice.State.GIVEN).values("version"))
        .values_list("pk", flat=True)
    ):
        yield Problem(f"entry {identity}", "its window opened, but no notice of it was given")
    for identity in (
        Delivery.objects.filter(notice__version__entry__stage=Stage.ERASED)
        .values_list("notice__version__entry", flat=True)
        .distinct()
    ):
        yield Problem(f"entry {identity}", "it is erased, but attempts to tell of it are not")


def _statements() -> Iterator[Problem]:
    for identity in Statement.objects.filter(
        entry__stage=Stage.ERASED, erased_at__isnull=True
    ).values_list("entry_id", flat=True):
        yield Problem(f"entry {identity}", "it is erased, but a statement of it is not")


def _documents() -> Iterator[Problem]:
    for identity in Document.objects.filter(entry__stage=Stage.ERASED).values_list(
        "entry_id", flat=True
    ):
        yield Problem(f"entry {identity}", "it is erased, but a document of it is not")


def _offers() -> Iterator[Problem]:
    for identity in OfferedCorrection.objects.filter(
        entry__stage=Stage.ERASED, erased_at__isnull=True
    ).values_list("entry_id", flat=True):
        yield Problem(f"entry {identity}", "it is erased, but a correction offered for it is not")


def _search() -> Iterator[Problem]:
    indexed = search_index.identities()
    public = Entry.objects.filter(was_public=True, organisation__isnull=False)
    found = set(public.values_list("organisation_id", flat=True).distinct())
    found |= set(Authority.objects.values_list("organisation_id", flat=True))
    for identity in sorted(found - indexed):
        yield Problem(f"organisation {identity}", "it cannot be found by search")
    for identity in sorted(indexed - found):
        yield Problem(f"organisation {identity}", "search finds it, but nothing of it was public")
    numbered = decision_numbers.identities()
    known = set(
        Entry.objects.filter(was_public=True)
        .exclude(stage=Stage.ERASED)
        .values_list("pk", flat=True)
    )
    for identity in sorted(known - numbered):
        yield Problem(f"entry {identity}", "it cannot be found by the number of its decision")
    for identity in sorted(numbered - known):
        yield Problem(
            f"entry {identity}", "search finds its number, but it is erased or was never public"
        )
