"""What may be asked outside: schemes, ports and networks. What is not certainly public is refused."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

REFUSED_V4 = (
    "0.0.0.0/8",  # this network (RFC 791)
    "10.0.0.0/8",  # private (RFC 1918)
    "100.64.0.0/10",  # shared by customers of a provider (RFC 6598)
    "127.0.0.0/8",  # loopback
    "168.63.129.16/32",  # a public number that Azure answers with the machine's own secrets
    "169.254.0.0/16",  # link-local, and the metadata of most clouds
    "172.16.0.0/12",  # private
    "192.0.0.0/24",  # protocol assignments (RFC 6890)
    "192.0.2.0/24",  # documentation
    "192.31.196.0/24",  # AS112
    "192.52.193.0/24",  # AMT
    "192.88.99.0/24",  # relays of 6to4, given up (RFC 7526)
    "192.168.0.0/16",  # private
    "192.175.48.0/24",  # AS112
    "198.18.0.0/15",  # benchmarks (RFC 2544)
    "198.51.100.0/24",  # documentation
    "203.0.113.0/24",  # documentation
    "224.0.0.0/4",  # multicast
    "240.0.0.0/4",  # reserved, and broadcast
)
"""IANA's register of special addresses; the standard library's is as old as the interpreter that brings it."""
PUBLIC_V6 = ip_network("2000::/3")
"""All that IANA has given out. IPv4 in disguise lies outside: mapped, compatible, and translated (64:ff9b::/96)."""
REFUSED_V6 = (
    "2001::/23",  # protocol assignments, among them Teredo, which carries an IPv4 address
    "2001:db8::/32",  # documentation
    "2002::/16",  # 6to4, which carries an IPv4 address
    "2620:4f:8000::/48",  # AS112
    "3fff::/20",  # documentation (RFC 9637)
)
_REFUSED = tuple(ip_network(network) for network in (*REFUSED_V4, *REFUSED_V6))
_ISATAP = (0x0000_5EFE, 0x0200_5EFE)
"""Bits 64 to 95 of an address whose last 32 are an IPv4 address (RFC 5214, 6.1)."""

Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Guards:
    """What may be asked. Tests build others than the product does, to ask a server on their own machine.

    `ports`: the ports an address may name, each with the one that is connected to. `denied`: networks that are refused
    beside those that are not public. `allowed`: networks that would be refused, and are not. `hosts`: addresses of
    names that the resolver is not asked for. `ca_file`: who vouches for hosts, instead of the usual ones.
    """

    schemes: tuple[str, ...] = ("https", "http")
    ports: tuple[tuple[int, int], ...] = ((443, 443), (80, 80))
    denied: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    hosts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    ca_file: str = ""

    def permit(self, address: str) -> bool:
        """Whether a connection may go to this numeric address."""
        try:
            found = ip_address(address)
        except ValueError:
            return False
        if _within(found, self.allowed):
            return True
        return is_public(found) and not _within(found, self.denied)


def is_public(address: Address) -> bool:
    """Whether it is an address on the public internet, and not one of IPv4 in the disguise of IPv6."""
    if any(address.version == network.version and address in network for network in _REFUSED):
        return False
    if isinstance(address, IPv4Address):
        return True
    return address in PUBLIC_V6 and not address.scope_id and (int(address) >> 32) & 0xFFFF_FFFF not in _ISATAP


def _within(address: Address, networks: tuple[str, ...]) -> bool:
    found = (ip_network(network) for network in networks)
    return any(address.version == network.version and address in network for network in found)
