"""Where requests come from: behind none, one and two proxies, and with what strangers write into their headers."""

import pytest
from django.test import Client, RequestFactory
from pytest_django import Settings

from accounts import tokens
from accounts.models import User
from hdr_site.foundation import origin
from hdr_site.foundation.actions import Action
from hdr_site.foundation.models import AuditEntry

FORGED = "203.0.113.9"


def network_behind(settings: Settings, proxies: int, connection: str, *hops: str) -> str:
    """The network of a request over `connection` whose X-Forwarded-For names `hops`."""
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR=connection, headers={"X-Forwarded-For": ", ".join(hops)})
    return origin.network_of(origin.client_address(request))


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        (" 192.0.2.77 ", "192.0.2.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("fe80::1%eth0", "fe80::/48"),
    ],
    ids=["IPv4", "spaces", "IPv6", "IPv4 written as IPv6", "with a zone"],
)
def test_an_address_has_a_network(address: str, network: str) -> None:
    assert origin.network_of(address) == network


@pytest.mark.parametrize(
    "nonsense", ["", "unknown", "192.0.2", "192.0.2.77:4711", "<script>", "1" * 500, "192.0.2.077"]
)
def test_nonsense_has_no_network(nonsense: str) -> None:
    assert origin.network_of(nonsense) == origin.UNKNOWN


def test_without_proxies_the_header_is_hearsay(settings: Settings) -> None:
    assert network_behind(settings, 0, "192.0.2.1", FORGED) == "192.0.2.0/24"


def test_behind_one_proxy_its_word_counts_and_what_stands_before_does_not(settings: Settings) -> None:
    assert network_behind(settings, 1, "10.0.0.1", FORGED, "198.51.100.7") == "198.51.100.0/24"


def test_behind_two_proxies_the_outer_ones_word_counts(settings: Settings) -> None:
    assert network_behind(settings, 2, "10.0.0.1", FORGED, "198.51.100.7", "10.0.0.2") == "198.51.100.0/24"


def test_a_header_shorter_than_the_proxies_did_not_come_through_them(settings: Settings) -> None:
    assert network_behind(settings, 2, "192.0.2.1", FORGED) == "192.0.2.0/24"


def test_empty_hops_do_not_move_the_count(settings: Settings) -> None:
    assert network_behind(settings, 1, "10.0.0.1", "198.51.100.7", "", " ") == "198.51.100.0/24"


def test_the_network_is_known_while_a_request_is_answered_and_forgotten_afterwards(rf: RequestFactory) -> None:
    with origin.coming_from(rf.get("/", REMOTE_ADDR="192.0.2.77")):
        assert origin.network() == "192.0.2.0/24"
    assert origin.network() == origin.UNKNOWN


@pytest.mark.integration
def test_the_product_knows_the_network_of_its_requests(alice: User, alice_client: Client) -> None:
    token, _ = tokens.create(alice, "meter")
    alice_client.post(f"/accounts/tokens/{token.pk}/revoke/", REMOTE_ADDR="192.0.2.77")
    assert AuditEntry.objects.get(action=Action.TOKEN_REVOKED).network == "192.0.2.0/24"
