"""What a token must allow before it may do something: each view says so, method by method.

    class RecognitionDetail(APIView):
        scopes = {"GET": Scope.READ, "DELETE": Scope.DELETE}

A method that names no scope is closed to every token, and a test fails. HEAD goes with GET; OPTIONS tells nothing that
the documentation does not, and needs none.
"""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from hdr_site.foundation.scopes import Scope

if TYPE_CHECKING:
    from rest_framework.views import APIView  # which imports this module, as the default that the settings name


def needed(view: Any, method: str) -> Scope | None:
    """The scope that `view` asks for; None where it names none."""
    declared: dict[str, Scope] = getattr(view, "scopes", {})
    return declared.get("GET" if method == "HEAD" else method)


class TokenAllows(BasePermission):
    """The request comes from a browser, or from a program whose token has the scope that the view asks for."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """False where a token meets a method without a scope; `missing_scope` where the token lacks it."""
        if request.auth is None or not _does(view, request.method or ""):
            return True  # a browser, or a method that the view will refuse with 405
        scope = needed(view, request.method or "")
        if scope is not None and scope not in getattr(request.auth, "scopes", ()):
            raise PermissionDenied(_refusal(scope), "missing_scope")
        return scope is not None


def _does(view: "APIView", method: str) -> bool:
    return method != "OPTIONS" and hasattr(view, method.lower())


def _refusal(scope: Scope) -> str:
    told = gettext(
        "This needs the scope “%(scope)s” (%(what)s), which this token does not have; make a token that has it on your "
        "tokens page."
    )
    return told % {"scope": scope, "what": scope.label}
