"""What browsers are told about every answer: to take types as they are sent, to tell other sites nothing, and less."""

import re

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PLAIN = {
    "X-Content-Type-Options": "nosniff",
    # An address holds what the visitor has set.
    "Referrer-Policy": "same-origin",
    # The app uses none of these, and neither may what is shown in a frame.
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_SITE = re.compile(r"https?://(\*\.)?[\w.-]+(:\d+)?")


class Headers:
    """ASGI middleware: adds headers to each HTTP answer that has none of that name.

    frames: as `frame_sites` reads them; where there are any, other sites than these cannot show the app in a frame.
    """

    def __init__(self, app: ASGIApp, frames: tuple[str, ...] = ()) -> None:
        self.app = app
        policy = {"Content-Security-Policy": f"frame-ancestors 'self' {' '.join(frames)}"} if frames else {}
        self.added = {**PLAIN, **policy}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and the headers along with the answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.added.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)


def frame_sites(listed: str) -> tuple[str, ...]:
    """The sites of DESCENT_LAB_FRAMES, separated by spaces or commas: https://moodle.example.org, https://*.example.org.

    Raises ValueError for what is none: a slip would open the frames to everybody, or close them to the one that counts.
    """
    sites = tuple(re.split(r"[\s,]+", listed.strip())) if listed.strip() else ()
    for site in sites:
        if not _SITE.fullmatch(site):
            raise ValueError(
                f'DESCENT_LAB_FRAMES lists sites, https://moodle.example.org or https://*.example.org; got "{site}".'
            )
    return sites
