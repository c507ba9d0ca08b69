"""Which numeric addresses are asked: those that are certainly public, and no others."""

import pytest

from recognition.fetching.guards import Guards

PUBLIC = ["8.8.8.8", "1.1.1.1", "93.184.215.14", "2606:4700:4700::1111", "2a00:1450:4001:80f::200e", "2400:cb00::1"]
REFUSED = {
    "unspecified": ["0.0.0.0", "0.1.2.3", "::"],  # noqa: S104
    "loopback": ["127.0.0.1", "127.255.255.254", "::1"],
    "private": ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fc00::1", "fd00:ec2::254"],
    "link-local": ["169.254.169.254", "fe80::1", "fe80::1%eth0"],
    "shared": ["100.64.0.1", "100.100.100.200", "100.127.255.255"],
    "of clouds": ["168.63.129.16", "192.0.0.192"],
    "multicast": ["224.0.0.1", "239.255.255.250", "ff02::1", "ff0e::1"],
    "reserved": ["240.0.0.1", "255.255.255.255", "4000::1", "5f00::1"],
    "documentation and benchmarks": [
        "192.0.2.1",
        "198.51.100.1",
        "203.0.113.1",
        "198.18.0.1",
        "2001:db8::1",
        "3fff::1",
    ],
    "relays": ["192.88.99.1", "192.31.196.1", "192.52.193.1", "192.175.48.1"],
    "mapped": ["::ffff:10.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:0:127.0.0.1"],
    "compatible": ["::127.0.0.1", "::8.8.8.8"],
    "translated": ["64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::a00:1"],
    "6to4": ["2002:7f00:1::1", "2002:808:808::1"],
    "Teredo": ["2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001::1"],
    "ISATAP": ["2a00:1450::5efe:a00:1", "2a00:1450::200:5efe:7f00:1"],
    "site-local and discarded": ["fec0::1", "100::1"],
    "with a scope": ["2606:4700:4700::1111%eth0"],
    "no address": ["", "localhost", "127.1", "0x7f000001", "2130706433", "010.0.0.1"],
}


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_may_be_asked(address: str) -> None:
    assert Guards().permit(address)


@pytest.mark.parametrize(
    "address", [pytest.param(each, id=f"{kind} {each}") for kind in REFUSED for each in REFUSED[kind]]
)
def test_any_other_is_refused(address: str) -> None:
    assert not Guards().permit(address)


def test_an_installation_refuses_further_networks() -> None:
    guards = Guards(denied=("8.8.0.0/16", "2606:4700::/32"))
    assert not guards.permit("8.8.4.4")
    assert not guards.permit("2606:4700::1")
    assert guards.permit("8.9.0.1")
