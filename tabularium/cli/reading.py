"""Searching, and showing an entry."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tabularium import clock
from tabularium.cli.folder import Stop, data_option, json_option, open_register
from tabularium.cli.output import facts, say_json

if TYPE_CHECKING:
    from tabularium.register.models import Entry


@click.command()
@click.argument("text")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000))
@json_option
@data_option()
def search(text: str, limit: int, as_json: bool, data: Path) -> None:
    """Search organisations by a part of a name or by an identifier.

    Finds what the public finds: organisations with an entry that is public now. Ends with 1 if there is
    none.
    """
    open_register(data)
    from tabularium.register import selectors

    now = clock.now()
    found = selectors.search(text, now, limit=limit)
    organisations = [
        {
            "id": each.pk,
            "name": each.name,
            "identifiers": [str(identifier) for identifier in each.identifiers.all()],
            "entries": [
                {
                    "id": entry.pk,
                    "kind": entry.kind,
                    "authority": entry.authority_id,
                    "measure": entry.current_version.measure,
                    "decided_on": str(entry.current_version.decided_on),
                }
                for entry in selectors.entries_of(each, now)
            ],
        }
        for each in found.organisations
    ]
    if as_json:
        say_json(
            {
                "found": found.found,
                "more_than_found": found.more_than_found,
                "organisations": organisations,
            }
        )
    else:
        _say_organisations(organisations)
        click.echo(
            f"{'More than ' if found.more_than_found else ''}{found.found:,} organisations match."
        )
    raise SystemExit(0 if found.found else 1)


def _say_organisations(organisations: list[dict[str, Any]]) -> None:
    for each in organisations:
        click.echo(f"{each['name']}  {', '.join(each['identifiers'])}")
        for entry in each["entries"]:
            click.echo(
                f"  {entry['id']}  {entry['decided_on']}  {entry['kind']}: {entry['measure']}"
                f" ({entry['authority']})"
            )


@click.command()
@click.argument("entry")
@json_option
@data_option()
def show(entry: str, as_json: bool, data: Path) -> None:
    """Show an entry as the register keeps it: its content, its events, and whether the public sees it.

    For the operator of the register; the public sees the entry's page. Ends with 1 if the public does not
    see it now, 2 if there is none.
    """
    open_register(data)
    from tabularium.register.models import Entry

    try:
        shown = describe(entry)
    except Entry.DoesNotExist:
        raise Stop(f"The register has no entry {entry}.") from None
    if as_json:
        say_json(shown)
    else:
        _say(shown)
    raise SystemExit(0 if shown["appearance"] == "public" else 1)


def say_entry(entry: str) -> None:
    """Print an entry.

    Raises:
        Entry.DoesNotExist: there is none.
    """
    _say(describe(entry))


def describe(entry_id: str) -> dict[str, Any]:
    """An entry as the register keeps it.

    Raises:
        Entry.DoesNotExist: there is none.
    """
    from tabularium.register import visibility
    from tabularium.register.models import Entry

    entry = Entry.objects.select_related("current_version", "organisation", "item").get(pk=entry_id)
    return {
        "id": entry.pk,
        "appearance": visibility.appearance(entry.pk, clock.now())[0],
        "stage": entry.stage,
        "suspended": entry.suspended,
        "stayed": entry.stayed,
        "authority": entry.authority_id,
        "item": entry.item.code,
        "kind": entry.kind,
        "field": entry.item.field,
        "public_from": _instant(entry.public_from),
        "public_until": _instant(entry.public_until),
        "window_closes_at": _instant(entry.window_closes_at),
        "organisation": _organisation(entry),
        "content": _content(entry),
        "erased_fields": entry.current_version.erased_fields,
        "events": [
            {
                "number": event.number,
                "type": event.type,
                "at": _instant(event.at),
                "role": event.role,
                "version": int(event.version_id.rpartition(".")[2]),
            }
            for event in entry.events.order_by("number")
        ],
    }


def _instant(value: Any) -> str | None:
    return None if value is None else value.isoformat(timespec="seconds")


def _organisation(entry: "Entry") -> dict[str, Any] | None:
    if entry.organisation is None:
        return None
    return {
        "id": entry.organisation.pk,
        "name": entry.current_version.subject_name,
        "identifiers": [str(each) for each in entry.organisation.identifiers.all()],
    }


def _content(entry: "Entry") -> dict[str, Any] | None:
    version = entry.current_version
    if version.erased_at is not None:
        return None
    from dataclasses import fields

    from tabularium.core.content import EntryContent

    values = {each.name: getattr(version, each.name) for each in fields(EntryContent)}
    return {
        name: value if isinstance(value, dict) else str(value)
        for name, value in values.items()
        if value
    }


def _say(shown: dict[str, Any]) -> None:
    organisation = shown["organisation"]
    content = dict(shown["content"] or {})
    details = content.pop("details", {})
    flags = [name for name in ("suspended", "stayed") if shown[name]]
    facts(
        [
            ("entry", shown["id"]),
            (
                "the public sees",
                {"public": "it", "gone": "that it is gone"}.get(shown["appearance"], "nothing"),
            ),
            ("stage", ", ".join([shown["stage"], *flags])),
            ("organisation", organisation and organisation["name"]),
            ("", organisation and ", ".join(organisation["identifiers"])),
            ("authority", shown["authority"]),
            ("item", f"{shown['item']} ({shown['kind']}, {shown['field']})"),
            *((name.replace("_", " "), value) for name, value in content.items()),
            *details.items(),
            *(
                (name, f"erased at {told['at']}: {told['rule']}")
                for name, told in shown["erased_fields"].items()
            ),
            ("window closes", shown["window_closes_at"]),
            ("public from", shown["public_from"]),
            ("public until", shown["public_until"]),
        ]
    )
    click.echo()
    for event in shown["events"]:
        click.echo(f"{event['number']:>3}  {event['at']}  {event['type']}  ({event['role']})")
