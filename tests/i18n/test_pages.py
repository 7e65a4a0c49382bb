"""Each page in the language of tests: what stands outside its brackets has no words, or a reason."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from google.protobuf.message import Message as Element
from streamlit.testing.v1 import AppTest

from i18n import PSEUDO
from i18n.translation import LANGUAGES
from tests.server import ROOT

PATIENCE = 120
WORD = re.compile(r"[A-Za-zÀ-ÿ]{2}")
BRACKETS = re.compile(r"⁅[^⁅⁆]*⁆")
SILENT = {
    *("id", "key", "user_key", "element_id", "form_id", "deferred_file_id", "page_script_hash", "component_name"),
    *("page", "url_path", "query_string", "url", "icon", "type", "autocomplete", "js_content", "config", "language"),
    "code_text",  # programs stay English
    *("name", "mime", "file_name"),  # of a component's trigger, and of downloads
}
"""Fields of Streamlit's elements that no reader sees."""
SAID = {"name", "title", "text", "about", "hovertemplate", "weights", "notes", "question", "answer"}
"""Keys of components' and charts' data that are read out; what else is in them are keys, numbers and links."""
REASONS = {
    "people, and what is called after its formula": ("Xavier", "ReLU", "He", "XOR", "PyTorch", "JAX", "log₁₀"),
    "a table to begin with, as a file says it": ("area;price", "height;weight;species"),
    "columns of such a table, and a surface's formula": ("area", "price", "height", "weight", "species"),
    "the languages' own names": (*LANGUAGES.values(), PSEUDO, "EN"),
}
OPEN = {"conditions": True, "zeros": True, "code": True, "save_and_load": True, "ways_out": True, "curves_open": True}
"""Folds, whose contents come when they are open."""
SMALL = ["depth=3;width=4;steps=20;points=100", "depth=3;width=4;steps=20;points=100;rate=2;residual=on;batch_size=10"]
WRONG = {
    "lane": ["adam;rate=x;colour=1", "sgd"],
    "land": "nowhere",
    "steps": "0",
    "window": "1,2",
    "door": "x",
    "q": "1",
}
WORDY = {"course": "landscape,one_step,nothing", "note_landscape": "7", "course_title": "8"}

PAGES = {
    "start": ("start", {}, {}),
    "playground": ("playground", {}, OPEN),
    "a link with faults": ("playground", WRONG, {}),
    "race": ("race", {}, {}),
    "schedules": ("schedules", {}, OPEN),
    "terrain": ("terrain", {"land": "two_valleys"}, OPEN),
    "tuning": ("tuning", {}, {}),
    "two weights": ("two_weights", {}, OPEN),
    "networks": ("networks", {"net": SMALL}, {"networks_own": True}),
    "lessons": ("learn", {}, {}),
    "a lesson": ("learn", {"lesson": "rates"}, {}),
    "a lesson's networks": ("learn", {"lesson": "vanishing", "screen": "2"}, {}),
    "a lesson's task": ("learn", {"lesson": "rates", "screen": "99"}, {}),
    "a challenge": ("learn", {"challenge": "three"}, {}),
    "a course": ("learn", WORDY, {}),
    "a new course": ("learn", {"course": "new"}, {}),
    "lecture": ("lecture", {}, {}),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_nothing_that_cannot_be_translated(name: str):
    page, query, state = PAGES[name]
    app = AppTest.from_file(str(ROOT / "pages" / "menu.py"), default_timeout=PATIENCE)
    app.session_state["language"] = PSEUDO
    app.run().switch_page(f"{page}.py")
    for key, value in query.items():
        app.query_params[key] = value
    for key, value in state.items():
        app.session_state[key] = value
    app.run()
    assert not app.exception
    texts = list(texts_of(app))
    assert any("⁅" in text for text in texts)
    assert [text for text in texts if WORD.search(left_over(text))] == []


def texts_of(app: AppTest) -> Iterator[str]:
    """All that Streamlit is told to show, as it is told."""
    for root in app._tree.children.values():
        stack = [*root.children.values()]
        while stack:
            element = stack.pop()
            stack += getattr(element, "children", {}).values()
            if (proto := element.proto) is not None:
                yield from _in_element(proto)


def _in_element(element: Element) -> Iterator[str]:
    for field, value in element.ListFields():
        if field.name in SILENT or (field.message_type and field.message_type.GetOptions().map_entry):
            continue
        for one in value if field.is_repeated else [value]:
            if isinstance(one, Element):
                yield from _in_element(one)
            elif isinstance(one, str):
                yield from _in_data(json.loads(one)) if field.name in ("json", "spec") and one else [one]


def _in_data(tree: Any, said: bool = False) -> Iterator[str]:
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from _in_data(value, key in SAID)
    elif isinstance(tree, list):
        for value in tree:
            yield from _in_data(value, said)
    elif isinstance(tree, str) and said:
        yield tree


def left_over(text: str) -> str:
    """What is outside of brackets, without markup, code, and what has a reason."""
    text = re.sub(r"<style.*?</style>|data:image[^\s\")]*|`[^`]*`", " ", text, flags=re.S)
    # An attribute that is read out may stand alone in its tag.
    spoken = re.findall(r'(?:aria-label|alt|data-name|title)="([^"]*)"', text)
    text = " ".join([re.sub(r"<[^>]*>", " ", text), *spoken])
    while (inner := BRACKETS.sub(" ", text)) != text:
        text = inner
    for words in REASONS.values():
        for word in words:
            text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", " ", text)
    return text
