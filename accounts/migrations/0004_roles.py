"""The groups of the roles, with their permissions. Tables that come later call `roles.renew` again."""

from django.db import migrations

from accounts import roles


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_leaving_pictures"),
        ("recognition", "0005_review_permission"),
        ("foundation", "0004_once_a_day"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(roles.renew, migrations.RunPython.noop)]
