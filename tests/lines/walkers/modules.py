"""All modules of the package: imported, as syntax trees, and as templates."""

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import tabularium
import tabularium_verify

PACKAGE = Path(tabularium.__file__).resolve().parent
# What readers check the log with; it is ours too, and stands beside the register.
VERIFY = Path(tabularium_verify.__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Source:
    """A module as it is written."""

    name: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)


def sources(package: Path = PACKAGE, *, migrations: bool = False) -> Iterator[Source]:
    """Every module below a package's folder, by dotted name; migrations, which Django writes, on request."""
    for file in sorted(package.rglob("*.py")):
        parts = file.relative_to(package.parent).with_suffix("").parts
        if migrations or "migrations" not in parts:
            name = ".".join(parts).removesuffix(".__init__")
            yield Source(name, file.read_text("utf-8"))


# They begin to serve when they are imported, and refuse to without a register.
_PROGRAMS = ("__main__", "tabularium.wsgi", "tabularium.cli.worker")


def imported(package: ModuleType = tabularium) -> Iterator[ModuleType]:
    """Every module of a package, imported; migrations and what runs as a program apart."""
    yield package
    for each in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if ".migrations" not in each.name and not each.name.endswith(_PROGRAMS):
            yield importlib.import_module(each.name)


def templates(package: Path = PACKAGE) -> Iterator[tuple[str, str]]:
    """Every template: its path inside the package, and its text."""
    for file in sorted(package.rglob("templates/**/*")):
        if file.is_file():
            yield file.relative_to(package).as_posix(), file.read_text("utf-8")
