"""Mutants of a module: each is its syntax tree with one place changed, and none is ever written to a file.

Changed are comparisons, `and` and `or`, `not`, arithmetic, numbers, truth values, texts that are compared,
the bounds of slices, what is returned, conditions of `if`, and whether something is raised. Texts of messages
are not, nor are annotations, the arguments of decorators and bodies of classes outside their methods.
"""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

_COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_REACHED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitAnd,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}


@dataclass(frozen=True)
class Mutant:
    """One change. `what` names it apart from where it stands, so that it is known after lines have moved."""

    module: str
    function: str
    line: int
    what: str
    nth: int
    tree: ast.Module

    @property
    def name(self) -> str:
        return f"{self.module}::{self.function}::{self.what}::{self.nth}"

    @property
    def is_of_module(self) -> bool:
        return self.function == "<module>"


def mutants(module: str, source: str) -> list[Mutant]:
    """All mutants of a module, in the order of its lines."""
    tree = ast.parse(source)
    made: list[Mutant] = []
    seen: dict[tuple[str, str], int] = {}
    for place, (function, node, statement) in enumerate(_places(tree)):
        for change in _changes(node):
            other = copy.deepcopy(tree)
            _, target, shown = list(_places(other))[place]
            _into(target, change)
            what = f"{_short(statement)} -> {_short(shown)}"
            nth = seen.setdefault((function, what), 0)
            seen[function, what] += 1
            # Of what a line of several lines covers, its first is what coverage names.
            made.append(
                Mutant(module, function, node.lineno, what, nth, ast.fix_missing_locations(other))
            )
    return made


def _places(tree: ast.Module) -> Iterator[tuple[str, ast.stmt | ast.expr, ast.stmt | ast.expr]]:
    yield from _below(tree, "<module>", None, within_class=False)


def _below(
    parent: ast.AST, function: str, shown: ast.stmt | ast.expr | None, *, within_class: bool
) -> Iterator[tuple[str, ast.stmt | ast.expr, ast.stmt | ast.expr]]:
    for node in _children(parent):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            name = node.name if function == "<module>" else f"{function}.{node.name}"
            yield from _below(node, name, None, within_class=isinstance(node, ast.ClassDef))
            continue
        if within_class or _is_prose(node) or _is_for_types(node):
            continue
        mutable = isinstance(node, ast.stmt | ast.expr)
        seen = node if mutable and (isinstance(node, _SHOWN) or shown is None) else shown
        if mutable and seen is not None:
            yield function, node, seen
        yield from _below(node, function, seen, within_class=False)


# Statements that have others below them are too long to name a change: their parts name it.
_SHOWN = (
    ast.Compare,
    ast.BoolOp,
    ast.BinOp,
    ast.UnaryOp,
    ast.Subscript,
    ast.Call,
    ast.Return,
    ast.Raise,
    ast.Assign,
)


def _children(parent: ast.AST) -> Iterator[ast.AST]:
    for field, value in ast.iter_fields(parent):
        if field in {
            "annotation",
            "returns",
            "decorator_list",
            "ctx",
            "bases",
            "keywords",
        } and not (field == "keywords" and isinstance(parent, ast.Call)):
            continue
        # What is raised is mutated as a whole; its message is for a reader.
        if isinstance(parent, ast.Raise):
            continue
        for node in value if isinstance(value, list) else [value]:
            if isinstance(node, ast.AST):
                yield node


def _is_prose(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    )


def _is_for_types(node: ast.AST) -> bool:
    """Whether it is what type checkers alone read."""
    return (
        isinstance(node, ast.If)
        and isinstance(node.test, ast.Name)
        and node.test.id == "TYPE_CHECKING"
    )


def _changes(node: ast.stmt | ast.expr) -> Iterator[ast.stmt | ast.expr]:  # noqa: C901, PLR0912 - one case each
    match node:
        case ast.Compare():
            yield from _of_comparison(node)
        case ast.BoolOp(op=op, values=values):
            yield ast.BoolOp(op=ast.Or() if isinstance(op, ast.And) else ast.And(), values=values)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            yield operand
        case ast.BinOp(left=left, op=op, right=right):
            if type(op) in _REACHED and not any(
                _is_text(each) or _is_type(each) for each in (left, right)
            ):
                yield ast.BinOp(left=left, op=_REACHED[type(op)](), right=right)
        case ast.Constant(value=bool() as value):
            yield ast.Constant(value=not value)
        case ast.Constant(value=int() as value):
            yield ast.Constant(value=value + 1)
        case ast.Subscript(slice=ast.Slice() as part):
            yield from _of_slice(node, part)
        case ast.If(test=test) | ast.While(test=test) if not isinstance(
            test, ast.Compare | ast.UnaryOp
        ):
            yield type(node)(
                test=ast.UnaryOp(op=ast.Not(), operand=test), body=node.body, orelse=node.orelse
            )
        case ast.IfExp(test=test, body=body, orelse=orelse):
            yield ast.IfExp(test=test, body=orelse, orelse=body)
        case ast.Return(value=value) if value is not None:
            nothing = isinstance(value, ast.Constant) and value.value in {None, False, True}
            if not nothing:
                yield ast.Return(value=ast.Constant(value=None))
        case ast.Raise():
            yield ast.Pass()
        case _:
            return


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def _is_type(node: ast.expr) -> bool:
    """Whether a side of `|` names a type: another operator there is refused when the module is loaded."""
    if isinstance(node, ast.BinOp):
        return _is_type(node.left)
    last = (
        node.attr
        if isinstance(node, ast.Attribute)
        else node.id
        if isinstance(node, ast.Name)
        else ""
    )
    is_constant = isinstance(node, ast.Constant) and node.value is None
    return (
        is_constant
        or last in {"str", "int", "bool", "list", "tuple", "dict", "bytes", "float"}
        or (last[:1].isupper() and not last.isupper())
    )


def _of_comparison(node: ast.Compare) -> Iterator[ast.expr]:
    for at, op in enumerate(node.ops):
        for other in _COMPARED[type(op)]:
            ops = [*node.ops[:at], other(), *node.ops[at + 1 :]]
            yield ast.Compare(left=node.left, ops=ops, comparators=node.comparators)
    for at, right in enumerate(node.comparators):
        if isinstance(right, ast.Constant) and isinstance(right.value, str):
            others = list(node.comparators)
            others[at] = ast.Constant(value=f"{right.value}?")
            yield ast.Compare(left=node.left, ops=node.ops, comparators=others)


def _of_slice(node: ast.Subscript, part: ast.Slice) -> Iterator[ast.expr]:
    """A bound that is no plain number is moved by one; a plain one is mutated as any number is."""
    for which in ("lower", "upper"):
        bound = getattr(part, which)
        if bound is None or isinstance(bound, ast.Constant):
            continue
        bounds = {"lower": part.lower, "upper": part.upper, "step": part.step}
        bounds[which] = ast.BinOp(left=bound, op=ast.Add(), right=ast.Constant(value=1))
        yield ast.Subscript(value=node.value, slice=ast.Slice(**bounds), ctx=node.ctx)


def _into(target: ast.stmt | ast.expr, change: ast.stmt | ast.expr) -> None:
    """Makes a node what another is, in its place: of every parent it stays the child."""
    place = {
        name: getattr(target, name)
        for name in ("lineno", "col_offset", "end_lineno", "end_col_offset")
    }
    changed = copy.deepcopy(change)
    target.__class__ = type(changed)
    target.__dict__.clear()
    target.__dict__.update({**changed.__dict__, **place})


def _short(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 100 else f"{text[:97]}..."
