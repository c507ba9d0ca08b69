"""The page of what happened in one's account."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import activity
from accounts.models import User


@never_cache
@login_required
@require_safe
def activity_list(request: HttpRequest) -> HttpResponse:
    """The owner's log-ins and changes; `before` asks for older ones."""
    assert isinstance(request.user, User)  # noqa: S101 - login_required has seen to it; this tells the type checker
    asked = request.GET.get("before", "")
    before = int(asked) if asked.isdecimal() and len(asked) < 19 else None
    page = activity.of(request.user, before)
    return render(request, "accounts/activity.html", {"page": page, "is_first": before is None})
