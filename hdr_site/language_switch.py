"""The switch at the foot of every page."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_POST
from django.views.i18n import set_language


@require_POST
def choose(request: HttpRequest) -> HttpResponseBase:
    """`language` from now on, and back to `next`: in the account of who is logged in, and in a cookie of this browser.

    A page is shown in the account's language; without an account, or without a choice in it, in the cookie's; else in
    one that the browser asks for.
    """
    language = request.POST.get("language", "")
    if request.user.is_authenticated and language in dict(settings.LANGUAGES):
        get_user_model()._default_manager.filter(pk=request.user.pk).update(language=language)
    return set_language(request)
