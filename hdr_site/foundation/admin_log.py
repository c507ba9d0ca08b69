"""What staff do in the admin site is in the product's one audit log, not in Django's.

Django's keeps the name of every object that was touched for ever, such as the address of an erased account.
"""

from typing import Any

from django.http import HttpRequest


class OnlyInTheAuditLog:
    """For admin classes, before ModelAdmin: Django writes no entry. What matters is recorded where it is done."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Django's hook."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Django's hook."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Django's hook."""
