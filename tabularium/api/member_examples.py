"""Examples for the OpenAPI document of what members send and get by their keys, all of them made up."""

from typing import Any

from tabularium.api.examples import ANSWERS as PUBLIC
from tabularium.api.examples import API, ITEM
from tabularium.api.submission_examples import ANSWERS as OF_SUBMISSIONS

PREFIX = "/api/v1/"
"""Below this the operations are in the document."""

_ENTRY: dict[str, Any] = PUBLIC["entry"]
_ORGANISATION: str = _ENTRY["organisation"]["id"]
_AT_THE_DESK = f"{API}desk/market-office/entries/{_ENTRY['id']}"
_OF_OURS = f"{API}reply/{_ORGANISATION}/entries/{_ENTRY['id']}"

PARAMETERS: dict[str, Any] = {
    "code": "market-office",
    "id": _ENTRY["id"],
    "entry": _ENTRY["id"],
    "item": ITEM["code"],
    "stage": "published",
    "kind": "penalty",
    "number": "No. 17 of 2026",
    "after": "",
}
"""A right value of each parameter, by its name."""

BODIES: dict[str, Any] = {
    "approve": {"entries": ["3m8q2v7x1k0d"]},
    "withdraw": {"reasons": "The decision was made by mistake.", "dated_on": None, "seen": None},
    "decide_objection": {
        "outcome": "upheld",
        "reasons": "The samples were taken as the law asks.",
        "dated_on": None,
        "seen": None,
    },
    "enter_stay": {
        "text": "The effect of the decision is stayed.",
        "ordered_by": "Made-up Court",
        "file_number": "4 K 12/26",
        "dated_on": None,
        "seen": None,
    },
    "lift_stay": {
        "text": "The stay is lifted.",
        "ordered_by": "Made-up Court",
        "file_number": "4 K 12/26",
        "dated_on": None,
        "seen": None,
    },
    "decide_repair": {
        "granted": True,
        "reasons": "The kitchen was looked at again and is in order.",
        "dated_on": None,
        "seen": None,
    },
    "add_note": {
        "text": "An appeal against the decision is pending.",
        "language": "en",
        "dated_on": None,
        "seen": None,
    },
    "answer_promise": {
        "kept": True,
        "text": "The new pipes have been in use since March.",
        "due_on": None,
        "language": "en",
        "dated_on": None,
        "seen": None,
    },
    "answer": {
        "text": "We have changed the supplier.",
        "language": "en",
        "shown": True,
        "seen": None,
    },
    "object_to": {"text": "The sample was not ours.", "language": "en", "seen": None},
    "ask_correction": {"text": "The day of the decision is wrong.", "language": "en", "seen": None},
    "ask_repair": {"text": "The kitchen was rebuilt.", "language": "en", "seen": None},
}
"""A body of each operation that takes one, by the operation's identity. Tests send each of them."""

_STANDS = {
    "stage": "published",
    "stands": "public",
    "until": _ENTRY["public_until"],
    "working_days_left": None,
}
_HAPPENED = [
    {"type": "published", "at": _ENTRY["public_from"]},
    {"type": "notified", "at": "2026-03-05T02:00:00Z"},
    {"type": "approved", "at": "2026-03-04T02:00:00Z"},
]
_WHOLE = {
    "entry": _ENTRY,
    **_STANDS,
    "appearance": "public",
    "last_event": 4,
    "may": ["notes", "stay", "withdrawal"],
    "on_the_screen": ["corrected"],
    "happened": _HAPPENED,
    "member_url": _AT_THE_DESK,
}
_OWN = {
    **_WHOLE,
    "may": ["answer", "correction", "objection", "repair"],
    "on_the_screen": [],
    "member_url": _OF_OURS,
}
_SHORT = {
    "id": _ENTRY["id"],
    "kind": _ENTRY["kind"],
    "organisation": _ENTRY["organisation"]["name"],
    "decision_number": _ENTRY["decision_number"],
    "decided_on": _ENTRY["decided_on"],
    "measure": _ENTRY["measure"],
    **_STANDS,
    "member_url": _AT_THE_DESK,
}
_DECIDING = (
    "withdraw",
    "decide_objection",
    "enter_stay",
    "lift_stay",
    "decide_repair",
    "add_note",
    "answer_promise",
)
_SAYING = ("answer", "take_back", "object_to", "ask_correction", "ask_repair")

ANSWERS: dict[tuple[str, int], Any] = {
    ("member_work", 200): {"work": [{"sort": "running", "entries": [_SHORT], "more": False}]},
    ("member_entries", 200): {"entries": [_SHORT], "next": None},
    ("member_entry", 200): _WHOLE,
    ("member_submit", 200): OF_SUBMISSIONS["submit", 200],
    ("member_submit", 201): OF_SUBMISSIONS["submit", 201],
    ("approve", 200): {"approved": BODIES["approve"]["entries"]},
    **{(each, 200): _WHOLE for each in _DECIDING},
    ("own_entries", 200): {"entries": [{**_SHORT, "member_url": _OF_OURS}], "next": None},
    ("own_entry", 200): _OWN,
    **{(each, 200): _OWN for each in _SAYING},
}
"""An answer of each operation, by the operation's identity and the status."""
