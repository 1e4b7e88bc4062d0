"""Rules of the house as functions: each takes a module's syntax tree and returns what is against it."""

import ast
from collections.abc import Iterator

from tests.lines.walkers.modules import Source

Function = ast.FunctionDef | ast.AsyncFunctionDef

_CLOCKS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
    ("time", "localtime"),
    ("time", "gmtime"),
    ("timezone", "now"),
    ("timezone", "localdate"),
    ("timezone", "localtime"),
}
_CLOCK_IMPORTS = {
    ("time", "time"),
    ("time", "time_ns"),
    ("time", "localtime"),
    ("time", "gmtime"),
    ("django.utils.timezone", "now"),
    ("django.utils.timezone", "localdate"),
    ("django.utils.timezone", "localtime"),
    ("django.db.models.functions", "Now"),
}
# The zone comes after year, month, day, hour, minute, second and microsecond.
_POSITION_OF_ZONE = 8


def functions(source: Source) -> Iterator[Function]:
    """Every function of a module, methods and inner ones too."""
    for node in ast.walk(source.tree):
        if isinstance(node, Function):
            yield node


def length(function: Function) -> int:
    """Lines of a function from its name to its end."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def clock_offences(source: Source) -> list[str]:
    """Asking the machine for now or today."""
    found = []
    for node in ast.walk(source.tree):
        match node:
            case ast.Attribute(attr=attr, value=ast.Name(id=owner) | ast.Attribute(attr=owner)) if (
                owner,
                attr,
            ) in _CLOCKS:
                found.append(f"{source.name}:{node.lineno}: {owner}.{attr}")
            case ast.ImportFrom(module=module, names=names):
                found += [
                    f"{source.name}:{node.lineno}: imports {module}.{each.name}"
                    for each in names
                    if (module, each.name) in _CLOCK_IMPORTS
                ]
            case ast.keyword(arg="auto_now" | "auto_now_add" as name):
                found.append(f"{source.name}:{node.value.lineno}: {name}")
            case _:
                pass
    return found


def naive_offences(source: Source) -> list[str]:
    """Instants made without a time zone."""
    tree = source.tree
    made_aware = {
        id(node.func.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _repairs(node)
    }
    return [
        f"{source.name}:{node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and id(node) not in made_aware and _is_naive(node)
    ]


def _repairs(call: ast.Call) -> bool:
    """Whether a method takes the day alone, or gives the zone that was missing."""
    match call.func:
        case ast.Attribute(attr="date"):
            return True
        case ast.Attribute(attr="replace"):
            return any(each.arg == "tzinfo" for each in call.keywords)
        case _:
            return False


def _is_naive(call: ast.Call) -> bool:
    named = {each.arg for each in call.keywords}
    match call.func:
        case ast.Name(id="datetime") | ast.Attribute(attr="datetime"):
            return "tzinfo" not in named and len(call.args) < _POSITION_OF_ZONE
        case ast.Attribute(attr="combine"):
            return "tzinfo" not in named and len(call.args) < 3
        case ast.Attribute(attr="fromtimestamp"):
            return "tz" not in named and len(call.args) < 2
        case ast.Attribute(attr="utcfromtimestamp" | "strptime"):
            return True
        case _:
            return False


def broad_except_offences(source: Source) -> list[str]:
    """Handlers that swallow whatever comes."""
    found = []
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.ExceptHandler):
            continue
        caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        names = ["everything" if each is None else ast.unparse(each) for each in caught]
        found += [
            f"{source.name}:{node.lineno}: catches {name}"
            for name in names
            if name in {"everything", "Exception", "BaseException"}
        ]
    return found


def docstring_offences(source: Source) -> list[str]:
    """Public functions, classes and methods, and modules with something in them, that say nothing."""
    tree = source.tree
    found = []
    if tree.body and ast.get_docstring(tree) is None:
        found.append(f"{source.name}: the module")
    for node in tree.body:
        if not isinstance(node, Function | ast.ClassDef) or node.name.startswith("_"):
            continue
        if ast.get_docstring(node) is None:
            found.append(f"{source.name}.{node.name}")
        if isinstance(node, ast.ClassDef):
            found += [
                f"{source.name}.{node.name}.{each.name}"
                for each in node.body
                if isinstance(each, Function)
                and not each.name.startswith("_")
                and ast.get_docstring(each) is None
            ]
    return found
