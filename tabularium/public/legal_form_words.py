"""Names of legal forms in the reader's language, by their English name in `core.legal_forms`."""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

LEGAL_FORM_NAMES: Mapping[str, Promise] = MappingProxyType(
    {
        "Association": pgettext_lazy("legal form", "Association"),
        "Bank or financial institution": pgettext_lazy(
            "legal form", "Bank or financial institution"
        ),
        "Charitable incorporated organisation": pgettext_lazy(
            "legal form", "Charitable incorporated organisation"
        ),
        "Chartered bank or credit union": pgettext_lazy(
            "legal form", "Chartered bank or credit union"
        ),
        "Civil association": pgettext_lazy("legal form", "Civil association"),
        "Civil company": pgettext_lazy("legal form", "Civil company"),
        "Closed joint-stock company": pgettext_lazy("legal form", "Closed joint-stock company"),
        "Community interest company": pgettext_lazy("legal form", "Community interest company"),
        "Company of a form not told": pgettext_lazy("legal form", "Company of a form not told"),
        "Consortium of companies": pgettext_lazy("legal form", "Consortium of companies"),
        "Cooperative": pgettext_lazy("legal form", "Cooperative"),
        "Corporation": pgettext_lazy("legal form", "Corporation"),
        "Farmers' specialised cooperative": pgettext_lazy(
            "legal form", "Farmers' specialised cooperative"
        ),
        "Foundation": pgettext_lazy("legal form", "Foundation"),
        "Institution certified for Medicare or Medicaid": pgettext_lazy(
            "legal form", "Institution certified for Medicare or Medicaid"
        ),
        "Investment promotion company": pgettext_lazy("legal form", "Investment promotion company"),
        "Joint-stock company": pgettext_lazy("legal form", "Joint-stock company"),
        "Joint-stock company with variable capital": pgettext_lazy(
            "legal form", "Joint-stock company with variable capital"
        ),
        "Law firm registered with the bar": pgettext_lazy(
            "legal form", "Law firm registered with the bar"
        ),
        "Limited company": pgettext_lazy("legal form", "Limited company"),
        "Limited liability company": pgettext_lazy("legal form", "Limited liability company"),
        "Limited liability partnership": pgettext_lazy(
            "legal form", "Limited liability partnership"
        ),
        "Limited partnership": pgettext_lazy("legal form", "Limited partnership"),
        "Listed joint-stock company": pgettext_lazy("legal form", "Listed joint-stock company"),
        "Local authority": pgettext_lazy("legal form", "Local authority"),
        "National Health Service body": pgettext_lazy("legal form", "National Health Service body"),
        "Nonprofit organisation": pgettext_lazy("legal form", "Nonprofit organisation"),
        "Open joint-stock company": pgettext_lazy("legal form", "Open joint-stock company"),
        "Organisation of a form not told": pgettext_lazy(
            "legal form", "Organisation of a form not told"
        ),
        "Private charitable institution": pgettext_lazy(
            "legal form", "Private charitable institution"
        ),
        "Private limited company": pgettext_lazy("legal form", "Private limited company"),
        "Private non-enterprise unit": pgettext_lazy("legal form", "Private non-enterprise unit"),
        "Professional corporation": pgettext_lazy("legal form", "Professional corporation"),
        "Professional limited liability company": pgettext_lazy(
            "legal form", "Professional limited liability company"
        ),
        "Public authority": pgettext_lazy("legal form", "Public authority"),
        "Public body": pgettext_lazy("legal form", "Public body"),
        "Public institution": pgettext_lazy("legal form", "Public institution"),
        "Public limited company": pgettext_lazy("legal form", "Public limited company"),
        "Registered society": pgettext_lazy("legal form", "Registered society"),
        "Rural collective economic organisation": pgettext_lazy(
            "legal form", "Rural collective economic organisation"
        ),
        "Rural production society": pgettext_lazy("legal form", "Rural production society"),
        "Simple company": pgettext_lazy("legal form", "Simple company"),
        "Simplified joint-stock company": pgettext_lazy(
            "legal form", "Simplified joint-stock company"
        ),
        "Single-owner limited liability company": pgettext_lazy(
            "legal form", "Single-owner limited liability company"
        ),
        "Social organisation": pgettext_lazy("legal form", "Social organisation"),
        "Social solidarity society": pgettext_lazy("legal form", "Social solidarity society"),
        "Special general partnership": pgettext_lazy("legal form", "Special general partnership"),
        "Trade union": pgettext_lazy("legal form", "Trade union"),
        "Trade union or employers' association": pgettext_lazy(
            "legal form", "Trade union or employers' association"
        ),
        "University": pgettext_lazy("legal form", "University"),
        "Unlimited company": pgettext_lazy("legal form", "Unlimited company"),
        "Village or residents' committee": pgettext_lazy(
            "legal form", "Village or residents' committee"
        ),
    }
)
