"""Accounts in the admin site."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, gettext_lazy, ngettext

from accounts import addresses, leaving, roles, second_factor
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
        fields = ("email", "name", "is_active")

    roles = forms.MultipleChoiceField(
        choices=roles.Role.choices, required=False, widget=forms.CheckboxSelectMultiple, label=gettext_lazy("Roles")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Shows the roles that the person has."""
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["roles"] = sorted(roles.of(self.instance))


def _is_not_above(request: HttpRequest, user: User | None) -> bool:
    return user is None or not user.is_superuser or bool(getattr(request.user, "is_superuser", False))


@admin.register(User)
class UserAdmin(OnlyInTheAuditLog, DjangoUserAdmin[User]):
    """Users. Removing one removes everything that is theirs, files included."""

    form = UserChange
    add_form = UserCreation
    ordering = ("-date_joined",)
    list_display = ("email", "name", "is_active", "is_staff", "date_joined", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser", "date_joined")
    search_fields = ("email", "name")
    readonly_fields = ("is_staff", "is_superuser", "second_factors", "date_joined", "last_login")
    filter_horizontal = ()
    actions = ("reset_factors",)
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        (
            gettext_lazy("What they may do"),
            {"fields": ("is_active", "roles", "is_staff", "is_superuser", "second_factors")},
        ),
        (gettext_lazy("When"), {"fields": ("date_joined", "last_login")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "usable_password", "password1", "password2")}),)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """A changed address replaces the old one everywhere: else the old mailbox could still reset the password."""
        super().save_model(request, obj, form, change)
        if "email" in form.changed_data:
            addresses.set_confirmed(obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Roles are given and taken through the one function that does it."""
        super().save_related(request, form, formsets, change)
        if "roles" in form.changed_data:
            roles.assign(request.user, form.instance, form.cleaned_data["roles"])

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Whoever runs the installation is above administrators: they neither change nor take over that account."""
        return super().has_change_permission(request, obj) and _is_not_above(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """The same."""
        return super().has_delete_permission(request, obj) and _is_not_above(request, obj)

    @admin.display(description=gettext_lazy("second factors"))
    def second_factors(self, user: User) -> str:
        """What they have, never a secret."""
        return ", ".join(second_factor.kinds(user)) or gettext("none")

    @admin.action(description=gettext_lazy("Take away second factors (somebody has lost them)"), permissions=["change"])
    def reset_factors(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """For people who can no longer give theirs; make sure first that it is really them who ask."""
        people = [user for user in queryset if self.has_change_permission(request, user)]
        for user in people:
            second_factor.reset(request.user, user)
        told = ngettext(
            "%(count)d person has no second factor any more.",
            "%(count)d people have no second factor any more.",
            len(people),
        )
        self.message_user(request, told % {"count": len(people)}, messages.SUCCESS)

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        """As if the person had left, but at once: nobody gets in any more, and a worker erases rows and files."""
        try:
            leaving.expel(obj, request.user)
        except leaving.LastAdministrator:
            self.message_user(request, gettext("The last administrator cannot be deleted."), messages.ERROR)
        else:
            self.message_user(
                request, gettext("The account is closed. Everything in it is erased within a minute or two.")
            )

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
