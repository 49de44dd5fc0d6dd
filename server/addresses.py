"""Where this machine can be reached by the others in the room."""

from __future__ import annotations

from ipaddress import ip_address

import ifaddr


def reachable(host: str, port: int) -> list[str]:
    """Where a server that listens on `host` can be reached, the likeliest for a phone first."""
    if host not in ("0.0.0.0", "::"):
        return [f"{host}:{port}"]
    return [f"{address}:{port}" for address in lan_addresses()]


def lan_addresses() -> list[str]:
    """The machine's private IPv4 addresses, loopback last.

    Asked of the interfaces: without a default route, as in a class without internet, no
    trick with a socket or the host name finds them.
    """
    found = [
        str(address.ip)
        for adapter in ifaddr.get_adapters()
        for address in adapter.ips
        if address.is_IPv4
    ]
    return sorted(found, key=lambda text: (ip_address(text).is_loopback, text))
