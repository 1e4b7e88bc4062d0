"""What a leaf of the log says, fact by fact: worked out of rows, for those who write it, show it or check it.

`docs/log.md` lists the facts. Values have one canonical form: texts in normal form C, days as ISO 8601,
sums of money as texts, what is not given as null.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import MappingProxyType

from tabularium.core import life
from tabularium.core.canonical import normalised
from tabularium.core.life_events import Event as CoreEvent
from tabularium.core.life_state import State
from tabularium.core.logged_changes import LoggedChange, logged_change, puts_before_the_public
from tabularium.register.models import Entry, Event, RegisteredIdentifier, Version, VersionSalts
from tabularium.register.salts import SALT_BYTES, SALTED_FIELDS
from tabularium_verify.commitments import Fact, Json, WithheldFact, commitment

CONTENT: Mapping[str, str] = MappingProxyType(
    {
        "organisation_name": "subject_name",
        "organisation_identifier": "identifier",
        **{
            each: each
            for each in (
                *("decision_number", "decided_on", "measure", "summary", "legal_basis"),
                *("legal_basis_url", "amount", "currency", "term_begins", "term_ends"),
                *(
                    "objection_route",
                    "objection_url",
                    "language",
                    "details",
                    "promised_to",
                    "due_on",
                ),
            )
        },
    }
)
"""Names of the facts that a version says, and the salted field behind each. How the organisation is told of
it is no public content and is not among them."""


@dataclass(frozen=True, slots=True)
class Step:
    """One event that the public saw something of.

    Attributes:
        row: the event.
        change: what the public saw.
        event: the same event as the core has it.
        after: the state after it.
    """

    row: Event
    change: LoggedChange
    event: CoreEvent
    after: State

    @property
    def shows_content(self) -> bool:
        """Whether its leaf says what a version says."""
        return puts_before_the_public(self.change, self.after, self.event.at)


def steps_of(rows: Iterable[Event], to_core: Callable[[Event], CoreEvent]) -> Iterator[Step]:
    """The public changes among the events of an entry.

    Args:
        rows: all events of the entry, in order.
        to_core: see `services.advance.to_core`.

    Raises:
        NotAllowedError: an event could not happen where it stands.
    """
    state: State | None = None
    for row in rows:
        event = to_core(row)
        after = life.apply(state, event)
        change = logged_change(state, event, after)
        if change is not None:
            yield Step(row, change, event, after)
        state = after


def commitment_of(salt: bytes, facts: Iterable[Fact | WithheldFact]) -> bytes:
    """What stands in the log for these facts: 32 bytes.

    Raises:
        VerificationError: a value has no canonical form.
    """
    return commitment(salt, {each.name: each.digest for each in facts})


def instant(moment: datetime) -> str:
    """An instant as a leaf writes it: RFC 3339 in UTC, with all six digits of the second's fraction."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"


def own_values(entry: Entry, step: Step) -> dict[str, Json]:
    """The facts of a change that are no content of a version, in the order of their names.

    Args:
        entry: which; of an erasure see `erased_values`.
        step: what happened.
    """
    values: dict[str, Json] = {
        "change": step.change.value,
        "entry": entry.pk,
        "version": step.after.version,
        "at": instant(step.event.at),
    }
    if step.change is LoggedChange.ENDED_EARLY and step.after.public_until is not None:
        values["public_until"] = instant(step.after.public_until)
    if step.shows_content:
        values |= {
            "authority": entry.authority_id,
            "kind": entry.kind,
            "field": entry.item.field,
            "item": entry.item.code,
            "item_version": entry.item.version,
        }
    return dict(sorted(values.items()))


def erased_values(
    at: datetime, rule: Mapping[str, Json], leaves: Sequence[Json]
) -> dict[str, Json]:
    """The facts of an erasure: when, by which rule, and which leaves nobody can look into any more.

    Args:
        at: when.
        rule: jurisdiction and version of the rules, and days of retention.
        leaves: indices, and in hexadecimal digits the commitments of those that have no place yet.
    """
    return {
        "at": instant(at),
        "change": LoggedChange.ERASED.value,
        "leaves": list(leaves),
        "rule": dict(rule),
    }


def content_values(version: Version, identifier: str) -> dict[str, Json]:
    """What a version says in public, by the names of the facts.

    Args:
        version: not erased.
        identifier: scheme and number of the organisation, as its salts keep it.
    """
    scheme, _, number = identifier.partition(" ")
    said = {name: _value(getattr(version, field, None)) for name, field in CONTENT.items()}
    said["organisation_identifier"] = {"scheme": scheme, "value": number} if number else None
    return said


def own_facts(values: Mapping[str, Json], salts: bytes) -> list[Fact]:
    """Facts with their salts.

    Args:
        values: in the order of their names.
        salts: 32 bytes for each of them, one after the other.

    Raises:
        ValueError: there are not as many salts as values.
    """
    if len(salts) != SALT_BYTES * len(values):
        raise ValueError("not as many salts as facts")
    return [
        Fact(name, normalised(value), _part(salts, place))
        for place, (name, value) in enumerate(values.items())
    ]


def content_facts(version: Version, salts: VersionSalts) -> list[Fact | WithheldFact]:
    """What a version says, each fact with the salt of its field; of a field that was erased, the digest.

    Args:
        version: not erased.
        salts: its salts.
    """
    values = content_values(version, salts.identifier)
    return [_content_fact(name, value, version, salts) for name, value in values.items()]


def _content_fact(
    name: str, value: Json, version: Version, salts: VersionSalts
) -> Fact | WithheldFact:
    field = CONTENT[name]
    part = _part(bytes(salts.fields), _PLACES[field])
    if field in version.erased_fields:
        return WithheldFact(name, part)
    return Fact(name, normalised(value), part)


def salts_without(version: Version, salts: VersionSalts, field: str) -> bytes:
    """The salts of a version once a field of it is erased: its digest stands in the place of its salt.

    Raises:
        VerificationError: what the field says has no canonical form.
    """
    (name,) = (name for name, each in CONTENT.items() if each == field)
    value = content_values(version, salts.identifier)[name]
    digest = _content_fact(name, value, version, salts).digest
    begins = _PLACES[field] * SALT_BYTES
    whole = bytes(salts.fields)
    return whole[:begins] + digest + whole[begins + SALT_BYTES :]


def identifier_of(entry: Entry) -> str:
    """Scheme and number of the organisation as a leaf names it: the first that the register knew."""
    found = (
        RegisteredIdentifier.objects.filter(organisation=entry.organisation_id)
        .order_by("pk")
        .values_list("scheme", "value")
        .first()
    )
    return "" if found is None else " ".join(found)


_PLACES = {name: place for place, name in enumerate(SALTED_FIELDS)}


def _part(salts: bytes, place: int) -> bytes:
    return bytes(salts[place * SALT_BYTES : (place + 1) * SALT_BYTES])


def _value(value: object) -> Json:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): str(each) for name, each in value.items()}
    return str(value) if value else None
