"""Behind nginx with Debian's own configuration and one location that passes everything on."""

import os
import re
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser

from tests.browser.stage import PATIENCE, Stage
from tests.packages import WHERE, program
from tests.server import STREAMLIT, free_port, running

# What docs/hosting.md tells.
LOCATION = """
location {path} {{
    proxy_pass {app};
    proxy_http_version 1.1;
    proxy_set_header Host $http_host;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection "upgrade";
}}
"""


def _configuration(folder: Path, log: Path, port: int, site: str) -> str:
    """Debian's own nginx.conf with one site, but for who runs it and where it writes."""
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    text = Path("/etc/nginx/nginx.conf").read_text()
    for line, instead in {
        r"user .*;": "user root;" if os.geteuid() == 0 else "",
        r"pid .*;": f"pid {folder}/pid;",
        r"\s*access_log .*;": "access_log off;",
        r"\s*include /etc/nginx/sites-enabled/.*;": f"{paths}{site.replace('PORT', str(port))}",
    }.items():
        text, found = re.subn(f"(?m)^{line}$", instead, text)
        assert found == 1, f"Debian's nginx.conf has {found} lines like {line}"
    return re.sub(r"(?m)^\s*error_log .*;$", f"error_log {log};", text)


def _site(locations: Mapping[str, Sequence[int]]) -> str:
    """Each path passed on to the first of its ports, and to the next where that one is dead."""
    replicas, inside = "", ""
    for number, (path, ports) in enumerate(locations.items()):
        servers = " ".join(f"server 127.0.0.1:{port}{' backup' if i else ''};" for i, port in enumerate(ports))
        replicas += f"upstream app{number} {{ {servers} }}\n"
        inside += LOCATION.format(path=path, app=f"http://app{number}")
    return f"{replicas}server {{ listen 127.0.0.1:PORT;\n{inside} }}"


@contextmanager
def nginx(folder: Path, locations: Mapping[str, Sequence[int]]) -> Iterator[str]:
    """Pass paths on to apps at these ports, a later one where the first is dead; hands out the first path's address."""
    nginx = program(WHERE["nginx-light"], "nginx-light", "The proxy's test needs nginx: install it.")
    own = free_port()
    log = folder / "error.log"
    (folder / "nginx.conf").write_text(_configuration(folder, log, own, _site(locations)))
    options = ("-c", str(folder / "nginx.conf"), "-e", str(log), "-g", "daemon off;")
    process = subprocess.Popen([nginx, *options])
    try:
        address = f"http://127.0.0.1:{own}{next(iter(locations))}"
        end = time.monotonic() + 10
        while time.monotonic() < end:
            try:
                with urlopen(f"{address}_stcore/health", timeout=5):
                    break
            except (URLError, ConnectionError):
                assert process.poll() is None, log.read_text()
                time.sleep(0.05)
        yield address
    finally:
        process.terminate()
        process.wait(10)


@pytest.mark.parametrize("base", ["", "/lab"])
def test_the_page_opens_and_the_hand_is_answered(browser: Browser, tmp_path: Path, base: str):
    command = (*STREAMLIT, *(("--server.baseUrlPath", base) if base else ()))
    quick = {"DESCENT_LAB_WARM_UP": "opening"}
    with (
        running(tmp_path / "app.txt", command, base, quick) as app,
        nginx(tmp_path, {f"{base}/": (app.port,)}) as address,
    ):
        context = browser.new_context(base_url=address, viewport={"width": 1440, "height": 900})
        context.set_default_timeout(1000 * PATIENCE)
        page = context.new_page()
        answers: list[str] = []
        page.on("websocket", lambda line: line.on("framereceived", lambda data: answers.append(line.url)))
        page.goto("playground?land=himmelblau&steps=150&lane=adam;rate=0.05")
        stage = Stage(page)
        page.wait_for_selector(".lab[data-surface][data-painted]")
        stage.settled()
        answers.clear()
        x, y = stage.grab(stage.handle)
        page.mouse.move(x + 40, y + 30, steps=4)
        stage.until(lambda: _holds(f"{base}/live", answers))
        page.mouse.up()
        context.close()


def _holds(ending: str, addresses: list[str]) -> None:
    assert any(address.endswith(ending) for address in addresses)
