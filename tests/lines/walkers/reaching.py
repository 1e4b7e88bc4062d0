"""Programs by which one thing could set off another: hooks, connections to others, writing from outside."""

import ast
from collections.abc import Iterable, Iterator

from tests.lines.walkers.modules import Source
from tests.lines.walkers.syntax import imports, nodes

_SIGNALS = (
    "django.dispatch",
    "django.db.models.signals",
    "django.db.backends.signals",
    "django.core.signals",
    "django.contrib.auth.signals",
    "blinker",
)
_NETWORK = (
    "aiohttp",
    "asyncio",
    "django.core.mail",
    "ftplib",
    "grpc",
    "http.client",
    "httpx",
    "imaplib",
    "kafka",
    "nntplib",
    "paramiko",
    "pika",
    "poplib",
    "redis",
    "requests",
    "smtplib",
    "socket",
    "ssl",
    "subprocess",
    "telnetlib",
    "urllib.request",
    "urllib3",
    "websocket",
    "websockets",
    "xmlrpc",
)
_WRITING_HOOKS = frozenset({"save", "delete", "asave", "adelete"})
_WRITING = _WRITING_HOOKS | frozenset(
    {
        "create",
        "acreate",
        "bulk_create",
        "bulk_update",
        "get_or_create",
        "update_or_create",
        "select_for_update",
        "update",
    }
)


def hook_offences(source: Source) -> list[str]:
    """Code that lets one thing set off another unseen: signals, hooks on saving, work after a commit."""
    return [
        f"{source.name}:{getattr(node, 'lineno', 0)} in {function}: {what}"
        for function, node in nodes(source.tree)
        for what in _setting_off(node)
    ]


def _setting_off(node: ast.AST) -> Iterator[str]:
    yield from (f"imports {each}" for each in imports(node) if each.startswith(_SIGNALS))
    match node:
        case ast.ClassDef(name=name, body=body, bases=bases) if any(
            ast.unparse(base).endswith("Model") for base in bases
        ):
            yield from (
                f"{name}.{each.name} acts when a row is written"
                for each in body
                if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
                and each.name in _WRITING_HOOKS
            )
        case ast.Call(func=ast.Attribute(attr="on_commit") | ast.Name(id="on_commit")):
            yield "acts after a commit"
        case _:
            pass


def network_offences(source: Source, allowed: Iterable[tuple[str, str]] = ()) -> list[str]:
    """Imports by which a program speaks to another, apart from (module, import) pairs let pass."""
    passing = {module for own, module in allowed if own == source.name}
    return [
        f"{source.name}:{getattr(node, 'lineno', 0)}: imports {module}"
        for _function, node in nodes(source.tree)
        for module in imports(node)
        if _is_in(module, _NETWORK) and not _is_in(module, passing)
    ]


def _is_in(module: str, packages: Iterable[str]) -> bool:
    return any(module == each or module.startswith(f"{each}.") for each in packages)


def writing_offences(source: Source) -> list[str]:
    """Writing to the register's tables, for modules that are not the register."""
    found = []
    for function, node in nodes(source.tree):
        match node:
            case ast.Call(func=ast.Attribute(attr=attr, value=target)) if attr in _WRITING:
                written = ast.unparse(target)
                if ".objects" in written or written.endswith("_set"):
                    found.append(
                        f"{source.name}:{node.lineno} in {function}: .{attr}() on {written}"
                    )
            case _:
                pass
    return found
