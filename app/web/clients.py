"""Who asks: the client's address, through proxies that are named, and the share of the network that counts as one."""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.types import ASGIApp, Receive, Scope, Send

# What those who watch over the API ask: always answered, and never counted.
EXEMPT = frozenset({"/healthz", "/readyz", "/metrics"})
# A household or a server has as many addresses of IPv6 as it likes, in one network of this size.
ONE_CLIENT_BITS = 64

Address = IPv4Address | IPv6Address


class TrustedProxies:
    """Puts the client's own address and scheme in a request's place, where a named proxy has passed it on.

    What others say in these headers is theirs to invent, and is not looked at.
    """

    def __init__(self, app: ASGIApp, networks: Iterable[str]) -> None:
        self.app = app
        self._networks = tuple(ip_network(network) for network in networks)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope.get("client") and _is_in(self._networks, address_of(scope["client"][0])):
            scope = {**scope, **_as_told(scope, self._networks)}
        await self.app(scope, receive, send)


def one_client(client: Sequence[object] | None) -> str:
    """By what a client is counted: an address of IPv4, or a network of IPv6."""
    address = address_of(str(client[0])) if client else None
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, ONE_CLIENT_BITS), strict=False))
    return str(address or "unknown")


def address_of(text: str) -> Address | None:
    """An address as a proxy writes it, perhaps with a port; an IPv4 address within IPv6 is the former."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _is_in(networks: Iterable[IPv4Network | IPv6Network], address: Address | None) -> bool:
    return address is not None and any(address in network for network in networks)


def _as_told(scope: Scope, networks: Sequence[IPv4Network | IPv6Network]) -> dict[str, object]:
    """The client and the scheme that trusted proxies pass on; each writes at the right of what it was told itself.

    Where both headers are there, one of them may be the client's own, and neither is believed.
    """
    given = {
        name: b",".join(value for header, value in scope["headers"] if header == name).decode("latin-1")
        for name in (b"x-forwarded-for", b"forwarded", b"x-forwarded-proto")
    }
    listed, forwarded = given[b"x-forwarded-for"], given[b"forwarded"]
    if bool(listed) == bool(forwarded):
        return {}
    if listed:
        hops = [(each, "") for each in listed.split(",")]
    else:
        hops = [(pairs.get("for", ""), pairs.get("proto", "")) for pairs in map(_pairs, forwarded.split(","))]
    told: dict[str, object] = {}
    for name, proto in reversed(hops):
        address = address_of(name)
        if address is None:
            break
        told["client"] = (str(address), 0)
        if proto in ("http", "https"):
            told["scheme"] = proto
        if not _is_in(networks, address):
            break
    proto = given[b"x-forwarded-proto"].rpartition(",")[2].strip().lower()
    return told | ({"scheme": proto} if listed and proto in ("http", "https") else {})


def _pairs(element: str) -> dict[str, str]:
    parts = (part.partition("=") for part in element.split(";"))
    return {name.strip().lower(): value.strip().strip('"').lower() for name, _, value in parts}
