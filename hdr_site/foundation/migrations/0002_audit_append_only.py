"""The audit log is only ever added to: a trigger refuses to change or remove an entry, whoever asks."""

from django.db import migrations

PROTECT = """
    CREATE FUNCTION foundation_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'The audit log is append-only.' USING ERRCODE = 'restrict_violation';
    END $$;
    CREATE TRIGGER foundation_audit_is_append_only BEFORE UPDATE OR DELETE ON foundation_auditentry
        FOR EACH ROW EXECUTE FUNCTION foundation_audit_is_append_only();
"""
UNPROTECT = """
    DROP TRIGGER foundation_audit_is_append_only ON foundation_auditentry;
    DROP FUNCTION foundation_audit_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("foundation", "0001_initial")]
    operations = [migrations.RunSQL(PROTECT, UNPROTECT)]
