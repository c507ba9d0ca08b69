"""Calls have an owner, so that owners take turns in them, too. Nobody could ask for one before."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("recognition", "0012_exports_in_the_background"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="owner",
            field=models.ForeignKey(
                default=0,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notices",
                to=settings.AUTH_USER_MODEL,
            ),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="notice",
            name="secret",
            field=models.CharField(
                blank=True,
                help_text="Signs the call (HMAC-SHA-256); told once, and gone with the last call.",
                max_length=64,
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(condition=Q(status="queued"), fields=["owner", "priority", "turn"], name="notice_lanes"),
        ),
    ]
