"""Where a fetch may go: addresses on the web read strictly, addresses on the network by kind."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import quote, urlsplit

from cairn.fetch.errors import FetchRefused

MAX_URL = 8 * 1024
Address = IPv4Address | IPv6Address


def _networks(kinds: Mapping[str, str]) -> list[tuple[IPv4Network | IPv6Network, str]]:
    return [(ip_network(net), kind) for kind, nets in kinds.items() for net in nets.split()]


# IANA special-purpose registries (RFC 6890 and later). For IPv6 these are the exceptions inside
# global unicast, 2000::/3; everything outside it that is not named here is reserved.
_KINDS = _networks(
    {
        "loopback": "127.0.0.0/8 ::1/128",
        "unspecified": "0.0.0.0/8 ::/128",
        "private": "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7 fec0::/10 64:ff9b:1::/48",
        "link-local": "169.254.0.0/16 fe80::/10",
        "carrier-grade NAT": "100.64.0.0/10",
        "cloud metadata": "168.63.129.16/32",
        "multicast": "224.0.0.0/4 ff00::/8",
        "documentation": "192.0.2.0/24 198.51.100.0/24 203.0.113.0/24 2001:db8::/32 3fff::/20",
        "tunnel": "192.88.99.0/24 2001::/32 2002::/16",
        "reserved": "192.0.0.0/24 198.18.0.0/15 240.0.0.0/4 2001::/23",
    }
)
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_CARRIES_IPV4 = (IPv6Network("::ffff:0:0/96"), IPv6Network("64:ff9b::/96"))  # mapped, NAT64


def kind_of_address(address: Address) -> str:
    """Return ``public`` or what kind of address this is instead, as an English adjective."""
    if isinstance(address, IPv6Address):
        if any(address in network for network in _CARRIES_IPV4):
            return kind_of_address(IPv4Address(int(address) & 0xFFFFFFFF))
        otherwise = "public" if address in _GLOBAL_UNICAST else "reserved"
    else:
        otherwise = "public"
    return next((kind for network, kind in _KINDS if address in network), otherwise)


_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?")
_UNWRITABLE = re.compile(r"[\x00-\x20\x7f\\\ud800-\udfff]")
_SAFE = "/%:@!$&'()*+,;=~?"
_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Target:
    """A web address in its parts. ``literal`` is set where the host is an address, not a name."""

    scheme: str
    host: str
    port: int
    path: str
    literal: Address | None

    @property
    def url(self) -> str:
        """The whole address again, without fragment and default port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.path}"

    @classmethod
    def read(cls, url: str) -> Target:
        """Read strictly: what can be read in two ways, or carries a secret, is refused."""
        if len(url) > MAX_URL:
            raise FetchRefused(f"This address is longer than {MAX_URL:,} characters.")
        if _UNWRITABLE.search(url):
            raise FetchRefused("This address holds a space, backslash or control character.")
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            raise FetchRefused("This address cannot be read: check its host and port.") from None
        literal = _literal(host)
        if parts.scheme not in _PORTS:
            raise FetchRefused(f"{host} was not asked: only https addresses are fetched.")
        if "@" in parts.netloc:
            raise FetchRefused(f"{host} was not asked: the address holds a user name. Remove it.")
        path = quote(parts.path or "/", safe=_SAFE)
        return cls(
            scheme=parts.scheme,
            host=host,
            port=_PORTS[parts.scheme] if port is None else port,
            path=f"{path}?{quote(parts.query, safe=_SAFE)}" if parts.query else path,
            literal=literal,
        )


def _literal(host: str) -> Address | None:
    """Return the address that a host is, or None for a name; refuse what is neither."""
    if not host:
        raise FetchRefused("This address names no host. Write it in full: https://host/path.")
    if not host.isascii():
        raise FetchRefused(f"{host[:80]!a} is not written in ASCII. Use its form with xn--.")
    if "%" not in host:  # an IPv6 zone would name a network interface of this computer
        try:
            return ip_address(host)
        except ValueError:
            pass
    if len(host) > 253 or not _HOST_NAME.fullmatch(host):
        raise FetchRefused(f"{host[:80]!a} is not a host name.")
    return None
