"""Products for the tests that break things, and the cast inside them."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from hdr_site.launcher import trial
from hdr_site.launcher.trial import TrialProduct
from tests.e2e import house
from tests.e2e.house import Person

IMPATIENT = {
    "JOB_LEASE_SECONDS": "6",
    "READING_SECONDS": "60",  # longer than the lease: a worker that was presumed dead may come back
    "SWEEP_SECONDS": "1",
    "OWNER_UPLOADS_PER_MINUTE": "100000",
    "WORKER_PROCESSES": "2",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs a running product."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def _impatient() -> Iterator[TrialProduct]:
    with trial.product(IMPATIENT | {"STATIC_ROOT": os.environ["STATIC_ROOT"]}) as running:
        yield running


@pytest.fixture
def impatient(_impatient: TrialProduct) -> Iterator[TrialProduct]:
    """A product whose leases run out within seconds; every test finds it whole, and leaves it so."""
    house.becomes_ready(_impatient)
    yield _impatient
    house.becomes_ready(_impatient)


@pytest.fixture
def alice(impatient: TrialProduct) -> Person:
    """Alice, who owns things, in the impatient product."""
    return house.arrive(impatient, "Alice")


@pytest.fixture
def bob(impatient: TrialProduct) -> Person:
    """Bob, another user there."""
    return house.arrive(impatient, "Bob")
