"""The admin site. There is one way in: our sign-in and a second factor, in this session."""

from collections.abc import Iterable
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.utils import get_next_redirect_url
from django.conf import settings
from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, resolve_url
from django.urls import reverse

from accounts import second_factor
from accounts.models import User

OURS = ("accounts", "recognition", "foundation")


class StaffSite(AdminSite):
    """Django's admin site for sessions that have passed a second factor; every address of it asks `has_permission`."""

    def register(
        self,
        model_or_iterable: type[Model] | Iterable[type[Model]],
        admin_class: type[ModelAdmin[Any]] | None = None,
        **options: Any,
    ) -> None:
        """Only our own tables: pages that libraries bring would show secrets of factors and keys of sessions."""
        models = [model_or_iterable] if isinstance(model_or_iterable, type) else list(model_or_iterable)
        super().register([model for model in models if model._meta.app_label in OURS], admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff whose session has passed a factor. A token signs nobody in here: sessions alone are looked at."""
        return super().has_permission(request) and second_factor.passed(request)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Where everybody is sent who may not go on yet: to sign in, to set up a factor, to give it; else onwards."""
        wanted = get_next_redirect_url(request) or reverse("admin:index")
        user = request.user
        if not isinstance(user, User):
            return redirect_to_login(wanted, resolve_url(settings.LOGIN_URL))
        if not user.is_staff:
            raise PermissionDenied
        if second_factor.passed(request):
            return HttpResponseRedirect(wanted)
        if second_factor.has_one(user):
            ways = get_adapter().get_reauthentication_methods(user)
            return redirect_to_login(wanted, ways[0]["url"])
        return redirect_to_login(wanted, reverse("second_factor_needed"))

    def password_change(  # type: ignore[override] # Django's stubs promise a page; the wrapper takes any response
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One page for it, with its limits and its mail to the owner."""
        return redirect("account_change_password")
