"""Pictures of every kind are read as a person would see them."""

import pytest

from hdr_site.launcher.trial import TrialProduct
from tests.e2e import house, pictures
from tests.e2e.house import Person

DRESSES = pictures.dresses()


@pytest.fixture(scope="module")
def ids(product: TrialProduct) -> dict[str, str]:
    """All of them are sent, then asked for."""
    bob = house.arrive(product, "Bob")
    _seen["bob"] = bob
    return {name: bob.api.submit(content) for name, content in DRESSES.items()}


_seen: dict[str, Person] = {}


@pytest.mark.parametrize("name", DRESSES)
def test_the_number_is_read_in_every_dress(product: TrialProduct, ids: dict[str, str], name: str) -> None:
    house.read_within(product, ids[name], 60)
    assert _seen["bob"].api.recognition(ids[name])["text"] == pictures.NUMBER


def test_a_picture_lying_on_its_side_is_stored_upright(product: TrialProduct, ids: dict[str, str]) -> None:
    stored = _seen["bob"].api.recognition(ids["rotated.jpg"])
    plain = _seen["bob"].api.recognition(ids["plain.png"])
    assert (stored["width"], stored["height"]) == (plain["width"], plain["height"])
