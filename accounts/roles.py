"""What people may do beyond their own account: roles, as Django groups with permissions.

Members have no role. `renew` is what migrations call to make the groups and give them what their roles need; a
migration that brings a new table calls it again. Giving and taking roles goes through `assign` alone.
"""

from collections.abc import Collection
from typing import Any

from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from hdr_site.foundation import audit
from hdr_site.foundation.actions import Action


class Role(TextChoices):
    """The name of the group, and what its people may do."""

    REVIEWER = (
        "reviewer",
        _("Reviewer: sees pictures that the reader was unsure of, of owners who allow it, and nothing else"),
    )
    ADMINISTRATOR = "administrator", _("Administrator: sees and does everything here, and gives roles")


MAY: dict[Role, Q] = {
    Role.REVIEWER: Q(content_type__app_label="recognition", codename="review_recognition"),
    # The audit log is looked at only: nobody adds to it by hand, changes it or deletes from it.
    Role.ADMINISTRATOR: ~Q(content_type__app_label="foundation", content_type__model="auditentry")
    | Q(codename="view_auditentry"),
}


def renew(apps: Any, schema_editor: Any = None) -> None:
    """Make the groups, and give each the permissions of its role. For migrations, whose `apps` it takes.

    Django makes the permissions of new tables only after the last migration, so they are made here first.
    """
    for config in apps.get_app_configs():
        known = getattr(config, "models_module", None)
        config.models_module = known or True  # a migration's stand-in for an app has none, and would be left out
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = known
    permissions = apps.get_model("auth", "Permission").objects
    for role, may in MAY.items():
        group, _made = apps.get_model("auth", "Group").objects.get_or_create(name=role.value)
        group.permissions.set(permissions.filter(may))


def of(user: User) -> set[Role]:
    """The roles that somebody has."""
    return {Role(name) for name in Group.objects.filter(user=user, name__in=Role.values).values_list("name", flat=True)}


@transaction.atomic
def assign(actor: Any, user: User, wanted: Collection[str]) -> None:
    """Give `user` these roles and take the others; whoever has one may enter the admin site. Other groups stay.

    `actor` is who decides it; None for a command on the machine itself.
    """
    had, has = of(user), {Role(name) for name in wanted}
    user.groups.add(*Group.objects.filter(name__in=has - had))
    user.groups.remove(*Group.objects.filter(name__in=had - has))
    for action, roles in ((Action.ROLE_GIVEN, has - had), (Action.ROLE_TAKEN, had - has)):
        for role in sorted(roles):
            audit.record(actor, action, role.value, person=user)
    user.is_staff = user.is_superuser or bool(has)
    user.save(update_fields=["is_staff"])
