"""The app as it is started: by Streamlit, by uvicorn, and below a base path."""

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from engine.frame import opened
from stage import assets
from tests.live.fetch import fetch
from tests.server import ROOT, STREAMLIT, UVICORN, Server, running

BASE = "/class/lab"
WAYS = {
    "streamlit": (STREAMLIT, "", {}),  # as `make run` does, with all surfaces compiled ahead while it answers
    "uvicorn": (UVICORN, "", {"DESCENT_LAB_WARM_UP": "opening"}),
    "below a base path": ((*STREAMLIT, "--server.baseUrlPath", BASE), BASE, {"DESCENT_LAB_WARM_UP": "opening"}),
}


@pytest.fixture(scope="module", params=WAYS.values(), ids=WAYS.keys())
def started(request, tmp_path_factory) -> Iterator[tuple[Server, str]]:
    command, base, more = request.param
    folder = tmp_path_factory.mktemp("app")
    environment = {"DESCENT_LAB_ORIGINS": "https://lab.example.org", "DESCENT_LAB_CACHE": str(folder / "cache"), **more}
    with running(folder / "log.txt", command, base, environment) as server:
        yield server, base


def test_the_page_and_its_health_answer(started):
    server, base = started
    assert fetch(server.host, f"{base}/_stcore/health").body == b"ok"
    page = fetch(server.host, f"{base}/")
    assert page.status == 200
    assert b"<html" in page.body


def test_the_wire_answers_uncompressed(started):
    server, base = started
    with connect(f"ws://{server.host}{base}/live", compression="deflate", max_size=None) as connection:
        assert connection.protocol.extensions == []
        connection.send(json.dumps({"seq": 1, "runs": [{"landscape": "himmelblau", "steps": 50}]}))
        answer = connection.recv(timeout=30)
    assert isinstance(answer, bytes)
    header, _ = opened(answer)
    assert header["seq"] == 1
    assert header["runs"][0]["arrays"]["points"][2] == 2


@pytest.mark.parametrize("path", ["/live", "/_stcore/stream"])
def test_a_foreign_page_reaches_no_socket(started, path):
    server, base = started
    with (
        pytest.raises(InvalidStatus, match="403"),
        connect(f"ws://{server.host}{base}{path}", origin="http://evil.test"),
    ):
        pass
    assert fetch(server.host, f"{base}{path}", origin="http://evil.test").status == 403
    for origin in (server.url, "https://lab.example.org"):
        with connect(f"ws://{server.host}{base}{path}", origin=origin):
            pass


def test_the_stage_s_files_and_plotly_are_served_from_here(started):
    server, base = started
    for path in (
        "plotly.min.js",
        *(file.relative_to(assets.FOLDER).as_posix() for file in assets.FOLDER.rglob("*.js")),
    ):
        reply = fetch(server.host, f"{base}/live/assets/{assets.VERSION}/{path}", accept_encoding="gzip")
        assert reply.status == 200, path
        assert reply.headers["content-type"] == "text/javascript; charset=utf-8"
        assert "immutable" in reply.headers["cache-control"]
    assert fetch(server.host, f"{base}/live/assets/{assets.VERSION}/../app.py").status in (400, 404)


def test_a_surface_is_served_from_here_as_it_is(started):
    server, base = started
    asked = f"{base}/live/surface?landscape=himmelblau&window=-6,6,-6,6&columns=100&rows=100"
    reply = fetch(server.host, asked, accept_encoding="gzip")
    assert reply.headers["content-encoding"] == "identity"
    assert opened(reply.body)[0] == {"arrays": {"losses": [0, 100, 100]}}


def test_compiled_programs_are_kept_in_a_private_folder(started):
    server, _ = started
    cache = server.log.parent / "cache"
    assert cache.stat().st_mode & 0o777 == 0o700
    assert any(cache.iterdir())


def test_nothing_went_wrong_in_the_log(started):
    server, _ = started
    printed = server.log.read_text()
    assert "Traceback" not in printed
    assert "rror" not in printed
    assert "arning" not in printed


def test_a_mistyped_list_of_origins_stops_the_start():
    """Better no server than one that nobody can talk to."""
    done = subprocess.run(
        [sys.executable, "-c", "import app"],
        cwd=ROOT,
        env={"DESCENT_LAB_ORIGINS": "lab.example.org", "PATH": ""},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode != 0
    assert "DESCENT_LAB_ORIGINS must list origins such as https://lab.example.org" in done.stderr
