"""The sentences of each finding, in English and simplified Chinese.

None holds a value of the row. The names in braces are parameters of the finding.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tabularium.intake.findings import FindingCode


@dataclass(frozen=True, slots=True)
class Wording:
    """Sentences in both languages: what is the case, and what to do."""

    en: str
    zh: str
    action_en: str
    action_zh: str


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
            "Nothing to do; what was withdrawn or has ended does not come back.",
            "无需处理；已撤回或已到期的不会恢复。",
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
        FindingCode.ORGANISATION_NOT_KNOWN: Wording(
            "{column}: the register does not know this organisation.",
            "{column}：登记系统中没有此组织。",
            "Only known organisations are admitted here: check the number, or enter the organisation first.",
            "此目录项只收录已登记的组织：请核对号码，或先登记该组织。",
        ),
        FindingCode.NAME_DIFFERS: Wording(
            "{column}: the register knows the organisation of this number under another name.",
            "{column}：登记系统中此号码的组织名称不同。",
            "Check that number and name belong together; where a name has changed, nothing is to be done.",
            "请核对号码与名称是否对应；如为更名则无需处理。",
        ),
        FindingCode.CHANGED_DECISION: Wording(
            "The register has this decision with other content (entry {entry}): {changed}.",
            "登记系统已有此决定而内容不同（条目{entry}）：{changed}。",
            "Nothing was overwritten: a correction is offered, to be decided in the register. Where the "
            "identifier differs none is: withdraw the entry and record the decision anew.",
            "未作任何覆盖：变更列为待定更正，请在登记系统中决定。如号码不同则不列为更正：请撤回该条目并重新登记。",
        ),
        FindingCode.LATE: Wording(
            "{column}: the decision comes later than {within} working days after it was made.",
            "{column}：决定作出后超过{within}个工作日才报送。",
            "The row goes on. Send decisions within that time, so that they are published in time.",
            "本行照常处理。请在此期限内报送，以便按时公开。",
        ),
        FindingCode.MOJIBAKE: Wording(
            "{column}: the text is garbled: it was once read in the wrong encoding.",
            "{column}：文本为乱码：曾以错误的编码读取。",
            "Declare the encoding that the file is written in, or export it again from the source as UTF-8.",
            "请声明文件实际使用的编码，或从来源重新导出为UTF-8。",
        ),
        FindingCode.DATE_AS_NUMBER: Wording(
            "{column}: a spreadsheet program turned the day into a number.",
            "{column}：日期被表格软件变成了数字。",
            "Give the column the format of a date (or write the days as text) and save the file again.",
            "请将该列设为日期格式（或以文本填写日期）后重新保存。",
        ),
        FindingCode.IDENTIFIER_AS_FLOAT: Wording(
            "{column}: a spreadsheet program turned the number into a decimal or rounded it.",
            "{column}：号码被表格软件变成小数形式或被舍入。",
            "Give the column the format of text, enter the number again from the source, and save the file.",
            "请将该列设为文本格式，按来源重新填写号码后保存。",
        ),
        FindingCode.LEADING_ZEROS_LOST: Wording(
            "{column}: the number ({scheme}) has lost zeros in front.",
            "{column}：号码（{scheme}）丢失了前面的零。",
            "Give the column the format of text, put the zeros back, and save the file again.",
            "请将该列设为文本格式，补上前面的零后重新保存。",
        ),
        FindingCode.CELL_ERROR: Wording(
            "{column}: here stands the sign of an error of a spreadsheet program in place of a value.",
            "{column}：此处是表格软件的错误标记而非内容。",
            "Repair the formula or widen the column, put the value itself there, and save the file again.",
            "请修复公式或加宽该列，填入内容本身后重新保存。",
        ),
        FindingCode.CURRENCY_UNKNOWN: Wording(
            "{column}: this is not the code of a currency in use.",
            "{column}：不是现行货币代码。",
            "Give the currency as three letters (ISO 4217), such as EUR.",
            "请以三个字母填写币种（ISO 4217），例如CNY。",
        ),
    }
)
"""Sentences by code; the names in braces are parameters of the finding."""
