"""Some things are noted once a day only; and the audit log is not emptied either."""

from django.conf import settings
from django.db import migrations, models

PROTECT = """
    CREATE TRIGGER foundation_audit_is_not_emptied BEFORE TRUNCATE ON foundation_auditentry
        FOR EACH STATEMENT EXECUTE FUNCTION foundation_audit_is_append_only();
"""
UNPROTECT = "DROP TRIGGER foundation_audit_is_not_emptied ON foundation_auditentry;"


class Migration(migrations.Migration):
    dependencies = [
        ("foundation", "0003_who_when_from_where"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="auditentry",
            name="day",
            field=models.DateField(help_text="Only of what is noted once a day: that day, in UTC.", null=True),
        ),
        migrations.AddConstraint(
            model_name="auditentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("day__isnull", False)),
                fields=("person", "action", "subject", "day"),
                name="audit_once_a_day",
            ),
        ),
        migrations.RunSQL(PROTECT, UNPROTECT),
    ]
