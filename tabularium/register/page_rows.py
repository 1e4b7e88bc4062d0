"""What an entry's page shows as a plain row, in one question, through the selectors of everybody."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import NamedTuple

from tabularium.register.contents import DECISION_COLUMNS
from tabularium.register.entry_rows import in_utc, more
from tabularium.register.prepared import Prepared
from tabularium.register.visibility import public_entries


class PageRow(NamedTuple):
    """What the page of a public entry shows of its first version; see the models for what each member is.

    `names`, `title`, `corrections_route` and `details` are JSON.
    """

    id: str
    kind: str
    field: str
    item: str
    item_version: int
    title: str
    authority: str
    names: str
    time_zone: str
    website: str
    corrections_route: str
    corrections_url: str
    organisation: str
    organisation_name: str
    subject_name: str
    version: int
    decision_number: str
    decided_on: date | None
    measure: str
    summary: str
    legal_basis: str
    legal_basis_url: str
    amount: str
    currency: str
    term_begins: date | None
    term_ends: date | None
    objection_route: str
    objection_url: str
    language: str
    details: str
    notice_channel: str
    noticed_at: datetime | None
    public_from: datetime
    public_until: datetime | None
    erased_fields: str
    more: bool


_COLUMNS: Mapping[str, str] = {
    "id": "pk",
    "kind": "kind",
    "field": "item__field",
    "item": "item__code",
    "item_version": "item__version",
    "title": "item__title",
    "authority": "authority_id",
    "names": "authority__names",
    "time_zone": "authority__time_zone",
    "website": "authority__website",
    "corrections_route": "authority__corrections_route",
    "corrections_url": "authority__corrections_url",
    "organisation": "organisation_id",
    "organisation_name": "organisation__name",
    "subject_name": "current_version__subject_name",
    **DECISION_COLUMNS,
    "language": "current_version__language",
    "details": "current_version__details",
    "notice_channel": "current_version__notice_channel",
    "noticed_at": "noticed_at",
    "public_from": "public_from",
    "public_until": "public_until",
    "erased_fields": "current_version__erased_fields",
    "more": "more",
}
assert tuple(_COLUMNS) == PageRow._fields

OF_PAGE = Prepared(
    lambda now, identity: (
        public_entries(now)
        .filter(pk=identity)
        .annotate(more=more())
        .values_list(*_COLUMNS.values())
    ),
    datetime,
    str,
)
"""The question for what an entry's page shows, by an instant and its identity."""


def page_row(identity: str, now: datetime) -> PageRow | None:
    """A public entry that was never corrected and beside which nothing is said; None if it is none such.

    None, too, if a text of it was erased or by which name its organisation goes is told by its entries.
    """
    for values in OF_PAGE.rows(now, identity):
        row = PageRow(*values)
        if row.more or row.version != 1 or row.erased_fields != "{}" or not row.organisation:
            return None
        if row.public_from.tzinfo is not None:
            return row
        return row._replace(
            public_from=row.public_from.replace(tzinfo=UTC),
            public_until=in_utc(row.public_until),
            noticed_at=in_utc(row.noticed_at),
        )
    return None
