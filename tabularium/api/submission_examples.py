"""Examples for the OpenAPI document of what authorities' programs send and get, all of them made up."""

import json
from typing import Any

from tabularium.api.examples import API, ITEM
from tabularium.api.receiving import MEDIA_TYPES

_ROW = {
    "number": "No. 17 of 2026",
    "code": "91999900MA00000019",
    "name": "虚构豆制品有限公司",
    "decided": "2026-03-02",
    "measure": "Fine",
}
_JSON_LINE = json.dumps(_ROW, ensure_ascii=False) + "\n"

_BODIES: dict[str, dict[str, Any]] = {
    "text/csv": {
        "schema": {"type": "string"},
        "example": f"{','.join(_ROW)}\n{','.join(_ROW.values())}\n",
    },
    "application/json": {
        "schema": {
            "description": (
                "With `item` in the address, a JSON file as the item has it; else an object with the "
                "code of the item and the rows."
            ),
            "anyOf": [
                {
                    "type": "object",
                    "required": ["item", "rows"],
                    "properties": {
                        "item": {"type": "string", "description": "Code of the item."},
                        "rows": {
                            "type": "array",
                            "description": "Each row by the item's column names.",
                            "items": {"type": "object"},
                        },
                    },
                },
                {"description": "A file as the item has it."},
            ],
        },
        "example": {"item": ITEM["code"], "rows": [_ROW]},
    },
    "application/x-ndjson": {"schema": {"type": "string"}, "example": _JSON_LINE},
    "application/jsonl": {"schema": {"type": "string"}, "example": _JSON_LINE},
}

REQUEST_BODY: dict[str, Any] = {
    "description": (
        "The file itself, not packed. Its length has to be announced and may be 64 MiB unless the "
        "register's operator has set another limit."
    ),
    "required": True,
    # What is neither text nor JSON has no schema in OpenAPI 3.1, section 4.8.14.3.
    "content": {name: _BODIES.get(name, {}) for name in MEDIA_TYPES},
}
"""What `submit` takes."""

PARAMETERS: dict[str, Any] = {
    "Idempotency-Key": '"6d0a3c0e-5d5b-4c3e-9a55-2c7f0d1be6a4"',
    "item": ITEM["code"],
    "file_name": "penalties-2026-03.csv",
    "encoding": "gb18030",
    "delimiter": ";",
    "sheet": "2026",
    "all_or_nothing": False,
    "dry_run": False,
    "after": "",
    "limit": 100,
    "id": "17",
}
"""A right value of each parameter, by its name."""

_FINDING = {
    "row": 12,
    "rows": 1,
    "column": "code",
    "code": "identifier-check-digit",
    "severity": "error",
    "message": "code: the check digit does not fit the number (CN-USCC).",
    "what_to_do": "Some character is wrong; compare the number with the source.",
    "message_zh": "code：校验码与号码不符（CN-USCC）。",
    "what_to_do_zh": "号码中有字符错误，请与来源核对。",
}
_ANSWER = {
    "submission": 17,
    "item": ITEM,
    "received_at": "2026-03-04T02:00:00Z",
    "file_name": "penalties-2026-03.csv",
    "file_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "read_as": {
        "format": "csv",
        "encoding": "utf-8",
        "delimiter": ",",
        "quote": '"',
        "header_row": 1,
        "guesses": [],
        "text": 'CSV, encoding utf-8, cells apart by commas, quoted with ", header in row 1.',
        "text_zh": 'CSV，编码 utf-8，以逗号分隔，以 " 作引号，标题行在第 1 行。',
    },
    "rows_read": 40,
    "entries_made": 39,
    "rows_stopped": 1,
    "rows_with_errors": 1,
    "rows_stopped_by": {"identifier-check-digit": 1},
    "rows_warned_of": {},
    "organisations_new": 12,
    "corrections_offered": 0,
    "disappeared": None,
    "findings": [_FINDING],
    "next": None,
    "api_url": f"{API}submissions/17",
}
_TRIED: dict[str, Any] = {
    **_ANSWER,
    "submission": None,
    "received_at": None,
    "api_url": None,
}
KEPT_BACK: dict[str, Any] = {**_TRIED, "entries_made": 0}
"""What is said of a submission that an error of one row kept back as a whole."""

ANSWERS: dict[tuple[str, int], Any] = {
    ("submit", 200): _TRIED,
    ("submit", 201): _ANSWER,
    ("submission", 200): _ANSWER,
    ("findings", 200): {"submission": 17, "findings": [_FINDING], "next": None},
}
"""An answer of each operation, by the operation's identity and the status."""
