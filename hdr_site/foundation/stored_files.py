"""Reading a stored file piece by piece, whatever the store: Django's S3 backend fetches the whole file first."""

from collections.abc import Iterator
from typing import IO, Any, cast

from django.core.files.storage import default_storage

PIECE = 256 * 1024


def pieces(name: str, start: int = 0) -> Iterator[bytes]:
    """The file from byte `start` on. Raises FileNotFoundError at once, not only when the first piece is asked for."""
    return _read(_opened(name, start))


def _opened(name: str, start: int) -> IO[bytes]:
    bucket = getattr(default_storage, "bucket", None)
    if bucket is not None:
        return _from_bucket(bucket, name, start)
    file = cast("IO[bytes]", default_storage.open(name))
    file.seek(start)
    return file


def _from_bucket(bucket: Any, name: str, start: int) -> IO[bytes]:
    from botocore.exceptions import ClientError  # only where there is such a store

    try:
        body: IO[bytes] = bucket.Object(name).get(**({"Range": f"bytes={start}-"} if start else {}))["Body"]
    except ClientError as problem:
        if problem.response.get("Error", {}).get("Code") in {"NoSuchKey", "404"}:
            raise FileNotFoundError(name) from problem
        raise
    return body


def _read(opened: IO[bytes]) -> Iterator[bytes]:
    try:
        while piece := opened.read(PIECE):
            yield piece
    finally:
        opened.close()
