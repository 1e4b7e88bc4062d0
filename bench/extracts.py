"""Extracts of one entry, made again and again, beside the least that has to be done for each."""

import json
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any

import rfc8785
from django.conf import settings
from django.utils.translation import override

from tabularium import clock
from tabularium.core.content import Draft, EntryContent, Subject
from tabularium.core.identifiers import parse, uscc_check_character
from tabularium.core.kinds import Field, Kind
from tabularium.extract import gathering, making
from tabularium.extract.contents import ATTACHED, contents
from tabularium.extract.own_certificate import certificate
from tabularium.extract.printing import as_pdf, compiled
from tabularium.extract.signing import sign
from tabularium.log.extending import extend
from tabularium.register import services, visibility
from tabularium.register.models import Entry, Membership

LANGUAGE = "zh-hans"
_BODY = "91999900000000001"
_TEXT = "抽样检验发现标签与内容不符，责令改正。"


def public_entry() -> str:
    """Enter a licence that is public, and bring it under a checkpoint; its identity.

    The log's interval must be a second: TABULARIUM_LOG_EVERY=1.
    """
    authority = services.ensure_authority(
        services.AuthorityDetails(
            code="made-up-office",
            names={"en": "Made-up Office", "zh-hans": "虚构局"},
            jurisdiction="cn",
            time_zone="Asia/Shanghai",
        )
    )
    today = clock.now().date()
    item = services.ensure_item(
        services.ItemDetails(
            code="made-up-licences",
            version=1,
            kind=Kind.LICENCE,
            field=Field.FOOD_SAFETY,
            title={"en": "Made-up list", "zh-hans": "虚构名录"},
            effective_from=today - timedelta(days=400),
            legal_basis="Made-up Act, article 5",
            definition="",
        ),
        authority=authority,
    )
    people = [
        services.open_account(str(role), role=role, authority=authority)
        for role in (Membership.Role.CLERK, Membership.Role.APPROVER)
    ]
    subject = Subject(
        parse("CN-USCC", _BODY + uscc_check_character(_BODY)), "虚构食品公司", "", "cn"
    )
    said = EntryContent(
        decision_number="No. 1",
        decided_on=today - timedelta(days=1),
        measure="许可",
        summary=_TEXT * 10,
        legal_basis="Made-up Act, article 5",
        term_begins=today,
        language="zh-hans",
    )
    (entry,) = services.record([Draft(1, "1", subject, said)], item=item, recorder=people[0])
    services.approve(entry.pk, approver=people[1])
    # Leaves wait for a whole interval to be over.
    time.sleep(2 * settings.LOG_EVERY)
    extend()
    return str(entry.pk)


def _extract(entry: Entry) -> gathering.Extract:
    return gathering.of_entry(entry, clock.now())


def ways(identity: str) -> Mapping[str, Callable[[], Any]]:
    """What can be made of an entry, by name: extracts, and the least that each of them needs.

    `canonical` writes the finished object twice and digests it; `layout` has typst lay out what it was told
    already, and `bare` signs that too.
    """
    entry = visibility.appearance(identity, clock.now())[1]
    assert entry is not None
    first = _extract(entry)
    data = first.as_json()
    told = json.loads(data)
    with override(LANGUAGE):
        laid_out = {
            **contents(first, certificate()),
            "attached": {"name": ATTACHED, "data": data.decode()},
        }

    def canonical() -> bytes:
        sha256(rfc8785.dumps(told)).hexdigest()
        return rfc8785.dumps(told)

    ours = certificate()

    def bare() -> bytes:
        return sign(compiled(laid_out), ours, first.header.made_at, "Extract")

    def pdf() -> bytes:
        extract = _extract(entry)
        return as_pdf(extract, extract.as_json(), certificate(), LANGUAGE)

    return {
        "json": lambda: _extract(entry).as_json(),
        "canonical": canonical,
        "pdf": pdf,
        "signed": lambda: making.signed_pdf(_extract(entry), LANGUAGE),
        "layout": lambda: compiled(laid_out),
        "bare": bare,
    }
