"""Catalogue items on the command line: proposing one from a file, and checking one. No register needed."""

from collections import Counter
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from tabularium.cli.folder import Stop, json_option
from tabularium.cli.output import point, say_json, table

if TYPE_CHECKING:
    from tabularium.intake.findings import Examined, Finding
    from tabularium.intake.items import ItemSpec
    from tabularium.intake.proposing import Proposal, Sample

ROWS = 1_000
SHOWN = 5


@click.group()
def item() -> None:
    """Catalogue items: what an authority publishes and how its file is read.

    An item is one TOML file. `item new` proposes one from a file and asks what it cannot know; `item check`
    says what is wrong in one, line by line. Neither needs a register.
    """


@item.command()
@click.argument(
    "files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path)
)
@click.option("--sample", type=click.Path(path_type=Path), help="Try the item on this data file.")
@click.option(
    "--rows",
    type=click.IntRange(min=1),
    default=ROWS,
    show_default=True,
    help="How many rows of the sample to read.",
)
@json_option
def check(files: tuple[Path, ...], sample: Path | None, rows: int, as_json: bool) -> None:
    """Say what is wrong in catalogue items, as file:line:column: message, and show the place.

    Of an item that is right it says which rules judge its decisions, and with --sample what would become
    of the first rows of a data file. Nothing is recorded.

    Ends with 0 if every item is right and no row of the sample is stopped by an error, 1 if an item has
    mistakes or the sample has errors, 2 if a file could not be read.
    """
    answers = [_checked(file, sample, rows) for file in files]
    if as_json:
        say_json(answers)
    else:
        for answer in answers:
            _say(answer)
    unreadable = any("unreadable" in answer for answer in answers)
    raise SystemExit(2 if unreadable else int(any(map(_is_wrong, answers))))


def _is_wrong(answer: dict[str, Any]) -> bool:
    """Whether there is something to mend, in the item or in the rows of its sample."""
    stopped = answer.get("sample", {}).get("stopped", ())
    return bool(answer["mistakes"]) or any(each["severity"] == "error" for each in stopped)


def _checked(file: Path, sample: Path | None, rows: int) -> dict[str, Any]:
    from tabularium.intake.items import ItemError, parse_item

    answer: dict[str, Any] = {"file": str(file), "mistakes": []}
    try:
        text = file.read_text("utf-8-sig")
        spec = parse_item(text, str(file))
    except OSError as error:
        return answer | {"unreadable": f"{error.strerror}. Check the path."}
    except UnicodeDecodeError:
        return answer | {"unreadable": "the text is not in UTF-8. Save it so."}
    except ItemError as error:
        lines = text.split("\n")
        mistakes = [
            {
                "line": each.line,
                "column": each.column,
                "code": str(each.code),
                "message": each.message,
                "text": lines[each.line - 1].rstrip("\r"),
            }
            for each in error.mistakes
        ]
        return answer | {"mistakes": mistakes}
    answer |= {"item": _described(spec), "rules": _rules(spec)}
    return answer | (_tried(spec, sample, rows) if sample else {})


def _described(spec: "ItemSpec") -> dict[str, Any]:
    return {
        "code": spec.code,
        "version": spec.version,
        "effective_from": str(spec.effective_from),
        "kind": str(spec.kind),
        "field": str(spec.field),
        "authority": spec.authority.code,
        "jurisdiction": spec.authority.jurisdiction,
    }


def _rules(spec: "ItemSpec") -> list[dict[str, str]]:
    """The packs that judge the item's decisions; none where the register has no rules for them."""
    from tabularium.rules.loader import rule_book

    return [
        {
            "pack": pack.name,
            "from": str(pack.effective_from),
            "before": str(pack.effective_until or ""),
        }
        for pack in rule_book().packs(spec.authority.jurisdiction)
    ]


def _tried(spec: "ItemSpec", sample: Path, rows: int) -> dict[str, Any]:
    from tabularium import clock
    from tabularium.intake.checks import examine
    from tabularium.intake.readers import UnreadableFile, open_rows
    from tabularium.rules.loader import rule_book

    today = clock.today(ZoneInfo(spec.authority.time_zone))
    try:
        beginning = list(islice(open_rows(sample, spec.file), rows))
    except UnreadableFile as error:
        return {"unreadable": str(error)}
    found = list(examine(spec, beginning, rule_book(), today))
    return {"sample": {"file": str(sample), **_became(found)}}


def _became(found: Iterable["Examined"]) -> dict[str, Any]:
    """What became of the rows: drafts, and those stopped, by what stopped them."""
    from tabularium.intake.messages import describe

    examined = list(found)
    stopped: dict[tuple[str, str], list[Finding]] = {}
    for each in examined:
        if each.primary is not None:
            first = (str(each.primary.code), str(each.primary.severity))
            stopped.setdefault(first, []).append(each.primary)
    counted = Counter({first: len(findings) for first, findings in stopped.items()})
    why = []
    for first, number in counted.most_common():
        said = describe(stopped[first][0])
        why.append(
            {
                "code": first[0],
                "severity": first[1],
                "rows": number,
                "first_rows": [finding.row for finding in stopped[first][:SHOWN]],
                "message": said.en,
                "what_to_do": said.action_en,
                "message_zh": said.zh,
                "what_to_do_zh": said.action_zh,
            }
        )
    drafts = sum(each.draft is not None for each in examined)
    return {"rows": len(examined), "drafts": drafts, "stopped": why}


def _say(answer: dict[str, Any]) -> None:
    name = answer["file"]
    for mistake in answer["mistakes"]:
        click.echo(f"{name}:{mistake['line']}:{mistake['column']}: {mistake['message']}")
        point(mistake["text"], mistake["column"])
    if "item" in answer:
        said = answer["item"]
        click.echo(
            f"{name}: right. Authority {said['authority']}, kind {said['kind']}, field"
            f" {said['field']}; version {said['version']} from {said['effective_from']}."
        )
        _say_rules(answer["rules"], said["jurisdiction"])
    if "unreadable" in answer:
        click.echo(f"Error: {name}: {answer['unreadable']}", err=True)
    if "sample" in answer:
        say_sample(answer["sample"])


def _say_rules(rules: list[dict[str, str]], jurisdiction: str) -> None:
    if not rules:
        click.echo(f"There are no rules for {jurisdiction}: every row would be stopped.")
    for pack in rules:
        before = f" and before {pack['before']}" if pack["before"] else ""
        click.echo(f"  {pack['pack']} judges decisions from {pack['from']}{before}.")


def say_sample(sample: dict[str, Any]) -> None:
    """Print what would become of a sample's rows."""
    click.echo(
        f"{sample['file']}: of the first {sample['rows']:,} rows {sample['drafts']:,} would become drafts."
    )
    if not sample["stopped"]:
        return
    click.echo()
    rows = [
        (each["rows"], each["severity"], each["code"], ", ".join(map(str, each["first_rows"])))
        for each in sample["stopped"]
    ]
    table(("rows", "why", "finding", "first rows"), rows)
    click.echo()
    for each in sample["stopped"]:
        click.echo(f"{each['code']}: {each['message']} {each['what_to_do']}")


@item.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="Where to write the item; FILE's name with .toml here if not said.",
)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@click.option("--authority", metavar="CODE", help="The authority's code in the register.")
@click.option("--jurisdiction", metavar="CC", help="Country under whose law it decides.")
@click.option("--kind", help="licence, penalty, exclusion, promise or judgment.")
@click.option("--field", help="Field of regulation, such as food-safety.")
@click.option("--language", help="Language in which the authority writes.")
@click.option(
    "--set",
    "pairs",
    multiple=True,
    metavar="NAME=ANSWER",
    help="Answer any question beforehand, such as --set currency=EUR; may be repeated.",
)
@click.option("--no-input", is_flag=True, help="Ask nothing; mark what is missing in the file.")
@click.option(
    "--rows",
    type=click.IntRange(min=1),
    default=ROWS,
    show_default=True,
    help="How many rows to look at.",
)
def new(
    file: Path,
    output: Path | None,
    *,
    force: bool,
    pairs: tuple[str, ...],
    no_input: bool,
    rows: int,
    **named: str | None,
) -> None:
    """Propose a catalogue item from the beginning of a file, and ask what the file cannot tell.

    Format, encoding, header, types of columns and what they are for are found out and offered; columns that
    collect people are left out. The item is written with comments, checked, and tried on the same rows.

    Ends with 0 if the item is right, 1 if something in it is still to be filled in, 2 if nothing was written.
    """
    from tabularium.cli import items_asking
    from tabularium.intake.proposing import propose, take_sample
    from tabularium.intake.readers import UnreadableFile

    target = output or Path(file.stem + ".toml")
    if target.exists() and not force:
        raise Stop(f"{target} is there already. Name another with --output, or say --force.")
    given = {name: answer for name, answer in named.items() if answer is not None}
    given |= _pairs(pairs)
    try:
        sample = take_sample(file, rows)
    except UnreadableFile as error:
        raise Stop(str(error)) from None
    items_asking.show(sample)
    proposal = items_asking.given_answers(given, propose(sample), sample)
    if no_input:
        proposal = items_asking.without_asking(proposal, sample)
    else:
        proposal = items_asking.ask(proposal, sample, frozenset(given))
    raise SystemExit(_finish(sample, proposal, target))


def _pairs(pairs: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        name, equals, answer = pair.partition("=")
        if not equals:
            raise Stop(f"--set {name}: write it as NAME=ANSWER.")
        found[name.strip()] = answer
    return found


def _finish(sample: "Sample", proposal: "Proposal", target: Path) -> int:
    """Write the item, check it and try it; 1 if something is left to be filled in."""
    from tabularium import clock
    from tabularium.intake.proposing_text import item_text

    zone = ZoneInfo(proposal.time_zone or "UTC")
    try:
        target.write_text(item_text(sample, proposal, clock.today(zone)), "utf-8", newline="\n")
    except OSError as error:
        raise Stop(f"{target} cannot be written: {error.strerror}.") from None
    answer = _checked(target, sample.path, len(sample.rows))
    click.echo(f"\nWritten: {target}\n")
    _say(answer)
    if answer["mistakes"]:
        click.echo(f"\nFill these in, then: tabularium item check {target} --sample {sample.path}")
        return 1
    click.echo(f"\nNext: tabularium submit {sample.path} --item {target} --dry-run")
    return 0
