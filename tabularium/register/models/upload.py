"""Files that members of an authority sent through its desk, from their arrival until they are gone."""

from django.db import models
from django.db.models import Q

from tabularium.register.models.authority import Authority, CatalogueItem
from tabularium.register.models.membership import User
from tabularium.register.models.submission import Submission


class Upload(models.Model):
    """A file on its way into the register. The file lies in a private folder and goes when it was read."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="uploads")
    item = models.ForeignKey(CatalogueItem, models.PROTECT, related_name="uploads")
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    file_name = models.CharField(max_length=255, help_text="As its sender calls it.")
    stored_as = models.CharField(
        max_length=40, unique=True, help_text="The folder, among uploads, in which it lies."
    )
    size = models.PositiveBigIntegerField(help_text="In bytes.")
    options = models.JSONField(
        default=dict, help_text="How it is to be read and recorded, see services.uploads.Options."
    )

    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)
    submission = models.OneToOneField(
        Submission, models.PROTECT, null=True, blank=True, related_name="upload"
    )
    figures = models.JSONField(
        default=dict, help_text="What became of its rows, as numbers; no value of a row."
    )
    reason = models.CharField(max_length=40, blank=True, help_text="Why it failed, as a code.")
    explanation = models.TextField(
        blank=True, help_text="Why it failed, in words that repeat nothing of it."
    )
    file_is_gone = models.BooleanField(
        default=False,
        help_text="Neither the file nor a spreadsheet of its findings is kept any more.",
    )

    class Meta:
        indexes = [
            models.Index(
                name="upload_to_process",
                fields=["uploaded_at"],
                condition=Q(state__in=["waiting", "running"]),
            ),
            models.Index(name="upload_of_authority", fields=["authority", "-uploaded_at"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="upload_is_finished_at_its_end",
                condition=Q(state__in=["waiting", "running"], finished_at__isnull=True)
                | Q(state__in=["done", "failed"], finished_at__isnull=False),
            ),
            models.CheckConstraint(
                name="upload_that_failed_recorded_nothing",
                condition=~Q(state="failed") | Q(submission__isnull=True) & ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"upload {self.pk} of {self.authority_id}"
