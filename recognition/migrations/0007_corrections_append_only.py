"""A correction is only ever added. What the database itself may do: forget an author whose account is erased."""

from django.db import migrations

PROTECT = """
    CREATE FUNCTION recognition_correction_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF to_jsonb(OLD) - 'author_id' = to_jsonb(NEW) - 'author_id' AND NEW.author_id IS NULL THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'Corrections are append-only.' USING ERRCODE = 'restrict_violation';
    END $$;
    CREATE TRIGGER recognition_correction_is_append_only BEFORE UPDATE ON recognition_correction
        FOR EACH ROW EXECUTE FUNCTION recognition_correction_is_append_only();
"""
UNPROTECT = """
    DROP TRIGGER recognition_correction_is_append_only ON recognition_correction;
    DROP FUNCTION recognition_correction_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("recognition", "0006_corrections_batches_exports")]
    operations = [migrations.RunSQL(PROTECT, UNPROTECT)]
