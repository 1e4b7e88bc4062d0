"""Runs mutants within one session of pytest: each in a fork, on the tests that reach its line.

The tests run once as they are, under coverage, one context for each: so it is known which of them reach a
line and how long each takes. Then they run in a fork with nothing changed, and have to pass. Then, for each
mutant, the process forks; in the child the code of the functions that are loaded is exchanged for the
mutant's, and the tests that reach it run, the quick ones first, until one fails. No file changes. Where what
runs when a module is loaded is changed, the tests have to pass before with the module run anew as it is:
one that compares what it imported with what is made anew would fail of any change.
"""

import ast
import functools
import gc
import hashlib
import json
import os
import random
import resource
import signal
import sys
import time
from collections import defaultdict
from itertools import accumulate
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import coverage
import pytest

from tests.mutation.making import Mutant, mutants

KILLED, SURVIVED, TIMED_OUT, UNREACHED = "killed", "survived", "time-out", "unreached"
_MOST_MEMORY = 6 * 2**30
_LONGEST = 900
# A test that takes as many times its own time, and these seconds on top, does not end any more.
_TIMES, _SECONDS_ON_TOP = 8, 10


def tell(text: str) -> None:
    """Writes a line at once."""
    sys.__stdout__.write(f"{text}\n")
    sys.__stdout__.flush()


class Session:
    """The plugin: takes the place of pytest's loop over the tests."""

    def __init__(
        self, modules: list[str], kept: Path, sample: int | None, seed: int, seconds: float
    ) -> None:
        self._modules = modules
        self._kept = kept
        self._sample = sample
        self._seed = seed
        self._seconds = seconds
        self.results: dict[str, str] = {}
        self._failed = False
        self._not_anew: dict[str, set[pytest.Item]] = {}

    @pytest.hookimpl
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._failed |= report.failed

    @pytest.hookimpl
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._loaded = Loaded()
        reached, seconds = self._map(session.items)
        self._kept.mkdir(parents=True, exist_ok=True)
        gc.freeze()
        left_out = self._failing_in_a_fork(
            session, [each for each in session.items if each.nodeid in seconds]
        )
        everything = {each for each in session.items if each.nodeid in seconds}
        for mutant, key in self._chosen():
            kept = self._kept / f"{mutant.module}.json"
            known = json.loads(kept.read_text("utf-8")) if kept.is_file() else {}
            if known.get(key) in {KILLED, TIMED_OUT}:
                self.results[mutant.name] = known[key]
                continue
            lines = reached[_file(mutant.module)]
            by_line = lines.get(mutant.line, set())
            self._anew = mutant.is_of_module or not by_line
            items = (everything if self._anew else by_line) - left_out
            if self._anew:
                items -= self._failing_anew(session, mutant.module, items)
            chosen = _quick(items, seconds, self._seconds)
            known[key] = self.results[mutant.name] = self._try(session, mutant, chosen, seconds)
            tell(f"{self.results[mutant.name]:9} {mutant.line:4} {mutant.name}")
            kept.write_text(json.dumps(known), "utf-8")
        return True

    def _chosen(self) -> list[tuple[Mutant, str]]:
        """The mutants to run, each with the key under which what came of it is kept."""
        chosen = []
        for module in self._modules:
            source = Path(_file(module)).read_text("utf-8")
            whole = {
                each.name: ast.dump(each)
                for each in ast.parse(source).body
                if hasattr(each, "name")
            }
            for mutant in mutants(module, source):
                written = whole.get(mutant.function.partition(".")[0], source)
                chosen.append((mutant, f"{mutant.name}::{_digest(written)}"))
        if self._sample is None or self._sample >= len(chosen):
            return chosen
        drawn = random.Random(self._seed).sample(range(len(chosen)), self._sample)  # noqa: S311 - no secret
        # In the order in which they were drawn: of a run that is stopped, what is done is a sample too.
        return [chosen[each] for each in drawn]

    def _map(
        self, items: list[pytest.Item]
    ) -> tuple[dict[str, dict[int, set[pytest.Item]]], dict[str, float]]:
        measured = coverage.Coverage(
            data_file=None, branch=False, source=["tabularium"], config_file=False
        )
        seconds: dict[str, float] = {}
        sound: dict[str, pytest.Item] = {}
        measured.start()
        for at, item in enumerate(items):
            self._failed = False
            measured.switch_context(item.nodeid)
            self._loaded.forget()
            begun = time.monotonic()
            following = items[at + 1] if at + 1 < len(items) else items[0]
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            seconds[item.nodeid] = time.monotonic() - begun
            if self._failed:
                tell(f"fails unchanged, so it is left out: {item.nodeid}")
            else:
                sound[item.nodeid] = item
        measured.stop()
        data = measured.get_data()
        reached: dict[str, dict[int, set[pytest.Item]]] = defaultdict(dict)
        for file in data.measured_files():
            for line, contexts in data.contexts_by_lineno(file).items():
                reached[file][line] = {sound[each] for each in contexts if each in sound}
        return reached, seconds

    def _failing_anew(
        self, session: pytest.Session, module: str, items: set[pytest.Item]
    ) -> set[pytest.Item]:
        """The tests that fail when a module is run anew with nothing changed."""
        if module not in self._not_anew:
            source = Path(_file(module)).read_text("utf-8")
            same = Mutant(module, "<module>", 1, "nothing", 0, ast.parse(source))
            ordered = [each for each in session.items if each in items]
            self._not_anew[module] = self._failing_in_a_fork(session, ordered, same)
        return self._not_anew[module]

    def _failing_in_a_fork(
        self, session: pytest.Session, items: list[pytest.Item], same: Mutant | None = None
    ) -> set[pytest.Item]:
        """The tests that fail in a fork with nothing changed: of a mutant they would tell nothing."""
        failing = set()
        for path in dict.fromkeys(each.path for each in items):
            of_file = [each for each in items if each.path == path]
            if self._in_fork(session, same, of_file, _LONGEST):
                for each in of_file:
                    if self._in_fork(session, same, [each], _LONGEST):
                        failing.add(each)
                        tell(f"fails in a fork, so it is left out: {each.nodeid}")
        return failing

    def _try(
        self,
        session: pytest.Session,
        mutant: Mutant,
        items: list[pytest.Item],
        seconds: dict[str, float],
    ) -> str:
        if not items:
            return UNREACHED
        limit = _SECONDS_ON_TOP + int(_TIMES * sum(seconds[each.nodeid] for each in items))
        status = self._in_fork(session, mutant, items, limit)
        if os.WIFSIGNALED(status):
            return TIMED_OUT if os.WTERMSIG(status) == signal.SIGALRM else KILLED
        return KILLED if status else SURVIVED

    def _in_fork(
        self, session: pytest.Session, mutant: Mutant | None, items: list[pytest.Item], limit: int
    ) -> int:
        """What `waitpid` says of the child: 0 where all tests passed."""
        sys.stdout.flush()
        child = os.fork()
        if child:
            return os.waitpid(child, 0)[1]
        code = 1
        try:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.alarm(limit)
            resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
            nothing = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nothing, 1)
            os.dup2(nothing, 2)
            if mutant is not None:
                put_in_place(mutant, self._loaded, anew=self._anew)
            code = self._run(session, items)
        finally:
            # Whatever a mutant raises even outside of a test kills it; nothing is tidied up in a child.
            os._exit(code)

    def _run(self, session: pytest.Session, items: list[pytest.Item]) -> int:
        # Tests of one file together, so that what they share is made once; first the file of the quickest.
        files = list(dict.fromkeys(each.path for each in items))
        ordered = sorted(items, key=lambda each: files.index(each.path))
        session._setupstate.teardown_exact(ordered[0])
        self._failed = False
        for at, item in enumerate(ordered):
            following = ordered[at + 1] if at + 1 < len(ordered) else item
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self._failed:
                return 1
        return 0


def _quick(items: set[pytest.Item], seconds: dict[str, float], most: float) -> list[pytest.Item]:
    """The tests in the order of their times, as many as fit into what a mutant gets."""
    ordered = sorted(items, key=lambda each: seconds[each.nodeid])
    sums = accumulate(seconds[each.nodeid] for each in ordered)
    return [each for each, so_far in zip(ordered, sums, strict=True) if so_far <= most]


class Loaded:
    """What is found once, before any fork: functions by file, name and line, and what remembers answers."""

    def __init__(self) -> None:
        self.functions: dict[str, dict[tuple[str, int], list[FunctionType]]] = defaultdict(dict)
        self.caches: list[Any] = []
        for each in gc.get_objects():
            if isinstance(each, FunctionType):
                code = each.__code__
                key = code.co_qualname, code.co_firstlineno
                self.functions[code.co_filename].setdefault(key, []).append(each)
            elif isinstance(each, functools._lru_cache_wrapper) and _is_ours(each):
                self.caches.append(each)

    def forget(self) -> None:
        """Nothing that was computed before is remembered: it would hide a change, and who reaches a line."""
        for each in self.caches:
            each.cache_clear()


def _is_ours(cached: Any) -> bool:
    return str(cached.__module__).startswith("tabularium")


def put_in_place(mutant: Mutant, loaded: Loaded, *, anew: bool) -> None:
    """Exchanges, in this process, what is loaded of a module for what its mutant says.

    Args:
        mutant: the change.
        loaded: what was found before the fork.
        anew: whether the change is in what runs when modules are loaded, so that they are run again.
    """
    file = _file(mutant.module)
    code = compile(mutant.tree, file, "exec")
    for key, changed in _codes(code).items():
        for function in loaded.functions[file].get(key, []):
            if function.__code__.co_freevars == changed.co_freevars:
                function.__code__ = changed
    if anew:
        _constants(sys.modules[mutant.module], code, loaded.functions[file])
        for importer in _importers(mutant.module):
            other = Path(_file(importer.__name__))
            again = compile(other.read_text("utf-8"), str(other), "exec")
            _constants(importer, again, loaded.functions[str(other)])
    loaded.forget()


def _importers(name: str) -> list[ModuleType]:
    """The modules beside one that take something from it, then those that take something from them."""
    found: list[ModuleType] = []
    taken = [name]
    for wanted in taken:
        for each in [
            other for key, other in sys.modules.items() if key.startswith(name.rpartition(".")[0])
        ]:
            if each.__name__ in taken or not each.__file__ or each.__file__.endswith("__init__.py"):
                continue
            if f"from {wanted} import" in Path(each.__file__).read_text("utf-8"):
                found.append(each)
                taken.append(each.__name__)
    return found


def _constants(
    module: ModuleType, code: CodeType, loaded: dict[tuple[str, int], list[FunctionType]]
) -> None:
    """Runs a mutated module beside the loaded one; its constants and defaults go where the old ones went."""
    fresh: dict[str, Any] = {
        "__name__": module.__name__,
        "__file__": module.__file__,
        "__package__": module.__package__,
    }
    exec(code, fresh)  # noqa: S102 - our own source, one place changed
    for new in [each for each in gc.get_objects() if isinstance(each, FunctionType)]:
        if new.__globals__ is fresh:
            for old in loaded.get((new.__code__.co_qualname, new.__code__.co_firstlineno), []):
                old.__defaults__, old.__kwdefaults__ = new.__defaults__, new.__kwdefaults__
    everywhere = [
        each for each in sys.modules.values() if each.__name__.startswith(("tabularium", "tests"))
    ]
    for name, old in list(vars(module).items()):
        new = fresh.get(name)
        if (
            name.startswith("__")
            or isinstance(old, type | FunctionType | ModuleType)
            or callable(old)
        ):
            continue
        for other in everywhere:
            if vars(other).get(name) is old:
                setattr(other, name, new)


def _codes(code: CodeType) -> dict[tuple[str, int], CodeType]:
    found: dict[tuple[str, int], CodeType] = {}
    for each in code.co_consts:
        if isinstance(each, CodeType):
            found[each.co_qualname, each.co_firstlineno] = each
            found |= _codes(each)
    return found


def _file(module: str) -> str:
    file = sys.modules[module].__file__
    assert file is not None
    return file


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
