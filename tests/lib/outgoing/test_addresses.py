"""Which addresses are refused, compared with the registries of the IANA."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaitway.lib.outgoing.addresses import refused

# fmt: off
KINDS = {
    "127.0.0.1": "a loopback", "127.255.255.255": "a loopback", "::1": "a loopback", "0.0.0.0": "an unspecified",
    "0.1.2.3": "an unspecified", "10.0.0.1": "a private", "172.16.0.1": "a private", "172.31.255.255": "a private",
    "192.168.0.1": "a private", "169.254.169.254": "a link-local", "fe80::1": "a link-local", "fe80::1%eth0": "a link-local",
    "100.64.0.1": "a private", "100.100.100.200": "a private", "100.127.255.255": "a private",
    "168.63.129.16": "a cloud's own", "192.0.0.192": "a reserved", "192.0.2.1": "a private", "192.88.99.1": "a translated",
    "198.18.0.1": "a private", "198.51.100.1": "a private", "203.0.113.1": "a private", "224.0.0.1": "a multicast",
    "239.255.255.250": "a multicast", "240.0.0.1": "a reserved", "255.255.255.255": "a reserved",
    "::": "a translated", "::7f00:1": "a translated", "::ffff:127.0.0.1": "a translated", "::ffff:8.8.8.8": "a translated",
    "::ffff:0:7f00:1": "a translated", "64:ff9b::808:808": "a translated", "64:ff9b:1::1": "a translated",
    "2001:0:7f00:1::": "a translated", "2002:7f00:1::": "a translated", "fc00::1": "a private", "fd00:ec2::254": "a private",
    "fec0::1": "a private", "ff02::1": "a multicast", "ff0e::1": "a multicast", "2001:db8::1": "a private", "100::1": "a reserved",
    "4000::1": "a reserved", "5f00::1": "a reserved", "": "an unreadable", "localhost": "an unreadable", "1.2.3": "an unreadable",
    "8.8.8.8": "", "1.1.1.1": "", "93.184.215.14": "", "100.63.255.255": "", "100.128.0.0": "", "172.32.0.1": "",
    "2606:4700:4700::1111": "", "2a00:1450:4001::1": "",
}
# fmt: on


@pytest.mark.parametrize(("address", "kind"), KINDS.items())
def test_what_kind_an_address_is(address: str, kind: str) -> None:
    assert refused(address) == kind


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_an_ipv4_address_is_refused_in_every_dress(number: int) -> None:
    plain = IPv4Address(number)
    dressed = [f"::ffff:{plain}", f"64:ff9b::{plain}", f"::{plain}", str(IPv6Address((0x2002 << 112) + (number << 80)))]
    assert all(refused(address) for address in dressed)
    assert refused(str(plain)) or plain.is_global


@settings(deadline=None)
@given(st.integers(0, 2**128 - 1))
def test_an_ipv6_address_that_is_not_refused_is_given_out_to_the_world(number: int) -> None:
    address = IPv6Address(number)
    assert refused(str(address)) or (address.is_global and number >> 125 == 1)
