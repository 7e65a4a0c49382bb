"""Tell the browser, with the page itself, which files the picture will need: they load while Streamlit starts."""

from collections.abc import Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

KINDS = {".js": "modulepreload", ".css": "preload; as=style", ".json": "preload; as=fetch; crossorigin"}


class Preload:
    """ASGI middleware: a `Link` header for the files at these addresses, on each HTML page that has none of its own."""

    def __init__(self, app: ASGIApp, addresses: Iterable[str]) -> None:
        self.app = app
        # Low, or our files would go before Streamlit's own scripts, without which nothing can begin.
        links = [
            f"<{address}>; rel={KINDS[_ending(address)]}; fetchpriority=low"
            for address in addresses
            if _ending(address) in KINDS
        ]
        self.header = (b"link", ", ".join(links).encode("ascii"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; an HTML answer comes back with the header."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_links(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", []))
                names = {name.lower(): value for name, value in headers}
                if names.get(b"content-type", b"").startswith(b"text/html") and b"link" not in names:
                    message = {**message, "headers": [*headers, self.header]}
            await send(message)

        await self.app(scope, receive, send_with_links)


def _ending(address: str) -> str:
    return address[address.rfind(".") :]
