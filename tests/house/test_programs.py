"""How the programs are built: small parts, one clock, aware times, narrow handlers, words of meaning."""

import pytest

from tests.house import programs
from tests.lines.walkers.modules import VERIFY, Source, sources

MODULE_WISHED, MODULE_MOST = 300, 330
FUNCTION_WISHED, FUNCTION_MOST = 40, 50
THE_CLOCK = "tabularium.clock"
# What checks an extract is a package of its own, and has to know whether an extract is past its end.
THE_CLOCKS = {THE_CLOCK, "tabularium_verify.clock"}

EVERY = [*sources(), *sources(VERIFY)]


def _named(text: str) -> Source:
    return Source("tabularium.somewhere", text)


def _lengths() -> tuple[dict[str, int], dict[str, int]]:
    modules = {each.name: len(each.text.splitlines()) for each in EVERY}
    functions = {
        f"{each.name}.{function.name}": programs.length(function)
        for each in EVERY
        for function in programs.functions(each)
    }
    return modules, functions


def test_the_programs_are_found() -> None:
    names = {each.name for each in EVERY}
    assert {"tabularium.clock", "tabularium.register.visibility", "tabularium.core.life"} <= names


def test_modules_and_functions_are_short(capsys: pytest.CaptureFixture[str]) -> None:
    modules, functions = _lengths()
    for wished, lengths in ((MODULE_WISHED, modules), (FUNCTION_WISHED, functions)):
        for name, lines in lengths.items():
            if lines > wished:
                with capsys.disabled():
                    print(f"\nlonger than {wished} lines: {name} has {lines}")  # noqa: T201 - to be read
    assert {name: lines for name, lines in modules.items() if lines > MODULE_MOST} == {}
    assert {name: lines for name, lines in functions.items() if lines > FUNCTION_MOST} == {}


def test_the_length_of_a_function_is_measured() -> None:
    source = _named("@cache\ndef long():\n" + "    x = 1\n" * 60)
    assert [programs.length(each) for each in programs.functions(source)] == [61]


def test_only_the_clock_asks_for_the_time() -> None:
    found = [
        each
        for source in EVERY
        if source.name not in THE_CLOCKS
        for each in programs.clock_offences(source)
    ]
    assert found == []


@pytest.mark.parametrize(
    "written",
    [
        "datetime.now(UTC)",
        "datetime.datetime.utcnow()",
        "date.today()",
        "time.time()",
        "timezone.now()",
        "created = models.DateTimeField(default=timezone.now)",
        "models.DateTimeField(auto_now_add=True)",
        "from django.utils.timezone import now",
        "from django.db.models.functions import Now",
        "from time import time",
    ],
)
def test_asking_for_the_time_is_met(written: str) -> None:
    assert len(programs.clock_offences(_named(written))) == 1


def test_the_clock_itself_would_be_met() -> None:
    clock = next(each for each in EVERY if each.name == THE_CLOCK)
    assert len(programs.clock_offences(clock)) == 1


def test_no_instant_is_without_a_zone() -> None:
    assert [each for source in EVERY for each in programs.naive_offences(source)] == []


@pytest.mark.parametrize(
    ("written", "offences"),
    [
        ("datetime(2026, 3, 4)", 1),
        ("datetime(2026, 3, 4, tzinfo=UTC)", 0),
        ("datetime.combine(day, time())", 1),
        ("datetime.combine(day, time(), zone)", 0),
        ("datetime.fromtimestamp(0)", 1),
        ("datetime.fromtimestamp(0, UTC)", 0),
        ("datetime.strptime(text, form)", 1),
        ("datetime.strptime(text, form).date()", 0),
        ("datetime.strptime(text, form).replace(tzinfo=UTC)", 0),
        ("datetime.utcfromtimestamp(0)", 1),
    ],
)
def test_an_instant_without_a_zone_is_met(written: str, offences: int) -> None:
    assert len(programs.naive_offences(_named(written))) == offences


def test_no_handler_swallows_everything() -> None:
    assert [each for source in EVERY for each in programs.broad_except_offences(source)] == []


@pytest.mark.parametrize("caught", ["", " Exception", " (ValueError, BaseException)"])
def test_a_handler_that_swallows_everything_is_met(caught: str) -> None:
    source = _named(f"try:\n    run()\nexcept{caught}:\n    pass\n")
    assert len(programs.broad_except_offences(source)) == 1


def test_everything_public_says_what_it_means() -> None:
    assert [each for source in EVERY for each in programs.docstring_offences(source)] == []


def test_silence_is_met() -> None:
    source = _named("class Thing:\n    def do(self): ...\n    def _own(self): ...\ndef go(): ...\n")
    assert programs.docstring_offences(source) == [
        "tabularium.somewhere: the module",
        "tabularium.somewhere.Thing",
        "tabularium.somewhere.Thing.do",
        "tabularium.somewhere.go",
    ]
