"""What the program itself does, read off its syntax trees, and what its templates show."""

import ast
import re
from collections.abc import Iterable, Iterator

from tests.lines.walkers.modules import Source
from tests.lines.walkers.words import SORTING, SUMMING_UP, offences

# ---- no summing up

_AGGREGATES = frozenset(
    """Count Sum Avg Max Min StdDev Variance Window Rank DenseRank PercentRank CumeDist Ntile RowNumber
    ArrayAgg StringAgg JSONBAgg""".split()
)
_GROUPING_METHODS = frozenset({"annotate", "aggregate", "alias"})
_COUNTING = frozenset({"len", "sum", "Counter", "groupby"})
_ENTRIES = re.compile(r"entr(?:y|ies)|decisions", re.IGNORECASE)
_SUBJECT = re.compile(r"organi[sz]ation|subject", re.IGNORECASE)
_OF_A_SUBJECT = re.compile(r"entries_of\(|(?:organi[sz]ation|subject)\w*\.entries", re.IGNORECASE)
_SQL = re.compile(r"\bgroup\s+by\b|\b(?:count|rank|dense_rank|row_number)\s*\(", re.IGNORECASE)
_SHOWS_SUBJECTS = ("tabularium.public", "tabularium.api")


def summing_offences(source: Source, reviewed: Iterable[tuple[str, str]] = ()) -> list[str]:
    """Code that could count, add up or sort organisations by their entries.

    Args:
        source: the module.
        reviewed: (module, function) of places that count something else; let pass as a whole.
    """
    passing = set(reviewed)
    found = []
    for function, node in _nodes(source.tree):
        if (source.name, function) in passing:
            continue
        found += [
            f"{source.name}:{getattr(node, 'lineno', 0)} in {function}: {what}"
            for what in _summing(node, shows_subjects=source.name.startswith(_SHOWS_SUBJECTS))
        ]
    return found


def _summing(node: ast.AST, *, shows_subjects: bool) -> Iterator[str]:
    match node:
        case ast.ImportFrom(module=module, names=names) if (module or "").startswith("django."):
            for each in names:
                if each.name in _AGGREGATES:
                    yield f"imports {each.name}"
        case ast.Attribute(attr=attr, value=ast.Name(id="models")) if attr in _AGGREGATES:
            yield f"uses {attr}"
        case ast.Call(func=ast.Attribute(attr=attr)) if attr in _GROUPING_METHODS:
            yield f"calls .{attr}()"
        case ast.Call(func=ast.Attribute(attr="order_by"), args=arguments):
            for each in arguments:
                written = each.value if isinstance(each, ast.Constant) else ast.unparse(each)
                if SUMMING_UP.found_in(str(written)):
                    yield f"sorts by {written}"
        case ast.Call(func=ast.Attribute(attr="count", value=counted), args=[]):
            if _counts_entries(ast.unparse(counted), shows_subjects=shows_subjects):
                yield "counts entries of a subject"
        case ast.Call(func=ast.Name(id=name), args=arguments) if name in _COUNTING:
            if _counts_entries(
                ast.unparse(arguments[0]) if arguments else "", shows_subjects=shows_subjects
            ):
                yield f"counts entries of a subject by {name}()"
            elif name in {"Counter", "groupby"} and any(
                _SUBJECT.search(ast.unparse(each)) for each in arguments
            ):
                yield f"groups by subject with {name}()"
        case ast.keyword(arg="key", value=ast.Lambda(body=body)):
            written = ast.unparse(body)
            if _ENTRIES.search(written) and re.search(r"\blen\(|\.count\(|\bsum\(", written):
                yield "sorts by a number of entries"
        case ast.Constant(value=str(text)) if _SQL.search(text):
            yield "counts or groups in SQL"
        case _:
            pass


def _counts_entries(counted: str, *, shows_subjects: bool) -> bool:
    if _OF_A_SUBJECT.search(counted):
        return True
    return shows_subjects and _ENTRIES.search(counted) is not None


def sorting_offences(source: Source) -> list[str]:
    """Parameters of requests by which a reader could have lists sorted."""
    asked = []
    for function, node in _nodes(source.tree):
        match node:
            case ast.Call(
                func=ast.Attribute(attr="get" | "getlist", value=ast.Attribute(attr="GET" | "POST")),
                args=[ast.Constant(value=str(key)), *_],
            ) | ast.Subscript(
                value=ast.Attribute(attr="GET" | "POST"), slice=ast.Constant(value=str(key))
            ):
                asked.append((f"{source.name} in {function}", key))
            case _:
                pass
    return offences(asked, SORTING)


_LENGTH = re.compile(r"\|\s*length\b|\.count\b|\|\s*dictsort", re.IGNORECASE)
_TAG = re.compile(r"{[{%](.*?)[%}]}", re.DOTALL)
_LOOK = re.compile(r"""\b(?:class|style)\s*=\s*(?:"([^"]*)"|'([^']*)')""")


def template_offences(name: str, text: str) -> list[str]:
    """Templates that count entries, group by subject, or give a subject a look of its own."""
    found = []
    for tag in _TAG.findall(text):
        inner = tag.strip()
        counts = _LENGTH.search(inner) and (_ENTRIES.search(inner) or _SUBJECT.search(inner))
        if counts or "section" in inner and _LENGTH.search(inner):
            found.append(f"{name}: counts or sorts in {inner!r}")
        if inner.startswith("regroup") and _SUBJECT.search(inner):
            found.append(f"{name}: groups by subject in {inner!r}")
        if re.search(r"organi[sz]ation\w*\.(?:entries|events|versions)", inner):
            found.append(f"{name}: reads entries past the selector in {inner!r}")
    for double, single in _LOOK.findall(text):
        look = double or single
        if any(_SUBJECT.search(tag) or _ENTRIES.search(tag) for tag in _TAG.findall(look)):
            found.append(f"{name}: a look that depends on the subject or entry: {look!r}")
    return found


# ---- no effect beyond the authority

_SIGNALS = (
    "django.dispatch",
    "django.db.models.signals",
    "django.db.backends.signals",
    "django.core.signals",
    "django.contrib.auth.signals",
    "blinker",
)
_NETWORK = frozenset(
    """aiohttp asyncio ftplib grpc http.client httpx imaplib kafka nntplib paramiko pika poplib redis
    requests smtplib socket ssl subprocess telnetlib urllib.request urllib3 websocket websockets xmlrpc
    django.core.mail""".split()
)
_OVERRIDES = frozenset({"save", "delete", "asave", "adelete"})
_WRITING = frozenset(
    """save delete create bulk_create bulk_update get_or_create update_or_create asave adelete acreate
    select_for_update""".split()
)


def signal_offences(source: Source) -> list[str]:
    """Code that lets one thing set off another unseen: signals, hooks on saving, work after a commit."""
    found = []
    for function, node in _nodes(source.tree):
        for what in _setting_off(node):
            found.append(f"{source.name}:{getattr(node, 'lineno', 0)} in {function}: {what}")
    return found


def _setting_off(node: ast.AST) -> Iterator[str]:
    for module in _imported(node):
        if module.startswith(_SIGNALS):
            yield f"imports {module}"
    match node:
        case ast.ClassDef(body=body, bases=bases) if any(
            ast.unparse(base).endswith("Model") for base in bases
        ):
            for each in body:
                if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and each.name in _OVERRIDES:
                    yield f"{node.name}.{each.name} acts when a row is written"
        case ast.Call(func=ast.Attribute(attr="on_commit")) | ast.Call(func=ast.Name(id="on_commit")):
            yield "acts after a commit"
        case _:
            pass


def network_offences(source: Source, allowed: Iterable[tuple[str, str]] = ()) -> list[str]:
    """Imports by which a program speaks to another, apart from (module, import) pairs let pass."""
    passing = set(allowed)
    return [
        f"{source.name}:{getattr(node, 'lineno', 0)}: imports {module}"
        for _function, node in _nodes(source.tree)
        for module in _imported(node)
        if any(module == each or module.startswith(f"{each}.") for each in _NETWORK)
        and not any(
            source.name == own and (module == other or module.startswith(f"{other}."))
            for own, other in passing
        )
    ]


def writing_offences(source: Source) -> list[str]:
    """Writing to the register's tables, for modules that are not the register."""
    found = []
    for function, node in _nodes(source.tree):
        match node:
            case ast.Call(func=ast.Attribute(attr=attr, value=target)):
                written = ast.unparse(target)
                on_a_manager = ".objects" in written or written.endswith("_set")
                if on_a_manager and attr in _WRITING | {"update"}:
                    found.append(f"{source.name}:{node.lineno} in {function}: .{attr}() on {written}")
            case _:
                pass
    return found


# ---- what has ended is gone

_MANAGERS = frozenset({"objects", "_default_manager", "_base_manager"})
_RELATED = frozenset({"entries", "versions", "events", "statements", "statement", "current_of"})
_GENERIC = frozenset({"get_object_or_404", "get_list_or_404", "ListView", "DetailView"})


def bypassing_offences(source: Source) -> list[str]:
    """Reading entries otherwise than through the one visibility selector, for modules that publish."""
    found = []
    for function, node in _nodes(source.tree):
        where = f"{source.name}:{getattr(node, 'lineno', 0)} in {function}"
        match node:
            case ast.Attribute(attr=attr) if attr in _MANAGERS:
                found.append(f"{where}: {ast.unparse(node)}")
            case ast.Call(
                func=ast.Attribute(
                    attr="all" | "filter" | "get" | "first" | "values" | "values_list" | "order_by",
                    value=ast.Attribute(attr=attr),
                )
            ) if attr in _RELATED:
                found.append(f"{where}: {ast.unparse(node.func)}")
            case ast.ImportFrom(names=names):
                found += [f"{where}: imports {each.name}" for each in names if each.name in _GENERIC]
            case ast.Call(func=ast.Attribute(attr="raw" | "cursor")):
                found.append(f"{where}: asks the database by itself")
            case _:
                pass
    return found


def _imported(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            for each in names:
                yield each.name
        case ast.ImportFrom(module=module, names=names, level=0):
            for each in names:
                yield f"{module}.{each.name}"
        case ast.Call(
            func=ast.Attribute(attr="import_module") | ast.Name(id="import_module" | "__import__"),
            args=[ast.Constant(value=str(name)), *_],
        ):
            yield name
        case _:
            pass


def _nodes(tree: ast.AST, function: str = "<module>") -> Iterator[tuple[str, ast.AST]]:
    """Every node with the name of the function that it stands in; docstrings left out."""
    for child in ast.iter_child_nodes(tree):
        is_docstring = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
        if is_docstring:
            continue
        is_function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
        inside = child.name if is_function else function
        yield inside, child
        yield from _nodes(child, inside)
