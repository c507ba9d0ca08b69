"""Administrators may see and manage the tables of corrections, batches and exports, too."""

from django.db import migrations

from accounts import roles


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_roles"),
        ("recognition", "0006_corrections_batches_exports"),
    ]

    operations = [migrations.RunPython(roles.renew, migrations.RunPython.noop)]
