"""A long history for measurements and trials: numbers without pictures, as if these had been erased after reading."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

TABLES = ("recognition_recognition", "recognition_reading", "recognition_correction")


@transaction.atomic
def seed(owner: int, count: int, others: Sequence[int], total: int) -> None:
    """Write `total` recognitions that lie between one another: `count` of `owner`, the rest of `others`; by keys.

    Numbers of 1 to 7 digits, one picture in five with a second one, one in fifty failed, one in twenty corrected. All
    of it follows from a row's place, so two histories of one size are alike. Locks the tables: a million rows are
    written without their indexes, which are made anew at once (PostgreSQL, "Populating a Database").
    """
    if total < count or total % count:
        raise ValueError("The owner's share has to be one row in so many of all.")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout TO 0")  # a million rows take a minute or two
        cursor.execute("SET LOCAL synchronous_commit TO on")  # else VACUUM, right after it, does not trust the rows
        cursor.execute("SET LOCAL maintenance_work_mem TO '256MB'")
        with _indexes_made_anew(cursor):
            pictures, readings = (_reserved(cursor, table, total) for table in TABLES[:2])
            cursor.execute(PLACES, [pictures, readings, total // count, owner, list(others) or [owner], total])
            cursor.execute(PICTURES)
            cursor.execute(READINGS)
            cursor.execute(CORRECTIONS)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # an index is not made while checks are pending
        cursor.execute("DROP TABLE seeded")


def _reserved(cursor: CursorWrapper, table: str, count: int) -> int:
    """The number before `count` primary keys that nobody else gets."""
    cursor.execute(
        "SELECT setval(sequence, nextval(sequence) + %s) FROM pg_get_serial_sequence(%s, 'id') sequence", [count, table]
    )
    return int(cursor.fetchone()[0]) - count


@contextmanager
def _indexes_made_anew(cursor: CursorWrapper) -> Iterator[None]:
    """Inside the block the tables have only the indexes that a constraint stands on."""
    cursor.execute(INDEXES, [list(TABLES)])
    indexes = cursor.fetchall()
    for name, _definition in indexes:
        cursor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")
    yield
    for _name, definition in indexes:
        cursor.execute(definition)


def refresh_statistics() -> None:
    """What Postgres does by itself in the minutes after so many rows came; outside of any transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout TO 0")
        cursor.execute("VACUUM (ANALYZE) recognition_recognition")
        cursor.execute("RESET statement_timeout")


INDEXES = """
    SELECT index.relname, pg_get_indexdef(index.oid)
    FROM pg_index JOIN pg_class AS index ON index.oid = pg_index.indexrelid
                  JOIN pg_class AS tables ON tables.oid = pg_index.indrelid
    WHERE tables.relname = ANY(%s) AND tables.relnamespace = current_schema()::regnamespace
      AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = index.oid)
    ORDER BY index.relname"""
PLACES = """
    CREATE TEMPORARY TABLE seeded AS
    SELECT place.*,
           %s + n AS picture,
           CASE WHEN n %% 50 <> 0 THEN %s + n END AS reading,
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
        FROM unnest(string_to_array(text, ' ')) word
    ), confidence, 1
    FROM seeded WHERE reading IS NOT NULL ORDER BY n"""
CORRECTIONS = """
    INSERT INTO recognition_correction (
        public_id, recognition_id, reading_id, author_id, role, digits, lines, text, created_at
    )
    SELECT gen_random_uuid(), picture, reading, owner, 'owner', '[]', (
        SELECT jsonb_build_array(jsonb_agg(jsonb_build_object('text', word, 'marked_text', NULL, 'value', word)))
        FROM unnest(string_to_array(reverse(text), ' ')) word
    ), reverse(text), at
    FROM seeded WHERE reading IS NOT NULL AND n % 20 = 1 ORDER BY n"""
