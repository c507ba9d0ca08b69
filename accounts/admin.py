"""Accounts in the admin site."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts import addresses, leaving
from accounts.models import ApiToken, User
from hdr_site.foundation import audit
from hdr_site.foundation.actions import Action
from hdr_site.foundation.admin_log import OnlyInTheAuditLog


class UserCreation(AdminUserCreationForm[User]):
    """Add a user by e-mail."""

    class Meta:
        model = User
        fields = ("email",)


class UserChange(UserChangeForm[User]):
    """Change a user."""

    class Meta:
        model = User
        fields = ("email", "name", "is_active", "is_staff", "is_superuser", "groups", "user_permissions")


@admin.register(User)
class UserAdmin(OnlyInTheAuditLog, DjangoUserAdmin[User]):
    """Users. Removing one removes everything that is theirs, files included."""

    form = UserChange
    add_form = UserCreation
    ordering = ("-date_joined",)
    list_display = ("email", "name", "is_active", "is_staff", "date_joined", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser", "date_joined")
    search_fields = ("email", "name")
    readonly_fields = ("date_joined", "last_login")
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        ("What they may do", {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        ("When", {"fields": ("date_joined", "last_login")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "usable_password", "password1", "password2")}),)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """A changed address replaces the old one everywhere: else the old mailbox could still reset the password."""
        super().save_model(request, obj, form, change)
        if "email" in form.changed_data:
            addresses.set_confirmed(obj)

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        """As if the person had left, but at once: nobody gets in any more, and a worker erases rows and files."""
        try:
            leaving.expel(obj, request.user)
        except leaving.LastAdministrator:
            self.message_user(request, "The last administrator cannot be deleted.", messages.ERROR)
        else:
            self.message_user(request, "The account is closed. Everything in it is erased within a minute or two.")

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """In the audit log."""
        audit.record(request.user, Action.ACCOUNT_CHANGED, str(obj.pk), person=obj)

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: int) -> HttpResponse:
        """What became of it has been said already; Django would say that it is deleted."""
        return redirect("admin:accounts_user_changelist")

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """The same for several."""
        for user in queryset:
            self.delete_model(request, user)


@admin.register(ApiToken)
class ApiTokenAdmin(OnlyInTheAuditLog, admin.ModelAdmin[ApiToken]):
    """Tokens can be looked at and revoked; they are made by their owners only."""

    list_display = ("owner", "name", "hint", "created_at", "last_used_at")
    search_fields = ("owner__email", "name", "hint")
    list_select_related = ("owner",)
    exclude = ("digest",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody makes a token for somebody else."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: ApiToken | None = None) -> bool:
        """A token is what it is."""
        return False
