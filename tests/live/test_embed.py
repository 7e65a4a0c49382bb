"""The page of a frame and the way out of it, without a stage: what is asked of the app, and what is refused."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.types import Message

from live import LIGHT_SCRIPT, Headers, Light, Preload, embed_routes, frame_sites, inline_scripts
from live.pages.embed import LONGEST
from tests.loop import run

OPEN = "/lab/embed/open"
SITE = "https://moodle.example.org"
TOLD = {"title": "Bowl </script>", "theme": "dark", "page": "race", "data": {"x": "</script><b>"}, "path": "/race"}


def opened(page, hand):
    if "start" not in hand:
        raise ValueError("This is no picture.")
    return f"/{page}?start={hand['start']}"


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    text: str


Ask = Callable[..., Reply]


@pytest.fixture
def ask() -> Ask:
    """Ask the app for an address: `ask("/lab/embed?land=bowl", accept_language="de")`, `ask(address, post="a=1")`."""
    light = Light("/lab", "v1", {"Sans": "/lab/sans.woff2"}, joined=True)
    app = Starlette(
        routes=embed_routes(light, lambda query: {**TOLD, "query": query}, opened),
        middleware=[
            Middleware(Headers, frames=frame_sites(SITE), scripts=[LIGHT_SCRIPT]),
            Middleware(Preload, addresses=["/lab/live/assets/v1/all.js"]),
        ],
    )

    def asked(address: str, post: str | None = None, **headers: str) -> Reply:
        path, _, query = address.partition("?")
        sent: list[Message] = []
        named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        scope = {
            "type": "http",
            "method": "GET" if post is None else "POST",
            "path": path,
            "query_string": query.encode(),
        }

        async def receive() -> Message:
            return {"type": "http.request", "body": (post or "").encode(), "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        run(app({**scope, "headers": named}, receive, send))
        body = b"".join(message.get("body", b"") for message in sent)
        told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return Reply(sent[0]["status"], told, body.decode())

    return asked


def settings(page: str) -> dict:
    found = re.search(r'id="settings">(.*?)</script>', page)
    assert found
    return json.loads(found[1])


def test_the_page_tells_its_module_what_the_link_says_below_a_base_path(ask):
    page = ask("/lab/embed?land=bowl&lane=adam")
    told = settings(page.text)
    assert (told["query"], told["base"], told["entry"]) == ("land=bowl&lane=adam", "/lab", "embed")
    assert told["module"] == "/lab/live/assets/v1/embed_all.js"
    assert told["data"] == TOLD["data"], "and no text of a link ends the script that holds it"
    assert "<title>Bowl &lt;/script&gt;</title>" in page.text
    assert "color-scheme: dark;" in page.text


def test_only_named_sites_may_show_it_and_only_its_own_script_runs(ask):
    page = ask("/lab/embed")
    policy = page.headers["content-security-policy"]
    assert policy.endswith(f"; frame-ancestors 'self' {SITE}")
    scripts = [one for one in inline_scripts(page.text) if not one.startswith("{")]
    assert scripts == [LIGHT_SCRIPT]


def test_it_names_its_own_files_ahead_and_not_those_of_the_app_s_pages(ask):
    link = ask("/lab/embed").headers["link"]
    assert "/v1/embed_all.js>; rel=modulepreload" in link
    assert "/v1/all.css>" in link
    assert "/v1/all.js>" not in link


@pytest.mark.parametrize(("asks", "language"), [("de", "de"), ("fr-CA, en;q=0.5", "fr"), ("xx", "en")])
def test_it_speaks_the_visitor_s_language(ask, asks, language):
    page = ask("/lab/embed", accept_language=asks)
    assert settings(page.text)["language"] == language
    assert f'<html lang="{language}">' in page.text


def test_a_picture_of_a_hand_leads_on_to_its_page(ask):
    reply = ask(OPEN, post=urlencode({"page": "race", "hand": json.dumps({"start": "1,2"})}))
    assert (reply.status, reply.headers["location"]) == (303, "/lab/race?start=1,2")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "page=race",
        urlencode({"hand": "{}"}),
        urlencode({"page": "race", "hand": "{"}),
        urlencode({"page": "race", "hand": "[" * 60_000}),
        urlencode({"page": "race", "hand": "[]"}),
        urlencode({"page": "race", "hand": "{}"}),
        "hand=" + "x" * LONGEST,
        "hand=%ff%00&page=%00",
    ],
)
def test_what_is_no_picture_gets_a_sentence(ask, body):
    reply = ask(OPEN, post=body)
    assert reply.status == 400
    assert reply.headers["content-type"].startswith("text/plain")
    assert reply.text.endswith(".")
