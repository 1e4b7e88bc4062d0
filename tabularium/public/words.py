"""What codes are called in the reader's language."""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tabularium.core import legal_forms
from tabularium.core.identifiers import AUTHORITY_CASE, SCHEMES
from tabularium.core.kinds import Field, Kind, NoticeChannel
from tabularium.intake.item_parts import FieldType, Frequency, TermRule
from tabularium.public.legal_form_words import LEGAL_FORM_NAMES
from tabularium.register.search_hits import Why
from tabularium.register.timeline import What

KINDS: Mapping[str, Promise] = MappingProxyType(
    {
        Kind.LICENCE: pgettext_lazy("kind", "Licence"),
        Kind.PENALTY: pgettext_lazy("kind", "Penalty"),
        Kind.EXCLUSION: pgettext_lazy("kind", "Exclusion from tenders"),
        Kind.PROMISE: pgettext_lazy("kind", "Promise of an authority"),
        Kind.JUDGMENT: pgettext_lazy("kind", "Judgment not yet carried out"),
    }
)
FIELDS: Mapping[str, Promise] = MappingProxyType(
    {
        Field.PRODUCT_SAFETY: pgettext_lazy("field", "Product safety"),
        Field.FOOD_SAFETY: pgettext_lazy("field", "Food safety"),
        Field.DRUG_SAFETY: pgettext_lazy("field", "Drug safety"),
        Field.WORKPLACE_SAFETY: pgettext_lazy("field", "Workplace safety"),
        Field.ENVIRONMENT: pgettext_lazy("field", "Environment"),
        Field.CONSTRUCTION: pgettext_lazy("field", "Construction"),
        Field.TRANSPORT: pgettext_lazy("field", "Transport"),
        Field.TAX: pgettext_lazy("field", "Tax"),
        Field.WAGES: pgettext_lazy("field", "Wages"),
        Field.HEALTH_AND_CARE: pgettext_lazy("field", "Health and care services"),
        Field.DATA_PROTECTION: pgettext_lazy("field", "Data protection"),
        Field.COMPETITION: pgettext_lazy("field", "Competition"),
        Field.CONSUMER_PROTECTION: pgettext_lazy("field", "Consumer protection"),
        Field.PUBLIC_PROCUREMENT: pgettext_lazy("field", "Public procurement"),
        Field.FINANCIAL_SERVICES: pgettext_lazy("field", "Financial services"),
        Field.BUSINESS_LICENSING: pgettext_lazy("field", "Business licensing"),
    }
)
NOTICE_CHANNELS: Mapping[str, Promise] = MappingProxyType(
    {
        NoticeChannel.LETTER: pgettext_lazy("notice", "By letter"),
        NoticeChannel.EMAIL: pgettext_lazy("notice", "By e-mail"),
        NoticeChannel.MAILBOX: pgettext_lazy("notice", "In its electronic mailbox"),
    }
)
FREQUENCIES: Mapping[str, Promise] = MappingProxyType(
    {
        Frequency.DAILY: pgettext_lazy("frequency", "Every day"),
        Frequency.WEEKLY: pgettext_lazy("frequency", "Every week"),
        Frequency.FORTNIGHTLY: pgettext_lazy("frequency", "Every two weeks"),
        Frequency.MONTHLY: pgettext_lazy("frequency", "Every month"),
        Frequency.QUARTERLY: pgettext_lazy("frequency", "Every quarter"),
        Frequency.YEARLY: pgettext_lazy("frequency", "Every year"),
        Frequency.IRREGULAR: pgettext_lazy("frequency", "At no fixed times"),
    }
)
TERM_RULES: Mapping[str, Promise] = MappingProxyType(
    {
        TermRule.COLUMNS: _("The decision itself names the last day."),
        TermRule.DURATION_TEXT: _(
            "The decision names how long it holds; the last day is counted from that."
        ),
        TermRule.DAYS_COLUMN: _(
            "The decision names a number of days; the last day is counted from that."
        ),
        TermRule.PACK_DEFAULT: _(
            "The decision names no end; the rules of the jurisdiction set how long it is public."
        ),
        TermRule.OPEN: _("It has no end until the authority ends it."),
    }
)
COLUMN_TYPES: Mapping[str, Promise] = MappingProxyType(
    {
        FieldType.STRING: pgettext_lazy("column", "Text"),
        FieldType.DATE: pgettext_lazy("column", "Date"),
        FieldType.NUMBER: pgettext_lazy("column", "Number"),
        FieldType.INTEGER: pgettext_lazy("column", "Whole number"),
    }
)
CURRENCIES: Mapping[str, Promise] = MappingProxyType(
    {
        "AUD": pgettext_lazy("currency", "Australian dollars"),
        "BRL": pgettext_lazy("currency", "Brazilian reais"),
        "CNY": pgettext_lazy("currency", "yuan"),
        "EUR": pgettext_lazy("currency", "euros"),
        "GBP": pgettext_lazy("currency", "pounds sterling"),
        "INR": pgettext_lazy("currency", "Indian rupees"),
        "JPY": pgettext_lazy("currency", "yen"),
        "MXN": pgettext_lazy("currency", "Mexican pesos"),
        "NOK": pgettext_lazy("currency", "Norwegian kroner"),
        "PEN": pgettext_lazy("currency", "Peruvian soles"),
        "USD": pgettext_lazy("currency", "US dollars"),
    }
)
PLACES: Mapping[str, Promise] = MappingProxyType(
    {
        "au": pgettext_lazy("place", "Australia"),
        "br": pgettext_lazy("place", "Brazil"),
        "cn": pgettext_lazy("place", "China"),
        "eu": pgettext_lazy("place", "European Union"),
        "gb": pgettext_lazy("place", "United Kingdom"),
        "in": pgettext_lazy("place", "India"),
        "jp": pgettext_lazy("place", "Japan"),
        "mx": pgettext_lazy("place", "Mexico"),
        "no": pgettext_lazy("place", "Norway"),
        "pe": pgettext_lazy("place", "Peru"),
        "us": pgettext_lazy("place", "United States"),
        "xi": pgettext_lazy("place", "International body"),
    }
)
MOMENTS: Mapping[str, Promise] = MappingProxyType(
    {
        What.DECIDED: pgettext_lazy("moment", "The authority decided."),
        What.TOLD: pgettext_lazy("moment", "The organisation was told."),
        What.PUBLISHED: pgettext_lazy("moment", "The entry became public as it stands here."),
        What.CORRECTED: pgettext_lazy("moment", "The authority corrected the entry."),
        What.ANSWERED: pgettext_lazy("moment", "The organisation answered."),
        What.KEPT: pgettext_lazy("moment", "The authority said that it kept the promise."),
        What.PROMISED_ANEW: pgettext_lazy("moment", "The authority promised it anew."),
        What.NOTED: pgettext_lazy("moment", "The authority added a note."),
    }
)

REASONS: Mapping[str, Promise] = MappingProxyType(
    {
        Why.NAME: pgettext_lazy("found by", "Name"),
        Why.FORMER: pgettext_lazy("found by", "Former name"),
        Why.TRANSLATED: pgettext_lazy("found by", "Name in another language"),
        Why.WRITTEN: pgettext_lazy("found by", "Name in another decision"),
        Why.DECISION: pgettext_lazy("found by", "Number of a decision"),
    }
)


def word(table: Mapping[str, Promise], code: str) -> str:
    """The name of a code, or the code itself where the table, open as to codes, has no name for it."""
    return str(table.get(code, code))


def place(code: str) -> str:
    """The name of a jurisdiction; its code in capitals where it is none of those the register names."""
    return str(PLACES.get(code, code.upper()))


def _reads_chinese() -> bool:
    return (get_language() or "").startswith("zh")


def scheme(code: str) -> str:
    """What a scheme of identifiers is called."""
    if code == AUTHORITY_CASE:
        return pgettext("identifier", "No registration number; named by authority and case")
    known = SCHEMES.get(code)
    if known is None:
        return code
    return known.name_zh if _reads_chinese() else known.name_en


def legal_form(code: str) -> tuple[str, str, str]:
    """A legal form: its name in the reader's language, its name in law, and the law's jurisdiction.

    Returns:
        Three empty texts where the code is not known; an empty second where both names are the same.
    """
    form = legal_forms.get(code)
    if form is None:
        return "", "", ""
    if form.jurisdiction == "cn" and _reads_chinese():
        return form.name, "", form.jurisdiction
    here = str(LEGAL_FORM_NAMES.get(form.name_en, form.name_en))
    in_law = "" if form.name in {here, form.name_en} else form.name
    return here, in_law, form.jurisdiction


def reason(why: Why, of: str) -> str:
    """By what an organisation was found, in words; `of` is the scheme of an identifier."""
    if why is Why.IDENTIFIER:
        return scheme(of)
    return word(REASONS, why)
