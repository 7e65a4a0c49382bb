"""What browsers are told about each answer; the app's own answers are seen in tests/browser/test_loading.py."""

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Message

from live.pages.headers import PLAIN, Headers, frame_sites, inline_scripts, security_policy
from tests.loop import run


def told(frames: str = "", own: dict[str, str] | None = None, status: int = 200) -> list[tuple[str, str]]:
    """The headers of an answer that brings its `own`, below a Headers for these frames."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    app = Headers(PlainTextResponse("here", status, headers=own), frame_sites(frames))
    run(app({"type": "http", "method": "GET", "path": "/", "headers": []}, receive, send))
    return [(name.decode(), value.decode()) for name, value in sent[0]["headers"]]


@pytest.mark.parametrize("status", [200, 404])
def test_each_answer_has_them(status: int):
    headers = told(status=status)
    assert {(name.lower(), value) for name, value in PLAIN.items()} <= set(headers)
    policy = dict(headers)["content-security-policy"]
    assert "frame-ancestors" not in policy, "any site may show the app in a frame until one is named"
    assert "script-src 'self' blob:;" in policy
    assert "unsafe-eval" not in policy


def test_an_answer_keeps_its_own():
    headers = told(own={"Referrer-Policy": "no-referrer"})
    assert [value for name, value in headers if name == "referrer-policy"] == ["no-referrer"]


def test_named_sites_alone_may_show_it_in_a_frame():
    policy = dict(told(" https://moodle.example.org, https://*.example.org:8443 "))["content-security-policy"]
    assert policy.endswith("; frame-ancestors 'self' https://moodle.example.org https://*.example.org:8443")


def test_a_page_s_own_scripts_are_let_run_and_no_others():
    page = (
        '<script>\n let a = 1;\n</script><script type="module" src="./a.js"></script><script type="module">b()</script>'
    )
    assert inline_scripts(page) == ["\n let a = 1;\n", "b()"]
    # As `printf 'b()' | openssl dgst -sha256 -binary | base64` says.
    assert "'sha256-cf242PFc/kb7xD0Qzhsmd9vvRkc+cWFmbi+k+YvtdKc='" in security_policy(inline_scripts(page))


@pytest.mark.parametrize("listed", ["moodle.example.org", "https://a.org; script-src *", "*", "https://a.org/path"])
def test_what_is_no_site_is_refused(listed: str):
    with pytest.raises(ValueError, match="DESCENT_LAB_FRAMES lists sites"):
        frame_sites(listed)
