"""What a later submission says otherwise, and what it no longer says."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tabularium.cli.folder import Stop, data_option, json_option, open_register
from tabularium.cli.output import facts, say_json, table

if TYPE_CHECKING:
    from tabularium.register.models import OfferedCorrection, User

NOT_APPROVED = "not-approved"


@click.group()
def corrections() -> None:
    """Decide about decisions that were sent again with other content.

    Nothing is overwritten by a submission. What it says otherwise is kept beside the entry, and an approver
    of the authority who did not record it accepts that as a correction, or dismisses it.
    """


@corrections.command("list")
@click.option("--authority", metavar="CODE", help="Only those of this authority.")
@json_option
@data_option()
def list_(authority: str | None, as_json: bool, data: Path) -> None:
    """List the corrections that wait to be decided: what stands, and what the file says now.

    Ends with 1 if there is one.
    """
    open_register(data)
    from tabularium.register.services.offers import open_offers

    offers = open_offers()
    if authority is not None:
        offers = offers.filter(entry__authority=authority)
    waiting = [describe(each) for each in offers]
    if as_json:
        say_json(waiting)
    elif waiting:
        for each in waiting:
            _say(each)
    else:
        click.echo("No correction waits.")
    raise SystemExit(1 if waiting else 0)


def describe(offer: "OfferedCorrection") -> dict[str, Any]:
    """An open offer, with each fact that it changes."""
    return {
        "offer": offer.pk,
        "entry": offer.entry_id,
        "stage": offer.entry.stage,
        "authority": offer.entry.authority_id,
        "item": offer.entry.item.code,
        "decision_number": offer.version.decision_number,
        "submission": offer.submission_id,
        "row": offer.row,
        "offered_at": offer.offered_at.isoformat(timespec="seconds"),
        "changes": [
            {"fact": name, "stands": _stands(offer, name), "offered": _offered(offer, name)}
            for name in offer.changed
        ],
    }


def _stands(offer: "OfferedCorrection", name: str) -> str:
    above, _, below = name.partition(".")
    value = getattr(offer.version, above)
    return str((value.get(below, "") if below else value) or "")


def _offered(offer: "OfferedCorrection", name: str) -> str:
    above, _, below = name.partition(".")
    value = offer.content[above]
    return str(value.get(below, "") if below else value)


def _say(offer: dict[str, Any]) -> None:
    facts(
        [
            ("offer", offer["offer"]),
            ("entry", f"{offer['entry']} ({offer['stage']})"),
            ("item", f"{offer['item']} of {offer['authority']}"),
            ("decision number", offer["decision_number"]),
            ("from", f"submission {offer['submission']}, row {offer['row']}"),
        ]
    )
    rows = [(each["fact"], each["stands"], each["offered"]) for each in offer["changes"]]
    table(("changed", "stands", "offered"), rows)
    click.echo()


@corrections.command()
@click.argument("offer", type=int)
@click.option("--as", "login", required=True, metavar="LOGIN", help="The approver's account.")
@click.option("--reasons", required=True, help="Why the entry is corrected.")
@data_option()
def accept(offer: int, login: str, reasons: str, data: Path) -> None:
    """Correct an entry as the file says.

    The entry has a new version. An adverse one leaves the public view, and the organisation is told and has
    its window again (tabularium notices). A draft is approved first, or withdrawn.
    """
    open_register(data)
    entry = _decide(offer, login, reasons, accept=True)
    click.echo(
        f"Corrected: entry {entry.pk} has version {entry.current_version.number}."
        + (" It is public." if entry.stage == "published" else " Next: tabularium notices")
    )


@corrections.command()
@click.argument("offer", type=int)
@click.option("--as", "login", required=True, metavar="LOGIN", help="The approver's account.")
@click.option("--reasons", required=True, help="Why the entry stays as it is.")
@data_option()
def dismiss(offer: int, login: str, reasons: str, data: Path) -> None:
    """Leave an entry as it is. The same content is not offered again."""
    open_register(data)
    entry = _decide(offer, login, reasons, accept=False)
    click.echo(f"Dismissed: entry {entry.pk} stays as it is.")


def _decide(offer: int, login: str, reasons: str, *, accept: bool) -> Any:
    from tabularium.core.life import NotAllowedError
    from tabularium.register import services
    from tabularium.register.errors import NotPermittedError, RefusedError
    from tabularium.register.models import OfferedCorrection

    decide = services.accept_correction if accept else services.dismiss_correction
    if not reasons.strip():
        raise Stop("Nothing was decided: say why with --reasons.")
    try:
        return decide(offer, by=_user(login), reasons=reasons)
    except OfferedCorrection.DoesNotExist:
        raise Stop(f"There is no offered correction {offer}: tabularium corrections list") from None
    except NotAllowedError as error:
        if error.reason == NOT_APPROVED:
            raise Stop(
                "Not corrected: the entry is still a draft. Approve it first (tabularium approve),"
                " or withdraw it."
            ) from None
        raise Stop(f"Not corrected: {error}") from None
    except (NotPermittedError, RefusedError) as error:
        raise Stop(f"Not decided: {error}") from None


def _user(login: str) -> "User":
    from tabularium.register.models import User

    user = User.objects.filter(login=login).first()
    if user is None:
        raise Stop(
            f"There is no account {login!r}. Open one: tabularium account {login}"
            " --authority CODE --role approver"
        )
    return user


@click.command()
@click.argument("item")
@json_option
@data_option()
def missing(item: str, as_json: bool, data: Path) -> None:
    """List the entries whose decision the latest file of an item no longer holds.

    Only for an item that says whole_list = true. Nothing is withdrawn by that: a file that is silent decides
    nothing. Whoever knows why a decision is missing withdraws its entry, or has the row sent again.

    Ends with 1 if one is missing.
    """
    open_register(data)
    submission = _latest_whole(item)
    from tabularium.register.services.sightings import disappeared

    gone = [
        {
            "entry": entry.pk,
            "stage": entry.stage,
            "decision_number": entry.current_version.decision_number,
            "decided_on": str(entry.current_version.decided_on),
            "organisation": entry.current_version.subject_name,
        }
        for entry in disappeared(submission)
    ]
    if as_json:
        say_json({"submission": submission.pk, "file": submission.file_name, "missing": gone})
    elif gone:
        table(list(gone[0]), [list(each.values()) for each in gone])
    else:
        click.echo(f"{submission.file_name} holds every decision that stands.")
    raise SystemExit(1 if gone else 0)


def _latest_whole(item: str) -> Any:
    from tabularium.intake.items import parse_item
    from tabularium.register.models import CatalogueItem
    from tabularium.register.services.sightings import last_submission

    known = CatalogueItem.objects.filter(code=item).first()
    if known is None:
        raise Stop(f"The register knows no catalogue item {item!r}.")
    latest = last_submission(known.authority_id, item)
    if latest is None:
        raise Stop(f"No file of the item {item} was submitted yet.")
    if not parse_item(latest.item.definition, item).whole_list:
        raise Stop(
            f"The item {item} does not say whole_list = true: what its files leave out tells nothing."
        )
    return latest
