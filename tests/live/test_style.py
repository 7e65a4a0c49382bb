"""Every page carries the style sheet, whole and once, however it is sent; a lecture's hides what is not the stage."""

import gzip
from pathlib import Path

import pytest

from live import Style
from tests.loop import run

PAGE = b"<html><head></head><body><div></div></body></html>"
SHEET = "p { margin: 0; }\n"


def answered(
    tmp_path: Path, parts: list[bytes], status: int = 200, kind: bytes = b"text/html", query: bytes = b"", **asked: str
):
    """The start, the headers and the body of an answer in `parts`, sent through the middleware, and what was asked."""
    sent, seen = [], {}
    (tmp_path / "sheet.css").write_text(SHEET)

    async def app(scope, receive, send):
        seen.update(dict(scope["headers"]))
        length = str(sum(map(len, parts))).encode()
        headers = [(b"content-type", kind), (b"content-length", length), (b"etag", b'"1"'), (b"x-theirs", b"kept")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        for part in parts[:-1]:
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": parts[-1]})

    async def send(message):
        sent.append(message)

    headers = [(name.replace("_", "-").encode(), value.encode()) for name, value in asked.items()]
    scope = {"type": "http", "method": "GET", "headers": headers, "query_string": query}
    run(Style(app, tmp_path / "sheet.css")(scope, None, send))  # pyright: ignore[reportArgumentType]
    return sent[0], dict(sent[0]["headers"]), b"".join(message["body"] for message in sent[1:]), seen


@pytest.mark.parametrize("coding", ["identity", "gzip, br"])
@pytest.mark.parametrize("parts", [[PAGE], [PAGE[:40], PAGE[40:]], [PAGE, b""]])
def test_the_sheet_stands_at_the_body_s_end(tmp_path, parts, coding):
    start, headers, body, _ = answered(tmp_path, parts, accept_encoding=coding)
    assert start["status"] == 200
    assert headers[b"content-length"] == str(len(body)).encode()
    assert b"etag" not in headers
    assert headers[b"x-theirs"] == b"kept"
    assert (headers.get(b"content-encoding") == b"gzip") == ("gzip" in coding)
    page = gzip.decompress(body) if "gzip" in coding else body
    assert page == b"<html><head></head><body><div></div><style>\n" + SHEET.encode() + b"</style>\n</body></html>"


@pytest.mark.parametrize(
    ("asked", "code"),
    [({}, "en"), ({"accept_language": "fr-CH, en;q=0.5"}, "fr"), ({"cookie": "descent_lab_language=zh"}, "zh")],
)
def test_the_page_says_its_language(tmp_path, asked, code):
    _, headers, body, _ = answered(tmp_path, [b'<!DOCTYPE html><html lang="en">' + PAGE], **asked)
    assert f'<html lang="{code}">'.encode() in body
    assert set(headers[b"vary"].split(b", ")) == {b"Accept-Encoding", b"Accept-Language", b"Cookie"}


def test_a_kept_page_is_sent_anew_since_its_sheet_may_be_another(tmp_path):
    *_, seen = answered(tmp_path, [PAGE], accept="text/html,*/*", accept_encoding="gzip", if_none_match='"1"')
    assert set(seen) == {b"accept"}
    *_, seen = answered(tmp_path, [b"{}"], kind=b"application/json", accept="*/*", if_none_match='"1"')
    assert seen[b"if-none-match"] == b'"1"'


@pytest.mark.parametrize(("status", "kind"), [(200, b"text/javascript"), (304, b"text/html"), (404, b"text/html")])
def test_nothing_else_is_touched(tmp_path, status, kind):
    _, headers, body, _ = answered(tmp_path, [PAGE], status, kind, b"lecture=1", accept_encoding="gzip")
    assert body == PAGE
    assert headers[b"etag"] == b'"1"'


@pytest.mark.parametrize(
    ("query", "hidden"), [(b"land=bowl&lecture=1&step=3", True), (b"land=bowl", False), (b"lecture=10", False)]
)
def test_a_link_to_lecture_mode_hides_the_page_from_its_head_on(tmp_path, query, hidden):
    _, headers, body, _ = answered(tmp_path, [PAGE[:10], PAGE[10:]], query=query)
    assert body.count(b"<style") == 1 + hidden
    assert (b".stSidebar" in body.partition(b"</head>")[0]) == hidden
    assert headers[b"content-length"] == str(len(body)).encode()
