"""Codes of closed lists that stand in findings' parameters, said in English and simplified Chinese."""

from collections.abc import Mapping
from types import MappingProxyType

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
        "broken-record": ("the line is no whole JSON document", "该行不是完整的 JSON 文档"),
        "formula-without-value": (
            "a cell has a formula and no value that was worked out",
            "有单元格只有公式而没有计算结果",
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
        "subject_name": ("name", "名称"),
        "identifier": ("identifier", "号码"),
        "decision_number": ("reference", "文号"),
        "decided_on": ("day of the decision", "决定日期"),
        "measure": ("measure", "措施"),
        "summary": ("summary", "内容摘要"),
        "legal_basis": ("legal basis", "法律依据"),
        "legal_basis_url": ("address of the law", "法律网址"),
        "amount": ("amount", "金额"),
        "currency": ("currency", "币种"),
        "term_begins": ("first day", "起始日"),
        "term_ends": ("last day", "截止日"),
        "objection_route": ("way to object", "异议途径"),
        "objection_url": ("address for objections", "异议网址"),
        "notice_channel": ("channel of notice", "告知方式"),
        "language": ("language", "语言"),
        "details": ("details", "其他事项"),
    }
)
"""Codes in parameters, in English and Chinese words."""
