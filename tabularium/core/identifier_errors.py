"""What can be wrong with an identifier, said so that a person knows what to do.

No message holds the value itself: what was given in the place of a company's number may be the number
of a person.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class IdentifierProblem(StrEnum):
    """Why an identifier is refused."""

    UNKNOWN_SCHEME = "unknown-scheme"
    EMPTY = "empty"
    WRONG_FORMAT = "wrong-format"
    WRONG_LENGTH = "wrong-length"
    WRONG_CHECK_DIGIT = "wrong-check-digit"
    PLACEHOLDER = "placeholder"
    NATURAL_PERSON = "natural-person"
    LEGAL_FORM_MISSING = "legal-form-missing"
    LEGAL_FORM_UNKNOWN = "legal-form-unknown"


MESSAGES_EN: Mapping[IdentifierProblem, str] = MappingProxyType(
    {
        IdentifierProblem.UNKNOWN_SCHEME: (
            "The register does not know this scheme of identifiers. Use a code from the list of schemes."
        ),
        IdentifierProblem.EMPTY: "{scheme}: the number is missing. Give it: {shape_en}.",
        IdentifierProblem.WRONG_FORMAT: (
            "{scheme}: the number is not written as the scheme has it. It has {shape_en}."
        ),
        IdentifierProblem.WRONG_LENGTH: (
            "{scheme}: the number is too short or too long. It has {shape_en}."
        ),
        IdentifierProblem.WRONG_CHECK_DIGIT: (
            "{scheme}: the check digit does not fit the number, so some character is wrong. "
            "Compare it with the source."
        ),
        IdentifierProblem.PLACEHOLDER: (
            "{scheme}: this number stands for no one organisation. "
            "Give the organisation's own number, or identify it by authority and case number."
        ),
        IdentifierProblem.NATURAL_PERSON: (
            "{scheme}: this names a natural person or a sole trader. People are not entered in this "
            "register. Take the row out."
        ),
        IdentifierProblem.LEGAL_FORM_MISSING: (
            "{scheme}: the number does not tell a company from a sole trader. "
            "Declare the organisation's legal form."
        ),
        IdentifierProblem.LEGAL_FORM_UNKNOWN: (
            "{scheme}: the register does not know the declared legal form. "
            "Use a code from the list of legal forms."
        ),
    }
)

MESSAGES_ZH: Mapping[IdentifierProblem, str] = MappingProxyType(
    {
        IdentifierProblem.UNKNOWN_SCHEME: "登记系统不支持此标识体系。请使用标识体系列表中的代码。",
        IdentifierProblem.EMPTY: "{scheme}：缺少号码。请填写：{shape_zh}。",
        IdentifierProblem.WRONG_FORMAT: "{scheme}：号码的写法不符合该体系。应为{shape_zh}。",
        IdentifierProblem.WRONG_LENGTH: "{scheme}：号码过短或过长。应为{shape_zh}。",
        IdentifierProblem.WRONG_CHECK_DIGIT: (
            "{scheme}：校验码与号码不符，其中有字符错误。请与来源核对。"
        ),
        IdentifierProblem.PLACEHOLDER: (
            "{scheme}：此号码不对应某一个组织。请填写该组织自己的号码，或以机关和案号标识。"
        ),
        IdentifierProblem.NATURAL_PERSON: (
            "{scheme}：此处所指为自然人或个体经营者。本登记系统不收录个人。请删除此行。"
        ),
        IdentifierProblem.LEGAL_FORM_MISSING: (
            "{scheme}：号码不能区分企业与个体经营者。请申报该组织的法律形式。"
        ),
        IdentifierProblem.LEGAL_FORM_UNKNOWN: (
            "{scheme}：登记系统不认识所申报的法律形式。请使用法律形式列表中的代码。"
        ),
    }
)


class IdentifierError(ValueError):
    """An identifier is refused. Its text is plain English and never holds the value.

    Attributes:
        code: why.
        scheme: code of the scheme; empty when it is not one the register knows.
        message_en: the text in English.
        message_zh: the text in simplified Chinese.
    """

    def __init__(
        self, code: IdentifierProblem, scheme: str = "", *, shape_en: str = "", shape_zh: str = ""
    ) -> None:
        parameters = {"scheme": scheme, "shape_en": shape_en, "shape_zh": shape_zh}
        self.code = code
        self.scheme = scheme
        self.message_en = MESSAGES_EN[code].format(**parameters)
        self.message_zh = MESSAGES_ZH[code].format(**parameters)
        super().__init__(self.message_en)
