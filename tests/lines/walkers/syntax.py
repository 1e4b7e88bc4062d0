"""Walking a syntax tree."""

import ast
from collections.abc import Iterator


def imports(node: ast.AST) -> Iterator[str]:
    """The dotted names that a statement, or a call that imports by name, brings in."""
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


def nodes(tree: ast.AST, function: str = "<module>") -> Iterator[tuple[str, ast.AST]]:
    """Every node with the name of the function that it stands in; docstrings left out."""
    for child in ast.iter_child_nodes(tree):
        is_docstring = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
        if is_docstring:
            continue
        is_function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
        inside = child.name if is_function else function
        yield inside, child
        yield from nodes(child, inside)
