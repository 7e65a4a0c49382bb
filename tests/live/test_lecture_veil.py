"""The style that hides Streamlit's page while a lecture's stage is on its way."""

import pytest

from live import LectureVeil
from tests.loop import run

PAGE = [b"<html><head><title>a</title></he", b"ad><body></body></html>"]


def answer(query: bytes, content_type: bytes = b"text/html; charset=utf-8", status: int = 200) -> tuple[dict, bytes]:
    """Headers and body of a page that comes in two parts, sent through the middleware."""
    sent = []

    async def app(scope, receive, send):
        size = str(sum(map(len, PAGE))).encode()
        headers = [(b"content-type", content_type), (b"content-length", size)]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        for i, part in enumerate(PAGE):
            await send({"type": "http.response.body", "body": part, "more_body": i + 1 < len(PAGE)})

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "query_string": query, "headers": [(b"accept-encoding", b"gzip")]}
    run(LectureVeil(app)(scope, None, send))  # pyright: ignore[reportArgumentType]
    assert sent[0]["type"] == "http.response.start"
    return dict(sent[0]["headers"]), b"".join(message["body"] for message in sent[1:])


def test_a_link_to_lecture_mode_hides_the_page():
    headers, body = answer(b"land=bowl&lecture=1&step=3")
    assert body.count(b"<style") == 1
    assert body.index(b".stSidebar") < body.index(b"</head>")
    assert int(headers[b"content-length"]) == len(body)


@pytest.mark.parametrize(
    ("query", "content_type", "status"),
    [
        (b"land=bowl", b"text/html", 200),
        (b"lecture=10", b"text/html", 200),
        (b"lecture=1", b"text/javascript", 200),
        (b"lecture=1", b"text/html", 404),
    ],
)
def test_nothing_else_is_touched(query: bytes, content_type: bytes, status: int):
    headers, body = answer(query, content_type, status)
    assert body == b"".join(PAGE)
    assert int(headers[b"content-length"]) == len(body)
