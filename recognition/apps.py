"""Recognition as a Django app."""

from django.apps import AppConfig


class RecognitionConfig(AppConfig):
    """The work: uploads, queue, results, history, API."""

    name = "recognition"
