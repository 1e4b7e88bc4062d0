"""Quality figures as the templates show them."""

from decimal import Decimal

from django import template
from django.utils.translation import gettext

from tabularium.intake.finding_names import SEVERITY_NAMES, finding_name
from tabularium.intake.findings import Severity
from tabularium.public.languages import is_page_language
from tabularium.public.templatetags.figures_of_register import grouped
from tabularium.register.diligence import Point
from tabularium.register.quality_figures import Figure, Share
from tabularium.register.quality_periods import MONTHS_IN_A_QUARTER, Period
from tabularium.register.quality_words import FIGURES, WITHHELD

register = template.Library()


def _one_of(texts: tuple[str, str]) -> str:
    return texts[1] if is_page_language("zh-hans") else texts[0]


@register.filter
def figure_name(figure: Figure) -> str:
    """What a figure is called."""
    return _one_of((FIGURES[figure].en, FIGURES[figure].zh))


@register.filter
def figure_meaning(figure: Figure) -> str:
    """What a figure is, in a sentence."""
    return _one_of((FIGURES[figure].meaning_en, FIGURES[figure].meaning_zh))


@register.filter
def finding_kind(code: str) -> str:
    """What a kind of finding is called."""
    return _one_of(finding_name(code))


@register.filter
def severity_name(severity: str) -> str:
    """What a finding did to its row, in a word."""
    return _one_of(SEVERITY_NAMES[Severity(severity)])


@register.filter
def withheld_because(share: Share | Point) -> str:
    """Why a share is not given, as a sentence; empty where it is."""
    return "" if share.withheld is None else _one_of(WITHHELD[share.withheld])


@register.filter
def percent(value: Decimal) -> str:
    """A share in percent, with one decimal."""
    return f"{value}%"


@register.filter
def part_of_whole(share: Share) -> str:
    """Numerator and denominator: "12 of 3,400"."""
    if share.part is None or share.whole is None:
        return ""
    return gettext("%(part)s of %(whole)s") % {
        "part": grouped(share.part),
        "whole": grouped(share.whole),
    }


@register.filter
def period_name(period: Period) -> str:
    """What a period is called."""
    if not period.is_quarter:
        return gettext("The last four quarters")
    return gettext("Quarter %(number)s of %(year)s") % {
        "number": (period.first.month - 1) // MONTHS_IN_A_QUARTER + 1,
        "year": period.first.year,
    }
