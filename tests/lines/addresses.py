"""Every public address of the register, and what is fetched at it."""

import json
from collections.abc import Callable
from urllib.parse import quote

from tests.lines.walkers.visible import LANGUAGES, Addresses, Case

API = "/api/v1"

# Below these nobody gets anything without a key of a member; `test_member_keys` sees to it.
KEYED = ("api/v1/desk", "api/v1/reply")

# Below these nobody gets anything who is not signed in; `test_workspaces` sees to it.
WORKSPACES = ("<language>/desk", "<language>/reply", "<language>/account", "account/")


def _fixed(address: str) -> Addresses:
    return lambda _case: [address]


def _pages(*tails: Callable[[Case], str]) -> Addresses:
    return lambda case: [f"/{language}/{tail(case)}" for language in LANGUAGES for tail in tails]


def by_identifier(case: Case) -> str:
    """The query that asks for the subject by its number."""
    return f"scheme={case.scheme}&value={case.identifier}"


# Every public route, and what is fetched at it. A route that is not here fails a test.
COVERED: dict[str, Addresses] = {
    "<language>/": _pages(
        lambda _case: "",
        lambda case: f"?q={case.name[0]}",
        lambda case: f"?q={case.identifier}",
        lambda case: f"?q={case.name[0]}&kind=penalty",
    ),
    "<language>/suggestions": _pages(
        lambda case: f"suggestions?q={case.name[0]}",
        lambda case: f"suggestions?q={case.identifier}",
    ),
    "<language>/organisations/<identity:identity>": _pages(
        lambda case: f"organisations/{case.organisation}",
        lambda case: f"organisations/{case.organisation}?decisions=older-2099-01-01-000000000000",
    ),
    "<language>/entries/<identity:identity>": _pages(lambda case: f"entries/{case.entry}"),
    "<language>/entries/<identity:identity>/extract.json": _pages(
        lambda case: f"entries/{case.entry}/extract.json"
    ),
    "<language>/entries/<identity:identity>/extract.pdf": _pages(
        lambda case: f"entries/{case.entry}/extract.pdf"
    ),
    "<language>/organisations/<identity:identity>/extract.json": _pages(
        lambda case: f"organisations/{case.organisation}/extract.json"
    ),
    "<language>/organisations/<identity:identity>/extract.pdf": _pages(
        lambda case: f"organisations/{case.organisation}/extract.pdf"
    ),
    "<language>/authorities/<slug:code>": _pages(lambda case: f"authorities/{case.authority}"),
    "<language>/authorities/<slug:code>/figures": _pages(
        lambda case: f"authorities/{case.authority}/figures",
        lambda case: f"authorities/{case.authority}/figures?period=2025-Q4",
    ),
    "<language>/catalogue": _pages(lambda _case: "catalogue"),
    "<language>/catalogue/<slug:code>": _pages(lambda case: f"catalogue/{case.item}"),
    "<language>/catalogue/<slug:code>/version-<int:version>.toml": _pages(
        lambda case: f"catalogue/{case.item}/version-1.toml"
    ),
    "<language>/about": _pages(lambda _case: "about"),
    "<language>/verify": _pages(lambda _case: "verify"),
    "<language>/log": _pages(lambda _case: "log"),
    "log/checkpoint": _fixed("/log/checkpoint"),
    "log/tile/<log_file:file>": _fixed("/log/tile/entries/000"),
    "<language>/open-data": _pages(lambda _case: "open-data"),
    "<language>/authorities/<slug:code>/entries.atom": _pages(
        lambda case: f"authorities/{case.authority}/entries.atom"
    ),
    # What is in the files, `test_nothing_of_a_hidden_entry_is_in_a_file` looks at.
    "open-data/<str:name>": _fixed("/open-data/entries-all.csv"),
    "sitemap.xml": _fixed("/sitemap.xml"),
    "sitemap/pages.xml": _fixed("/sitemap/pages.xml"),
    "sitemap/<slug:name>-<slug:start>.xml": _fixed("/sitemap/entries-all.xml"),
    # For machines; nothing of an entry is in them.
    "healthz": _fixed("/healthz"),
    "readyz": _fixed("/readyz"),
    "metrics": _fixed("/metrics"),
    "robots.txt": _fixed("/robots.txt"),
    "favicon.ico": _fixed("/favicon.ico"),
    "reconcile": lambda case: [
        "/reconcile",
        *(
            f"/reconcile?queries={quote(json.dumps({'a': asked}))}"
            for asked in (
                {"query": case.name[0], "limit": 50},
                {"query": case.identifier},
                {"properties": [{"pid": case.scheme, "v": case.identifier}]},
            )
        ),
    ],
    "reconcile/suggest/entity": lambda case: [
        f"/reconcile/suggest/entity?prefix={case.name[0]}",
        f"/reconcile/suggest/entity?prefix={case.identifier}",
    ],
    "reconcile/suggest/property": _fixed("/reconcile/suggest/property?prefix="),
    "reconcile/about.txt": _fixed("/reconcile/about.txt"),
    r"^reconcile/preview/(?P<identity>[0123456789abcdefghjkmnpqrstvwxyz]{12})\Z": lambda case: [
        f"/reconcile/preview/{case.organisation}"
    ],
    "^reconcile/": _fixed("/reconcile/no-such-thing"),
    "api/v1/": _fixed(f"{API}/"),
    "api/v1/^": _fixed(f"{API}/no-such-thing"),
    "api/v1/openapi.json": _fixed(f"{API}/openapi.json"),
    "api/v1/problems": _fixed(f"{API}/problems"),
    "api/v1/search": lambda case: [
        f"{API}/search?q={case.name[0]}",
        f"{API}/search?q={case.identifier}&limit=100",
    ],
    "api/v1/organisations": lambda case: [f"{API}/organisations?{by_identifier(case)}"],
    "api/v1/organisations/<id>": lambda case: [
        f"{API}/organisations/{case.organisation}",
        f"{API}/organisations/{case.organisation}?limit=100",
    ],
    "api/v1/entries/<id>": lambda case: [f"{API}/entries/{case.entry}"],
    "api/v1/catalogue": _fixed(f"{API}/catalogue"),
    "api/v1/catalogue/<code>": lambda case: [f"{API}/catalogue/{case.item}"],
    "api/v1/authorities/<code>": lambda case: [f"{API}/authorities/{case.authority}"],
    "api/v1/changes": lambda _case: [f"{API}/changes?records=true", f"{API}/changes"],
    # For programs with a token alone; what the public gets there is an error.
    "api/v1/submissions": _fixed(f"{API}/submissions"),
    "api/v1/submissions/<id>": _fixed(f"{API}/submissions/1"),
    "api/v1/submissions/<id>/findings": _fixed(f"{API}/submissions/1/findings"),
}


def bare(case: Case) -> list[str]:
    """Addresses that no route has, but that lead to the reader's language."""
    return [f"/entries/{case.entry}", f"/organisations/{case.organisation}"]


def all_addresses(case: Case) -> list[str]:
    """Everything that is fetched for one entry."""
    return [
        *(address for addresses in COVERED.values() for address in addresses(case)),
        *bare(case),
    ]
