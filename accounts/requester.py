"""Who asks, for views that only people who are logged in reach."""

from django.http import HttpRequest

from accounts.models import User


def person_of(request: HttpRequest) -> User:
    """The person who is logged in."""
    assert isinstance(request.user, User)  # noqa: S101 - login_required has seen to it; this tells the type checker
    return request.user
