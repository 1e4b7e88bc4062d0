"""What the service says: the manifest, candidates and suggestions, as the standard has them.

The standard asks for a `score` of each candidate. Here it says how closely names and identifiers fit what
was asked, and nothing of the organisation (docs/scope.md, line 2).
"""

from typing import Any

from tabularium.api.answers import Addresses
from tabularium.api.reconciling.candidates import Candidate
from tabularium.api.reconciling.queries import BATCH, ORGANISATION
from tabularium.core.identifiers import SCHEMES, Scheme
from tabularium.register.models import Organisation

_TYPE = {"id": ORGANISATION, "name": "Organisation"}
_HOLE = "{{id}}"


def manifest(to: Addresses) -> dict[str, Any]:
    """What the service is and where its parts are. There is no data extension, and no flyout."""
    root = to.page("reconcile")
    return {
        "versions": ["0.2"],
        "name": "Tabularium",
        "identifierSpace": to.page("organisations", ""),
        "schemaSpace": "https://schema.org/",
        "defaultTypes": [_TYPE],
        "documentation": f"{root}/about.txt",
        "serviceVersion": "1.0.0",
        "batchSize": BATCH,
        "view": {"url": to.page("organisations", _HOLE)},
        "preview": {"url": f"{root}/preview/{_HOLE}", "width": 420, "height": 220},
        "suggest": {
            "entity": {"service_url": root, "service_path": "/suggest/entity"},
            "property": {"service_url": root, "service_path": "/suggest/property"},
        },
    }


def candidate(found: Candidate) -> dict[str, Any]:
    """A candidate. Each of its features is a fact of the match."""
    return {
        "id": found.organisation.pk,
        "name": found.organisation.name,
        "description": _numbers(found.organisation),
        "type": [_TYPE],
        "score": found.fit,
        "match": found.meant,
        "features": [
            {"id": "name", "value": found.name_fit},
            {"id": "other_name", "value": found.by_other_name},
            {"id": "identifier", "value": found.by_identifier},
        ],
    }


def entity(organisation: Organisation) -> dict[str, Any]:
    """A suggestion of an organisation."""
    return {
        "id": organisation.pk,
        "name": organisation.name,
        "description": _numbers(organisation),
        "notable": [_TYPE],
    }


def identifying_property(scheme: Scheme) -> dict[str, Any]:
    """A suggestion of a property: the identifier in one scheme."""
    return {"id": scheme.code, "name": scheme.name_en, "description": scheme.name_zh}


def properties(prefix: str) -> list[dict[str, Any]]:
    """The properties by which a query is narrowed, whose code or name has the text."""
    wanted = prefix.casefold()
    return [
        identifying_property(each)
        for each in SCHEMES.values()
        if any(wanted in said.casefold() for said in (each.code, each.name_en, each.name_zh))
    ]


def _numbers(organisation: Organisation) -> str:
    """What tells organisations of one name apart."""
    return ", ".join(
        f"{each.scheme} {each.value}"
        for each in sorted(
            organisation.identifiers.all(), key=lambda each: (each.scheme, each.value)
        )
    )
