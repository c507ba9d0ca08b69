"""A long history for measurements and trials: numbers without pictures, as if these had been erased after reading."""

from collections.abc import Sequence

from django.db import connection, transaction


@transaction.atomic
def seed(owner: int, count: int, others: Sequence[int], total: int) -> None:
    """Write `total` recognitions that lie between one another: `count` of `owner`, the rest of `others`; by keys.

    Numbers of 1 to 7 digits, one picture in five with a second one, one in fifty failed, one in twenty corrected. All
    of it follows from a row's place, so two histories of one size are alike.
    """
    if total < count or total % count:
        raise ValueError("The owner's share has to be one row in so many of all.")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout TO 0")  # a million rows take minutes
        cursor.execute("SET LOCAL synchronous_commit TO on")  # else VACUUM, right after it, does not trust the rows
        cursor.execute(PLACES, [total // count, owner, list(others) or [owner], total])
        cursor.execute(PICTURES)
        cursor.execute(READINGS)
        cursor.execute(CORRECTIONS)
        cursor.execute("DROP TABLE seeded")


def refresh_statistics() -> None:
    """What Postgres does by itself in the minutes after so many rows came; outside of any transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout TO 0")
        cursor.execute("VACUUM (ANALYZE) recognition_recognition")
        cursor.execute("RESET statement_timeout")


PLACES = """
    CREATE TEMPORARY TABLE seeded AS
    SELECT place.*,
           nextval(pg_get_serial_sequence('recognition_recognition', 'id')) AS picture,
           CASE WHEN n %% 50 <> 0 THEN nextval(pg_get_serial_sequence('recognition_reading', 'id')) END AS reading,
           left(dice::text, (1 + dice %% 7)::integer)
               || CASE WHEN n %% 5 = 0 THEN ' ' || right(dice::text, 3) ELSE '' END AS text,
           0.5 + dice %% 1000 / 2000.0 AS confidence
    FROM (
        SELECT n, CASE WHEN n %% %s = 0 THEN %s ELSE (others.keys)[1 + n %% cardinality(others.keys)] END AS owner,
               1000000 + hashint8extended(n, 5) & 8388607 AS dice,
               statement_timestamp() - n * interval '1 minute' AS at
        FROM (SELECT %s::bigint[] AS keys) AS others, generate_series(1, %s) n
    ) AS place"""
PICTURES = """
    INSERT INTO recognition_recognition (
        id, public_id, owner_id, source, name, pictures_erased_at, content_type, width, height, stored_bytes,
        upload_digest, status, created_at, turn, due_at, finished_at, error_code, error_message, reading_id, text,
        corrected_text, confidence, model_version
    )
    SELECT picture, gen_random_uuid(), owner, (ARRAY['page', 'camera', 'api', 'zip'])[1 + n % 4],
           'seeded ' || n || '.png',
           at, 'image/png', 300, 200, 0, '', CASE WHEN reading IS NULL THEN 'failed' ELSE 'done' END, at, at, at, at,
           CASE WHEN reading IS NULL THEN 'reading_failed' ELSE '' END,
           CASE WHEN reading IS NULL THEN 'This picture could not be read.' ELSE '' END,
           reading, CASE WHEN reading IS NULL THEN '' ELSE text END,
           CASE WHEN reading IS NOT NULL AND n % 20 = 1 THEN reverse(text) END,
           CASE WHEN reading IS NOT NULL THEN confidence END, CASE WHEN reading IS NULL THEN '' ELSE 'seeded' END
    FROM seeded ORDER BY n"""
READINGS = """
    INSERT INTO recognition_reading (
        id, recognition_id, attempt, live, model_version, format, text, lines, numbers, confidence, milliseconds
    )
    SELECT reading, picture, 1, true, 'seeded', '', text, ARRAY[text], (
        SELECT jsonb_agg(jsonb_build_object(
            'text', word, 'marked_text', NULL, 'value', word, 'confidence', confidence, 'format', NULL, 'line', 0,
            'digits', '[]'::jsonb, 'box', '[0, 0, 1, 1]'::jsonb))
        FROM regexp_split_to_table(text, ' ') word
    ), confidence, 1
    FROM seeded WHERE reading IS NOT NULL ORDER BY n"""
CORRECTIONS = """
    INSERT INTO recognition_correction (
        public_id, recognition_id, reading_id, author_id, role, digits, lines, text, created_at
    )
    SELECT gen_random_uuid(), picture, reading, owner, 'owner', '[]', (
        SELECT jsonb_build_array(jsonb_agg(jsonb_build_object('text', word, 'marked_text', NULL, 'value', word)))
        FROM regexp_split_to_table(reverse(text), ' ') word
    ), reverse(text), at
    FROM seeded WHERE reading IS NOT NULL AND n % 20 = 1 ORDER BY n"""
