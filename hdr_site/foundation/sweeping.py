"""The sweep: the only retry mechanism. Beat rings it every few seconds; two at once do no harm."""

from datetime import timedelta

from django.db.models.functions import Now

from hdr_site.foundation import bells, heartbeat, jobs
from hdr_site.foundation.models import Mail

MAIL_KEPT_FOR = timedelta(days=30)


def sweep_everything() -> None:
    """Go through all kinds of jobs, ring for what is overdue, drop old mails, and note the time."""
    for kind in jobs.kinds():
        bells.ring_for_overdue(kind, jobs.sweep(kind))
    Mail.objects.filter(finished_at__lt=Now() - MAIL_KEPT_FOR).delete()
    heartbeat.beat("sweep")
