"""The clock that codes and links go by, put forward."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest


@contextmanager
def later(**span: float) -> Iterator[None]:
    """Inside the block it is so much later, such as `later(minutes=16)`."""
    with pytest.MonkeyPatch.context() as patch:
        now = time.time
        patch.setattr(time, "time", lambda: now() + timedelta(**span).total_seconds())
        yield
