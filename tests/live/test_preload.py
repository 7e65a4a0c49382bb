"""The Link header that lets the picture's files load while Streamlit starts."""

import pytest

from live import Preload
from tests.loop import run

ADDRESSES = [
    "/live/assets/v/stage.js",
    "/live/assets/v/stage.css",
    "/live/assets/v/palette.json",
    "/live/assets/v/map.png",
]


def links(content_type: bytes, kind: str = "http") -> list[bytes]:
    """The Link headers of an answer of this type, sent through the middleware."""
    sent = []

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", content_type)]})
        await send({"type": "http.response.body", "body": b""})

    async def send(message):
        sent.append(message)

    run(Preload(app, ADDRESSES)({"type": kind}, None, send))  # pyright: ignore[reportArgumentType]
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    return [value for name, value in sent[0]["headers"] if name == b"link"]


def test_a_page_names_modules_styles_and_data():
    (header,) = links(b"text/html; charset=utf-8")
    assert b"</live/assets/v/stage.js>; rel=modulepreload" in header
    assert b"</live/assets/v/stage.css>; rel=preload; as=style" in header
    assert b"</live/assets/v/palette.json>; rel=preload; as=fetch; crossorigin" in header
    assert header.count(b"; fetchpriority=low") == 3
    assert b"map.png" not in header


@pytest.mark.parametrize(("content_type", "kind"), [(b"application/json", "http"), (b"text/html", "websocket")])
def test_nothing_else_is_touched(content_type, kind):
    assert links(content_type, kind) == []
