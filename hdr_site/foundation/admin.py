"""The audit log in the admin site: to look at, for those who may. Nobody adds, changes or removes an entry."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hdr_site.foundation.actions import Action
from hdr_site.foundation.models import AuditEntry


def _person(number: int | None, account: Any) -> str:
    if number is None:
        return "–"
    return str(account) if account else _("account %d, erased") % number


class ActionFilter(admin.SimpleListFilter):
    """By what was done, in words."""

    title = gettext_lazy("action")
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, Any]]:
        """Every action that there is."""
        return list(Action.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those of the chosen action."""
        return queryset.filter(action=self.value()) if self.value() else queryset


@admin.register(AuditEntry)
class AuditEntryAdmin(admin.ModelAdmin[AuditEntry]):
    """Read only, for superusers too; the database's trigger holds it for everybody else."""

    list_display = ("at", "what", "who", "whom", "network", "about")
    fields = list_display
    list_filter = (ActionFilter, "at")
    search_fields = ("=actor__email", "=person__email", "^network", "^subject")
    search_help_text = gettext_lazy("An email address as it is, or the beginning of a network or subject")
    date_hierarchy = "at"
    ordering = ("-at", "-pk")
    list_per_page = 100
    show_full_result_count = False

    @admin.display(description=gettext_lazy("action"), ordering="action")
    def what(self, entry: AuditEntry) -> str:
        """The action in words."""
        return str(Action(entry.action).label) if entry.action in Action.values else entry.action

    @admin.display(description=gettext_lazy("who did it"), ordering="actor_id")
    def who(self, entry: AuditEntry) -> str:
        """The address, or the number of an account that was erased."""
        return _person(entry.actor_id, entry.actor_id and entry.actor)

    @admin.display(description=gettext_lazy("whom it concerns"), ordering="person_id")
    def whom(self, entry: AuditEntry) -> str:
        """As `who`, where it is somebody else."""
        if entry.person_id == entry.actor_id:
            return _("the same") if entry.person_id else "–"
        return _person(entry.person_id, entry.person_id and entry.person)

    @admin.display(description=gettext_lazy("details"))
    def about(self, entry: AuditEntry) -> str:
        """The subject, and what else was noted."""
        said = [f"{name}: {value}" for name, value in sorted(entry.details.items())]
        return ", ".join([entry.subject, *said] if entry.subject else said)

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEntry]:
        """With the accounts in the same query; one that was erased is then None."""
        return super().get_queryset(request).select_related("actor", "person")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Entries are made by what happens."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody, whatever they may else."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody, whatever they may else."""
        return False
