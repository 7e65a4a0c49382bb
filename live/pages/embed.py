"""GET /embed?<a scene's link>: the picture alone, for a frame on a course page. `page=` and `theme=` are its own.

A page of Streamlit's would be a megabyte and a session for every reader of a course page.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from i18n import message, sentence_of, translate, translated
from live.pages.language import reader_language
from live.pages.light import Light

AT_ONCE = 2
"""Links that are read at the same time: one may hold a network to train, and others drag meanwhile."""
LONGEST = 64_000
"""Bytes of a picture that is opened."""
UNREADABLE = message("The stage sent a picture that cannot be read; reload the page.")

Embedded = Callable[[str], Mapping[str, Any]]
"""From the query of an address to what is shown: `title`, `theme` (light, dark or empty) and what its module is told.

Never raises for what a query holds.
"""
Opened = Callable[[str, Mapping[str, Any]], str]
"""From a page and a picture as a hand has made it to its path; ValueError, with a sentence, for what is no picture."""


def embed_page(light: Light, embedded: Embedded) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint of `/embed`, in the language of who asks."""
    reading = asyncio.Semaphore(AT_ONCE)

    async def endpoint(request: Request) -> Response:
        async with reading:
            shown = await asyncio.to_thread(embedded, request.url.query)
        code = reader_language(request)
        told = translated(shown, code)
        return light.page("embed", code, told["title"], told, shown["theme"])

    return endpoint


def open_picture(base: str, opened: Opened) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint of POST `/embed/open`, a form with `page` and `hand` (JSON): on to the page that shows the picture.

    A form and no link: a picture of 16 methods is longer than what proxies take for an address.
    """
    reading = asyncio.Semaphore(AT_ONCE)

    async def endpoint(request: Request) -> Response:
        try:
            form = parse_qs(await _body(request))
            hand = json.loads(form["hand"][0])
            if not isinstance(hand, dict):
                raise ValueError(UNREADABLE)
            async with reading:
                path = await asyncio.to_thread(opened, form["page"][0], hand)
        except (KeyError, json.JSONDecodeError, UnicodeDecodeError, RecursionError):
            return _refused(UNREADABLE, request)
        except ValueError as fault:
            return _refused(sentence_of(fault), request)
        return RedirectResponse(f"{base}{path}", 303, {"Cache-Control": "no-store"})

    return endpoint


async def _body(request: Request) -> str:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LONGEST:
            raise ValueError(UNREADABLE)
    return body.decode()


def _refused(sentence: str, request: Request) -> Response:
    return PlainTextResponse(translate(sentence, reader_language(request)), 400, {"Cache-Control": "no-store"})
