"""What a page is about, in the words of schema.org, as a block of data that no browser runs.

It repeats what the page says and adds nothing: no figure and no sentence about an organisation.
"""

from typing import Any

from django.http import HttpRequest
from django.urls import get_script_prefix, reverse

from tabularium.core.kinds import Kind
from tabularium.public import words
from tabularium.public.languages import choose
from tabularium.register.models import Authority, Entry, Organisation, OrganisationName

Data = dict[str, Any]
_CONTEXT = "https://schema.org"


def of_site(request: HttpRequest) -> Data:
    """The register, and how it is searched."""
    search = request.build_absolute_uri(reverse("public:search"))
    return {
        "@context": _CONTEXT,
        "@type": "WebSite",
        "name": "Tabularium",
        "url": search,
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": f"{search}?q={{q}}"},
            "query-input": "required name=q",
        },
    }


def of_organisation(request: HttpRequest, organisation: Organisation) -> Data:
    """An organisation by its names and numbers; `other_names` and `identifiers` are prefetched."""
    others = list(organisation.other_names.all())
    former = [each.name for each in others if each.sort == OrganisationName.Sort.FORMER]
    also = [each.name for each in others if each.sort != OrganisationName.Sort.FORMER]
    told = {
        "@context": _CONTEXT,
        "@type": "Organization",
        "@id": _permanent(request, f"organisations/{organisation.pk}"),
        "name": organisation.name,
        "alternateName": [*also, *former],
        "identifier": [
            {"@type": "PropertyValue", "propertyID": each.scheme, "value": each.value}
            for each in organisation.identifiers.all()
        ],
    }
    return {name: value for name, value in told.items() if value}


def of_authority(request: HttpRequest, authority: Authority) -> Data:
    """An authority by its names."""
    told = {
        "@context": _CONTEXT,
        "@type": "GovernmentOrganization",
        "@id": _permanent(request, f"authorities/{authority.pk}"),
        "name": choose(authority.names).text,
        "alternateName": sorted(set(authority.names.values()) - {choose(authority.names).text}),
        "url": authority.website,
    }
    return {name: value for name, value in told.items() if value}


def of_entry(request: HttpRequest, entry: Entry) -> Data:
    """A public entry: who decided what about whom, and when this page ends."""
    version, authority = entry.current_version, entry.authority
    address = _permanent(request, f"entries/{entry.pk}")
    issuer = {
        "@type": "GovernmentOrganization",
        "@id": _permanent(request, f"authorities/{authority.pk}"),
        "name": choose(authority.names).text,
    }
    about = {
        "@type": "Organization",
        "@id": _permanent(request, f"organisations/{entry.organisation_id}"),
        "name": entry.organisation.name if entry.organisation else "",
    }
    told = {
        "@context": _CONTEXT,
        "@type": "DigitalDocument",
        "@id": address,
        "url": address,
        "name": version.measure,
        "inLanguage": version.language,
        "genre": words.word(words.KINDS, entry.kind),
        "identifier": version.decision_number,
        "dateCreated": version.decided_on.isoformat() if version.decided_on else "",
        "datePublished": entry.public_from.isoformat() if entry.public_from else "",
        "expires": entry.public_until.isoformat() if entry.public_until else "",
        "publisher": issuer,
        "about": about,
        "citation": version.legal_basis,
    }
    if entry.kind == Kind.LICENCE:
        told["mainEntity"] = {
            "@type": "GovernmentPermit",
            "name": version.measure,
            "issuedBy": {"@id": issuer["@id"]},
            "validFrom": version.term_begins.isoformat() if version.term_begins else None,
            "validUntil": version.term_ends.isoformat() if version.term_ends else None,
        }
    return {name: value for name, value in told.items() if value}


def _permanent(request: HttpRequest, tail: str) -> str:
    return request.build_absolute_uri(f"{get_script_prefix()}{tail}")
