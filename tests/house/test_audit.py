"""What a program for a public register never does, whoever looks; and locks that are not too old."""

import ast
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from requirements.read_audit import said
from tabularium import clock
from tests.conftest import ROOT

OLDEST_LOCK = timedelta(days=90)

_NEVER_CALLED = {
    "eval": "runs what it is given",
    "exec": "runs what it is given",
    "compile": "makes a program of a text",
    "__import__": "loads what it is given",
    "os.system": "starts a shell",
    "os.popen": "starts a shell",
    "subprocess.getoutput": "starts a shell",
    "tempfile.mktemp": "is a race",
    "hashlib.md5": "is broken",
    "hashlib.sha1": "is broken",
    "yaml.load": "makes objects",
    "ssl._create_unverified_context": "trusts anybody",
}
_NEVER_IMPORTED = {"pickle", "shelve", "marshal", "telnetlib", "ftplib", "dill", "jsonpickle"}
_WRONG_VALUES = {
    ("shell", True),
    ("verify", False),
    ("autoescape", False),
    ("check_hostname", False),
}
# What is random and no secret: the demo's stories, what is measured, and how long a run waits for the next.
_NO_SECRETS = ("tabularium/demo/", "bench/", "tabularium/upkeep/repeating.py")
_RUN_AS_SQL = {"execute", "executemany", "executescript"}


def offences(name: str, text: str) -> Iterator[str]:
    """What a program does of which it is said here that none does."""
    for node in ast.walk(ast.parse(text)):
        found: Iterator[str] = iter(())
        if isinstance(node, ast.Import):
            found = _of_imports([each.name for each in node.names], name)
        elif isinstance(node, ast.ImportFrom):
            found = _of_imports([node.module or ""], name)
        elif isinstance(node, ast.Call):
            found = _of_calls(node)
        yield from (f"{name}:{node.lineno}: {each}" for each in found)


def _of_imports(modules: list[str], name: str) -> Iterator[str]:
    for module in modules:
        if module.partition(".")[0] in _NEVER_IMPORTED:
            yield f"imports {module}"
        if module == "random" and not name.startswith(_NO_SECRETS):
            yield "draws what can be guessed"


def _of_calls(node: ast.Call) -> Iterator[str]:
    called = ast.unparse(node.func)
    if called in _NEVER_CALLED:
        yield f"{called} {_NEVER_CALLED[called]}"
    for given in node.keywords:
        value = given.value.value if isinstance(given.value, ast.Constant) else None
        if (given.arg, value) in _WRONG_VALUES:
            yield f"{given.arg}={value}"
    is_statement = called.rpartition(".")[2] in _RUN_AS_SQL and node.args
    if is_statement and _is_put_together(node.args[0]):
        yield "puts a statement together in the call"


def _is_put_together(given: ast.expr) -> bool:
    """Whether a statement has a value written into it where it is run, with no name for a reader to see."""
    if isinstance(given, ast.JoinedStr):
        return any(
            isinstance(each, ast.FormattedValue)
            and isinstance(each.value, ast.Call)
            and ast.unparse(each.value.func) in {"str", "repr"}
            for each in given.values
        )
    return isinstance(given, ast.BinOp) and isinstance(given.op, ast.Mod)


def programs() -> Iterator[tuple[str, str]]:
    for folder in ("tabularium", "verify", "bench"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            yield str(file.relative_to(ROOT)), file.read_text("utf-8")


def test_our_rules_find_nothing() -> None:
    assert [each for name, text in programs() for each in offences(name, text)] == []


@pytest.mark.parametrize(
    "text",
    [
        "eval(said)",
        "import os\nos.system('ls')",
        "import pickle",
        "from pickle import loads",
        "import random",
        "subprocess.run(said, shell=True)",
        "requests.get(said, verify=False)",
        "hashlib.md5(said)",
        "cursor.execute('SELECT %s' % said)",
        "cursor.execute(f'SELECT {str(said)}')",
    ],
)
def test_a_program_that_does_is_met(text: str) -> None:
    assert len(list(offences("tabularium/made_up.py", text))) == 1


def age_of_locks(now: datetime) -> timedelta:
    """How long ago a lock was last changed, by the day of its commit; of the one that was longest ago."""
    ages = []
    for lock in sorted((ROOT / "requirements").glob("*.lock")):
        done = subprocess.run(
            ["git", "log", "-1", "--format=%cI", "--", str(lock)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        if done.stdout.strip():
            ages.append(now - datetime.fromisoformat(done.stdout.strip()))
    if not ages:
        pytest.skip("The history of the locks is not here.")
    return max(ages)


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_the_locks_are_not_too_old() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("This is no copy with its history.")
    assert age_of_locks(clock.now()) < OLDEST_LOCK, "Run `make lock`, and look at what changed."


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_locks_that_are_too_old_are_met() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("This is no copy with its history.")
    assert age_of_locks(datetime(2126, 1, 1, tzinfo=UTC)) > OLDEST_LOCK


def test_a_hole_that_pip_audit_knows_is_a_failure_and_that_it_had_no_data_is_none() -> None:
    hole = {"name": "made-up", "version": "1.0", "vulns": [{"id": "X-1", "fix_versions": ["1.1"]}]}
    sound = {"name": "sound", "version": "2.0", "vulns": []}
    unknown = {"name": "unknown", "skip_reason": "it is not there"}
    for packages, expected in (
        ([hole, sound, unknown], (["made-up 1.0: X-1, mended in ['1.1']"], 2, 1)),
        ([unknown], ([], 0, 1)),
    ):
        assert said(json.dumps({"dependencies": packages, "fixes": []})) == expected
    assert said("") == said("[]") == ([], 0, 0)


def test_the_machine_that_tests_audits_too() -> None:
    text = (ROOT / ".ci" / "run").read_text("utf-8")
    assert "\nmake audit " in text
    assert re.search(r"\nwait .* exit 1", text), "what it finds ends the run"


def test_the_makefile_audits_with_both_programs_and_asks_nobody_for_rules() -> None:
    text = (ROOT / "Makefile").read_text("utf-8")
    audit = text.partition("\naudit:")[2].partition("\n\n")[0]
    for part in (
        "bandit",
        "semgrep",
        "SEMGREP_SEND_METRICS=off",
        "requirements/semgrep.yml",
        "pip-audit",
        "requirements/read_audit.py",
    ):
        assert part in audit
    assert not re.search(r"--config\s+(auto|p/|r/)", audit)
