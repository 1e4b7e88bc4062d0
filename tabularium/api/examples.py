"""Examples for the OpenAPI document. Every name in them is made up, and so is every number."""

from typing import Any

from tabularium.api.problem_types import (
    INVALID_PARAMETERS,
    REFUSED,
    UNREADABLE_FILE,
    ProblemType,
)
from tabularium.api.problems import type_of

_SITE = "https://register.example/"
API = f"{_SITE}api/v1/"
"""Where the API of the examples is."""

_ORGANISATION = {
    "id": "7h2k9qv3m0xd",
    "name": "虚构豆制品有限公司",
    "other_names": [
        {"name": "Made-up Bean Foods Limited", "language": "en", "sort": "translated"},
    ],
    "identifiers": [
        {
            "scheme": "CN-USCC",
            "value": "91999900MA00000019",
            "scheme_name": {"en": "Unified social credit code", "zh-hans": "统一社会信用代码"},
        }
    ],
    "legal_form": None,
    "jurisdiction": "cn",
    "url": f"{_SITE}organisations/7h2k9qv3m0xd",
    "api_url": f"{API}organisations/7h2k9qv3m0xd",
}
_BECAUSE = {
    "why": "name",
    "text": "虚构豆制品有限公司",
    "pieces": [
        {"text": "虚构", "matches": False},
        {"text": "豆制品", "matches": True},
        {"text": "有限公司", "matches": False},
    ],
    "language": None,
    "scheme": None,
    "entry": None,
}
_AUTHORITY = {
    "code": "market-office",
    "names": {"en": "Made-up Market Office", "zh-hans": "虚构市场监管局"},
    "url": f"{_SITE}authorities/market-office",
    "api_url": f"{API}authorities/market-office",
}
ITEM = {
    "code": "food-penalties",
    "version": 2,
    "title": {"en": "Penalties in food safety", "zh-hans": "食品安全行政处罚"},
    "url": f"{_SITE}catalogue/food-penalties",
    "api_url": f"{API}catalogue/food-penalties",
}
_LEGAL_BASIS = {"citation": "Made-up Food Act, article 5", "url": "https://law.example/food/5"}
_CORRECTIONS = {
    "route": {"en": "Write to the office's counter.", "zh-hans": "请致函该局窗口。"},
    "url": "https://office.example/corrections",
}
_ENTRY = {
    "id": "c4n8t1r6w2yz",
    "url": f"{_SITE}entries/c4n8t1r6w2yz",
    "api_url": f"{API}entries/c4n8t1r6w2yz",
    "kind": "penalty",
    "field": "food-safety",
    "meaning": "penalised-by-this-authority",
    "item": ITEM,
    "authority": _AUTHORITY,
    "organisation": _ORGANISATION,
    "version": 1,
    "decision_number": "No. 17 of 2026",
    "decided_on": "2026-03-02",
    "measure": "Fine",
    "summary": "Labels without the date of production.",
    "legal_basis": _LEGAL_BASIS,
    "amount": {"value": "4965.70", "currency": "CNY"},
    "term": {"begins": "2026-03-04", "ends": "2027-03-03"},
    "public_from": "2026-03-12T16:00:00Z",
    "public_until": "2027-03-03T16:00:00Z",
    "language": "en",
    "details": {"Place": "Made-up District"},
    "erased_fields": [],
    "answer": "The labels were replaced the same day.",
    "answer_language": "en",
    "promise": None,
    "notes": [
        {
            "dated_on": "2026-05-06",
            "text": "The organisation has brought the decision before the court.",
            "language": "en",
        }
    ],
    "objection": {
        "route": "In writing to the office that decided, within 60 days.",
        "url": "https://office.example/objections",
    },
    "corrections": _CORRECTIONS,
    "about_url": f"{_SITE}about",
}
_PROMISE = {
    **_ENTRY,
    "id": "p9q4s7d2k5mx",
    "url": f"{_SITE}entries/p9q4s7d2k5mx",
    "api_url": f"{API}entries/p9q4s7d2k5mx",
    "kind": "promise",
    "meaning": "promised-by-this-public-body",
    "item": {
        "code": "office-promises",
        "version": 1,
        "title": {"en": "Promises of the office", "zh-hans": "本局承诺"},
        "url": f"{_SITE}catalogue/office-promises",
        "api_url": f"{API}catalogue/office-promises",
    },
    "organisation": {
        **_ORGANISATION,
        "id": "3v8b5n1c6txz",
        "name": "虚构市场监管局",
        "other_names": [],
        "identifiers": [],
        "url": f"{_SITE}organisations/3v8b5n1c6txz",
        "api_url": f"{API}organisations/3v8b5n1c6txz",
    },
    "decision_number": "No. 3 of 2026",
    "measure": "Licences for new restaurants within five working days",
    "summary": None,
    "amount": None,
    "term": {"begins": None, "ends": None},
    "public_until": None,
    "details": {},
    "erased_fields": [],
    "answer": None,
    "answer_language": None,
    "promise": {
        "to": "Restaurants of the district",
        "first_due_on": "2026-06-30",
        "due_on": "2026-09-30",
        "answer_by": "2026-10-14",
        "outcome": "not-kept",
        "answers": [
            {
                "dated_on": "2026-07-02",
                "text": "The new forms were not ready.",
                "language": "en",
                "kept": False,
                "due_on": "2026-09-30",
            }
        ],
    },
    "notes": [],
    "objection": None,
}
_CATALOGUE_ITEM = {
    "code": "food-penalties",
    "version": 2,
    "kind": "penalty",
    "field": "food-safety",
    "title": ITEM["title"],
    "authority": _AUTHORITY,
    "legal_basis": _LEGAL_BASIS,
    "frequency": "weekly",
    "effective_from": "2026-01-01",
    "effective_until": None,
    "url": ITEM["url"],
    "api_url": ITEM["api_url"],
}

PARAMETERS: dict[str, Any] = {
    "q": "豆制品",
    "kind": "penalty",
    "field": "food-safety",
    "authority": "market-office",
    "place": "cn",
    "since": "2026-01-01",
    "until": "2026-12-31",
    "limit": 20,
    "after": "",
    "scheme": "CN-USCC",
    "value": "91999900MA00000019",
    "id": "7h2k9qv3m0xd",
    "code": "food-penalties",
}
"""A right value of each parameter, by its name."""

ANSWERS: dict[str, Any] = {
    "index": {
        "title": "Tabularium",
        "version": "1.1.0",
        "search": f"{API}search{{?q,kind,field,authority,place,since,until,after,limit}}",
        "organisation": f"{API}organisations/{{id}}{{?after,limit}}",
        "organisation_by_identifier": f"{API}organisations{{?scheme,value,after,limit}}",
        "entry": f"{API}entries/{{id}}",
        "catalogue": f"{API}catalogue{{?after,limit}}",
        "item": f"{API}catalogue/{{code}}",
        "authority": f"{API}authorities/{{code}}{{?after,limit}}",
        "changes": f"{API}changes{{?after,limit,records}}",
        "submissions": f"{API}submissions",
        "problems": f"{API}problems",
        "openapi": f"{API}openapi.json",
        "about": f"{_SITE}about",
    },
    "search": {
        "organisations": [{**_ORGANISATION, "because": [_BECAUSE]}],
        "found": 1,
        "more_than_found": False,
        "next": None,
    },
    "organisation": {
        "organisation": _ORGANISATION,
        "entries": [_ENTRY],
        "next": (f"{API}organisations/7h2k9qv3m0xd?after=2026-03-02_c4n8t1r6w2yz&limit=1"),
    },
    "organisation_by_identifier": {
        "organisation": _ORGANISATION,
        "entries": [_ENTRY],
        "next": None,
    },
    "entry": _ENTRY,
    "catalogue": {"items": [_CATALOGUE_ITEM], "next": None},
    "item": {
        "code": "food-penalties",
        "versions": [{**_CATALOGUE_ITEM, "definition": 'code = "food-penalties"\nversion = 2\n'}],
    },
    "authority": {
        "code": "market-office",
        "names": _AUTHORITY["names"],
        "identifiers": [],
        "jurisdiction": "cn",
        "time_zone": "Asia/Shanghai",
        "website": "https://office.example/",
        "corrections": _CORRECTIONS,
        "items": [ITEM],
        "own_entries": [_PROMISE],
        "next": None,
        "url": _AUTHORITY["url"],
        "api_url": _AUTHORITY["api_url"],
    },
    "problems": {
        "problems": [
            {
                "type": "/api/v1/problems#gone",
                "status": 410,
                "title": "This entry has ended or was withdrawn",
                "detail": "Delete your copies of it. It does not come back.",
            }
        ]
    },
    "openapi": {"openapi": "3.1.0", "info": {"title": "Tabularium", "version": "1.1.0"}},
}
"""An answer of each operation, by the operation's identity; each is shortened, none is untrue."""


_FAULTS = {
    INVALID_PARAMETERS: [
        ("limit", "wrong", "How many to give at most: a whole number from 1 to 100."),
    ],
    UNREADABLE_FILE: [
        ("body", "unreadable", "This is not JSON in UTF-8, or it is cut off."),
    ],
    REFUSED: [
        ("body", "not-its-own", "An authority publishes its own promises alone."),
    ],
}


def problem_example(problem: ProblemType) -> dict[str, Any]:
    """An answer with this problem."""
    faults = [
        {"parameter": parameter, "code": code, "detail": detail}
        for parameter, code, detail in _FAULTS.get(problem, [])
    ]
    return {
        "type": type_of(problem),
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "instance": "urn:uuid:4f0c6f4e-6d5e-4a53-9a4b-0d1f2c3b4a59",
        "errors": faults,
    }
