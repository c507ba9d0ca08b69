"""The Celery application. Tasks are doorbells; see hdr_site/foundation/jobs.py for the queue itself."""

import os

from celery import Celery

from hdr_site.foundation.memory import return_large_blocks

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hdr_site.settings")
return_large_blocks()

app = Celery("hdr_site")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
