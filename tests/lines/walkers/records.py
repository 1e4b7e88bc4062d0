"""Dataclasses, what the services are told, and what the command line takes."""

import dataclasses
import inspect
from collections.abc import Callable, Iterable, Iterator
from types import ModuleType

import click

from tests.lines.walkers.words import PERSON, REACHING_BEYOND, SUMMING_UP, offences

# What refuses people has to have a word for them.
NAMES_WHAT_IT_REFUSES = frozenset({"LegalForm.natural_person", "Scheme.names_a_person"})


def dataclasses_of(modules: Iterable[ModuleType]) -> list[type]:
    """Every dataclass that one of the modules defines."""
    found = {
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type)
        and dataclasses.is_dataclass(value)
        and value.__module__ == module.__name__
    }
    return sorted(found, key=lambda each: (each.__module__, each.__name__))


def _fields(classes: Iterable[type]) -> Iterator[tuple[str, str]]:
    for each in classes:
        yield each.__name__, each.__name__
        for field in dataclasses.fields(each):
            yield f"{each.__name__}.{field.name}", field.name
        for name, value in vars(each).items():
            if isinstance(value, property):
                yield f"{each.__name__}.{name}", name


def _parameters(functions: Iterable[Callable[..., object]]) -> Iterator[tuple[str, str]]:
    for function in functions:
        for name in inspect.signature(function).parameters:
            yield f"{function.__name__}({name})", name


def commands_of(command: click.Command) -> list[str]:
    """Every name that a command line takes: commands, options, arguments."""
    return [name for _, name in _options(command)]


def _options(command: click.Command, above: str = "") -> Iterator[tuple[str, str]]:
    label = f"{above} {command.name}".strip()
    yield label, command.name or ""
    for parameter in command.params:
        for name in (parameter.name or "", *parameter.opts):
            yield f"{label} {name}", name
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            each = command.get_command(context, name)
            assert each is not None
            yield from _options(each, label)


def _offences(named: Iterable[tuple[str, str]]) -> list[str]:
    every = list(named)
    return [
        each
        for vocabulary in (PERSON, SUMMING_UP, REACHING_BEYOND)
        for each in offences(every, vocabulary, NAMES_WHAT_IT_REFUSES)
    ]


def dataclass_offences(classes: Iterable[type]) -> list[str]:
    """Dataclasses with a field that crosses a line."""
    return _offences(_fields(classes))


def parameter_offences(functions: Iterable[Callable[..., object]]) -> list[str]:
    """Functions with a parameter that crosses a line."""
    return _offences(_parameters(functions))


def command_offences(command: click.Command) -> list[str]:
    """Commands, options and arguments that cross a line."""
    return _offences(_options(command))
