"""Where a vendor's address really leads: resolved once, checked, and that address is the one connected to.

TargetRefused       the address may not be called, with the reason

A vendor's address comes from a directory file, not from who runs the installation; it must not reach what only this
network can. Not `ipaddress.is_global`: it is true for addresses that embed an IPv4 address of any kind.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Awaitable[list[str]]]

DENIED = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/96",  # unspecified, loopback, IPv4-compatible
        "::ffff:0:0/96",  # IPv4-mapped
        "::ffff:0:0:0/96",  # IPv4-translated
        "64:ff9b::/96",  # NAT64
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",  # Teredo, ORCHID and other special purposes
        "2001:db8::/32",
        "2002::/16",  # 6to4
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",  # site-local
        "ff00::/8",
    )
)


class TargetRefused(Exception):
    """An address that may not be called."""


@dataclass(frozen=True, slots=True)
class Target:
    """A checked address: `url` names the resolved one, `host` is what the request and its certificate are for."""

    url: str
    host: str
    authority: str


def is_denied(address: str) -> bool:
    """Whether an address lies where a vendor's system cannot be; also anything that is no address."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return True
    return any(parsed in network for network in DENIED if network.version == parsed.version)


async def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host; TargetRefused where there is none."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise TargetRefused(f"the name {host} cannot be resolved") from error
    return [str(info[4][0]) for info in found]


async def pin(url: str, allowed: Collection[str], resolver: Resolve = resolve) -> Target:
    """The address to connect to. `allowed`: the operator's `host:port` list, the only way round the deny list."""
    parts = urlsplit(url)
    host = parts.hostname
    if host is None or parts.scheme not in ("http", "https"):
        raise TargetRefused("the address is no http or https address")
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise TargetRefused("the address has no such port") from error
    is_allowed = f"{host}:{port}" in allowed
    if parts.scheme != "https" and not is_allowed:
        raise TargetRefused("the address is not encrypted and not on the operator's list")
    addresses = await resolver(host, port)
    if not addresses or (not is_allowed and any(is_denied(address) for address in addresses)):
        raise TargetRefused(f"{host} leads into a network that vendors are not in")
    address = f"[{addresses[0]}]" if ":" in addresses[0] else addresses[0]
    authority = host if parts.port is None else f"{host}:{port}"
    return Target(
        url=urlunsplit(parts._replace(netloc=f"{address}:{port}", fragment="")), host=host, authority=authority
    )
