"""What people say a picture's numbers are."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext

from recognition.models.pictures import Reading, Recognition


class Role(models.TextChoices):
    """In what role somebody corrects. The owner's word is what the owner sees; a reviewer's is offered beside it."""

    OWNER = "owner"
    REVIEWER = "reviewer"
    ADMINISTRATOR = "admin"


class Correction(models.Model):
    """A person's whole answer for a picture. Only ever added (a trigger refuses UPDATE); undo is a further one.

    `digits` is a list of `{"value", "sign", "x", "y", "width", "height", "line", "number"}` in reading order, boxes in
    pixels of the picture, `sign` the mark before it; NULL takes back what was corrected before: the machine's answer
    counts again. `lines` has the numbers of each line, in the JSON of `Reading.numbers`.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recognition = models.ForeignKey(Recognition, on_delete=models.CASCADE, related_name="corrections")
    reading = models.ForeignKey(Reading, on_delete=models.CASCADE, related_name="corrections")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="corrections"
    )
    role = models.CharField(max_length=8, choices=Role.choices)
    digits = models.JSONField(null=True)
    lines = models.JSONField(default=list, help_text="The numbers of each line, as the person reads them.")
    text = models.TextField(blank=True, help_text="The numbers in reading order, with one space between.")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [models.Index(fields=["recognition", "-id"], name="correction_newest")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="correction_role"),
        ]

    def __str__(self) -> str:
        return self.text if self.digits is not None else gettext("as the machine read it")

    @property
    def numbers(self) -> list[dict[str, Any]]:
        """All its numbers, in reading order."""
        return [number for line in self.lines for number in line]
