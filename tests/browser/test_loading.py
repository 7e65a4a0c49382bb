"""What a browser has to take in before the first picture, measured in numbers that a busy machine does not change."""

from urllib.request import urlopen

import pytest

from tests.server import Server

PAGES = ("", "playground", "terrain", "tuning", "two_weights", "networks")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_s_headers_fit_a_proxy(server: Server, page: str):
    """nginx takes 4 kB for status line and headers as it comes, and other proxies less."""
    with urlopen(f"{server.url}/{page}", timeout=20) as reply:
        assert reply.headers["content-type"].startswith("text/html")
        assert len(bytes(reply.headers)) <= 2000
