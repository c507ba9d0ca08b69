"""Several pictures together: a batch, what is taken apart to get them, and the call that tells when all are read."""

import uuid
from datetime import UTC, datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from hdr_site.foundation.jobs import Job
from recognition.models.pictures import Source

NOT_YET = datetime(9999, 1, 1, tzinfo=UTC)
"""When a call is due whose batch is not finished."""


class Batch(models.Model):
    """Pictures that came together: several files, a ZIP, the pages of a PDF, what lies at a web address."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="batches")
    source = models.CharField(max_length=8, choices=Source.choices)
    name = models.CharField(max_length=120, blank=True)
    format = models.CharField(max_length=60, blank=True, default="", help_text="What its numbers are read as.")
    idempotency_key = models.CharField(max_length=200, null=True, blank=True)  # noqa: DJ001 - NULLs are never equal
    request_digest = models.CharField(max_length=64, blank=True, default="", help_text="SHA-256 of what was asked.")
    is_open = models.BooleanField(default=False, help_text="Further files are still being sent to it.")
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True, blank=True, help_text="When all of it had ended for the first time.")

    class Meta:
        verbose_name_plural = "batches"
        indexes: ClassVar = [
            models.Index(fields=["owner", "-created_at", "-id"], name="batch_history"),
            models.Index(fields=["created_at"], condition=Q(finished_at__isnull=True), name="batch_unfinished"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "idempotency_key"], name="batch_idempotency_key"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class Intake(Job):
    """One file or web address that is taken apart into the pictures of a batch, and the job of doing so."""

    queue: ClassVar[str] = "intake"
    bell: ClassVar[str] = "recognition.tasks.take_in"
    lane_field: ClassVar[str | None] = "owner"

    class Kind(models.TextChoices):
        """What is taken apart. What lies at an address may itself be any of the others, or one picture."""

        ZIP = "zip"
        PDF = "pdf"
        TIFF = "tiff"
        ADDRESS = "address"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="intakes")
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="intakes")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    name = models.CharField(max_length=120, help_text="The file's name as the owner gave it, cleaned; or the host.")
    file = models.CharField(
        max_length=120, null=True, blank=True, unique=True, help_text="What was sent, until it is taken apart."
    )
    address = models.CharField(max_length=2000, blank=True, default="")
    stored_bytes = models.BigIntegerField(default=0, db_default=0)
    idempotency_key = models.CharField(max_length=200, null=True, blank=True)  # noqa: DJ001 - NULLs are never equal
    taken = models.IntegerField(default=0, db_default=0, help_text="Pictures that were found in it.")
    refused = models.JSONField(default=list, help_text="Entries that were not taken: name, code, sentence.")

    class Meta(Job.Meta):
        indexes: ClassVar = [
            *Job.Meta.indexes,
            models.Index(fields=["owner", "priority", "turn"], condition=Q(status="queued"), name="intake_lanes"),
        ]
        constraints: ClassVar = [
            *Job.Meta.constraints,
            models.UniqueConstraint(fields=["batch", "idempotency_key"], name="intake_idempotency_key"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def shown_address(self) -> str:
        """The address without its query, which often holds what opens it: a signature, or a key."""
        return self.address.partition("?")[0]


class Notice(Job):
    """A signed call to an address that the owner named, made when a batch is finished."""

    queue: ClassVar[str] = "upkeep"
    bell: ClassVar[str] = "recognition.tasks.give_notice"

    lane_field: ClassVar[str | None] = "owner"

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    batch = models.OneToOneField(Batch, on_delete=models.CASCADE, related_name="notice")
    address = models.CharField(max_length=2000)
    secret = models.CharField(
        max_length=64, blank=True, help_text="Signs the call (HMAC-SHA-256); told once, and gone with the last call."
    )
    last_status = models.SmallIntegerField(null=True, blank=True, help_text="HTTP status of the last answer.")

    class Meta(Job.Meta):
        indexes: ClassVar = [
            *Job.Meta.indexes,
            models.Index(fields=["owner", "priority", "turn"], condition=Q(status="queued"), name="notice_lanes"),
        ]

    def __str__(self) -> str:
        return str(self.batch_id)

    @property
    def shown_address(self) -> str:
        """The address without its query, which often holds a secret."""
        return self.address.partition("?")[0]

    @property
    def next_try_at(self) -> datetime | None:
        """When it is tried again; None where it was not tried, or will not be."""
        return self.due_at if self.status == "queued" and self.error_code else None
