"""The files the picture is drawn with."""

import gzip
from pathlib import Path

import pytest

from live.pages.assets import Asset, files_in, takes_gzip
from tests.live.conftest import VERSION
from tests.live.fetch import fetch

BASE = f"/live/assets/{VERSION}"


@pytest.mark.parametrize(
    ("path", "type"),
    [
        ("stage.js", "text/javascript; charset=utf-8"),
        ("parts/ink.css", "text/css; charset=utf-8"),
        ("tiny.json", "application/json"),
    ],
)
def test_files_come_with_their_type_and_may_be_kept_for_ever(wire, web_folder, path, type):
    reply = fetch(wire.host, f"{BASE}/{path}")
    assert reply.status == 200
    assert reply.body == (web_folder / path).read_bytes()
    assert reply.headers["content-type"] == type
    assert reply.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert reply.headers["x-content-type-options"] == "nosniff"


def test_packed_for_who_takes_it_and_plain_for_the_others(wire, web_folder):
    file = web_folder / "stage.js"
    packed = fetch(wire.host, f"{BASE}/stage.js", accept_encoding="gzip, deflate, br")
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["vary"] == "Accept-Encoding"
    assert gzip.decompress(packed.body) == file.read_bytes()
    assert len(packed.body) < len(file.read_bytes())
    for accepted in ("identity", "br", "gzip;q=0"):
        plain = fetch(wire.host, f"{BASE}/stage.js", accept_encoding=accepted)
        assert "content-encoding" not in plain.headers
        assert plain.body == file.read_bytes()


def test_what_packing_does_not_shorten_goes_as_it_is(wire):
    assert "content-encoding" not in fetch(wire.host, f"{BASE}/tiny.json", accept_encoding="gzip").headers


def test_each_file_is_packed_once(wire, monkeypatch):
    fetch(wire.host, f"{BASE}/stage.js", accept_encoding="gzip")
    monkeypatch.setattr(Asset, "read", lambda file: pytest.fail(f"{file} was read again"))
    for _ in range(3):
        assert fetch(wire.host, f"{BASE}/stage.js", accept_encoding="gzip").status == 200


@pytest.mark.parametrize(
    "path",
    [
        f"{BASE}/nothing.js",
        f"{BASE}/",
        f"{BASE}/parts",
        f"{BASE}/notes.txt",
        "/live/assets/v0/stage.js",
        f"{BASE}/../../secret.js",
        f"{BASE}/../secret.js",
        f"{BASE}/%2e%2e/secret.js",
        f"{BASE}/..%2fsecret.js",
        f"{BASE}/parts/../../secret.js",
        f"{BASE}//etc/passwd",
        f"{BASE}/%2Fetc%2Fpasswd",
        f"{BASE}/stage.js%00",
        f"{BASE}/..%5csecret.js",
    ],
)
def test_nothing_else_is_served(wire, path):
    reply = fetch(wire.host, path)
    assert reply.status == 404
    assert b"secret" not in reply.body
    assert "immutable" not in reply.headers.get("cache-control", "")


def test_the_list_of_files_is_what_a_browser_may_load(web_folder: Path):
    assert set(files_in(web_folder)) == {"stage.js", "parts/ink.css", "tiny.json"}


@pytest.mark.parametrize(
    ("accepted", "taken"),
    [
        ("", False),
        ("gzip", True),
        ("GZIP", True),
        ("br, gzip;q=0.5", True),
        ("*", True),
        ("deflate, br", False),
        ("gzip; q=0", False),
        ("gzip;q=0.000", False),
        ("x-gzip-like", False),
    ],
)
def test_reading_accept_encoding(accepted, taken):
    assert takes_gzip(accepted) is taken
