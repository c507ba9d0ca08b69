"""What owners have used up, and what they chose about their pictures."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class OwnerUsage(models.Model):
    """What an owner has used up: pictures in the running minute, and bytes stored."""

    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="usage"
    )
    minute = models.DateTimeField(db_default=Now(), help_text="When the running minute began.")
    sent = models.IntegerField(default=0, db_default=0, help_text="Pictures sent in it.")
    stored_bytes = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(stored_bytes__gte=0), name="usage_stored_bytes"),
        ]

    def __str__(self) -> str:
        return f"{self.sent} this minute, {self.stored_bytes} bytes"


LONGEST_KEEPING = 3650
"""Days; whoever wants to keep pictures longer wants to keep them."""


class OwnerChoices(models.Model):
    """What an owner has chosen about their pictures: how long they are kept, and who may look at them.

    An owner without a row has the defaults: pictures are kept until they are deleted, and staff may not look.
    """

    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="choices"
    )
    erase_pictures_after_days = models.SmallIntegerField(
        null=True, blank=True, help_text="Counted from the end of the last reading. NULL: never."
    )
    erase_texts_too = models.BooleanField(default=False, db_default=False, help_text="The whole recognition goes then.")
    staff_may_look = models.BooleanField(
        default=False, db_default=False, help_text="At pictures that the reader was unsure of; see the review queue."
    )

    class Meta:
        verbose_name_plural = "owner choices"
        indexes: ClassVar = [
            models.Index(
                fields=["owner"], condition=Q(erase_pictures_after_days__isnull=False), name="choices_of_erasers"
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(erase_pictures_after_days__isnull=True, erase_texts_too=False)
                | Q(
                    erase_pictures_after_days__isnull=False,
                    erase_pictures_after_days__gte=1,
                    erase_pictures_after_days__lte=LONGEST_KEEPING,
                ),
                name="choices_days",
            ),
        ]

    def __str__(self) -> str:
        days = self.erase_pictures_after_days
        return "keeps pictures" if days is None else f"erases pictures after {days} days"
