"""Translations of messages: GNU gettext's PO files in `catalogues/<language>/`, one for each part of the product.

English is the source: a message without a translation is shown in English. A reader's language is the one chosen in the
app (a cookie), else the first of the browser's (`Accept-Language`) that there is.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import c2py
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any, NamedTuple

from babel.messages.pofile import read_po

from i18n.message import PLACE, Message, filled, first_upper, message

FOLDER = Path(__file__).parent / "catalogues"
SOURCE = "en"
LANGUAGES = {SOURCE: "English", "de": "Deutsch", "es": "Español", "fr": "Français", "zh": "中文"}
"""Their own names by their codes (ISO 639-1)."""
PSEUDO = "en-XA"
"""A language for tests: English in brackets, so that a text without them is one that nobody can translate."""
COOKIE = "descent_lab_language"
OPENING, CLOSING = "⁅", "⁆"

_language: ContextVar[str] = ContextVar("language", default=SOURCE)
# "de-AT;q=0.8", "*": a tag and its weight.
_WISH = re.compile(r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*|\*)\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*")


class Catalogue(NamedTuple):
    """The translations of one language."""

    texts: dict[str, str | tuple[str, ...]]
    """By template; a counted one has a form for each of the language's plurals."""
    plural_form: Callable[[int], int]
    """Which of them a count takes."""


def language() -> str:
    """The language in which this task or thread speaks, unless another one is named."""
    return _language.get()


@contextmanager
def in_language(code: str) -> Iterator[None]:
    """Speak another language within a `with`."""
    token = _language.set(code)
    try:
        yield
    finally:
        _language.reset(token)


def translate(text: str, code: str | None = None, /, **arguments: object) -> str:
    """A message as it is said in a language; a plain text is looked up as it stands.

    Args:
        text: a `Message`, or a template.
        code: the language; that of this task by default.
        arguments: of a template that is no message yet.
    """
    code = code or language()
    said = text if isinstance(text, Message) else message(text, **arguments)
    return str(said) if code == SOURCE else _said(said, code)


def translated(tree: Any, code: str | None = None) -> Any:
    """JSON-like data with each of its messages translated; dictionaries' keys and plain texts stay as they are."""
    code = code or language()
    return tree if code == SOURCE else _walked(tree, code)


def language_of(cookies: str, wishes: str) -> str:
    """The language of a reader: `cookies` and `wishes` are the headers Cookie and Accept-Language, or empty."""
    try:
        chosen = SimpleCookie(cookies).get(COOKIE)
    except CookieError:
        chosen = None
    if chosen is not None and (chosen.value in LANGUAGES or chosen.value == PSEUDO):
        return chosen.value
    for tag in _tags(wishes):
        code = tag.lower().partition("-")[0]
        if code in LANGUAGES:
            return code
    return SOURCE


@cache
def words_file(code: str) -> tuple[str, bytes] | None:
    """Name and content of the JSON file with a language's texts for the stage, by template; None where none is needed.

    A new content has a new name, so that browsers may keep the file for ever.
    """
    if code not in LANGUAGES or code == SOURCE:
        return None
    content = json.dumps(_read(code, ("stage",)).texts, ensure_ascii=False, separators=(",", ":")).encode()
    return f"words/{code}-{hashlib.sha256(content).hexdigest()[:12]}.json", content


def _tags(wishes: str) -> list[str]:
    """Language tags in the order in which they are wished."""
    found = [match for one in wishes[:1000].split(",") if (match := _WISH.fullmatch(one))]
    return [match[1] for match in sorted(found, key=lambda match: -float(match[2] or 1)) if float(match[2] or 1) > 0]


def _said(said: Message, code: str) -> str:
    arguments = {name: _walked(value, code) for name, value in said.arguments.items()}
    if code == PSEUDO:
        template = said.template if said.many is None or said.counted == 1 else said.many
        text = filled(template, arguments)
        # A template of places alone says nothing of its own.
        text = text if not re.search(r"[^\W\d_]{2}", PLACE.sub("", template)) else f"{OPENING}{text}{CLOSING}"
    else:
        text = filled(_template(said, code), arguments)
    return first_upper(text) if said.capital else text


def _template(said: Message, code: str) -> str:
    catalogue = _read(code)
    found = catalogue.texts.get(said.template)
    if said.many is None:
        return found if isinstance(found, str) else said.template
    if isinstance(found, tuple):
        return found[catalogue.plural_form(said.counted)]
    return said.template if said.counted == 1 else said.many


def _walked(tree: Any, code: str) -> Any:
    if isinstance(tree, Message):
        return _said(tree, code)
    if isinstance(tree, Mapping):
        return {key: _walked(value, code) for key, value in tree.items()}
    if isinstance(tree, (list, tuple)):
        return [_walked(value, code) for value in tree]
    return tree


@cache
def _read(code: str, parts: Sequence[str] | None = None) -> Catalogue:
    """A language's catalogue, of some parts or of all, without what is not translated or no longer surely right."""
    texts: dict[str, str | tuple[str, ...]] = {}
    form = c2py("n != 1")
    for file in sorted((FOLDER / code).glob("*.po")):
        if parts is not None and file.stem not in parts:
            continue
        with file.open("rb") as opened:
            catalogue = read_po(opened, locale=code)
        form = c2py(catalogue.plural_expr)
        for entry in catalogue:
            if not entry.id or not entry.string or entry.fuzzy:
                continue
            if isinstance(entry.id, str):
                texts[entry.id] = str(entry.string)
            elif entry.string and all(entry.string):
                texts[entry.id[0]] = tuple(entry.string)
    return Catalogue(texts, form)
