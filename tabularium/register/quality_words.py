"""What each quality figure is called and means, in English and simplified Chinese.

Kept beside the codes, so that pages, command line and API say the same: what is counted, of what, and in
which period.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tabularium.register.coverage import Coming
from tabularium.register.quality_figures import (
    LEAST_DECISIONS,
    LEAST_ROWS,
    SMALLEST_GROUP,
    Figure,
    Withheld,
)


@dataclass(frozen=True, slots=True)
class Definition:
    """A figure in words.

    Attributes:
        en, zh: its name.
        meaning_en, meaning_zh: what it is, in one sentence: numerator, denominator, period.
    """

    en: str
    zh: str
    meaning_en: str
    meaning_zh: str


FIGURES: Mapping[Figure, Definition] = MappingProxyType(
    {
        Figure.ENTERED: Definition(
            "Entered",
            "已录入",
            "Rows that became entries, of all rows of the files that came in the period.",
            "期内收到的文件中录入为条目的行，占全部行的比例。",
        ),
        Figure.STOPPED_BY_ERROR: Definition(
            "Stopped by an error",
            "因错误未录入",
            "Rows that an error stopped, which the authority should mend, of all rows of the files that "
            "came in the period.",
            "期内收到的文件中因错误未录入、应由机关改正的行，占全部行的比例。",
        ),
        Figure.SET_ASIDE: Definition(
            "Set aside",
            "无需录入",
            "Rows in which nothing is to be mended and nothing to be entered, such as decisions sent "
            "again, of all rows of the files that came in the period.",
            "期内收到的文件中无需改正也无需录入的行（如重复报送的决定），占全部行的比例。",
        ),
        Figure.LATE: Definition(
            "Late",
            "逾期报送",
            "Rows whose decision came later than the rules of the jurisdiction allow for publication, of "
            "the rows of the period that became entries.",
            "所载决定的报送时间晚于当地规则规定的公示期限的行，占期内录入行的比例。",
        ),
        Figure.DUPLICATE_IN_FILE: Definition(
            "Twice in one file",
            "文件内重复",
            "Rows that repeat a decision of the same file, of all rows of the files that came in the "
            "period.",
            "与同一文件中其他行属于同一决定的行，占期内全部行的比例。",
        ),
        Figure.SENT_AGAIN: Definition(
            "Sent again unchanged",
            "重复报送",
            "Rows whose decision the register already had, with the same content, of all rows of the "
            "files that came in the period.",
            "所载决定已在本系统且内容相同的行，占期内全部行的比例。",
        ),
        Figure.SENT_CHANGED: Definition(
            "Sent again changed",
            "更改后再次报送",
            "Rows whose decision the register already had, with other content, of all rows of the files "
            "that came in the period.",
            "所载决定已在本系统但内容不同的行，占期内全部行的比例。",
        ),
        Figure.IDENTIFIER_FORMAT: Definition(
            "Identifier not in its form",
            "标识代码格式不符",
            "Rows stopped because the organisation's number does not have the form of its scheme, of all "
            "rows of the files that came in the period.",
            "因标识代码不符合其编码格式而未录入的行，占期内全部行的比例。",
        ),
        Figure.IDENTIFIER_CHECK_DIGIT: Definition(
            "Identifier with a wrong check digit",
            "标识代码校验位错误",
            "Rows stopped because the check digit of the organisation's number does not fit, of all rows "
            "of the files that came in the period.",
            "因标识代码校验位不符而未录入的行，占期内全部行的比例。",
        ),
        Figure.IDENTIFIER_DAMAGED: Definition(
            "Identifier damaged by a spreadsheet",
            "标识代码被表格软件损坏",
            "Rows stopped because a spreadsheet turned the organisation's number into a rounded one or "
            "cut off its leading zeros, of all rows of the files that came in the period.",
            "因标识代码被表格软件改为近似数或丢失前导零而未录入的行，占期内全部行的比例。",
        ),
        Figure.CORRECTED: Definition(
            "Corrected",
            "已更正",
            "Decisions that the authority corrected in the quarter, of all decisions that its files had "
            "brought until the quarter's end.",
            "本季度内机关更正的决定，占截至季度末其文件报送的全部决定的比例。",
        ),
        Figure.WITHDRAWN_BY_ITSELF: Definition(
            "Withdrawn by itself",
            "自行撤回",
            "Decisions that the authority withdrew in the quarter with no objection made before, of all "
            "decisions that its files had brought until the quarter's end.",
            "本季度内机关在无人提出异议时撤回的决定，占截至季度末其文件报送的全部决定的比例。",
        ),
        Figure.WITHDRAWN_AFTER_OBJECTION: Definition(
            "Withdrawn after an objection",
            "异议后撤回",
            "Decisions that the authority withdrew in the quarter after an objection was made, of all "
            "decisions that its files had brought until the quarter's end.",
            "本季度内机关在收到异议后撤回的决定，占截至季度末其文件报送的全部决定的比例。",
        ),
        Figure.LAPSED: Definition(
            "Lapsed",
            "逾期失效",
            "Decisions taken out in the quarter because the authority did not decide about an objection "
            "in time, of all decisions that its files had brought until the quarter's end.",
            "因机关未按期处理异议而在本季度内失效的决定，占截至季度末其文件报送的全部决定的比例。",
        ),
    }
)

WITHHELD: Mapping[Withheld, tuple[str, str]] = MappingProxyType(
    {
        Withheld.NOTHING_YET: ("No file came in this period.", "本期未收到文件。"),
        Withheld.TOO_FEW_ROWS: (
            f"Not given: there are fewer than {LEAST_ROWS} rows.",
            f"不足{LEAST_ROWS}行，不予列出。",
        ),
        Withheld.TOO_FEW_DECISIONS: (
            f"Not given: there are fewer than {LEAST_DECISIONS} decisions.",
            f"决定不足{LEAST_DECISIONS}件，不予列出。",
        ),
        Withheld.TOO_FEW_OBJECTIONS: (
            "Not given: there are too few objections.",
            "异议件数过少，不予列出。",
        ),
        Withheld.SMALL_NUMBER: (
            f"Not given: there are some, but fewer than {SMALLEST_GROUP}.",
            f"有，但不足{SMALLEST_GROUP}件，不予列出。",
        ),
        Withheld.NOT_OF_A_YEAR: ("Given by quarter alone.", "仅按季度列出。"),
    }
)

COMING: Mapping[Coming, tuple[str, str]] = MappingProxyType(
    {
        Coming.IN_TIME: ("in time", "按时"),
        Coming.OVERDUE: ("overdue", "逾期"),
        Coming.NEVER: ("nothing has come yet", "尚未报送"),
        Coming.AT_NO_FIXED_TIMES: ("at no fixed times", "不定期"),
    }
)
