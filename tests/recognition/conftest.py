"""What all tests of the work need."""

import pytest


@pytest.fixture(autouse=True)
def no_end_of_a_shift(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that is asked to work off does so, however slow the machine: its shift is over in seconds otherwise,
    which loading the reader alone may take.
    """
    from recognition import explaining, processing

    for worker in (explaining, processing):
        monkeypatch.setattr(worker, "SHIFT_SECONDS", 600.0)
