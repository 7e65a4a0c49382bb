"""Who may talk to the sockets."""

import pytest

from live.pages.origin import OriginCheck, allowed_origins, own_origin
from tests.loop import run

ALLOWED = allowed_origins("https://lab.example.org, http://localhost:3000")


@pytest.mark.parametrize(
    ("origin", "host", "taken"),
    [
        (None, "lab.test:8501", True),
        ("http://lab.test:8501", "lab.test:8501", True),
        ("http://LAB.test:8501", "lab.TEST:8501", True),
        ("http://lab.test", "lab.test", True),
        ("http://lab.test", "lab.test:80", True),
        ("https://lab.test", "lab.test:443", True),
        ("https://lab.test", "lab.test", True),
        ("http://[::1]:8501", "[::1]:8501", True),
        ("https://lab.example.org", "inner:8501", True),
        ("http://localhost:3000", "inner:8501", True),
        ("http://lab.test:8502", "lab.test:8501", False),
        ("http://localhost:8502", "localhost:8501", False),
        ("http://127.0.0.1:8501", "localhost:8501", False),
        ("http://lab.test.evil.example:8501", "lab.test:8501", False),
        ("http://evil.example/lab.test:8501", "lab.test:8501", False),
        ("http://lab.test:8501@evil.example", "lab.test:8501", False),
        ("http://evil.example@lab.test:8501", "lab.test:8501", False),
        ("http://lab.test:8501/path", "lab.test:8501", False),
        ("http://lab.test:8501?x", "lab.test:8501", False),
        ("http://lab.example.org", "inner:8501", False),
        ("https://lab.example.org:8443", "inner:8501", False),
        ("null", "lab.test:8501", False),
        ("", "lab.test:8501", False),
        ("file://", "lab.test:8501", False),
        ("lab.test:8501", "lab.test:8501", False),
        ("http://lab.test:99999", "lab.test:99999", False),
        ("http://", "", False),
    ],
)
def test_an_absent_origin_our_own_and_a_listed_one_are_taken(origin, host, taken):
    headers = [(b"host", host.encode())]
    if origin is not None:
        headers.append((b"origin", origin.encode()))
    assert own_origin(headers, ALLOWED) is taken


def test_two_origins_or_two_hosts_are_nobody_s():
    own = (b"origin", b"http://lab.test")
    assert not own_origin([(b"host", b"lab.test"), own, (b"origin", b"http://evil.example")], ALLOWED)
    assert not own_origin([(b"host", b"lab.test"), (b"host", b"evil.example"), own], ALLOWED)
    assert not own_origin([own], ALLOWED)


def test_the_list_is_read_and_a_mistyped_entry_is_named():
    assert allowed_origins("") == frozenset()
    assert allowed_origins(" https://A.example ,, http://b.example:8080") == {
        "https://a.example:443",
        "http://b.example:8080",
    }
    for entry in ("lab.example.org", "https://a.example/app", "*", "ftp://a.example"):
        with pytest.raises(ValueError, match="DESCENT_LAB_ORIGINS"):
            allowed_origins(f"https://fine.example,{entry}")


@pytest.mark.parametrize("path", ["/live", "/live/", "/_stcore/stream"])
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_the_guarded_paths_are_refused_and_reach_nothing_behind(path, kind):
    sent, reached = _through(path, kind)
    assert not reached
    if kind == "websocket":
        assert sent == [{"type": "websocket.close", "code": 1008, "reason": "foreign origin"}]
    else:
        assert sent[0]["status"] == 403
        assert b"own site only" in sent[1]["body"]


@pytest.mark.parametrize("path", ["/", "/live/surface", "/live/assets/v/stage.js", "/_stcore/health"])
def test_what_changes_nothing_is_open_to_any_page(path):
    assert _through(path, "http") == ([], True)


def test_a_check_behind_this_one_has_nothing_left_to_decide():
    """Streamlit's own would ask the internet about an origin that only our list knows."""
    seen = []

    async def inner(scope, receive, send):
        seen.append(scope["headers"])

    headers = [(b"host", b"inner:8501"), (b"Origin", b"https://lab.example.org"), (b"cookie", b"a=b")]
    check = OriginCheck(inner, paths=("/live",), allowed=ALLOWED)
    run(check({"type": "websocket", "path": "/live", "headers": headers}, None, None))
    assert seen == [[(b"host", b"inner:8501"), (b"cookie", b"a=b")]]


def _through(path, kind):
    sent, reached = [], []

    async def inner(scope, receive, send):
        reached.append(scope)

    async def send(message):
        sent.append(message)

    scope = {"type": kind, "path": path, "headers": [(b"host", b"lab.test"), (b"origin", b"http://evil.example")]}
    scope |= {"method": "GET", "query_string": b"", "extensions": {}}
    check = OriginCheck(inner, paths=("/live", "/_stcore/stream"))
    run(check(scope, None, send))
    return sent, bool(reached)
