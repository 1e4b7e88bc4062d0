"""What the tracked files say and do not say."""

import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import click
import pytest

from tabularium.cli import main

ROOT = Path(__file__).resolve().parents[2]

# Each word is written backwards, so that this file keeps the rule itself.
_LATER = (
    "ODOT",
    "EMXIF",
    "KCAH",
)
_REGISTRIES = (
    "gro.ipyp",
    "gro.detsohnohtyp",
    "gro.sjmpn",
    "moc.sjmpn",
    "gro.gnalog.yxorp",
    "oi.setarc",
    "lru-xedni--",
    "lru-xedni-artxe--",
    "tsoh-detsurt--",
)
_FOLDERS_OF_A_MACHINE = (
    "krow",
    "toor",
)
_MADE_BY = (
    "edualc",
    "ciporhtna",
    "tpgtahc",
    "ianepo",
    "tolipoc",
    "mll",
    "ledom egaugnal",
    "tnegabus",
    "tnega-bus",
    "yb-derohtua-oc",
    "ia yb detareneg",
    "ia na yb detareneg",
    "ia htiw detareneg",
    "detareneg-ia",
    "detareneg ia",
    "detsissa-ia",
    "nettirw-ia",
)


def _forwards(words: tuple[str, ...]) -> str:
    return "|".join(re.escape(each[::-1]) for each in words)


RULES: Mapping[str, re.Pattern[str]] = {
    "something left to do": re.compile(rf"\b(?:{_forwards(_LATER)})\b"),
    "a registry's host": re.compile(_forwards(_REGISTRIES)),
    "a path of one machine": re.compile(
        rf"(?<![\w.~-])/(?:{_forwards(_FOLDERS_OF_A_MACHINE)}|home/[a-z_][\w-]*|Users/\w+)/"
    ),
    "how the project was made": re.compile(rf"\b(?:{_forwards(_MADE_BY)})\b", re.IGNORECASE),
}


def tracked() -> dict[str, str]:
    """Every tracked text file that is there, by its path."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
    ).stdout
    files: dict[str, str] = {}
    for name in listed.decode().split("\0"):
        path = ROOT / name
        if name and path.is_file():
            content = path.read_bytes()
            if b"\0" not in content:
                files[name] = content.decode("utf-8", "replace")
    return files


def offences(files: Mapping[str, str]) -> Iterator[str]:
    """Lines against a rule; the line itself is not repeated."""
    for name, text in files.items():
        for number, line in enumerate(text.splitlines(), 1):
            for what, pattern in RULES.items():
                if pattern.search(line):
                    yield f"{name}:{number}: {what}"


def test_the_files_are_found() -> None:
    assert {"pyproject.toml", "tabularium/clock.py", "README.md"} <= tracked().keys()


def test_no_tracked_file_says_what_it_should_not() -> None:
    assert list(offences(tracked())) == []


@pytest.mark.parametrize(
    ("backwards", "what"),
    [
        ("retal :ODOT #", "something left to do"),
        ("/elpmis/gro.ipyp//:sptth ees", "a registry's host"),
        ("niam/krow/ dc", "a path of one machine"),
        ("x/ydobemos/emoh/", "a path of one machine"),
        ("ydobemos :yB-derohtuA-oC", "how the project was made"),
        ("TPGtahC htiw nettirw", "how the project was made"),
    ],
)
def test_such_a_line_is_met(backwards: str, what: str) -> None:
    assert list(offences({"file": backwards[::-1]})) == [f"file:1: {what}"]


@pytest.mark.parametrize(
    "line",
    ["an OpenAPI document", "/homework/ and /worker/", "https://example.org/home/page/", "toda"],
)
def test_a_harmless_line_is_let_pass(line: str) -> None:
    assert list(offences({"file": line})) == []


# ---- locks

_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)(?: ; [^\\]+)? \\$")
_HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}(?: \\)?$")
_COMMENT = re.compile(r"^ *#")


def lock_offences(text: str) -> Iterator[str]:
    """Lines of a lock file that are no pin with hashes, and hosts anywhere in it."""
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        if "://" in line:
            yield f"{number}: names a host"
        if not line or _COMMENT.match(line) or _HASH.match(line):
            continue
        if not _PIN.match(line):
            yield f"{number}: is no pin"
        elif number >= len(lines) or not _HASH.match(lines[number]):
            yield f"{number}: has no hash"


def _pins(text: str) -> dict[str, str]:
    return {match[1].lower(): match[2] for match in map(_PIN.match, text.splitlines()) if match}


def _lock(name: str) -> str:
    return (ROOT / "requirements" / name).read_text("utf-8")


@pytest.mark.parametrize(
    "name",
    [f"{each}.lock" for each in ("build", "runtime", "spark", "tracing", "dev", "bench", "audit")],
)
def test_a_lock_has_hashes_and_names_no_host(name: str) -> None:
    assert len(_pins(_lock(name))) > 5
    assert list(lock_offences(_lock(name))) == []


def test_a_wrong_lock_is_met() -> None:
    text = "--find-links https://somewhere.example/\nclick==8.2\ndjango==5.2 \\\n    # via x\n"
    assert list(lock_offences(text)) == [
        "1: names a host",
        "1: is no pin",
        "2: is no pin",
        "3: has no hash",
    ]


def test_the_locks_agree_with_each_other_and_with_what_was_asked() -> None:
    runtime, dev = _pins(_lock("runtime.lock")), _pins(_lock("dev.lock"))
    assert {name: dev.get(name) for name in runtime} == runtime
    assert [name for name in _asked() if name not in runtime] == []


def _asked() -> list[str]:
    lines = (line.split("#")[0].strip() for line in _lock("runtime.in").splitlines())
    return [re.split(r"[\[<>=! ]", line)[0].lower() for line in lines if line]


# ---- what readers are told


def unnamed(names: list[str], readme: str) -> list[str]:
    """Dependencies of which a README has no line that says what each is for."""
    return [
        name
        for name in names
        if not re.search(rf"^- \*\*{re.escape(name)}\*\*: \S", readme, re.MULTILINE | re.IGNORECASE)
    ]


def test_the_readme_says_why_each_dependency_is_there() -> None:
    assert unnamed(_asked(), (ROOT / "README.md").read_text("utf-8")) == []


def test_a_dependency_without_a_reason_is_met() -> None:
    assert unnamed(["django", "ninja"], "- **Django**: pages and tables\n- **ninja**:\n") == [
        "ninja"
    ]


def _commands(group: click.Group) -> list[str]:
    """The names of a group's commands, also where it loads them only when they are asked for."""
    return sorted(group.list_commands(click.Context(group)))


def undocumented(command: click.Group, texts: str) -> list[str]:
    """Commands that no text mentions as somebody would type them."""
    return [
        name
        for name in _commands(command)
        if not re.search(rf"\btabularium {re.escape(name)}\b", texts)
    ]


def test_the_documents_mention_every_command() -> None:
    files = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    texts = "\n".join(file.read_text("utf-8") for file in files)
    assert isinstance(main, click.Group)
    assert {"init", "serve", "submit", "tick", "search", "show", "check"} <= set(_commands(main))
    assert undocumented(main, texts) == []


def test_a_command_that_nobody_mentions_is_met() -> None:
    group = click.Group(
        "tabularium", {"tick": click.Command("tick"), "sing": click.Command("sing")}
    )
    assert undocumented(group, "run `tabularium tick` daily") == ["sing"]
