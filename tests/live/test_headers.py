"""What browsers are told about each answer; the app's own answers are seen in tests/browser/test_loading.py."""

import asyncio

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Message

from live.pages.headers import PLAIN, Headers, frame_sites


def told(frames: str = "", own: dict[str, str] | None = None, status: int = 200) -> list[tuple[str, str]]:
    """The headers of an answer that brings its `own`, below a Headers for these frames."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    app = Headers(PlainTextResponse("here", status, headers=own), frame_sites(frames))
    asyncio.run(app({"type": "http", "method": "GET", "path": "/", "headers": []}, receive, send))
    return [(name.decode(), value.decode()) for name, value in sent[0]["headers"]]


@pytest.mark.parametrize("status", [200, 404])
def test_each_answer_has_them(status: int):
    headers = told(status=status)
    assert {(name.lower(), value) for name, value in PLAIN.items()} <= set(headers)
    assert "content-security-policy" not in dict(headers), "any site may show the app in a frame until one is named"


def test_an_answer_keeps_its_own():
    headers = told(own={"Referrer-Policy": "no-referrer"})
    assert [value for name, value in headers if name == "referrer-policy"] == ["no-referrer"]


def test_named_sites_alone_may_show_it_in_a_frame():
    policy = dict(told(" https://moodle.example.org, https://*.example.org:8443 "))["content-security-policy"]
    assert policy == "frame-ancestors 'self' https://moodle.example.org https://*.example.org:8443"


@pytest.mark.parametrize("listed", ["moodle.example.org", "https://a.org; script-src *", "*", "https://a.org/path"])
def test_what_is_no_site_is_refused(listed: str):
    with pytest.raises(ValueError, match="DESCENT_LAB_FRAMES lists sites"):
        frame_sites(listed)
