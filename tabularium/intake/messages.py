"""What a finding says to people, in English and simplified Chinese, and what they can do about it.

Kept beside the codes and not in the web's catalogues of translations: the command line, the API and the
pages say the same words, and none of them holds a value of the row.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tabularium.intake.findings import Finding, FindingCode


@dataclass(frozen=True, slots=True)
class Wording:
    """Sentences in both languages: what is the case, and what to do."""

    en: str
    zh: str
    action_en: str
    action_zh: str


def describe(finding: Finding) -> Wording:
    """What to say about a finding."""
    wording = WORDINGS[finding.code]
    return Wording(
        en=_filled(wording.en, finding, 0),
        zh=_filled(wording.zh, finding, 1),
        action_en=wording.action_en,
        action_zh=wording.action_zh,
    )


def _filled(sentence: str, finding: Finding, language: int) -> str:
    said = dict(finding.parameters)
    for name in _CODED & said.keys():
        said[name] = WORDS[said[name]][language].format_map(finding.parameters)
    where = finding.column or _THE_ROW[language]
    return sentence.format_map({"column": where, **said})


_CODED = frozenset({"trouble", "reason", "kind", "type"})
"""Parameters that are codes of closed lists and are said in words."""
_THE_ROW = ("The row", "本行")

WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "too-few-cells": (
            "it has {found} cells, the header {expected}",
            "有{found}个单元格，标题行有{expected}个",
        ),
        "too-many-cells": (
            "it has {found} cells, the header {expected}",
            "有{found}个单元格，标题行有{expected}个",
        ),
        "broken-quoting": (
            "a quotation mark stands in the wrong place between lines {expected} and {found}",
            "第{expected}行至第{found}行之间引号位置有误",
        ),
        "undecodable": ("some are not in the file's encoding", "部分字节不符合文件编码"),
        "nul-byte": ("there is a zero byte", "含有空字节"),
        "same-column-twice": (
            "two columns have this name and different values",
            "两列同名而内容不同",
        ),
        "not-a-record": (
            "it is neither an object nor a list with the declared columns",
            "既不是对象，也不是含所声明各列的列表",
        ),
        "presumed": ("it is presumed and not decided", "仅为推定，尚未决定"),
        "cleared": ("the organisation was cleared", "该组织的嫌疑已排除"),
        "acquitted": ("the organisation was acquitted", "该组织未被处罚"),
        "dismissed": ("the case was dismissed", "案件已撤销"),
        "suppressed-by-court": ("a court had it suppressed", "依法院裁判删除"),
        "overturned-by-court": ("a court overturned it", "已被法院推翻"),
        "denied": ("an application was refused", "申请被驳回"),
        "only-intention": ("it is an intention only", "仅为拟议"),
        "pending": ("it is pending", "尚在办理"),
        "no-decision": ("it says no decision", "没有决定"),
        "no-measure": ("no measure was taken", "未采取措施"),
        "not-in-force": ("it is no longer in force", "已不再有效"),
        "superseded": ("a later decision took its place", "已被后来的决定取代"),
        "withdrawn-application": ("the application was withdrawn", "申请已撤回"),
        "other-authority": ("it is the decision of another authority", "属于其他机关的决定"),
        "other-kind": ("it belongs to another catalogue item", "属于其他目录项"),
        "identity-number": ("identity number", "身份证号码"),
        "cpf": ("CPF", "CPF"),
        "curp-or-rfc": ("CURP or RFC", "CURP或RFC"),
        "social-security-number": ("social security number", "社会保障号码"),
        "phone": ("telephone", "电话"),
        "e-mail": ("e-mail", "电子邮件"),
        "empty": ("the field is empty", "此处为空"),
        "open-ended": ("it is marked as without end", "注明无期限"),
        "date": ("date", "日期"),
        "number": ("number", "数字"),
        "integer": ("integer", "整数"),
    }
)
"""Codes in parameters, in English and Chinese words."""

WORDINGS: Mapping[FindingCode, Wording] = MappingProxyType(
    {
        FindingCode.ROW_SHAPE: Wording(
            "The row does not have the form of the others: {trouble}.",
            "本行格式与其他行不同：{trouble}。",
            "Mend the row in the source and send it again.",
            "请在来源中更正本行后重新报送。",
        ),
        FindingCode.UNDECODABLE_TEXT: Wording(
            "The row holds bytes that are no text: {trouble}.",
            "本行含有无法识别的字节：{trouble}。",
            "Save the file again in its declared encoding, as a rule UTF-8.",
            "请按声明的编码（通常为UTF-8）重新保存文件。",
        ),
        FindingCode.NOT_A_DECISION: Wording(
            "The row is not a decision to record: {reason}.",
            "本行不是应登记的决定：{reason}。",
            "Nothing to do; such rows are left out.",
            "无需处理；此类行不登记。",
        ),
        FindingCode.MISSING_VALUE: Wording(
            "{column}: the value is missing.",
            "{column}：缺少内容。",
            "Give the value.",
            "请填写。",
        ),
        FindingCode.WRONG_DATE: Wording(
            "{column}: a text of {length} characters is not a day in the form declared.",
            "{column}：{length}个字符的内容不是所声明格式的日期。",
            "Write the day in the form of the catalogue item, or as 2024-01-31.",
            "请按目录项声明的格式填写日期，或写作2024-01-31。",
        ),
        FindingCode.WRONG_NUMBER: Wording(
            "{column}: a text of {length} characters is not a number of the type {type}.",
            "{column}：{length}个字符的内容不是{type}类型的数字。",
            "Write digits alone, with a point before decimals.",
            "请只填写数字，小数点用“.”。",
        ),
        FindingCode.NOT_ALLOWED_VALUE: Wording(
            "{column}: a text of {length} characters is not one of the values that the catalogue item lists.",
            "{column}：{length}个字符的内容不在目录项所列的取值之中。",
            "Use a listed value, or have the catalogue item amended.",
            "请使用所列取值，或申请修改目录项。",
        ),
        FindingCode.PATTERN: Wording(
            "{column}: a text of {length} characters has another form than the catalogue item asks for.",
            "{column}：{length}个字符的内容不符合目录项要求的格式。",
            "Compare the value with the form in the catalogue item.",
            "请与目录项要求的格式核对。",
        ),
        FindingCode.TOO_LONG: Wording(
            "{column}: {length} characters are more than the {longest} allowed.",
            "{column}：{length}个字符，超过允许的{longest}个。",
            "Shorten the text.",
            "请缩短内容。",
        ),
        FindingCode.IDENTIFIER_FORMAT: Wording(
            "{column}: not a number of the scheme {scheme}.",
            "{column}：不是{scheme}体系的号码。",
            "Compare the number with the source. Without one, authority and case identify.",
            "请与来源核对号码。没有号码的组织以机关和案号标识。",
        ),
        FindingCode.IDENTIFIER_CHECK_DIGIT: Wording(
            "{column}: the check digit does not fit the number ({scheme}).",
            "{column}：校验码与号码不符（{scheme}）。",
            "Some character is wrong; compare the number with the source.",
            "号码中有字符错误，请与来源核对。",
        ),
        FindingCode.IDENTIFIER_SCHEME: Wording(
            "{column}: the register does not know this scheme of identifiers.",
            "{column}：登记系统不支持此标识体系。",
            "Use a scheme from the list.",
            "请使用列表中的体系。",
        ),
        FindingCode.NATURAL_PERSON: Wording(
            "{column}: this names a natural person or a sole trader.",
            "{column}：此处所指为自然人或个体经营者。",
            "Take the row out. People are never entered in this register.",
            "请删除此行。本登记系统不收录个人。",
        ),
        FindingCode.LEGAL_FORM_MISSING: Wording(
            "{column}: neither the number nor the name tells an organisation from a sole trader.",
            "{column}：号码和名称均不能区分组织与个体经营者。",
            "Declare the legal form, or give the name in full with its form.",
            "请申报法律形式，或填写含法律形式的全称。",
        ),
        FindingCode.PERSONAL_NUMBER_IN_TEXT: Wording(
            "{column}: the text holds what looks like the number of a person ({kind}).",
            "{column}：文本中含有疑似个人号码（{kind}）。",
            "Take it out of the text and send the row again.",
            "请从文本中删除后重新报送本行。",
        ),
        FindingCode.PHONE_IN_TEXT: Wording(
            "{column}: the text holds what looks like a telephone number.",
            "{column}：文本中含有疑似电话号码。",
            "Take it out of the text and send the row again.",
            "请从文本中删除后重新报送本行。",
        ),
        FindingCode.EMAIL_IN_TEXT: Wording(
            "{column}: the text holds an e-mail address.",
            "{column}：文本中含有电子邮件地址。",
            "Take it out of the text and send the row again.",
            "请从文本中删除后重新报送本行。",
        ),
        FindingCode.DATE_IN_FUTURE: Wording(
            "{column}: the day of the decision lies after {today}, the day of the submission.",
            "{column}：决定日期晚于报送日期{today}。",
            "Correct the day. A decision is sent once it has been made.",
            "请更正日期。决定作出后方可报送。",
        ),
        FindingCode.DATES_OUT_OF_ORDER: Wording(
            "{column}: {second} should come after {first}.",
            "{column}：{second}应晚于{first}。",
            "Correct one of the days: a term begins with the decision or later, and ends after it begins.",
            "请更正日期：期限自决定日或其后开始，且结束日晚于开始日。",
        ),
        FindingCode.TERM_MISSING: Wording(
            "{column}: the decision says no last day ({reason}).",
            "{column}：决定没有截止日（{reason}）。",
            "Give the last day. What speaks against an organisation is never entered without an end.",
            "请填写截止日。对组织不利的决定不得无期限登记。",
        ),
        FindingCode.TERM_UNREADABLE: Wording(
            "{column}: a text of {length} characters is not a length of time that can be read.",
            "{column}：{length}个字符的内容不是可识别的期限。",
            'Write it as for example "1 año 3 meses", or as a number of days where days are asked for.',
            "请写明期限，例如“1 año 3 meses”；要求天数时填写天数。",
        ),
        FindingCode.TERM_TOO_LONG: Wording(
            "{column}: the term until {ends} is longer than the {months} months that the rules allow.",
            "{column}：至{ends}的期限超过规则允许的{months}个月。",
            "Check the last day. No longer term is published.",
            "请核对截止日。更长的期限不予公开。",
        ),
        FindingCode.TERM_ENDED: Wording(
            "{column}: the term ended on {ends}.",
            "{column}：期限已于{ends}届满。",
            "Nothing to do; what has ended is not published anew.",
            "无需处理；已届满的决定不再公开。",
        ),
        FindingCode.AMOUNT_WRONG: Wording(
            "{column}: a text of {length} characters is not a sum of money in the form declared.",
            "{column}：{length}个字符的内容不是所声明格式的金额。",
            "Write the sum with the marks that the catalogue item declares.",
            "请按目录项声明的格式填写金额。",
        ),
        FindingCode.AMOUNT_WITHOUT_CURRENCY: Wording(
            "{column}: the sum has no currency.",
            "{column}：金额没有币种。",
            "Give the currency as three letters (ISO 4217).",
            "请以三个字母填写币种（ISO 4217）。",
        ),
        FindingCode.LEGAL_BASIS_MISSING: Wording(
            "{column}: the legal basis is missing.",
            "{column}：缺少法律依据。",
            "Give the law with its article.",
            "请填写法律及条款。",
        ),
        FindingCode.SEVERAL_ORGANISATIONS: Wording(
            "{column}: the field seems to name several organisations.",
            "{column}：此处似列有多个组织。",
            "Send one row for each organisation, or one decision naming one.",
            "请为每个组织单独报送一行。",
        ),
        FindingCode.DUPLICATE_IN_FILE: Wording(
            "The row gives the same decision as row {other_row}.",
            "本行与第{other_row}行为同一决定。",
            "Nothing to do if it is one decision; if there are two, they need different references.",
            "如为同一决定则无需处理；如为两项决定，须有不同的文号。",
        ),
        FindingCode.ALREADY_IN_REGISTER: Wording(
            "The register has this decision already.",
            "登记系统已有此决定。",
            "Nothing to do; a change of it is sent as a correction.",
            "无需处理；如有变更，请作为更正报送。",
        ),
        FindingCode.CASE_NAMES_DIFFER: Wording(
            "{column}: row {other_row} has the same case number with another name.",
            "{column}：第{other_row}行案号相同而名称不同。",
            "Say in the catalogue item what tells the parties of a case apart; names never merge them.",
            "请在目录项中指明如何区分同一案件中的各组织；绝不按名称合并。",
        ),
        FindingCode.NO_RULES_IN_FORCE: Wording(
            "{column}: no rules of {jurisdiction} are in force for a decision of {day}.",
            "{column}：{jurisdiction}没有适用于{day}所作决定的规则。",
            "Check the day. An older decision needs a rules pack that covers it.",
            "请核对日期。较早的决定需有涵盖该日的规则。",
        ),
    }
)
"""Sentences by code; the names in braces are parameters of the finding."""
