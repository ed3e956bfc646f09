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
    try:
        found = socket.getaddrinfo(host, port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    addresses = [ipaddress.ip_address(str(one[4][0]).partition("%")[0]) for one in found]
    return [getattr(one, "ipv4_mapped", None) or one for one in addresses]


def same_origin(one: str, other: str) -> bool:
    """Return whether two addresses lead to the same server.

    >>> same_origin("https://siak.go.id/openapi.json", "https://siak.go.id:443/api")
    True
    """
    return _origin(one) == _origin(other)


def _origin(address: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(address)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)
