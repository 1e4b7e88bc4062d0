"""Codes, names, texts and addresses as the templates show them."""

from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from tabularium.core.identifiers import AUTHORITY_CASE
from tabularium.core.kinds import Kind
from tabularium.core.web_addresses import web_address
from tabularium.public import words
from tabularium.public.languages import (
    Chosen,
    choose,
    is_page_language,
    language_of_name,
    page_language,
)
from tabularium.register.search_hits import Reason, Why
from tabularium.register.timeline import What
from tabularium.register.visibility import ShownAnswer

register = template.Library()
register.filter("web_address", web_address)


@register.filter
def kind_name(code: str) -> str:
    """A kind of entry in words."""
    return words.word(words.KINDS, code)


@register.filter
def field_name(code: str) -> str:
    """A field of regulation in words."""
    return words.word(words.FIELDS, code)


@register.filter
def moment_name(what: str, kind: str) -> str:
    """What happened to an entry, as a sentence; a promise is not decided, but made."""
    if kind == Kind.PROMISE and what == What.DECIDED:
        return pgettext("moment", "The authority made the promise.")
    return words.word(words.MOMENTS, what)


@register.filter
def channel_name(code: str) -> str:
    """How an organisation was told, in words."""
    return words.word(words.NOTICE_CHANNELS, code)


@register.filter
def frequency_name(code: str) -> str:
    """How often an authority sends its decisions, in words."""
    return words.word(words.FREQUENCIES, code)


@register.filter
def term_rule_sentence(code: str) -> str:
    """Where the end of a decision comes from, as a sentence."""
    return words.word(words.TERM_RULES, code)


@register.filter
def column_type_name(code: str) -> str:
    """The type of a column in words."""
    return words.word(words.COLUMN_TYPES, code)


@register.filter
def place_name(code: str) -> str:
    """A jurisdiction in words."""
    return words.place(code)


@register.filter
def scheme_name(code: str) -> str:
    """What a scheme of identifiers is called."""
    return words.scheme(code)


@register.filter
def identifier_value(value: str, scheme: str) -> str:
    """An identifier as people write it; of authority and case, the two apart and without escapes."""
    if scheme != AUTHORITY_CASE:
        return value
    authority, _, case = value.partition("/")
    case, _, party = case.partition("#")
    return " / ".join(unquote(part) for part in (authority, case, party) if part)


@register.filter
def legal_form_name(code: str) -> SafeString:
    """A legal form in the reader's language, and its name in law where that is another."""
    here, in_law, jurisdiction = words.legal_form(code)
    if not in_law:
        return format_html("{}", here)
    language = {"cn": "zh-Hans", "br": "pt-BR", "mx": "es-MX", "pe": "es-PE"}.get(jurisdiction, "")
    return format_html('{} (<span lang="{}">{}</span>)', here, language, in_law)


@register.simple_tag
def found_by(reason: Reason) -> str:
    """By what an organisation was found, in words."""
    return words.reason(reason.why, reason.of)


@register.filter
def marked(reason: Reason) -> SafeString:
    """The text by which an organisation was found, with what matches marked."""
    if reason.why is Why.IDENTIFIER and identifier_value(reason.text, reason.of) != reason.text:
        return format_html("<mark>{}</mark>", identifier_value(reason.text, reason.of))
    pieces = format_html_join(
        "",
        "{}",
        (
            (format_html("<mark>{}</mark>", part.text) if part.matches else part.text,)
            for part in reason.parts
        ),
    )
    language = (
        reason.of if reason.why in {Why.FORMER, Why.TRANSLATED} else language_of_name(reason.text)
    )
    if is_page_language(language or "en"):
        return format_html("<bdi>{}</bdi>", pieces)
    return format_html('<bdi lang="{}">{}</bdi>', language, pieces)


@register.filter
def name(text: str) -> SafeString:
    """A proper name, set apart from the direction of the text around it and marked with its language.

    A name in Latin letters is left to the voice of the page where that is English; elsewhere it is
    marked as of no known language, so that it is not read out by the rules of the page's.
    """
    language = language_of_name(text)
    if is_page_language(language or "en"):
        return format_html("<bdi>{}</bdi>", text)
    return format_html('<bdi lang="{}">{}</bdi>', language, text)


@register.filter
def own_words(text: str) -> SafeString:
    """What somebody wrote in a language that is not known, marked as far as its script tells."""
    return name(text)


@register.filter
def in_language(text: str, tag: str) -> SafeString:
    """A text of another's, marked with its language where the page's is another."""
    if not tag:
        return own_words(text)
    if is_page_language(tag):
        return format_html("{}", text)
    return format_html('<span lang="{}">{}</span>', tag, text)


@register.filter
def for_reader(texts: Mapping[str, str] | None) -> SafeString:
    """Of a text given in several languages the one for this reader, marked if it is in another."""
    chosen: Chosen = choose(texts or {})
    return in_language(chosen.text, chosen.language)


@register.filter
def for_reader_plain(texts: Mapping[str, str] | None) -> str:
    """The same as plain text, for a page's title and within sentences that are marked as a whole."""
    return choose(texts or {}).text


@register.filter
def of_entry(answers: Mapping[str, ShownAnswer], identity: str) -> ShownAnswer | None:
    """What an organisation says to one of several entries; None where it says nothing that is shown."""
    return answers.get(identity)


@register.filter
def label_of(labels: Mapping[str, Mapping[str, str]], code: str) -> SafeString:
    """The label of a further fact; where the item has none, its name as the item writes it."""
    return for_reader(labels.get(code) or {page_language(): code})


@register.filter
def site_name(address: str) -> str:
    """The host of a web address, to show where a link leads."""
    return urlsplit(address).hostname or address
