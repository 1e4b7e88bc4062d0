"""What every page shows around its content."""

import json
from dataclasses import dataclass
from json.encoder import encode_basestring
from typing import Any

from django import template
from django.conf import settings
from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, QueryDict
from django.template.context import RequestContext
from django.urls import reverse
from django.utils.encoding import escape_uri_path
from django.utils.safestring import SafeString
from django.utils.translation import override

from tabularium.public.languages import page_language

register = template.Library()


@dataclass(frozen=True, slots=True)
class OtherLanguage:
    """The same page in another language: its tag, the language's own name, and the address."""

    tag: str
    name: str
    address: str


@register.simple_tag
def register_is_demo() -> bool:
    """Whether everything here is made up, which every page then says."""
    return bool(getattr(settings, "REGISTER_IS_DEMO", False))


@register.simple_tag(takes_context=True)
def other_languages(context: RequestContext) -> list[OtherLanguage]:
    """The page in the other languages; the search page where the address has no language of its own."""
    request = context.get("request")
    if not isinstance(request, HttpRequest):
        return []
    here = page_language()
    return [
        OtherLanguage(tag, name, _address_in(request, here, tag))
        for tag, name in settings.LANGUAGES
        if tag != here
    ]


def _address_in(request: HttpRequest, here: str, tag: str) -> str:
    prefix = f"/{here}/"
    if not request.path.startswith(prefix):
        with override(tag):
            return reverse("public:search")
    address = escape_uri_path(f"/{tag}/{request.path.removeprefix(prefix)}")
    try:
        query = request.GET.urlencode()
    except TooManyFieldsSent:
        # The page that refuses such a query has this link too, and must not fail for it.
        query = ""
    return f"{address}?{query}" if query else address


@register.simple_tag(takes_context=True)
def turned_to(context: RequestContext, parameter: str, place: int | str) -> str:
    """The query of this page's address with one of its lists turned to another page."""
    query: QueryDict = context["request"].GET.copy()
    query[parameter] = str(place)
    if place in {1, ""}:
        del query[parameter]
    return f"?{query.urlencode()}"


@register.simple_tag
def page_locale() -> str:
    """The page's language as Open Graph writes it."""
    return {"zh-hans": "zh_CN"}.get(page_language(), "en_GB")


@register.simple_tag
def data_block(data: dict[str, Any]) -> SafeString:
    """Data as a block that browsers do not run, whatever texts it holds."""
    written = _within_block(json.dumps(data, ensure_ascii=False))
    return SafeString(f'<script type="application/ld+json">{written}</script>')


def within_data(text: str) -> str:
    """A text as it stands between its quotes in such a block."""
    written: str = encode_basestring(text)
    return _within_block(written[1:-1])


def _within_block(written: str) -> str:
    # What could end the block, or be taken for HTML within it; JSON may write any character so.
    return written.replace("<", "\\u003C").replace(">", "\\u003E").replace("&", "\\u0026")
