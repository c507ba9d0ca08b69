"""Tables that belong to the product rather than to one app."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from hdr_site.foundation.jobs import Job


class AuditEntry(models.Model):
    """One thing that somebody did. Rows are only ever added: triggers refuse UPDATE, DELETE and TRUNCATE.

    `actor` did it, `person` is whom it concerns: they see it among what happened in their account. Both are numbers
    without a foreign key, so that the entry stays when the account is erased: it then names nobody.
    """

    at = models.DateTimeField(db_default=Now())
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=200, blank=True)
    network = models.CharField(max_length=43, blank=True, default="", db_default="", help_text="See origin.py.")
    details = models.JSONField(default=dict)
    day = models.DateField(null=True, help_text="Only of what is noted once a day: that day, in UTC.")

    class Meta:
        verbose_name_plural = "audit entries"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "action", "subject", "day"], condition=Q(day__isnull=False), name="audit_once_a_day"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["actor", "-at"], name="audit_by_actor"),
            models.Index(fields=["person", "-at"], name="audit_by_person"),
            models.Index(fields=["-at"], name="audit_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"


class Heartbeat(models.Model):
    """When something that must happen regularly happened last."""

    name = models.CharField(max_length=40, primary_key=True)
    beaten_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Mail(Job):
    """One mail of the outbox, written in the transaction of the change it tells of. See outbox.py.

    `content` holds what is needed to send it. Once it was sent the three are emptied: they are secrets and addresses.
    """

    queue: ClassVar[str] = "mail"
    bell: ClassVar[str] = "hdr_site.foundation.tasks.send_mail"

    to = models.TextField()
    subject = models.TextField()
    content = models.JSONField(default=dict)

    class Meta(Job.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.subject} → {self.to}"
