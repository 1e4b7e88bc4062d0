"""The interview of `tabularium item new`: what the sample tells is shown, what it cannot tell is asked."""

from collections.abc import Mapping
from dataclasses import replace

import click

from tabularium.cli.folder import Stop
from tabularium.cli.output import table
from tabularium.intake.person_words import crosses_a_line
from tabularium.intake.proposing import Detail, Proposal, Sample, key_of
from tabularium.intake.proposing_columns import Column, words_of
from tabularium.intake.proposing_questions import QUESTIONS, Question, problem_with
from tabularium.intake.readers import FileFormat

# Said before the question that begins a group.
_HEADINGS = {
    "authority": "The authority",
    "code": "The list",
    "legal_basis": "The law",
    "name_column": "The columns",
    "term": "The term",
}


def show(sample: Sample) -> None:
    """Say what the file looks like and what is in its columns, without a word from its rows."""
    shape = sample.shape
    said = [f"{sample.path.name}: {shape.format.upper()}"]
    if shape.encoding:
        said.append(f"encoding {shape.encoding}")
    if shape.format is FileFormat.CSV:
        said.append(f"cells apart by {shape.delimiter!r}")
    if shape.records:
        said.append(f"records at {shape.records!r}")
    if shape.header_row is not None:
        place = "line" if shape.format is FileFormat.CSV else "row"
        said.append(f"header in {place} {shape.header_row}" if shape.header_row else "no header")
    click.echo(", ".join(said) + ".")
    broken = len(sample.rows) - len(sample.whole_rows)
    trouble = f"; {broken:,} of them have a broken form" if broken else ""
    click.echo(f"Looked at the first {len(sample.rows):,} rows{trouble}.\n")
    rows = [
        (number, column.name, _type_of(column), column.filled, column.distinct)
        for number, column in enumerate(sample.usable, 1)
    ]
    table(("no.", "column", "holds", "filled", "different"), rows)
    left_out = [each for each in sample.columns if each.refused_for]
    if left_out:
        click.echo("\nLeft out, for the register keeps nothing about people and no score:")
        for column in left_out:
            click.echo(f"  {column.name} ({column.refused_for})")
    click.echo()


def _type_of(column: Column) -> str:
    if column.scheme:
        return column.scheme
    if column.day_forms:
        return f"{column.type} {' or '.join(column.day_forms)}"
    return str(column.type)


def given_answers(pairs: Mapping[str, str], proposal: Proposal, sample: Sample) -> Proposal:
    """The proposal with the answers that were given as options.

    Raises:
        Stop: there is no such question, or the answer is none.
    """
    known = {question.name for question in QUESTIONS}
    unknown = sorted(set(pairs) - known)
    if unknown:
        raise Stop(f"There is no question {unknown[0]!r}; there are: {', '.join(sorted(known))}.")
    for question in QUESTIONS:
        if question.name in pairs:
            answer = _column(question, pairs[question.name].strip(), sample)
            problem = problem_with(question, answer, proposal, sample)
            if problem:
                raise Stop(f"{question.name}: {problem}")
            proposal = _with(proposal, question.name, answer)
    return proposal


def ask(proposal: Proposal, sample: Sample, given: frozenset[str]) -> Proposal:
    """Ask everything that was not given. An empty answer takes what stands in brackets.

    Raises:
        Stop: the person stopped, or the answers ended.
    """
    click.echo(
        "Press Enter for what stands in brackets; a single - for nothing. Columns by their number."
    )
    try:
        for question in QUESTIONS:
            if question.name in _HEADINGS:
                click.echo(f"\n{_HEADINGS[question.name]}")
            if question.name not in given:
                proposal = _asked(question, proposal, sample)
        proposal = replace(proposal, key=_asked_for_key(proposal, sample))
        return replace(proposal, details=_asked_for_details(sample))
    except click.Abort:
        click.echo(err=True)
        raise Stop(
            "Stopped before the last question; nothing was written. With --no-input what is missing"
            " is marked in the file, to be filled in there."
        ) from None


def without_asking(proposal: Proposal, sample: Sample) -> Proposal:
    """What follows from the answers without a question: nothing that only a person knows."""
    return replace(proposal, key=_likely_key(proposal, sample))


def _asked(question: Question, proposal: Proposal, sample: Sample) -> Proposal:
    if not question.arises(proposal, sample):
        return _with(proposal, question.name, "")
    choices = question.choices(proposal, sample)
    if choices:
        click.echo(f"  One of: {', '.join(choices)}.")
    suggested = getattr(proposal, question.name)
    if question.name == "code" or not suggested or question.name == "term":
        suggested = question.default(proposal, sample)
    if choices and suggested not in choices:
        suggested = ""

    def right(written: str) -> str:
        answer = "" if written.strip() == "-" else _column(question, written.strip(), sample)
        problem = problem_with(question, answer, proposal, sample)
        if problem:
            raise click.BadParameter(problem)
        return answer

    default = suggested or ("-" if question.optional else None)
    answer = click.prompt(question.text, default=default, value_proc=right)
    return _with(proposal, question.name, answer)


def _with(proposal: Proposal, name: str, answer: str) -> Proposal:
    changes = {name: answer}
    return replace(proposal, **changes)  # type: ignore[arg-type] # every question is a text's


def _column(question: Question, answer: str, sample: Sample) -> str:
    """The name of a column that was given by its number in the list; a name stays itself."""
    if question.is_column and sample.column(answer) is None:
        return _name_at(answer, sample) or answer
    return answer


def _name_at(number: str, sample: Sample) -> str:
    right = number.isascii() and number.isdecimal() and 1 <= int(number) <= len(sample.usable)
    return sample.usable[int(number) - 1].name if right else ""


def _columns(written: str, sample: Sample) -> tuple[str, ...]:
    found = []
    for number in written.split(","):
        name = _name_at(number.strip(), sample)
        if not name:
            raise click.BadParameter("Numbers of columns, with commas between them.")
        found.append(name)
    return tuple(dict.fromkeys(found))


def _likely_key(proposal: Proposal, sample: Sample) -> tuple[str, ...]:
    roles = (
        proposal.number_column,
        proposal.identifier_column or proposal.case_column,
        proposal.date_column,
        proposal.measure_column,
    )
    return key_of(sample, [name for name in roles if name])


def _numbers(names: tuple[str, ...], sample: Sample) -> str:
    places = [str(place) for place, each in enumerate(sample.usable, 1) if each.name in names]
    return ",".join(places)


def _asked_for_key(proposal: Proposal, sample: Sample) -> tuple[str, ...]:
    key: tuple[str, ...] = click.prompt(
        "Columns that together are different for every decision",
        default=_numbers(_likely_key(proposal, sample), sample),
        value_proc=lambda written: _columns(written, sample),
    )
    repeats = sample.repeats(key)
    if repeats:
        click.echo(f"  In the sample {repeats:,} rows repeat another's values in them.")
    return key


def _asked_for_details(sample: Sample) -> tuple[Detail, ...]:
    names: tuple[str, ...] = click.prompt(
        "Further columns to publish",
        default="-",
        value_proc=lambda written: () if written.strip() == "-" else _columns(written, sample),
    )
    return tuple(_detail(place, name) for place, name in enumerate(names, 1))


def _detail(place: int, column: str) -> Detail:
    english = click.prompt(f"  {column}: label in English", default=column)
    chinese = click.prompt(f"  {column}: label in simplified Chinese")
    words = words_of(english).encode("ascii", "ignore").decode("ascii")
    name = "_".join(words.split())
    if not name or not name[0].isalpha() or crosses_a_line(name):
        name = f"detail_{place}"
    return Detail(name, column, english, chinese)
