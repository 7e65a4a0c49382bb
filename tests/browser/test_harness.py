"""The harness itself: a page that does what no page may is told on, and nothing else is."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import NOT_FOUND, Watch
from tests.server import Server, running


def test_the_app_opens_without_a_complaint(page: Page, watch: Watch):
    page.goto("/playground")
    page.get_by_test_id("stAppViewContainer").wait_for()
    page.wait_for_load_state("networkidle")
    assert watch.faults == []


@pytest.fixture
def naughty(browser: Browser, server: Server):
    """A page whose faults do not fail this test."""
    watch = Watch(server.host)
    context = browser.new_context(base_url=server.url)
    page = context.new_page()
    watch.on(page)
    page.goto("/_stcore/health")
    # A page that opens this bare address asks for an icon, and whether there is one is not the matter here.
    watch.faults.clear()
    yield page, watch
    context.close()


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("console.error('all is lost')", "all is lost"),
        ("setTimeout(() => { throw new Error('a script broke') })", "a script broke"),
        # The content security policy lets no request out; what the browser says of it is a fault.
        ("fetch('http://elsewhere.test/x').catch(() => 0)", "Connecting to 'http://elsewhere.test/x' violates"),
        ("void new WebSocket('ws://elsewhere.test/live')", "ws://elsewhere.test/live"),
        ("void fetch('/live/assets/none/none.js')", "404"),
    ],
)
def test_faults_are_told(naughty, script: str, told: str):
    page, watch = naughty
    page.evaluate(f"() => {{ {script} }}")
    page.wait_for_timeout(300)
    assert any(told in fault for fault in watch.complaints), watch.faults
    watch.allow(".")
    assert watch.complaints == []


@pytest.mark.parametrize(
    ("path", "accepted"),
    [
        ("/playground/_stcore/health", True),
        ("/playground/_stcore/host-config", True),
        ("/_stcore/health", False),
        ("/playground/_stcore/stream", False),
        ("/a/b/_stcore/health", False),
    ],
)
def test_only_streamlit_s_own_probe_may_miss(path: str, accepted: bool):
    class Message:
        type = "error"
        text = NOT_FOUND
        location = {"url": f"http://localhost:1{path}"}  # noqa: RUF012

    watch = Watch("localhost:1")
    watch._said(Message())  # pyright: ignore[reportArgumentType]
    assert (watch.complaints == []) is accepted


def test_a_fault_in_a_page_is_a_sentence_and_no_traceback(browser: Browser, tmp_path):
    (tmp_path / "broken.py").write_text(
        "import streamlit as st\nst.title('Before')\nraise RuntimeError('the secret')\n"
    )
    (tmp_path / "faulty.py").write_text(
        "import streamlit as st\nfrom app import own_sentence\n"
        f"app = st.App({str(tmp_path / 'broken.py')!r}, on_script_error=own_sentence)\n"
    )
    command = ("streamlit", "run", str(tmp_path / "faulty.py"), "--server.port", "{port}")
    with running(tmp_path / "log.txt", command, environment={"PYTHONPATH": "."}) as broken:
        page = browser.new_page()
        page.goto(broken.url)
        page.get_by_test_id("stAlert").wait_for()
        text = page.locator("body").inner_text()
        assert "Something went wrong on this page, and the fault is not yours." in text
        assert "the secret" not in text
        assert "Traceback" not in text
        assert page.get_by_role("link", name="Google").count() == 0
        page.close()
        assert "the secret" in broken.log.read_text()
