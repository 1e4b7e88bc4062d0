"""What describes the files: a Frictionless Data Package and a DCAT-AP 3 catalogue, made of one build.

https://specs.frictionlessdata.io/ (Data Package 1, Tabular Data Resource) and
https://semiceu.github.io/DCAT-AP/releases/3.0.1/ ; the catalogue is JSON-LD with its context in it, so that
nobody has to fetch one.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings

from tabularium.opendata.fields import ALWAYS, DESCRIPTIONS
from tabularium.opendata.writers import FORMATS, VALID_UNTIL
from tabularium.register.open_records import iso, type_of

if TYPE_CHECKING:
    from tabularium.opendata.building import Build, DataFile

PACKAGE, CATALOGUE = "datapackage.json", "catalogue.jsonld"

TITLE = "Decisions of authorities about organisations"
DESCRIPTION = (
    "Every entry that the register shows to the public: licences, penalties, procurement exclusions, and the"
    " authorities' own promises and unpaid judgments. An entry is one decision of one authority and has no"
    " effect beyond it. Each ends: delete your copy by its public_until, and whenever the feed of changes"
    " says so. Do not add entries up to a score of an organisation."
)
_VALID_UNTIL_SAYS = "Delete your copy of the whole file by then, in UTC. The same in every row."


class Licence(NamedTuple):
    """Under which terms the data may be used."""

    name: str
    title: str
    address: str


LICENCES: Mapping[str, Licence] = MappingProxyType(
    {
        each.name: each
        for each in (
            Licence(
                "CC-BY-4.0",
                "Creative Commons Attribution 4.0 International",
                "https://creativecommons.org/licenses/by/4.0/",
            ),
            Licence(
                "CC0-1.0",
                "Creative Commons CC0 1.0 Universal",
                "https://creativecommons.org/publicdomain/zero/1.0/",
            ),
        )
    }
)


def licence() -> Licence:
    """The licence that the operator chose."""
    return LICENCES[settings.OPEN_DATA_LICENCE]


def described(made: "Build") -> dict[str, str]:
    """The texts that describe a build, by the names of their files."""
    return {PACKAGE: _text(package(made)), CATALOGUE: _text(catalogue(made))}


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def address_of(name: str = "") -> str:
    """Where a file is fetched."""
    return f"{settings.ADDRESS}/open-data/{name}"


def package(made: "Build") -> dict[str, Any]:
    """The Data Package of a build."""
    named = licence()
    return {
        "profile": "data-package",
        "name": "tabularium-open-data",
        "title": TITLE,
        "description": DESCRIPTION,
        "homepage": f"{settings.ADDRESS}/open-data",
        "created": iso(made.built_at),
        "valid_until": iso(made.valid_until),
        "licenses": [{"name": named.name, "path": named.address, "title": named.title}],
        "changes": f"{settings.ADDRESS}/api/v1/changes?after={made.cursor}",
        "log": made.log,
        "resources": [_resource(each) for each in made.files.values()],
    }


def _resource(file: "DataFile") -> dict[str, Any]:
    known = {
        "name": file.name.replace(".", "-"),
        "path": file.name,
        "title": f"{TITLE}: {file.kind}",
        "format": file.ending,
        "mediatype": FORMATS[file.ending].media_type,
        "encoding": "utf-8",
        "bytes": file.length,
        "hash": f"sha256:{file.sha256}",
        "rows": file.rows,
        "valid_until": iso(file.valid_until),
    }
    schema = {"fields": _fields(with_end=file.ending != "parquet"), "primaryKey": ["id"]}
    if file.ending == "parquet":
        # The specification of tabular resources knows no Parquet.
        return {**known, "profile": "data-resource", "schema": schema}
    return {**known, "profile": "tabular-data-resource", "schema": schema}


def _fields(*, with_end: bool) -> list[dict[str, Any]]:
    fields: list[dict[str, Any]] = [
        {
            "name": name,
            "type": type_of(name),
            **({"format": "any"} if type_of(name) == "datetime" else {}),
            "description": description,
            "constraints": {"required": name in ALWAYS, "unique": name == "id"},
        }
        for name, description in DESCRIPTIONS.items()
    ]
    if with_end:
        fields.append(
            {
                "name": VALID_UNTIL,
                "type": "datetime",
                "format": "any",
                "description": _VALID_UNTIL_SAYS,
                "constraints": {"required": True},
            }
        )
    return fields


_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_EU = "http://publications.europa.eu/resource/authority/"
_MEDIA = "https://www.iana.org/assignments/media-types/"


def _en(text: str) -> dict[str, str]:
    return {"@value": text, "@language": "en"}


def _at(value: datetime) -> dict[str, str]:
    return {"@value": iso(value), "@type": "xsd:dateTime"}


def catalogue(made: "Build") -> dict[str, Any]:
    """The DCAT-AP catalogue of a build: a dataset for each kind and one for all, each in three formats."""
    kinds = dict.fromkeys(each.kind for each in made.files.values())
    publisher = {
        "@id": f"{settings.ADDRESS}/#publisher",
        "@type": "foaf:Agent",
        "foaf:name": _en(f"The register at {urlsplit(settings.ADDRESS).netloc}"),
    }
    return {
        "@context": _CONTEXT,
        "@id": address_of(CATALOGUE),
        "@type": "dcat:Catalog",
        "dct:title": _en(TITLE),
        "dct:description": _en(DESCRIPTION),
        "dct:publisher": publisher,
        "dct:license": _document(licence().address),
        "dct:modified": _at(made.built_at),
        "foaf:homepage": {"@id": f"{settings.ADDRESS}/open-data", "@type": "foaf:Document"},
        "dcat:dataset": [_dataset(made, kind, publisher["@id"]) for kind in kinds],
    }


def _document(address: str) -> dict[str, str]:
    return {"@id": address, "@type": "dct:LicenseDocument"}


def _dataset(made: "Build", kind: str, publisher: Any) -> dict[str, Any]:
    return {
        "@id": f"{settings.ADDRESS}/open-data#{kind}",
        "@type": "dcat:Dataset",
        "dct:title": _en(f"{TITLE}: {kind}"),
        "dct:description": _en(DESCRIPTION),
        "dct:publisher": {"@id": publisher},
        "dct:identifier": f"{settings.ADDRESS}/open-data#{kind}",
        "dct:modified": _at(made.built_at),
        "dct:accrualPeriodicity": {"@id": f"{_EU}frequency/DAILY", "@type": "dct:Frequency"},
        "dcat:theme": {
            "@id": f"{_EU}data-theme/GOVE",
            "@type": "skos:Concept",
            "skos:prefLabel": _en("Government and public sector"),
        },
        "dcat:landingPage": {"@id": f"{settings.ADDRESS}/open-data", "@type": "foaf:Document"},
        "dcat:distribution": [
            _distribution(made, each) for each in made.files.values() if each.kind == kind
        ],
    }


def _distribution(made: "Build", file: "DataFile") -> dict[str, Any]:
    media_type = f"{_MEDIA}{FORMATS[file.ending].media_type}"
    return {
        "@id": f"{address_of(file.name)}#distribution",
        "@type": "dcat:Distribution",
        "dct:title": _en(file.name),
        "dcat:accessURL": {"@id": f"{settings.ADDRESS}/open-data"},
        "dcat:downloadURL": {"@id": address_of(file.name)},
        "dcat:mediaType": {"@id": media_type, "@type": "dct:MediaType"},
        "dct:license": _document(licence().address),
        "dct:modified": _at(made.built_at),
        "dct:valid": _at(file.valid_until),
        "dcat:byteSize": {"@value": str(file.length), "@type": "xsd:nonNegativeInteger"},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {
                "@id": "spdx:checksumAlgorithm_sha256",
                "@type": "spdx:ChecksumAlgorithm",
            },
            "spdx:checksumValue": {"@value": file.sha256, "@type": "xsd:hexBinary"},
        },
    }
