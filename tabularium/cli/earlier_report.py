"""A submission by the service as it was before it wrote its findings to disk."""

from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tabularium.cli.folder import Stop


def submitted(path: Path, **asked: Any) -> Any:
    """The report of a submission, with what the newer service tells."""
    from django.db import transaction

    from tabularium.intake import services
    from tabularium.intake.findings import Severity
    from tabularium.intake.items import parse_item
    from tabularium.intake.readers import look

    if "stopped_by" in services.SubmissionReport.__dataclass_fields__:
        return services.submit(path, **asked)
    if asked.pop("shape") is not None:
        raise Stop("The service reads a file as its item says.")
    all_or_nothing = asked.pop("all_or_nothing")
    old = services.submit(path, **asked)
    spec = parse_item(asked["item"].definition, "item")
    held = all_or_nothing and any(each.severity is Severity.ERROR for each in old.primary)
    if held:
        transaction.set_rollback(True)
    return SimpleNamespace(
        submission=None if held else old.submission,
        looked=look(path, spec.file),
        rows_read=old.rows_read,
        entries_made=0 if held else old.entries_made,
        rows_stopped=old.rows_stopped,
        organisations_new=0,
        corrections_offered=0,
        disappeared=None,
        stopped_by=Counter((each.severity, each.code) for each in old.primary),
        warned_of=Counter(each.code for each in old.findings if each.severity is Severity.WARNING),
        findings=old.findings,
    )
