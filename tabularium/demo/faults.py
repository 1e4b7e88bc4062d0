"""The faults that are planted in the authorities' files, each with the finding that has to meet it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from tabularium.demo.numbers import SOLE_TRADER, credit_code, with_wrong_check_character
from tabularium.demo.rows import Facts
from tabularium.demo.words import Stock
from tabularium.intake.findings import FindingCode
from tabularium.intake.item_parts import TermRule
from tabularium.intake.readers import FileFormat

# Ofcom and the North American Numbering Plan keep these numbers free for works of fiction.
PHONES = ("+44 20 7946 0958", "+1 202-555-0143")
MAILBOX = "office@inspection.example"
_FAR = timedelta(days=40)
_TWELVE_YEARS = timedelta(days=12 * 366)
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Situation:
    """Where a fault is planted: in a file of an item, handed in on a day."""

    stock: Stock
    day: date
    draw: Random


@dataclass(frozen=True, slots=True)
class Fault:
    """A way to spoil a row.

    Attributes:
        code: of the finding that has to stop the row.
        spoil: makes the right row wrong.
        applies: whether the item's files can hold it.
        copies: whether it is a copy of a row that was sent before: "" for none, "file" for one of the
            same file, "register" for one of an earlier file.
    """

    code: FindingCode
    spoil: Callable[[Facts, Situation], None]
    applies: Callable[[Stock], bool]
    copies: str = ""


def _has_credit_code(stock: Stock) -> bool:
    return stock.subjects[0] not in {"case", "foreign"}


def _has_columns(stock: Stock) -> bool:
    return stock.spec.term.rule is TermRule.COLUMNS


def _any(_stock: Stock) -> bool:
    return True


def _wrong_check_character(facts: Facts, _: Situation) -> None:
    facts.cells["identifier"] = with_wrong_check_character(facts.subject.number)


def _sole_trader(facts: Facts, at: Situation) -> None:
    facts.cells["identifier"] = credit_code(SOLE_TRADER, at.draw.randrange(10_000_000))


def _sole_trader_by_form(facts: Facts, _: Situation) -> None:
    facts.cells["legal_form"] = "Sole trader"


def _no_name(facts: Facts, _: Situation) -> None:
    facts.cells["name"] = ""


def _no_such_day(facts: Facts, at: Situation) -> None:
    form = at.stock.spec.mapping.decided_on.formats[0]
    facts.cells["decided_on"] = (
        form.replace("%Y", "2025").replace("%d", "30").replace("%m", "02").replace("%B", "February")
    )


def _in_the_future(facts: Facts, at: Situation) -> None:
    facts.cells["decided_on"] = at.day + _FAR


def _reversed(facts: Facts, _: Situation) -> None:
    facts.cells["begins"], facts.cells["ends"] = facts.cells["ends"], facts.cells["begins"]


def _too_long(facts: Facts, at: Situation) -> None:
    facts.cells["ends"] = at.day + _TWELVE_YEARS


def _over_already(facts: Facts, at: Situation) -> None:
    facts.cells["decided_on"] = facts.cells["begins"] = at.day - _FAR
    facts.cells["ends"] = at.day - _ONE_DAY


def _with_phone(facts: Facts, at: Situation) -> None:
    facts.cells["reason"] = f"{facts.cells['reason']} {at.draw.choice(PHONES)}"


def _with_mailbox(facts: Facts, _: Situation) -> None:
    facts.cells["reason"] = f"{facts.cells['reason']} {MAILBOX}"


def _no_sum(facts: Facts, at: Situation) -> None:
    facts.cells["amount"] = "五千元整" if at.stock.spec.language != "en" else "five thousand"


def _no_decision(facts: Facts, at: Situation) -> None:
    (rule,) = at.stock.spec.not_a_decision
    facts.cells["status"] = min(rule.condition.values)


def _surplus_cell(facts: Facts, _: Situation) -> None:
    facts.surplus = True


def _unchanged(_facts: Facts, _: Situation) -> None:
    """A right row; only that it was sent before is wrong."""


FAULTS: tuple[Fault, ...] = (
    Fault(FindingCode.IDENTIFIER_CHECK_DIGIT, _wrong_check_character, _has_credit_code),
    Fault(FindingCode.NATURAL_PERSON, _sole_trader, _has_credit_code),
    Fault(
        FindingCode.NATURAL_PERSON, _sole_trader_by_form, lambda stock: "foreign" in stock.subjects
    ),
    Fault(FindingCode.MISSING_VALUE, _no_name, _any),
    Fault(FindingCode.WRONG_DATE, _no_such_day, _any),
    Fault(FindingCode.DATE_IN_FUTURE, _in_the_future, lambda stock: not _has_columns(stock)),
    Fault(FindingCode.DATES_OUT_OF_ORDER, _reversed, _has_columns),
    Fault(
        FindingCode.TERM_TOO_LONG,
        _too_long,
        lambda stock: _has_columns(stock) and stock.spec.kind.is_adverse,
    ),
    Fault(FindingCode.TERM_ENDED, _over_already, _has_columns),
    Fault(FindingCode.PHONE_IN_TEXT, _with_phone, _any),
    Fault(FindingCode.EMAIL_IN_TEXT, _with_mailbox, _any),
    Fault(FindingCode.AMOUNT_WRONG, _no_sum, lambda stock: bool(stock.amounts)),
    Fault(FindingCode.NOT_A_DECISION, _no_decision, _any),
    Fault(
        FindingCode.ROW_SHAPE,
        _surplus_cell,
        lambda stock: stock.spec.file.format is FileFormat.CSV,
    ),
    Fault(FindingCode.DUPLICATE_IN_FILE, _unchanged, _any, copies="file"),
    Fault(FindingCode.ALREADY_IN_REGISTER, _unchanged, _any, copies="register"),
)


def plant(
    files: Sequence[tuple[Stock, int]],
    sent_before: Mapping[str, int],
    count: int,
    draw: Random,
) -> dict[tuple[str, int], list[Fault]]:
    """Where each fault goes: every one at least once, in the files of items that can hold it.

    Args:
        files: item and age of every file that has a right row.
        sent_before: by item, the age of the oldest file with an entry that is still in the register.
        count: how many faults, if that is more than there are sorts.
        draw: the random numbers.
    """
    planted: dict[tuple[str, int], list[Fault]] = {}
    wanted = [*FAULTS, *(draw.choice(FAULTS) for _ in range(count - len(FAULTS)))]
    for fault in wanted:
        able = [
            (stock.code, age)
            for stock, age in files
            if fault.applies(stock)
            and (fault.copies != "register" or age < sent_before.get(stock.code, 0))
        ]
        if able:
            planted.setdefault(draw.choice(able), []).append(fault)
    return planted


def copy(facts: Facts) -> Facts:
    """The same row once more."""
    return replace(facts, cells=dict(facts.cells))
