"""The Celery application. Tasks are doorbells; see hdr_site/foundation/jobs.py for the queue itself."""

import os
from typing import Any

from celery import Celery, Task
from django.db import close_old_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hdr_site.settings")


class ConnectedTask(Task):  # type: ignore[type-arg] # generic in its stubs only
    """A task that begins as Django begins a request: a database connection that is old or broken is made anew."""

    def before_start(self, task_id: str, args: Any, kwargs: Any) -> None:
        """Celery's hook."""
        close_old_connections()


app = Celery("hdr_site", task_cls=ConnectedTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf["CELERY_DB_REUSE_MAX"] = 1_000_000  # else Celery makes a new database connection for every task
app.autodiscover_tasks()
