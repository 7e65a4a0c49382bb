"""Who may talk to the sockets: this site's own pages, and the sites a host has named.

A browser lets any page of any site open a WebSocket to any server, and sends the visitor's cookies along. Only the
Origin header tells them apart. Programs that are no browser send none, and are let through.
"""

from collections.abc import Collection, Iterable
from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

DEFAULT_PORTS = {"http": 80, "https": 443}
POLICY_VIOLATION = 1008
REFUSED = "This address answers pages of its own site only. Open the app itself, or ask its host to list your site."

Address = tuple[str, int | None]


class OriginCheck:
    """ASGI middleware in front of `paths`: refuses a foreign Origin with 403, or by closing a WebSocket unopened.

    allowed: origins taken besides the site's own, as `allowed_origins` reads them.
    """

    def __init__(self, app: ASGIApp, paths: Collection[str], allowed: Collection[str] = ()):
        self.app = app
        self.paths = frozenset(paths)
        self.allowed = frozenset(allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] not in ("http", "websocket") or scope["path"].rstrip("/") not in self.paths:
            await self.app(scope, receive, send)
        elif own_origin(scope["headers"], self.allowed):
            await self.app({**scope, "headers": _decided(scope["headers"])}, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": POLICY_VIOLATION, "reason": "foreign origin"})
        else:
            await PlainTextResponse(REFUSED, 403)(scope, receive, send)


def _decided(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Headers without the Origin that was just found good.

    Streamlit's own check behind this one does not know our list, and asks a service on the internet for this machine's
    address before it refuses an origin that is spelled otherwise than the Host.
    """
    return [(name, value) for name, value in headers if name.lower() != b"origin"]


def own_origin(headers: Iterable[tuple[bytes, bytes]], allowed: Collection[str]) -> bool:
    """Whether the Origin among raw request headers is absent, the host's own, or in `allowed`."""
    headers = list(headers)
    origins = [value.decode("latin-1") for name, value in headers if name.lower() == b"origin"]
    hosts = [value.decode("latin-1") for name, value in headers if name.lower() == b"host"]
    if not origins:
        return True
    if len(origins) > 1 or len(hosts) != 1:
        return False
    try:
        scheme, host = _parted(origins[0])
        return _spelled(scheme, host) in allowed or host == _address(scheme, hosts[0])
    except ValueError:
        return False


def allowed_origins(listed: str) -> frozenset[str]:
    """The origins of a comma-separated list such as `https://lab.example.org, http://localhost:3000`.

    Raises ValueError with a sentence for an entry that is no origin: a mistyped one would lock a whole class out.
    """
    allowed = set()
    for entry in filter(None, (part.strip() for part in listed.split(","))):
        try:
            allowed.add(_spelled(*_parted(entry)))
        except ValueError:
            raise ValueError(
                f"DESCENT_LAB_ORIGINS must list origins such as https://lab.example.org; got {entry!r}. "
                "Write scheme, host and, where it is not the usual one, port; no path."
            ) from None
    return frozenset(allowed)


def _parted(origin: str) -> tuple[str, Address]:
    parts = urlsplit(origin)
    if parts.scheme not in DEFAULT_PORTS or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ValueError(origin)
    return parts.scheme, _address(parts.scheme, parts.netloc)


def _address(scheme: str, netloc: str) -> Address:
    parts = urlsplit(f"//{netloc}")
    if not parts.hostname or parts.username is not None or parts.netloc != netloc:
        raise ValueError(netloc)
    return parts.hostname, parts.port or DEFAULT_PORTS[scheme]


def _spelled(scheme: str, address: Address) -> str:
    host, port = address
    return f"{scheme}://{host}:{port}"
