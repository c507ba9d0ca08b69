"""The Celery application. Tasks are doorbells; see hdr_site/foundation/jobs.py for the queue itself."""

import os
from typing import Any

from celery import Celery
from celery.signals import task_prerun
from django.db import close_old_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hdr_site.settings")

app = Celery("hdr_site")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf["CELERY_DB_REUSE_MAX"] = 1_000_000  # else Celery makes a new database connection for every task
app.autodiscover_tasks()


@task_prerun.connect
def look_after_connections(**_: Any) -> None:
    """What Django does before each request: a connection that is old or broken is made anew."""
    close_old_connections()
