"""Examples of the feed of changes for the OpenAPI document."""

from typing import Any

from tabularium.api.examples import API

CURSOR = "m5x2c8v1b4nk.1207.1774850400000000.~.1190"

_RECORD = {
    "id": "c4n8t1r6w2yz",
    "kind": "penalty",
    "field": "food-safety",
    "authority": "market-office",
    "item": "food-penalties",
    "item_version": 2,
    "organisation": "7h2k9qv3m0xd",
    "organisation_name": "虚构豆制品有限公司",
    "identifiers": "CN-USCC:91999900MA00000019",
    "legal_form": None,
    "jurisdiction": "cn",
    "version": 1,
    "decision_number": "No. 12 of 2026",
    "decided_on": "2026-03-02",
    "measure": "Fine",
    "summary": None,
    "legal_basis": "Made-up Food Safety Act, article 5",
    "legal_basis_url": None,
    "amount": "4965.70",
    "currency": "CNY",
    "term_begins": "2026-03-10",
    "term_ends": "2027-03-09",
    "objection_route": "In writing to the office that decided.",
    "objection_url": None,
    "promised_to": None,
    "first_due_on": None,
    "due_on": None,
    "answer_by": None,
    "outcome": None,
    "promise_answers": None,
    "notes": None,
    "answer": None,
    "answer_language": None,
    "language": "en",
    "details": None,
    "erased_fields": None,
    "public_from": "2026-03-18T16:00:00Z",
    "public_until": "2027-03-09T16:00:00Z",
}

PARAMETERS: dict[str, Any] = {"records": True}
"""A right value of each parameter."""

ANSWERS: dict[str, Any] = {
    "changes": {
        "changes": [
            {"id": "c4n8t1r6w2yz", "change": "published", "record": _RECORD},
            {"id": "3v8b5n1c6txz", "change": "removed", "record": None},
        ],
        "more": False,
        "cursor": CURSOR,
        "next": f"{API}changes?after={CURSOR}&limit=100&records=true",
    }
}
"""An answer of the feed."""
