"""What makes the product installable and lets it work without a network."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, resolve_url
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from hdr_site.offline import account, pages, shell

PAPER, INK = "#f7f5f0", "#0b4f8a"
ICONS = (("images/icon-192.png", 192, "any"), ("images/icon-512.png", 512, "any"))
MASKABLE = (("images/icon-maskable-192.png", 192, "maskable"), ("images/icon-maskable-512.png", 512, "maskable"))
WAYS = (
    (gettext_lazy("Read a picture"), "recognition:new"),
    (gettext_lazy("Draw a number"), "recognition:draw"),
    (gettext_lazy("History"), "recognition:list"),
)
SHARED_TYPES = ("image/*", "application/pdf", "application/zip", ".heic", ".heif", ".tif", ".tiff", ".pdf", ".zip")


@never_cache
@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker's script; where it is switched off, one that clears up after it and goes."""
    if settings.SERVICE_WORKER:
        script = shell.script(pages.language_of(request.GET.get("language")))
    else:
        script = f'importScripts("{static("js/offline/gone.js")}");\n'
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


@never_cache
@require_GET
def manifest(request: HttpRequest) -> JsonResponse:
    """What a device needs to know to install the product as an app (W3C, Web Application Manifest)."""
    language = pages.language_of(request.GET.get("language"))
    with translation.override(language):
        return JsonResponse(_manifest(language), content_type="application/manifest+json")


def _manifest(language: str) -> dict[str, object]:
    return {
        "id": "/",
        "name": gettext("Handwritten digits"),
        "short_name": gettext("Digits"),
        "description": gettext("Handwritten digits reads handwritten numbers and says how sure it is of every digit."),
        "lang": language,
        "dir": "rtl" if translation.get_language_bidi() else "ltr",
        "start_url": resolve_url(settings.LOGIN_REDIRECT_URL),
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": PAPER,
        "categories": ["productivity", "utilities"],
        "icons": [
            {"src": static(name), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
            for name, size, purpose in (*ICONS, *MASKABLE)
        ],
        "shortcuts": [{"name": str(name), "url": reverse(address)} for name, address in WAYS],
        "share_target": {
            "action": reverse("offline-shared"),
            "method": "POST",
            "enctype": "multipart/form-data",
            "params": {"files": [{"name": "image", "accept": list(SHARED_TYPES)}]},
        },
    }


@never_cache
@require_GET
def page(request: HttpRequest, name: str) -> HttpResponse:
    """A page that the service worker keeps and shows while there is no network: the same for everybody."""
    return HttpResponse(pages.rendered(name, pages.language_of(request.GET.get("language"))))


@never_cache
@require_GET
def token(request: HttpRequest) -> JsonResponse:
    """Whose session this is, and a token for what is sent in it: asked for before waiting pictures are sent."""
    mark = account.mark_of(request.user)
    if not mark:
        return JsonResponse({"code": "signed_out", "message": gettext("Log in first.")}, status=401)
    return JsonResponse({"account": mark, "token": get_token(request)})


@csrf_exempt  # it changes nothing
@never_cache
@require_http_methods(["GET", "POST"])
def shared(request: HttpRequest) -> HttpResponse:
    """Where a device brings what somebody shares with the app. The service worker takes it and asks nobody; a request
    that comes as far as here had none, and nothing of it is taken."""
    messages.warning(request, gettext("What you shared did not arrive. Choose the file here, please."))
    return redirect("recognition:new")
