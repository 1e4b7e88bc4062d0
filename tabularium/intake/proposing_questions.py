"""What a file cannot tell: the questions whose answers make a proposal a catalogue item."""

from collections.abc import Callable
from dataclasses import dataclass

from tabularium.core.identifiers import AUTHORITY_CASE, SCHEMES
from tabularium.core.kinds import ADVERSE_KINDS, Field, Kind, NoticeChannel
from tabularium.intake.item_parts import Frequency, TermRule
from tabularium.intake.proposing import Proposal, Sample, day_forms, latest_rules, term_rules
from tabularium.intake.proposing_answers import (
    LONGEST_CODE,
    address_problem,
    code_problem,
    currency_problem,
    jurisdiction_problem,
    language_problem,
    time_zone_problem,
)

_CORRECTIONS_EN = (
    "Write to the authority and name the entry; it corrects or withdraws what is wrong."
)
_CORRECTIONS_ZH = "请致函该机关并指明条目；错误内容由机关更正或撤回。"
_LANGUAGES = {"br": "pt-BR", "cn": "zh-Hans", "gb": "en", "mx": "es", "pe": "es", "us": "en"}


def _always(_proposal: Proposal, _sample: Sample) -> bool:
    return True


def _nothing(_proposal: Proposal, _sample: Sample) -> str:
    return ""


def _no_choices(_proposal: Proposal, _sample: Sample) -> tuple[str, ...]:
    return ()


def _fine(_answer: str) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to ask.

    Attributes:
        name: the field of the proposal that it answers.
        text: the question; also the comment that marks a missing answer.
        optional: whether it may be left without an answer.
        is_column: whether the answer is one of the sample's columns.
        choices: the answers there are; none where any text may be one.
        default: what to offer where the sample suggests nothing.
        problem: what is wrong with an answer, or "".
        arises: whether the question has a sense after the answers before it.
    """

    name: str
    text: str
    optional: bool = False
    is_column: bool = False
    choices: Callable[[Proposal, Sample], tuple[str, ...]] = _no_choices
    default: Callable[[Proposal, Sample], str] = _nothing
    problem: Callable[[str], str] = _fine
    arises: Callable[[Proposal, Sample], bool] = _always


def problem_with(question: Question, answer: str, proposal: Proposal, sample: Sample) -> str:
    """What is wrong with an answer, as a sentence; "" for nothing."""
    if not answer:
        return "" if question.optional else "An answer is needed."
    if question.is_column and sample.column(answer) is None:
        refused = next((each for each in sample.columns if each.name == answer), None)
        if refused is not None:
            return f"The register takes nothing from this column ({refused.refused_for})."
        return "There is no such column. Give its name or its number in the list."
    choices = question.choices(proposal, sample)
    if choices and answer not in choices:
        return f"It is one of: {', '.join(choices)}."
    return question.problem(answer)


def _item_code(proposal: Proposal, _sample: Sample) -> str:
    code = proposal.code
    if code and not code.startswith(proposal.authority):
        code = f"{proposal.authority}-{code}"[:LONGEST_CODE].strip("-")
    return code


def _zone_of_rules(proposal: Proposal, _sample: Sample) -> str:
    rules = latest_rules(proposal.jurisdiction)
    return rules.time_zone if rules else ""


def _names_authority_in_english_too(proposal: Proposal, _sample: Sample) -> bool:
    return not proposal.language.startswith("en")


def _tells_people_apart(proposal: Proposal) -> bool:
    scheme = SCHEMES.get(proposal.scheme)
    return bool(proposal.identifier_column and scheme and scheme.admits_only_organisations)


def _needs_form(proposal: Proposal, _sample: Sample) -> bool:
    return not _tells_people_apart(proposal)


def _forms_of_days(proposal: Proposal, sample: Sample) -> tuple[str, ...]:
    return day_forms(sample, proposal.date_column)


def _has_doubtful_days(proposal: Proposal, sample: Sample) -> bool:
    return len(_forms_of_days(proposal, sample)) > 1


def _has_doubtful_sums(proposal: Proposal, sample: Sample) -> bool:
    column = sample.column(proposal.amount_column)
    return column is not None and column.has_doubtful_decimals


def _decimal_marks(_proposal: Proposal, _sample: Sample) -> tuple[str, ...]:
    return (".", ",")


def _schemes(_proposal: Proposal, _sample: Sample) -> tuple[str, ...]:
    return tuple(code for code in SCHEMES if code != AUTHORITY_CASE)


def _scheme_of_column(proposal: Proposal, sample: Sample) -> str:
    column = sample.column(proposal.identifier_column)
    return column.scheme if column else ""


def _term(proposal: Proposal, _sample: Sample) -> str:
    rules = term_rules(proposal.kind)
    wished = (proposal.term, TermRule.OPEN, TermRule.PACK_DEFAULT, TermRule.COLUMNS)
    return next((str(rule) for rule in wished if rule in rules), "")


def _has_end(proposal: Proposal, _sample: Sample) -> bool:
    return proposal.term in {TermRule.COLUMNS, TermRule.DURATION_TEXT, TermRule.DAYS_COLUMN}


QUESTIONS = (
    Question(
        "authority",
        "The authority's short code in the register, such as gb-ea",
        problem=code_problem,
    ),
    Question(
        "language",
        "Language in which the authority writes, such as en, pt-BR or zh-Hans",
        default=lambda proposal, _sample: _LANGUAGES.get(proposal.jurisdiction, ""),
        problem=language_problem,
    ),
    Question("authority_name", "The authority's name in that language"),
    Question(
        "authority_name_en",
        "The authority's name in English",
        arises=_names_authority_in_english_too,
    ),
    Question(
        "jurisdiction",
        "Country under whose law it decides, two small letters",
        problem=jurisdiction_problem,
    ),
    Question(
        "time_zone",
        "Time zone of the authority, such as Europe/London",
        default=_zone_of_rules,
        problem=time_zone_problem,
    ),
    Question("website", "The authority's site", optional=True, problem=address_problem),
    Question(
        "code",
        "Short code of this list in the register",
        default=_item_code,
        problem=code_problem,
    ),
    Question(
        "kind",
        "What sort of decision the list holds",
        choices=lambda _proposal, _sample: tuple(map(str, Kind)),
    ),
    Question(
        "field",
        "Field of regulation",
        choices=lambda _proposal, _sample: tuple(map(str, Field)),
    ),
    Question("title_en", "Title of the list in English"),
    Question("title_zh", "Title of the list in simplified Chinese"),
    Question(
        "frequency",
        "How often the file is sent",
        choices=lambda _proposal, _sample: tuple(map(str, Frequency)),
        default=lambda _proposal, _sample: str(Frequency.MONTHLY),
    ),
    Question("legal_basis", "The law with its article"),
    Question(
        "notice",
        "How an organisation is told before the public is",
        choices=lambda _proposal, _sample: tuple(map(str, NoticeChannel)),
        default=lambda _proposal, _sample: str(NoticeChannel.LETTER),
        arises=lambda proposal, _sample: proposal.kind in ADVERSE_KINDS,
    ),
    Question("objection_en", "How to object to a decision, and until when, in English"),
    Question("objection_zh", "How to object to a decision, and until when, in simplified Chinese"),
    Question(
        "corrections_en",
        "How to report a mistake in an entry, in English",
        default=lambda _proposal, _sample: _CORRECTIONS_EN,
    ),
    Question(
        "corrections_zh",
        "How to report a mistake in an entry, in simplified Chinese",
        default=lambda _proposal, _sample: _CORRECTIONS_ZH,
    ),
    Question("name_column", "Column with the organisation's name", is_column=True),
    Question(
        "identifier_column",
        "Column with the organisation's registration number; none (-) if the authority's case"
        " number tells who it is",
        is_column=True,
        optional=True,
    ),
    Question(
        "scheme",
        "Which numbers these are",
        choices=_schemes,
        default=_scheme_of_column,
        arises=lambda proposal, _sample: bool(proposal.identifier_column),
    ),
    Question(
        "case_column",
        "Column with the authority's number of the case",
        is_column=True,
        default=lambda proposal, _sample: proposal.number_column,
        arises=lambda proposal, _sample: not proposal.identifier_column,
    ),
    Question(
        "form_column",
        "Column with the legal form, which keeps sole traders out; none (-) to read it from the name",
        is_column=True,
        optional=True,
        arises=_needs_form,
    ),
    Question(
        "form_reason",
        "The law by which only organisations can be on this list, if there is one",
        optional=True,
        arises=_needs_form,
    ),
    Question("number_column", "Column with the decision's number or reference", is_column=True),
    Question("date_column", "Column with the day of the decision", is_column=True),
    Question(
        "date_form",
        "How the days are written; the sample does not tell which is the month",
        choices=_forms_of_days,
        default=lambda proposal, sample: _forms_of_days(proposal, sample)[0],
        arises=_has_doubtful_days,
    ),
    Question(
        "measure_column",
        "Column that says what was decided; none (-) if it is the same in every row",
        is_column=True,
        optional=True,
    ),
    Question(
        "measure",
        "What was decided, in the authority's language",
        arises=lambda proposal, _sample: not proposal.measure_column,
    ),
    Question("summary_column", "Column that says what it is about", is_column=True, optional=True),
    Question(
        "promised_to",
        "To whom the promises are made, in general",
        arises=lambda proposal, _sample: proposal.kind == Kind.PROMISE,
    ),
    Question(
        "due_column",
        "Column with the day by which it is promised",
        is_column=True,
        arises=lambda proposal, _sample: proposal.kind == Kind.PROMISE,
    ),
    Question("amount_column", "Column with a sum of money", is_column=True, optional=True),
    Question(
        "decimal",
        "Mark before the decimals; the sample does not tell",
        choices=_decimal_marks,
        arises=_has_doubtful_sums,
    ),
    Question(
        "currency",
        "Currency of the sums, three capital letters",
        problem=currency_problem,
        arises=lambda proposal, _sample: bool(proposal.amount_column),
    ),
    Question(
        "term",
        "Where the end of a decision comes from",
        choices=lambda proposal, _sample: term_rules(proposal.kind),
        default=_term,
    ),
    Question(
        "end_column",
        "Column with the last day, or with the length of the term",
        is_column=True,
        arises=_has_end,
    ),
    Question(
        "begins_column",
        "Column with the first day; none (-) if it is the day of the decision",
        is_column=True,
        optional=True,
        arises=lambda proposal, _sample: proposal.term != TermRule.OPEN,
    ),
)
"""In the order in which they are asked; a later one may need the answers to the earlier."""
