"""Reading a batch of queries: every member is held against what the standard has, nothing is repeated."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NoReturn

from tabularium.api.problem_types import INVALID_PARAMETERS, TOO_MANY_QUERIES
from tabularium.api.problems import ParameterFault, ProblemError

BATCH = 20
"""As many queries stand in a batch at most; the manifest says so."""

USUAL = 10
"""As many candidates are given where a query says nothing."""

MOST = 50
"""No query is given more candidates."""

LONGEST = 200
"""What stands behind so many characters of a query or a value is left aside."""

ORGANISATION = "Organization"
"""The one type there is, as schema.org names it."""

_STRICTNESS = ("any", "all", "should")

_RULES: Mapping[str, str] = MappingProxyType(
    {
        "queries": "A JSON object from identifiers of your choice to queries, with at least one.",
        "query": "A query is an object with `query` or `properties` and no member that 0.2 does not have.",
        "query.query": "A text.",
        "query.type": "A text, or an array of texts.",
        "query.limit": "A number from 1.",
        "query.properties": (
            "An array of objects, each with `pid`, a text, and `v`: a text, a number, a boolean, an object "
            "with `id`, or an array of these."
        ),
        "query.type_strict": "`any`, `all` or `should`.",
    }
)


@dataclass(frozen=True, slots=True)
class Query:
    """What a client asks.

    Attributes:
        text: a name or an identifier; empty if it asks by properties alone.
        values: what it knows of the organisation: code of a scheme of identifiers, or another property,
            and a value.
        limit: how many candidates to give at most.
        of_our_type: whether it asks for organisations at all.
    """

    text: str
    values: tuple[tuple[str, str], ...]
    limit: int
    of_our_type: bool


def read_batch(text: str) -> dict[str, Query]:
    """The queries of a batch, by their identifiers.

    Raises:
        ProblemError: it is no batch of 0.2 (400, with the place of what is wrong), or has more queries
            than are answered at once (413).
    """
    try:
        given = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        _refuse("queries", "queries")
    if not isinstance(given, dict) or not given:
        _refuse("queries", "queries")
    if len(given) > BATCH:
        raise ProblemError(TOO_MANY_QUERIES)
    # By their places: what a client calls its queries is not repeated.
    return {
        key: _query(each, f"queries[{place}]") for place, (key, each) in enumerate(given.items())
    }


def plain(text: str) -> str:
    """A text without what no name holds: control characters and halves of characters."""
    cut = text[:LONGEST]
    return (
        "".join(
            each if each.isprintable() or each.isspace() else " "
            for each in cut
            if not _is_half(each)
        )
        .translate(_BLANKS)
        .strip()
    )


_BLANKS = dict.fromkeys([*range(0x20), 0x7F], " ")


def _is_half(character: str) -> bool:
    return "\ud800" <= character <= "\udfff"


def _no_number(_text: str) -> NoReturn:
    raise ValueError("not a number of JSON")


def _refuse(place: str, rule: str) -> NoReturn:
    raise ProblemError(INVALID_PARAMETERS, [ParameterFault(place, "wrong", _RULES[rule])])


def _query(given: Any, place: str) -> Query:
    known = {"query", "type", "limit", "properties", "type_strict"}
    if not isinstance(given, dict) or not given.keys() <= known:
        _refuse(place, "query")
    if "query" not in given and not given.get("properties"):
        _refuse(place, "query")
    if not isinstance(given.get("query", ""), str):
        _refuse(f"{place}.query", "query.query")
    if given.get("type_strict", "any") not in _STRICTNESS:
        _refuse(f"{place}.type_strict", "query.type_strict")
    return Query(
        text=plain(given.get("query", "")),
        values=_properties(given.get("properties", []), f"{place}.properties"),
        limit=_limit(given.get("limit", USUAL), f"{place}.limit"),
        of_our_type=ORGANISATION in _types(given.get("type", ORGANISATION), f"{place}.type"),
    )


def _types(given: Any, place: str) -> list[str]:
    types = given if isinstance(given, list) else [given]
    if not all(isinstance(each, str) for each in types):
        _refuse(place, "query.type")
    return types or [ORGANISATION]


def _limit(given: Any, place: str) -> int:
    if isinstance(given, bool) or not isinstance(given, int | float) or not given >= 1:
        _refuse(place, "query.limit")
    return MOST if math.isinf(given) else min(MOST, int(given))


def _properties(given: Any, place: str) -> tuple[tuple[str, str], ...]:
    if not isinstance(given, list):
        _refuse(place, "query.properties")
    values: list[tuple[str, str]] = []
    for each in given:
        if not isinstance(each, dict) or each.keys() != {"pid", "v"}:
            _refuse(place, "query.properties")
        if not isinstance(each["pid"], str):
            _refuse(place, "query.properties")
        several = each["v"] if isinstance(each["v"], list) else [each["v"]]
        values += [(each["pid"], _value(one, place)) for one in several]
    return tuple(values)


def _value(given: Any, place: str) -> str:
    if isinstance(given, dict) and isinstance(given.get("id"), str):
        return plain(given["id"])
    if not isinstance(given, str | int | float):
        _refuse(place, "query.properties")
    return plain(str(given))
