"""A link to lecture mode shows nothing of Streamlit's page from the first paint on: the stage alone is wanted."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

ASKED = b"lecture=1"
# The stage takes it away when it is there (stage/web/lecture.js); if it never comes, the page shows itself in a minute.
VEIL = (
    b'<style id="lab-before">@keyframes lab-before { from, to { visibility: hidden; } } '
    b":is(.stSidebar, .stAppHeader), :is(.stSidebar, .stAppHeader) * { animation: lab-before 60s; }</style>"
)


class LectureVeil:
    """ASGI middleware: the HTML page of a link to lecture mode comes with a style that hides what is not the stage."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; the head of an HTML answer to a lecture's link gets the style."""
        if scope["type"] != "http" or ASKED not in scope.get("query_string", b"").split(b"&"):
            await self.app(scope, receive, send)
            return
        plain = [(name, value) for name, value in scope["headers"] if name.lower() != b"accept-encoding"]
        start: Message | None = None
        body = b""

        async def send_veiled(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start" and _is_page(message):
                start = message
            elif start is None or message["type"] != "http.response.body":
                await send(message)
            else:
                body += message.get("body", b"")
                if message.get("more_body", False):
                    return
                body = body.replace(b"</head>", VEIL + b"</head>", 1)
                headers = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
                await send({**start, "headers": [*headers, (b"content-length", str(len(body)).encode())]})
                await send({**message, "body": body})

        # Without these extensions a file comes as the bytes that are wanted here.
        await self.app({**scope, "headers": plain, "extensions": {}}, receive, send_veiled)


def _is_page(start: Message) -> bool:
    kinds = [value for name, value in start.get("headers", []) if name.lower() == b"content-type"]
    return start["status"] == 200 and any(kind.startswith(b"text/html") for kind in kinds)
