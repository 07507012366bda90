"""Which addresses of the internet nobody goes to without leave."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

# What Python calls global and still leads into a house, or nowhere.
# fmt: off
_REFUSED_4 = {
    IPv4Network("0.0.0.0/8"): "an unspecified",
    IPv4Network("100.64.0.0/10"): "a private",        # carriers' NAT; Alibaba's metadata
    IPv4Network("168.63.129.16/32"): "a cloud's own",  # Azure's host agent
    IPv4Network("192.0.0.0/24"): "a reserved",        # Oracle's metadata
    IPv4Network("192.88.99.0/24"): "a translated",    # 6to4 relays
    IPv4Network("240.0.0.0/4"): "a reserved",
}
_REFUSED_6 = {
    IPv6Network("::/96"): "a translated",             # with ::1 and ::
    IPv6Network("::ffff:0:0/96"): "a translated",     # IPv4-mapped
    IPv6Network("::ffff:0:0:0/96"): "a translated",   # SIIT
    IPv6Network("64:ff9b::/96"): "a translated",      # NAT64
    IPv6Network("64:ff9b:1::/48"): "a translated",
    IPv6Network("2001::/32"): "a translated",         # Teredo
    IPv6Network("2002::/16"): "a translated",         # 6to4
    IPv6Network("fec0::/10"): "a private",            # site-local
}
# fmt: on
_GLOBAL_6 = IPv6Network("2000::/3")  # all that is given out to the world


def refused(address: str) -> str:
    """What kind of address this is, such as `a private`, where it is refused; nothing where anyone may go."""
    try:
        where = ip_address(address)
    except ValueError:
        return "an unreadable"
    if where.is_loopback:
        return "a loopback"
    if isinstance(where, IPv6Address) and (kind := _listed_6(where)):
        return kind
    if isinstance(where, IPv4Address) and (kind := _listed_4(where)):
        return kind
    if where.is_unspecified:
        return "an unspecified"
    if where.is_link_local:
        return "a link-local"
    if where.is_multicast:
        return "a multicast"
    if where.is_reserved:
        return "a reserved"
    if not where.is_global or (isinstance(where, IPv6Address) and where not in _GLOBAL_6):
        return "a private"
    return ""


def _listed_4(where: IPv4Address) -> str:
    return next((kind for network, kind in _REFUSED_4.items() if where in network), "")


def _listed_6(where: IPv6Address) -> str:
    return next((kind for network, kind in _REFUSED_6.items() if where in network), "")
