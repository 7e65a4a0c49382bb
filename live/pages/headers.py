"""What browsers are told about every answer: to take types as they are sent, to tell other sites nothing, and less."""

import re
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PLAIN = {
    "X-Content-Type-Options": "nosniff",
    # An address holds what the visitor has set.
    "Referrer-Policy": "same-origin",
    # The app uses none of these, and neither may what is shown in a frame.
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
POLICY = {
    "default-src": "'self'",
    # Streamlit imports a component's script from a blob of the page's own.
    "script-src": "'self' blob:",
    # Streamlit and Plotly set styles as they go.
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "media-src": "'self' blob:",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
}
"""What a page may load, and from where: nothing but what this server sends, whatever a text on it may say."""
_SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)
_SITE = re.compile(r"https?://(\*\.)?[\w.-]+(:\d+)?")


class Headers:
    """ASGI middleware: adds headers to each HTTP answer that has none of that name.

    frames: as `frame_sites` reads them; where there are any, other sites than these cannot show the app in a frame;
    scripts: what stands between the tags of a page's own scripts, which are let run.
    """

    def __init__(self, app: ASGIApp, frames: tuple[str, ...] = (), scripts: Sequence[str] = ()) -> None:
        self.app = app
        self.added = {**PLAIN, "Content-Security-Policy": security_policy(scripts, frames)}

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


def security_policy(scripts: Sequence[str] = (), frames: tuple[str, ...] = ()) -> str:
    """The content security policy of a page whose own inline scripts are `scripts`; `frames` as `Headers` has them."""
    hashes = [f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in scripts]
    rules = {**POLICY, "script-src": " ".join([POLICY["script-src"], *hashes])}
    if frames:
        rules["frame-ancestors"] = f"'self' {' '.join(frames)}"
    return "; ".join(f"{name} {sources}" for name, sources in rules.items())


def inline_scripts(page: str) -> list[str]:
    """What stands between the tags of the scripts that an HTML page brings itself."""
    return _SCRIPT.findall(page)


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
