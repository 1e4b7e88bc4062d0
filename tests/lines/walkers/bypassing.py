"""Programs and templates that publish, and read entries otherwise than through the one selector."""

import ast
import re
from collections.abc import Iterator

from tests.lines.walkers.modules import Source
from tests.lines.walkers.syntax import nodes

_MANAGERS = frozenset({"objects", "_default_manager", "_base_manager"})
_RELATED = frozenset({"entries", "versions", "events", "statements", "statement", "current_of"})
_READING = frozenset({"all", "filter", "get", "first", "values", "values_list", "order_by"})
_GENERIC = frozenset({"get_object_or_404", "get_list_or_404", "ListView", "DetailView"})
_IN_TEMPLATE = re.compile(
    r"organi[sz]ation\w*\.(?:entries|events|versions)|entry\.(?:versions|events)"
)


def program_offences(source: Source) -> list[str]:
    """Managers, related managers, generic views and SQL, in modules that publish."""
    return [
        f"{source.name}:{getattr(node, 'lineno', 0)} in {function}: {what}"
        for function, node in nodes(source.tree)
        for what in _past_the_selector(node)
    ]


def _past_the_selector(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Attribute(attr=attr) if attr in _MANAGERS:
            yield ast.unparse(node)
        case ast.Call(func=ast.Attribute(attr=attr, value=ast.Attribute(attr=related))) if (
            attr in _READING and related in _RELATED
        ):
            yield ast.unparse(node.func)
        case ast.Call(func=ast.Attribute(attr="raw" | "cursor")):
            yield "asks the database by itself"
        case ast.ImportFrom(names=names):
            yield from (f"imports {each.name}" for each in names if each.name in _GENERIC)
        case _:
            pass


def template_offences(name: str, text: str) -> list[str]:
    """Templates that ask an organisation or entry for rows that no view gave them."""
    return [f"{name}: reads past the selector: {each!r}" for each in _IN_TEMPLATE.findall(text)]
