"""What a browser has to take in before the first picture, measured in numbers that a busy machine does not change."""

import gzip
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser
from streamlit.file_util import get_static_dir

from live.pages.headers import PLAIN
from stage.fonts import fonts_for
from tests.browser.conftest import Visit
from tests.browser.stage import FIRST_PICTURE, PATIENCE, Stage, bytes_before_first_picture
from tests.server import Server

MEDIA = Path(get_static_dir()) / "static" / "media"
PAGES = ("", "playground", "terrain", "tuning", "two_weights", "networks")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_s_headers_fit_a_proxy(server: Server, page: str):
    """nginx takes 4 kB for status line and headers as it comes, and other proxies less."""
    with urlopen(f"{server.url}/{page}", timeout=20) as reply:
        assert reply.headers["content-type"].startswith("text/html")
        assert len(bytes(reply.headers)) <= 2000
        assert {name: reply.headers.get_all(name) for name in PLAIN} == {name: [value] for name, value in PLAIN.items()}


@pytest.mark.parametrize("page", ["", "playground"])
def test_little_goes_over_the_wire_before_the_first_picture(browser: Browser, server: Server, page: str):
    """A hall of 200 shares one access point; Streamlit alone, unpacked, took three megabytes more."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    tab = context.new_page()
    tab.add_init_script(FIRST_PICTURE)
    tab.goto(f"{server.url}/{page}")
    tab.locator(".lab[data-painted]").wait_for(timeout=1000 * PATIENCE)
    total = sum(bytes_before_first_picture(tab))
    context.close()
    assert 0.5e6 < total <= 1.1e6


@pytest.mark.parametrize("accepted", ["gzip", "identity"])
def test_streamlit_s_scripts_are_the_same_packed_or_not(server: Server, accepted: str):
    on_disk = max((Path(get_static_dir()) / "static" / "js").glob("protobuf.*.js"))
    asked = Request(f"{server.url}/static/js/{on_disk.name}", headers={"Accept-Encoding": accepted})
    with urlopen(asked, timeout=20) as reply:
        body = reply.read()
        packed = reply.headers.get("content-encoding") == "gzip"
        assert reply.headers["content-type"].startswith(("text/javascript", "application/javascript"))
        assert "immutable" in reply.headers["cache-control"]
    assert packed == (accepted == "gzip")
    assert (gzip.decompress(body) if packed else body) == on_disk.read_bytes()


def test_a_cut_font_is_sent_in_streamlit_s_place_and_asked_for_again(server: Server):
    theirs, ours = next(iter(fonts_for(MEDIA).items()))
    address = f"{server.url}/static/media/{theirs.name}"
    with urlopen(address, timeout=20) as reply:
        assert reply.read() == ours.read_bytes()
        assert reply.headers["content-type"] == "font/woff2"
        assert "immutable" not in reply.headers["cache-control"]
        tag = reply.headers["etag"]
    with pytest.raises(HTTPError) as unchanged:
        urlopen(Request(address, headers={"If-None-Match": tag}), timeout=20)
    assert unchanged.value.code == 304
    unchanged.value.close()


PADDINGS = """
window.paddings = new Set();
(function look() {
  const main = document.querySelector(".stMainBlockContainer");
  if (main) window.paddings.add(getComputedStyle(main).paddingLeft);
  requestAnimationFrame(look);
})();
"""


def test_the_layout_holds_from_the_first_frame_on(visit: Visit):
    """A style sheet that comes later lays the picture out twice."""
    page = visit()
    page.add_init_script(PADDINGS)
    Stage(page).open()
    assert page.evaluate("[...window.paddings]") == ["24px"]
