"""Programs and templates that count, add up or sort organisations by their entries."""

import ast
import re
from collections.abc import Iterable, Iterator

from tests.lines.walkers.modules import Source
from tests.lines.walkers.syntax import nodes
from tests.lines.walkers.words import SORTING, SUMMING_UP, offences

_AGGREGATES = frozenset(
    {
        "Count",
        "Sum",
        "Avg",
        "Max",
        "Min",
        "StdDev",
        "Variance",
        "Window",
        "Rank",
        "DenseRank",
        "PercentRank",
        "CumeDist",
        "Ntile",
        "RowNumber",
        "ArrayAgg",
        "StringAgg",
        "JSONBAgg",
    }
)
_GROUPING_METHODS = frozenset({"annotate", "aggregate", "alias"})
_COUNTING = frozenset({"len", "sum", "Counter", "groupby"})
_ENTRIES = re.compile(r"entr(?:y|ies)|decisions", re.IGNORECASE)
_SUBJECT = re.compile(r"organi[sz]ation|subject", re.IGNORECASE)
_OF_A_SUBJECT = re.compile(r"entries_of\(|(?:organi[sz]ation|subject)\w*\.entries", re.IGNORECASE)
_SQL = re.compile(r"\bgroup\s+by\b|\b(?:count|rank|dense_rank|row_number)\s*\(", re.IGNORECASE)
_A_NUMBER = re.compile(r"\blen\(|\.count\(|\bsum\(")
# Here any counting of entries is of a subject's; elsewhere it may be of a file's.
_SHOWS_SUBJECTS = ("tabularium.public", "tabularium.api")


def program_offences(source: Source, reviewed: Iterable[tuple[str, str]] = ()) -> list[str]:
    """Code that could count, add up or sort organisations by their entries.

    Args:
        source: the module.
        reviewed: (module, function) of places that count something else; let pass as a whole.
    """
    passing = set(reviewed)
    shows_subjects = source.name.startswith(_SHOWS_SUBJECTS)
    return [
        f"{source.name}:{getattr(node, 'lineno', 0)} in {function}: {what}"
        for function, node in nodes(source.tree)
        if (source.name, function) not in passing
        for what in (
            *_database(node),
            *_order(node),
            *_counting(node, shows_subjects=shows_subjects),
        )
    ]


def _database(node: ast.AST) -> Iterator[str]:
    """Counting and grouping that the database does."""
    match node:
        case ast.ImportFrom(module=str(module), names=names) if module.startswith("django."):
            yield from (f"imports {each.name}" for each in names if each.name in _AGGREGATES)
        case ast.Attribute(attr=attr, value=ast.Name(id="models")) if attr in _AGGREGATES:
            yield f"uses {attr}"
        # A service of that name writes a note; the method of a query adds up.
        case ast.Call(func=ast.Attribute(attr="annotate", value=ast.Name(id="services"))):
            pass
        case ast.Call(func=ast.Attribute(attr=attr)) if attr in _GROUPING_METHODS:
            yield f"calls .{attr}()"
        case ast.Constant(value=str(text)) if _SQL.search(text):
            yield "counts or groups in SQL"
        case _:
            pass


def _order(node: ast.AST) -> Iterator[str]:
    """Orders by a sum."""
    match node:
        case ast.Call(func=ast.Attribute(attr="order_by"), args=arguments):
            for each in arguments:
                written = str(each.value) if isinstance(each, ast.Constant) else ast.unparse(each)
                if SUMMING_UP.found_in(written):
                    yield f"sorts by {written}"
        case ast.keyword(arg="key", value=ast.Lambda(body=body)):
            written = ast.unparse(body)
            if _ENTRIES.search(written) and _A_NUMBER.search(written):
                yield "sorts by a number of entries"
        case _:
            pass


def _counting(node: ast.AST, *, shows_subjects: bool) -> Iterator[str]:
    """Counting and grouping in Python."""

    def is_of_a_subject(counted: str) -> bool:
        if _OF_A_SUBJECT.search(counted):
            return True
        return shows_subjects and _ENTRIES.search(counted) is not None

    match node:
        case ast.Call(func=ast.Attribute(attr="count", value=counted), args=[]):
            if is_of_a_subject(ast.unparse(counted)):
                yield "counts entries of a subject"
        case ast.Call(func=ast.Name(id=name), args=[first, *others]) if name in _COUNTING:
            if is_of_a_subject(ast.unparse(first)):
                yield f"counts entries of a subject by {name}()"
            elif name in {"Counter", "groupby"} and any(
                _SUBJECT.search(ast.unparse(each)) for each in (first, *others)
            ):
                yield f"groups by subject with {name}()"
        case _:
            pass


def request_offences(source: Source) -> list[str]:
    """Parameters of requests by which a reader could have lists sorted."""
    asked = [
        (f"{source.name} in {function}", key)
        for function, node in nodes(source.tree)
        for key in _asked_for(node)
    ]
    return offences(asked, SORTING)


def _asked_for(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Call(
            func=ast.Attribute(attr="get" | "getlist", value=ast.Attribute(attr="GET" | "POST")),
            args=[ast.Constant(value=str(key)), *_],
        ):
            yield key
        case ast.Subscript(
            value=ast.Attribute(attr="GET" | "POST"), slice=ast.Constant(value=str(key))
        ):
            yield key
        case _:
            pass


_COUNT_IN_TEMPLATE = re.compile(r"\|\s*length\b|\.count\b|\|\s*dictsort", re.IGNORECASE)
_LISTED = re.compile(r"entr(?:y|ies)|decisions|organi[sz]ation|subject|section", re.IGNORECASE)
_TAG = re.compile(r"{[{%](.*?)[%}]}", re.DOTALL)
_LOOK = re.compile(r"""\b(?:class|style)\s*=\s*(?:"([^"]*)"|'([^']*)')""")


def template_offences(name: str, text: str) -> list[str]:
    """Templates that count entries, group by subject, or give a subject or entry a look of its own."""
    found = []
    for tag in _TAG.findall(text):
        inner = tag.strip()
        if _COUNT_IN_TEMPLATE.search(inner) and _LISTED.search(inner):
            found.append(f"{name}: counts or sorts in {inner!r}")
        if inner.startswith("regroup") and _SUBJECT.search(inner):
            found.append(f"{name}: groups by subject in {inner!r}")
    for double, single in _LOOK.findall(text):
        look = double or single
        if any(_SUBJECT.search(tag) or _ENTRIES.search(tag) for tag in _TAG.findall(look)):
            found.append(f"{name}: a look that depends on the subject or entry: {look!r}")
    return found
