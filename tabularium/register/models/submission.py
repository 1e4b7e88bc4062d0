"""Submissions and what was wrong with their rows."""

from django.db import models
from django.db.models import F, Q

from tabularium.register.models.authority import CatalogueItem
from tabularium.register.models.membership import User


class Submission(models.Model):
    """A file that brought decisions. The file is not kept, and its digest until something of it is erased."""

    item = models.ForeignKey(CatalogueItem, models.PROTECT, related_name="submissions")
    submitted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    file_name = models.CharField(max_length=255)
    file_sha256 = models.CharField(max_length=64, help_text="Of the file's bytes, in hexadecimal.")
    rows_read = models.PositiveIntegerField()
    entries_made = models.PositiveIntegerField()
    rows_stopped = models.PositiveIntegerField()
    figures = models.JSONField(
        default=dict,
        help_text="What else is known of it as a whole, see submission_figures; no value of a row.",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="submission_loses_no_row",
                condition=Q(rows_read=F("entries_made") + F("rows_stopped")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.received_at:%Y-%m-%d %H:%M}"


class Finding(models.Model):
    """One thing that is wrong with one row. It never repeats what the row said."""

    class Severity(models.TextChoices):
        ERROR = "error"
        SET_ASIDE = "set-aside"  # stopped, and nothing to mend
        WARNING = "warning"

    submission = models.ForeignKey(
        Submission, models.CASCADE, related_name="findings", db_index=False
    )
    row = models.PositiveIntegerField(help_text="As a person counts it in the file, from 1.")
    rows = models.PositiveIntegerField(
        default=1, help_text="Consecutive rows of which it is the case, this one the first."
    )
    column = models.TextField(blank=True)
    code = models.CharField(max_length=60)
    severity = models.CharField(max_length=10, choices=Severity)
    primary = models.BooleanField(
        help_text="The first that stopped the row; one for each row that was."
    )
    parameters = models.JSONField(default=dict, help_text="What the message names.")

    class Meta:
        indexes = [models.Index(fields=["submission", "row"])]
        constraints = [
            models.UniqueConstraint(
                name="finding_stops_a_row_once",
                fields=["submission", "row"],
                condition=Q(primary=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} in row {self.row}"
