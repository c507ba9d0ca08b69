"""The page of what happened in one's account."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import activity
from accounts.requester import person_of


@never_cache
@login_required
@require_safe
def activity_list(request: HttpRequest) -> HttpResponse:
    """The owner's log-ins and changes; `before` asks for older ones."""
    asked = request.GET.get("before", "")
    before = int(asked) if asked.isdecimal() and len(asked) < 19 else None
    page = activity.of(person_of(request), before)
    return render(request, "accounts/activity.html", {"page": page, "is_first": before is None})
