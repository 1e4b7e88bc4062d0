"""A short name for each kind of finding, in English and simplified Chinese, where many are listed."""

from collections.abc import Mapping
from types import MappingProxyType

from tabularium.intake.findings import FindingCode, Severity

FINDING_NAMES: Mapping[FindingCode, tuple[str, str]] = MappingProxyType(
    {
        FindingCode.ROW_SHAPE: ("Row of another shape", "行格式不同"),
        FindingCode.UNDECODABLE_TEXT: ("Bytes that are no text", "无法识别的字节"),
        FindingCode.NOT_A_DECISION: ("No decision", "不属于决定"),
        FindingCode.MISSING_VALUE: ("Missing value", "缺少内容"),
        FindingCode.WRONG_DATE: ("Wrong date", "日期有误"),
        FindingCode.WRONG_NUMBER: ("Wrong number", "数字有误"),
        FindingCode.NOT_ALLOWED_VALUE: ("Value not on the list", "取值不在列表中"),
        FindingCode.PATTERN: ("Not in the form asked for", "格式不符"),
        FindingCode.TOO_LONG: ("Too long", "过长"),
        FindingCode.IDENTIFIER_FORMAT: ("Identifier not in its form", "标识代码格式不符"),
        FindingCode.IDENTIFIER_CHECK_DIGIT: (
            "Identifier with a wrong check digit",
            "标识代码校验位错误",
        ),
        FindingCode.IDENTIFIER_SCHEME: ("Unknown sort of identifier", "标识代码种类未知"),
        FindingCode.NATURAL_PERSON: ("A person or sole trader", "自然人或个体经营者"),
        FindingCode.LEGAL_FORM_MISSING: ("Legal form missing", "缺少组织形式"),
        FindingCode.PERSONAL_NUMBER_IN_TEXT: ("Personal number in a text", "文字中有个人证件号码"),
        FindingCode.PHONE_IN_TEXT: ("Telephone number in a text", "文字中有电话号码"),
        FindingCode.EMAIL_IN_TEXT: ("E-mail address in a text", "文字中有电子邮箱地址"),
        FindingCode.DATE_IN_FUTURE: ("Date in the future", "日期在未来"),
        FindingCode.DATES_OUT_OF_ORDER: ("Dates out of order", "日期先后有误"),
        FindingCode.TERM_MISSING: ("No last day", "缺少截止日期"),
        FindingCode.TERM_UNREADABLE: ("Length of time not readable", "期限无法识别"),
        FindingCode.TERM_TOO_LONG: ("Term longer than the rules allow", "期限超过规则上限"),
        FindingCode.TERM_ENDED: ("Term over", "期限已届满"),
        FindingCode.AMOUNT_WRONG: ("Wrong amount", "金额有误"),
        FindingCode.AMOUNT_WITHOUT_CURRENCY: ("Amount without a currency", "金额缺少币种"),
        FindingCode.LEGAL_BASIS_MISSING: ("No legal basis", "缺少法律依据"),
        FindingCode.SEVERAL_ORGANISATIONS: ("Several organisations in one row", "一行多个组织"),
        FindingCode.DUPLICATE_IN_FILE: ("Twice in one file", "文件内重复"),
        FindingCode.ALREADY_IN_REGISTER: ("Sent again unchanged", "重复报送"),
        FindingCode.CASE_NAMES_DIFFER: ("Two names under one case number", "同一案号下名称不同"),
        FindingCode.NO_RULES_IN_FORCE: ("No rules for that day", "当日无适用规则"),
        FindingCode.ORGANISATION_NOT_KNOWN: ("Organisation not known", "组织未登记"),
        FindingCode.NAME_DIFFERS: ("Another name than known", "名称与已登记的不同"),
        FindingCode.CHANGED_DECISION: ("Sent again changed", "更改后再次报送"),
        FindingCode.LATE: ("Late", "逾期报送"),
        FindingCode.MOJIBAKE: ("Garbled text", "乱码"),
        FindingCode.DATE_AS_NUMBER: ("Date turned into a number", "日期变为数字"),
        FindingCode.IDENTIFIER_AS_FLOAT: (
            "Identifier rounded by a spreadsheet",
            "标识代码变为近似数",
        ),
        FindingCode.LEADING_ZEROS_LOST: ("Leading zeros lost", "丢失前导零"),
        FindingCode.CELL_ERROR: ("Error of a spreadsheet in a cell", "单元格为表格错误值"),
        FindingCode.CURRENCY_UNKNOWN: ("Unknown currency", "币种未知"),
    }
)
SEVERITY_NAMES: Mapping[Severity, tuple[str, str]] = MappingProxyType(
    {
        Severity.ERROR: ("error", "错误"),
        Severity.SET_ASIDE: ("set aside", "无需录入"),
        Severity.WARNING: ("warning", "提示"),
    }
)


def finding_name(code: str) -> tuple[str, str]:
    """The name of a kind of finding in both languages; the code for one that is no longer made."""
    return FINDING_NAMES[FindingCode(code)] if code in list(FindingCode) else (code, code)
