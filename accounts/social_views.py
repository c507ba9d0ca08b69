"""Pages of signing in with an account elsewhere."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount import views as allauth_views
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods
from requests import RequestException

from accounts import social
from accounts.racing import twice_where_somebody_was_first

signup = twice_where_somebody_was_first(allauth_views.signup)
connections = transaction.atomic(allauth_views.connections)

View = Callable[[HttpRequest, str], HttpResponse]


def _pages_for_faults(view: View) -> View:
    """A page of ours where a provider is away or beside itself, and where two browsers raced for one account."""

    @wraps(view)
    def with_pages(request: HttpRequest, provider_id: str) -> HttpResponse:
        try:
            return view(request, provider_id)
        except RequestException as problem:
            return social.UNREACHABLE.page(request, provider_id, problem)
        except OAuth2Error as problem:
            return social.BAD_ANSWER.page(request, provider_id, problem)
        except IntegrityError as problem:
            return social.TWICE.page(request, provider_id, problem)

    return with_pages


@never_cache
@require_http_methods(["GET", "POST"])
@_pages_for_faults
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """GET asks whether to go to the provider, POST goes there.

    Only `next` and `process` of the request count: what we ask the provider for is not for a link to decide.
    """
    provider = _offered(request, provider_id)
    connecting = request.POST.get("process", request.GET.get("process")) == AuthProcess.CONNECT
    if request.user.is_authenticated and not connecting:
        return redirect("socialaccount_connections")
    if request.method == "GET":
        return render(request, "socialaccount/login.html", {"provider": provider, "connecting": connecting})
    return _connect(request, provider) if connecting else _leave(request, provider, AuthProcess.LOGIN)


@reauthentication_required(app="allauth.socialaccount")  # type: ignore[untyped-decorator]
def _connect(request: HttpRequest, provider: Any) -> HttpResponse:
    return _leave(request, provider, AuthProcess.CONNECT)


def _leave(request: HttpRequest, provider: Any, process: str) -> HttpResponse:
    """A page that leads on to the provider at once, and with a link.

    Not a redirect: Chromium holds `form-action` of our pages against every redirect after a form, and providers
    redirect to more hosts of theirs than anybody can list. So that directive stays as strict as it is.
    """
    away = provider.redirect(request, process, next_url=get_next_redirect_url(request))
    return render(request, "socialaccount/leaving.html", {"provider": provider, "address": away.url})


@never_cache
@require_GET
@_pages_for_faults
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """The provider sends people back here."""
    adapter = _offered(request, provider_id).get_oauth2_adapter(request)
    with adapter.transaction:
        response: HttpResponse = OAuth2CallbackView.adapter_view(adapter)(request)
    return response


@never_cache
@require_GET
def link(request: HttpRequest) -> HttpResponse:
    """There is an account with this address: how to show that it is yours, so that both are connected."""
    waiting = social.waiting(request)
    if waiting is None or request.user.is_authenticated:
        return redirect("socialaccount_connections")
    context = {
        "address": waiting.email_addresses[0].email,
        "provider": social.NAMES[waiting.account.provider],
        "next": waiting.state.get("next") or reverse("socialaccount_connections"),
    }
    return render(request, "socialaccount/link.html", context)


def not_here(request: HttpRequest) -> HttpResponse:
    """A way in of allauth's that we do not offer: a token from Facebook's script, which is on no page of ours."""
    raise Http404


def _offered(request: HttpRequest, provider_id: str) -> Any:
    if not social.is_offered(provider_id):
        raise Http404
    return get_adapter().get_provider(request, provider_id)
