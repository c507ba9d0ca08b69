"""Recognitions in the admin site: staff look, filter, search, and have pictures read again."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy, ngettext

from hdr_site.foundation.admin_log import OnlyInTheAuditLog
from recognition import keeping, pictures, selectors, submissions
from recognition.models import Recognition


class ConfidenceFilter(admin.SimpleListFilter):
    """By how sure the reading is that everything is right."""

    title = "confidence"
    parameter_name = "sure"
    BANDS = {"low": (0.0, 0.5), "unsure": (0.5, 0.9), "sure": (0.9, 0.99), "very": (0.99, 1.01)}

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Bands of confidence, and pictures without a digit."""
        return [
            ("low", "under 50 %"),
            ("unsure", "50 to 90 %"),
            ("sure", "90 to 99 %"),
            ("very", gettext("99 % and more")),
            ("none", gettext("no digit found")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Recognition]) -> QuerySet[Recognition]:
        """Rows of the chosen band."""
        if self.value() == "none":
            return queryset.filter(status="done", text="")
        if band := self.BANDS.get(self.value() or ""):
            return queryset.filter(confidence__gte=band[0], confidence__lt=band[1])
        return queryset


FOR_REVIEW = "recognition.review_recognition"


def _only_reviews(request: HttpRequest) -> bool:
    """Whether somebody may look at what waits for review and at nothing else: then owners stay unknown to them."""
    return not request.user.has_perm("recognition.view_recognition")


def _without_owners(names: Iterable[str]) -> Iterator[str]:
    masked = {"owner": "masked_owner"}
    return (masked.get(name, name) for name in names if name not in {"name", "public_id"})


@admin.register(Recognition)
class RecognitionAdmin(OnlyInTheAuditLog, admin.ModelAdmin[Recognition]):
    """What was read. Nothing here is typed in, so nothing can be added or changed; deleting removes files too.

    Reviewers see of it what waits for review (`selectors.visible_to`), and nothing that tells whose it is.
    """

    list_display = ("picture", "text", "sure", "status", "owner", "model_version", "created_at")
    list_display_links = ("picture", "text")
    list_filter = ("status", ConfidenceFilter, "created_at", "model_version", "source")
    search_fields = ("text", "owner__email", "name")
    list_select_related = ("owner",)
    list_per_page = 50
    show_full_result_count = False
    date_hierarchy = None
    actions = ("read_again",)
    fields = (
        "overlay", "text", "format", "sure", "digits", "status", "error_code", "error_message", "owner", "name",
        "source", "model_version", "milliseconds", "attempt", "losses", "width", "height", "stored_bytes",
        "created_at", "finished_at", "pictures_erased_at", "public_id",
    )  # fmt: skip
    readonly_fields = fields

    class Media:
        css = {"all": ["recognition/admin.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Recognition]:
        """All, through the one function that decides."""
        return selectors.visible_to(request.user, at_the_desk=True).order_by("-created_at", "-id")

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """Owners only for those who may see everything."""
        return tuple(_without_owners(self.list_display) if _only_reviews(request) else self.list_display)

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """The same: what one may not see one may not search for either."""
        return ("text",) if _only_reviews(request) else self.search_fields

    def get_fields(self, request: HttpRequest, obj: Recognition | None = None) -> tuple[str, ...]:
        """The same."""
        return tuple(_without_owners(self.fields) if _only_reviews(request) else self.fields)

    def get_readonly_fields(self, request: HttpRequest, obj: Recognition | None = None) -> tuple[str, ...]:
        """All of them."""
        return self.get_fields(request, obj)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Reviewers filter by what the page offers; an address made up by hand could ask for owners and names."""
        offered = {name for name in self.list_filter if isinstance(name, str)}
        return super().lookup_allowed(lookup, value, request) and (
            not _only_reviews(request) or lookup.partition("__")[0] in offered
        )

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What staff did with a picture is not for reviewers."""
        if _only_reviews(request):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def has_view_permission(self, request: HttpRequest, obj: Recognition | None = None) -> bool:
        """Whoever may see everything, and reviewers what waits for them."""
        return super().has_view_permission(request, obj) or request.user.has_perm(FOR_REVIEW)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Pictures are sent by their owners."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Recognition | None = None) -> bool:
        """What the machine said is not typed over."""
        return False

    def has_read_again_permission(self, request: HttpRequest) -> bool:
        """Whoever may change recognitions may have them read again."""
        return request.user.has_perm("recognition.change_recognition")

    def get_urls(self) -> list[URLPattern]:
        """The picture and its small copy, for staff who may see them."""
        view = self.admin_site.admin_view
        own = [
            path("<int:pk>/picture/", view(self.picture_view), name="recognition_picture"),
            path("<int:pk>/thumbnail/", view(self.thumbnail_view), name="recognition_thumbnail"),
        ]
        return own + super().get_urls()

    def picture_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The stored picture."""
        return pictures.picture(request, self._seen(request, pk))

    def thumbnail_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Its small copy."""
        return pictures.thumbnail(request, self._seen(request, pk))

    def _seen(self, request: HttpRequest, pk: int) -> Recognition:
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = self.get_queryset(request).filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    @admin.display(description="owner")
    def masked_owner(self, row: Recognition) -> str:
        """Enough of the address to tell two owners apart, and not who they are."""
        if row.owner is None:
            return "–"
        name, _at, domain = row.owner.email.rpartition("@")
        return f"{name[:1]}•••@{domain}"

    @admin.display(description="picture")
    def picture(self, row: Recognition) -> SafeString | str:
        """The thumbnail."""
        if row.pictures_erased_at:
            return "erased"
        return format_html(
            '<img class="hdr-thumbnail" src="{}" alt="{}" loading="lazy">',
            reverse("admin:recognition_thumbnail", args=[row.pk]),
            gettext("Picture %(number)s") % {"number": row.pk},
        )

    @admin.display(description="confidence", ordering="confidence")
    def sure(self, row: Recognition) -> str:
        """In percent."""
        return "–" if row.confidence is None else f"{row.confidence:.1%}"

    @admin.display(description=gettext_lazy("time to read"))
    def milliseconds(self, row: Recognition) -> str:
        """Of the reading on show."""
        return f"{row.reading.milliseconds} ms" if row.reading else "–"

    @admin.display(description=gettext_lazy("picture with boxes"))
    def overlay(self, row: Recognition) -> SafeString | str:
        """The picture with a box on every digit."""
        if row.pictures_erased_at:
            return keeping.erased(row).sentence
        context = {"recognition": row, "digits": selectors.digits_of(row)}
        return render_to_string("recognition/admin_overlay.html", context)

    @admin.display(description="probabilities")
    def digits(self, row: Recognition) -> SafeString:
        """A table: one row a digit, one column a value."""
        return render_to_string("recognition/admin_digits.html", {"digits": selectors.digits_of(row)})

    @admin.action(description=gettext_lazy("Read again"), permissions=["read_again"])
    def read_again(self, request: HttpRequest, queryset: QuerySet[Recognition]) -> None:
        """Queue the chosen pictures anew."""
        asked = submissions.read_again(queryset, request.user)
        told = ngettext("%(count)d picture will be read again.", "%(count)d pictures will be read again.", asked)
        self.message_user(request, told % {"count": asked}, messages.SUCCESS)

    def delete_model(self, request: HttpRequest, obj: Recognition) -> None:
        """With its files."""
        submissions.delete(obj, request.user)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Recognition]) -> None:
        """The same for several."""
        for row in queryset:
            submissions.delete(row, request.user)
