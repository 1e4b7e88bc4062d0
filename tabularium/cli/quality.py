"""Quality figures of an authority's data."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tabularium import clock
from tabularium.cli.folder import Stop, data_option, json_option, open_register
from tabularium.cli.output import say_json, table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tabularium.register.coverage import Coverage
    from tabularium.register.models import Authority
    from tabularium.register.quality_figures import Figure, Figures, FileFigures, Share
    from tabularium.register.quality_periods import Period


@click.command()
@click.argument("authority", metavar="AUTHORITY")
@click.option(
    "--period",
    metavar="PERIOD",
    default="year",
    show_default=True,
    help="One of the last four quarters that are over, such as 2026-Q1, or year for all four.",
)
@json_option
@data_option()
def quality(authority: str, period: str, as_json: bool, data: Path) -> None:
    """Say how an authority's files come and what was found in them.

    AUTHORITY is its code in the register. The figures are those that the public reads: about files and
    never about organisations. Small numbers are withheld, here too.

    Ends with 0 if every item comes in time, 1 if one is overdue, 2 if there is no such authority or period.
    """
    open_register(data)
    from tabularium.register.coverage import coverage
    from tabularium.register.quality import figures

    found = _authority(authority)
    asked = _period(period, found)
    answered, covered = figures(found, asked), coverage(found, clock.now())
    if as_json:
        say_json(_as_json(answered, covered))
    else:
        _say(answered, covered)
    raise SystemExit(1 if any(each.overdue_since for each in covered) else 0)


def _authority(code: str) -> "Authority":
    from tabularium.register.visibility import public_authorities

    found = public_authorities().filter(code=code).first()
    if found is None:
        raise Stop(
            f"The register knows no authority {code!r}. Its code stands in the catalogue item."
        )
    return found


def _period(name: str, authority: "Authority") -> "Period":
    from tabularium.register.quality_periods import periods

    known = {each.name: each for each in periods(clock.now(), authority.time_zone)}
    if name not in known:
        raise Stop(f"There are no figures for {name!r}. Write one of: {', '.join(known)}.")
    return known[name]


def _as_json(answered: "Figures", covered: "tuple[Coverage, ...]") -> dict[str, Any]:
    return {
        "authority": answered.authority,
        "period": {
            "name": answered.period.name,
            "first": str(answered.period.first),
            "last": str(answered.period.last),
        },
        "coverage": [
            {
                "item": each.item.code,
                "version": each.item.version,
                "frequency": each.item.frequency,
                "coming": str(each.coming),
                "last": _day(each.last),
                "due": _day(each.due),
                "overdue_since": _day(each.overdue_since),
            }
            for each in covered
        ],
        "together": _files(answered.together),
        "items": [{"item": each.item, **_files(each)} for each in answered.items],
        "decisions": _shares(answered.decisions),
    }


def _day(value: object) -> str | None:
    return None if value is None else str(value)


def _files(files: "FileFigures") -> dict[str, Any]:
    return {
        "files": files.files,
        "rows": files.rows,
        "shares": _shares(files.shares),
        "findings": [
            {"severity": each.severity, "code": each.code, **_share(each.share)}
            for each in files.findings
        ],
    }


def _shares(shares: "Mapping[Figure, Share]") -> dict[str, Any]:
    return {str(figure): _share(share) for figure, share in shares.items()}


def _share(share: "Share") -> dict[str, Any]:
    return {
        "part": share.part,
        "whole": share.whole,
        "percent": None if share.percent is None else float(share.percent),
        "withheld": None if share.withheld is None else str(share.withheld),
    }


def _say(answered: "Figures", covered: "tuple[Coverage, ...]") -> None:
    if covered:
        rows = [
            (each.item.code, each.item.frequency, each.last or "-", _coming(each))
            for each in covered
        ]
        table(("item", "sent", "last file", "today"), rows)
        click.echo()
    period = answered.period
    click.echo(f"{period.first} to {period.last}:")
    parts = answered.items if len(answered.items) > 1 else ()
    for files in (answered.together, *parts):
        click.echo(f"\n{files.item or 'All files'}: {files.files:,} files, {files.rows:,} rows")
        if files.files:
            _say_shares(files.shares)
            _say_findings(files)
    click.echo("\nWhat became of its decisions")
    _say_shares(answered.decisions)


def _coming(each: "Coverage") -> str:
    from tabularium.register.quality_words import COMING

    if each.overdue_since:
        return f"overdue since {each.overdue_since}"
    return COMING[each.coming][0] + (f", next by {each.due}" if each.due else "")


def _say_shares(shares: "Mapping[Figure, Share]") -> None:
    from tabularium.register.quality_words import FIGURES

    table(
        ("figure", "share", "rows"), [(FIGURES[each].en, *_cells(shares[each])) for each in shares]
    )


def _say_findings(files: "FileFigures") -> None:
    if not files.findings:
        return
    rows = [(each.code, each.severity, *_cells(each.share)) for each in files.findings]
    table(("finding", "what it did", "share", "rows"), rows)


def _cells(share: "Share") -> tuple[str, str]:
    from tabularium.register.quality_words import WITHHELD

    if share.withheld is not None:
        return "-", WITHHELD[share.withheld][0]
    return f"{share.percent}%", f"{share.part:,} of {share.whole:,}"
