"""What an extract says in the reader's language, as `extract.typ` reads it."""

import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import strip_tags
from django.utils.translation import get_language, gettext

from tabularium.extract import wording
from tabularium.extract.blocks import blocks
from tabularium.extract.certificates import Certificate
from tabularium.extract.gathering import Extract, address_of
from tabularium.log.extracts import ExtractEntry, ExtractLeaf
from tabularium.public.languages import language_of_name
from tabularium.public.templatetags.figures_of_register import day, local_end
from tabularium.public.templatetags.words_of_register import identifier_value
from tabularium.public.views.subjects import entry_context
from tabularium.public.words import scheme
from tabularium.register import own_word, visibility
from tabularium.register.models import Entry
from tabularium.register.own_word import OwnWord
from tabularium.register.visibility import ShownAnswer
from tabularium_verify.checkpoints import read_checkpoint
from tabularium_verify.commitments import Fact
from tabularium_verify.strict_base64 import encode

Told = dict[str, Any]
ATTACHED = "extract.json"
"""What the data is called inside the PDF."""
_UTC = "UTC"


def contents(extract: Extract, certificate: Certificate) -> Told:
    """All that the document says but the data that is attached, in the language that is active."""
    header, organisation = extract.header, extract.organisation
    whole_list = extract.of_organisation
    title = wording.TITLE_OF_ORGANISATION if whole_list else wording.TITLE_OF_ENTRY
    zone = _zone(extract.entries)
    made = header.made_at.astimezone(UTC)
    return {
        "language": "zh" if (get_language() or "").startswith("zh") else "en",
        "title": f"{title}: {organisation.name}",
        "heading": str(title),
        # A name may be longer than a page is wide.
        "foot": organisation.pk if whole_list else extract.entries[0].pk,
        "eyebrow": f"{header.name} · {wording.EYEBROW}",
        "register": header.name,
        "is_demo": settings.REGISTER_IS_DEMO,
        "subject": {"text": organisation.name, "language": language_of_name(organisation.name)},
        "numbers": list(_numbers(extract)),
        "contains": str(wording.ALL_ENTRIES if whole_list else wording.ONE_ENTRY),
        "made_at": [made.year, made.month, made.day, made.hour, made.minute, made.second],
        "made": _moment(header.made_at, zone),
        "valid": _valid(header.valid_until, zone),
        "code": _code(extract),
        "words": {name: str(each) for name, each in wording.WORDS.items()},
        "entries": _entries(extract),
        "proven": [str(each) for each in wording.PROVEN],
        "not_proven": [str(each) for each in wording.NOT_PROVEN],
        "steps": list(_steps(header.address, certificate)),
        "sources": list(_sources(extract, certificate)),
    }


def _numbers(extract: Extract) -> Iterator[Told]:
    for each in extract.organisation.identifiers.order_by("scheme", "value"):
        yield {"name": scheme(each.scheme), "value": identifier_value(each.value, each.scheme)}


def _zone(entries: Sequence[Entry]) -> str:
    """The zone of the authority that decided; of several in different zones none."""
    zones = {each.authority.time_zone for each in entries}
    return zones.pop() if len(zones) == 1 else _UTC


def _moment(instant: datetime, zone: str) -> str:
    there = instant.astimezone(ZoneInfo(zone))
    return gettext("%(last)s, %(time)s (%(zone)s)") % {
        "last": strip_tags(day(there.date())),
        "time": f"{there:%H:%M}",
        "zone": zone.replace("_", " "),
    }


def _valid(instant: datetime, zone: str) -> Told:
    """The end of validity: its day, to be set large, and the rest of it."""
    end = local_end(instant, zone)
    assert end is not None
    until = (
        gettext("until %(time)s (%(zone)s)") % {"time": f"{end.at:%H:%M}", "zone": end.zone}
        if end.at
        else gettext("until midnight at the end of that day (%(zone)s)") % {"zone": end.zone}
    )
    return {"day": strip_tags(day(end.last_day)), "time": until}


def _code(extract: Extract) -> Told:
    """A code that leads a phone to the entry, or to the organisation."""
    address = (
        f"{settings.ADDRESS}/organisations/{extract.organisation.pk}"
        if extract.of_organisation
        else address_of(extract.entries[0])
    )
    picture = io.BytesIO()
    segno.make(address, error="m", micro=False).save(picture, kind="svg", border=0)
    return {
        "address": address,
        "picture": picture.getvalue().decode(),
        "alternative": str(wording.CODE) % {"address": address},
    }


def _entries(extract: Extract) -> list[Told]:
    now = extract.read_at
    words = own_word.shown_words(extract.entries, now)
    answers = visibility.shown_answers([each.pk for each in extract.entries], now)
    return [
        _entry(row, proven, words[row.pk], answers.get(row.pk))
        for row, proven in zip(extract.entries, extract.proven, strict=True)
    ]


def _entry(row: Entry, proven: ExtractEntry, word: OwnWord, answer: ShownAnswer | None) -> Told:
    # The very form in which the page shows it.
    page = render_to_string(
        "public/_entry_body.html", {**entry_context(row), "word": word, "answer": answer}
    )
    zone = row.authority.time_zone
    return {
        "blocks": blocks(page),
        "events": [_event(each, zone) for each in proven.leaves],
        "address": proven.address,
    }


def _event(leaf: ExtractLeaf, zone: str) -> Told:
    said = {each.name: str(each.value) for each in leaf.facts if isinstance(each, Fact)}
    change, at = said.get("change", ""), said.get("at", "")
    return {
        "when": _moment(datetime.fromisoformat(at), zone) if at else "",
        "what": str(wording.CHANGES.get(change, change)),
        "leaf": f"{leaf.index:,}",
    }


def _steps(address: str, certificate: Certificate) -> Iterator[str]:
    values = {"file": ATTACHED, "address": address, "certificate": certificate.name}
    for each in wording.STEPS:
        yield str(each) % values
    if certificate.is_test:
        yield str(wording.TEST_CERTIFICATE)


def _sources(extract: Extract, certificate: Certificate) -> Iterator[Told]:
    checkpoint = read_checkpoint(extract.checkpoint)
    yield {"name": gettext("Register"), "value": extract.header.address}
    yield {"name": gettext("Log"), "value": checkpoint.origin}
    yield {"name": gettext("Leaves of the log"), "value": f"{checkpoint.size:,}"}
    yield {"name": gettext("Root of the log"), "value": encode(checkpoint.root)}
    for each in extract.header.verifier_keys:
        yield {"name": gettext("Key, to compare"), "value": each}
    yield {"name": gettext("Certificate"), "value": certificate.name}
    yield {"name": gettext("Number of the certificate"), "value": certificate.serial}
