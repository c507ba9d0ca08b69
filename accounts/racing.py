"""Two who want the same address at the same moment."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponseBase

ONE_ACCOUNT_AN_ADDRESS = "user_email_unique_without_case"


def twice_where_somebody_was_first(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view that makes accounts, in one transaction: the second of two finds the account of the first."""

    @wraps(view)
    def trying(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        before = dict(request.session.items())
        try:
            with transaction.atomic():
                return view(request, *args, **kwargs)
        except IntegrityError as problem:
            if ONE_ACCOUNT_AN_ADDRESS not in str(problem):
                raise
            request.session.clear()  # what the database has undone was noted there, too
            request.session.update(before)
            with transaction.atomic():
                return view(request, *args, **kwargs)

    return trying
