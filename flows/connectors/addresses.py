"""Which addresses registries may have: encrypted ones, and none of this machine's own network neighbourhood."""

import ipaddress
import socket
from urllib.parse import urlsplit

from processes.words import Words


def fault_of(address: str, *, unencrypted: bool) -> tuple[Words, Words] | None:
    """Return what is wrong with an address and the mend, or nothing; asks the machine what a host's name means.

    Args:
        address: The address.
        unencrypted: Whether http will do.
    """
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    host = parts.hostname
    if parts.scheme not in ("http", "https") or not host:
        return (
            Words("Alamat itu bukan https.", "The address is not an https one."),
            Words("Tulis seperti https://siak.example.go.id/api.", "Write it like https://siak.example.go.id/api."),
        )
    if parts.username is not None or parts.password is not None:
        return (
            Words("Alamat itu memuat nama atau kata sandi.", "There is a name or password in the address."),
            Words('Tulis token = "${NAMA}".', 'Write token = "${NAME}" instead.'),
        )
    where = _meant(host, port)
    if any(one.is_link_local or one.is_multicast or one.is_unspecified for one in where):
        return (
            Words(f"'{host}' adalah alamat link-local.", f"'{host}' is a link-local address."),
            Words("Tulis alamat registri itu sendiri.", "Write the address of the registry itself."),
        )
    if parts.scheme == "http" and not unencrypted and not (where and all(one.is_loopback for one in where)):
        return (
            Words("Alamat itu tidak terenkripsi.", "The address is not encrypted."),
            Words(
                "Tulis https, atau unencrypted = true bila jalurnya sudah aman.",
                "Write https, or unencrypted = true where the line is safe by itself.",
            ),
        )
    return None


def _meant(host: str, port: int | None) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    """Return the addresses that a host's name means to this machine, in whatever way it is written; nothing if it is unknown."""
    host = host.partition("%")[0]  # without the interface
    try:
        found = socket.getaddrinfo(host, port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [_within(ipaddress.ip_address(str(one[4][0]).partition("%")[0])) for one in found]


# Addresses of the new kind that stand for one of the old kind, in their last 32 bits: RFC 4291 §2.5.5.1, RFC 6052, RFC 8215.
_FOR_OLD_ONES = [ipaddress.ip_network(one) for one in ("::/96", "64:ff9b::/96", "64:ff9b:1::/48")]


def _within(one: ipaddress.IPv4Address | ipaddress.IPv6Address) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Return the address that an address stands for.

    >>> _within(ipaddress.ip_address("64:ff9b::a9fe:a9fe"))
    IPv4Address('169.254.169.254')
    """
    if isinstance(one, ipaddress.IPv4Address) or one.is_loopback or one.is_unspecified:
        return one
    if any(one in network for network in _FOR_OLD_ONES):
        return ipaddress.IPv4Address(int(one) & 0xFFFFFFFF)
    return one.ipv4_mapped or one.sixtofour or one


def same_origin(one: str, other: str) -> bool:
    """Return whether two addresses lead to the same server.

    >>> same_origin("https://siak.go.id/openapi.json", "https://siak.go.id:443/api")
    True
    """
    return _origin(one) == _origin(other)


def _origin(address: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(address)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)
