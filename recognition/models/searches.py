"""What people look for again and again, and what they take away."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from hdr_site.foundation.jobs import Job, Status


class SavedFilter(models.Model):
    """A search of the history that its owner gave a name."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_filters")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000, help_text="The search as it stands in the address of the page.")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["owner", "name"], name="saved_filter_name")]

    def __str__(self) -> str:
        return self.name


class Export(Job):
    """Answers of a part of the history as one file, made in the background; fetched by its owner for a day."""

    queue: ClassVar[str] = "upkeep"
    bell: ClassVar[str] = "recognition.tasks.export"
    lane_field: ClassVar[str | None] = "owner"

    class Kind(models.TextChoices):
        """What it is written as."""

        CSV = "csv"
        JSON = "json"
        XLSX = "xlsx"
        PDF = "pdf"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="exports")
    kind = models.CharField(max_length=4, choices=Kind.choices)
    query = models.CharField(max_length=1000, blank=True, default="", help_text="What part, as in the page's address.")
    wanted = models.JSONField(null=True, help_text="The same for the worker; see filter_records.py.")
    chosen = models.JSONField(default=list, help_text="Or these, by public id.")
    language = models.CharField(max_length=20, default="en", db_default="en", help_text="Of the words in a PDF.")
    total = models.IntegerField(default=0, db_default=0, help_text="Pictures that fitted when it was asked for.")
    rows = models.IntegerField(default=0, db_default=0, help_text="Pictures that are written so far.")
    file = models.CharField(max_length=120, null=True, blank=True, unique=True)
    stored_bytes = models.BigIntegerField(default=0, db_default=0)

    class Meta(Job.Meta):
        indexes: ClassVar = [
            *Job.Meta.indexes,
            models.Index(fields=["owner", "priority", "turn"], condition=Q(status="queued"), name="export_lanes"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def is_waiting(self) -> bool:
        """Whether it is still to come."""
        return self.status in {Status.QUEUED, Status.RUNNING}

    @property
    def is_ready(self) -> bool:
        """Whether its file can be fetched."""
        return self.file is not None
