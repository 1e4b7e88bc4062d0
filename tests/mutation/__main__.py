"""How many mutants of `tabularium/core` and `tabularium/log` the tests kill: `make mutants`.

usage: python -m tests.mutation core|log [--sample N] [--seed S] [--only WORD] [--tests FILE] [--seconds N]

What was killed is kept in build/ and not tried again until its function changes; survivors always are.
"""

import argparse
import importlib
import os
import sys
import tomllib
from collections import Counter
from pathlib import Path

import django
import hypothesis
import pytest

from tests.mutation.running import KILLED, TIMED_OUT, Session, tell

ROOT = Path(__file__).resolve().parents[2]
EQUIVALENTS = Path(__file__).with_name("equivalents.toml")
LEAST = 0.9
# Tests of the folder, and of others that reach it within one process.
TESTS = {
    "core": [
        "tests/intake/test_personal.py",
        "tests/core",
        "tests/rules",
        "tests/intake/test_items.py",
        "tests/intake/test_recognition.py",
    ],
    "log": ["tests/log", "tests/verify"],
}
# These start processes, which load the code as it is written and know no mutant, or kill themselves.
_APART = ["tests/log/test_killed.py", "tests/log/test_independent.py", "tests/log/test_command.py"]

_OPTIONS = [
    *("-o", "addopts=--import-mode=importlib -p no:cacheprovider -p no:terminal -p no:xdist"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),
    *("--capture=sys", "-m", "not whole and not browser and not data"),
]


def main() -> int:
    """Runs the mutants and says what came of them; 1 where too few are killed."""
    said = _said()
    modules = [each for each in _modules(said.folder) if any(word in each for word in said.only)]
    kept = ROOT / "build" / "mutants"
    # What is random is the same for every mutant, what fails is not made small, a slow machine kills none.
    hypothesis.settings.register_profile(
        "mutants",
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
    )
    hypothesis.settings.load_profile("mutants")
    session = Session(modules, kept, said.sample, said.seed, said.seconds)
    tests = said.tests or TESTS[said.folder]
    ignored = [f"--ignore={each}" for each in _APART]
    ended = pytest.main(
        [*_OPTIONS, *ignored, *tests],
        plugins=[session],
    )
    if not session.results and not modules:
        tell(f"No module of {said.folder} is named so.")
        return 0
    if not session.results:
        tell(f"pytest ended with {ended}, and no mutant was tried")
        return 1
    return _tell(session.results)


def _said() -> argparse.Namespace:
    read = argparse.ArgumentParser(prog="tests.mutation")
    read.add_argument("folder", choices=sorted(TESTS))
    read.add_argument("--sample", type=int)
    read.add_argument("--seed", type=int, default=1)
    read.add_argument("--only", nargs="*", default=[""], help="words of the names of modules")
    read.add_argument("--tests", nargs="*", help="test files, in place of the folder's")
    read.add_argument("--seconds", type=float, default=60.0, help="of tests that a mutant gets")
    return read.parse_args()


def _modules(folder: str) -> list[str]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tabularium.settings")
    django.setup()
    found = sorted((ROOT / "tabularium" / folder).glob("*.py"))
    names = [f"tabularium.{folder}.{each.stem}" for each in found if each.stem != "__init__"]
    for each in names:
        importlib.import_module(each)
    return names


def _tell(results: dict[str, str]) -> int:
    same = {
        each["mutant"]: each["reason"]
        for each in tomllib.loads(EQUIVALENTS.read_text()).get("same", [])
    }
    tried = {name.partition("::")[0] for name in results}
    for name in same.keys() - results.keys():
        if name.partition("::")[0] in tried:
            tell(f"not among these, or no mutant is called so any more: {name}")
    by_module: dict[str, Counter[str]] = {}
    for name, came in results.items():
        dead = came in {KILLED, TIMED_OUT}
        by_module.setdefault(name.partition("::")[0], Counter())[
            "equivalent" if name in same and not dead else came
        ] += 1
    tell(
        "\nmodule                                    killed  time-out  survived  unreached  equivalent"
    )
    whole: Counter[str] = Counter()
    for module, counted in [*by_module.items(), ("all", whole)]:
        told = [
            counted[each] for each in ("killed", "time-out", "survived", "unreached", "equivalent")
        ]
        tell(f"{module:40}" + "".join(f"{each:10}" for each in told))
        if counted is not whole:
            whole += counted
    dead = whole[KILLED] + whole[TIMED_OUT]
    apart = whole.total() - whole["equivalent"]
    tell(
        f"{dead / whole.total():.1%} of {whole.total()} killed; "
        f"{dead / apart:.1%} of {apart}, equivalents apart"
    )
    return 0 if dead / apart >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
