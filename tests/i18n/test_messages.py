"""Messages are their English text, remember how they were made, and are said in another language as catalogues say."""

import copy
import json
import pickle
from urllib.parse import urlencode

import pytest
from starlette.requests import Request
from starlette.responses import Response

from i18n import (
    PSEUDO,
    Message,
    capitalized,
    in_language,
    joined,
    language_of,
    message,
    plural,
    sentence_of,
    translate,
    translated,
    translation,
)
from live.pages.language import choose_language
from tests.loop import run

STEPS = ("after {n} step", "after {n} steps")
ENDS = "{name} arrives at {place} {when}."


@pytest.fixture(autouse=True)
def catalogues(tmp_path, monkeypatch):
    """Two languages of three messages: German, whose verb goes to the end, and Chinese, which has one plural."""
    german = "Plural-Forms: nplurals=2; plural=(n != 1);"
    chinese = "Plural-Forms: nplurals=1; plural=0;"
    for code, plurals, ends, forms, place in (
        (
            "de",
            german,
            "{name} kommt {when} bei {place} an.",
            ["nach {n} Schritt", "nach {n} Schritten"],
            "dem Minimum",
        ),
        ("zh", chinese, "{name}在{when}到达{place}。", ["{n}步后"], "最小值"),
    ):
        (tmp_path / code).mkdir()
        counted = "\n".join(f'msgstr[{i}] "{form}"' for i, form in enumerate(forms))
        text = f'msgid ""\nmsgstr ""\n"Language: {code}\\n"\n"{plurals}\\n"\n\n'
        text += f'msgid "{ENDS}"\nmsgstr "{ends}"\n\nmsgid "{STEPS[0]}"\nmsgid_plural "{STEPS[1]}"\n{counted}\n\n'
        text += f'msgid "the minimum"\nmsgstr "{place}"\n\n#, fuzzy\nmsgid "the saddle"\nmsgstr "doubtful"\n'
        (tmp_path / code / "engine.po").write_text(text)
    monkeypatch.setattr(translation, "FOLDER", tmp_path)
    translation._read.cache_clear()
    yield
    translation._read.cache_clear()


def ends(steps: int) -> Message:
    return message(ENDS, name="Adam", place=message("the minimum"), when=plural(*STEPS, steps, n=steps))


def test_a_message_is_its_english_text():
    assert ends(3) == "Adam arrives at the minimum after 3 steps."
    assert hash(ends(3)) == hash(str(ends(3)))
    assert json.dumps({"a": ends(1)}) == '{"a": "Adam arrives at the minimum after 1 step."}'
    for copied in (copy.deepcopy(ends(3)), pickle.loads(pickle.dumps(ends(3)))):
        assert copied == ends(3)
        assert translate(copied, "de") == translate(ends(3), "de")


@pytest.mark.parametrize(
    ("code", "steps", "text"),
    [
        ("en", 1, "Adam arrives at the minimum after 1 step."),
        ("de", 1, "Adam kommt nach 1 Schritt bei dem Minimum an."),
        ("de", 3, "Adam kommt nach 3 Schritten bei dem Minimum an."),
        ("zh", 1, "Adam在1步后到达最小值。"),
        ("zh", 3, "Adam在3步后到达最小值。"),
        ("fr", 3, "Adam arrives at the minimum after 3 steps."),
        (PSEUDO, 3, "⁅Adam arrives at ⁅the minimum⁆ ⁅after 3 steps⁆.⁆"),
    ],
)
def test_it_is_said_in_another_language_arguments_and_plurals_too(code: str, steps: int, text: str):
    assert translate(ends(steps), code) == text
    with in_language(code):
        assert translate(ends(steps)) == text


def test_what_is_made_of_messages_is_translated_part_by_part():
    place = message("the minimum")
    assert translate("Here: " + place + "!", "de") == "Here: dem Minimum!"
    assert translate(joined(", ", [place, "x", place]), "de") == "dem Minimum, x, dem Minimum"
    assert (capitalized(place), translate(capitalized(place), "de")) == ("The minimum", "Dem Minimum")
    assert translated({"the minimum": [place, ("the minimum", place)], "n": 1}, "de") == {
        "the minimum": ["dem Minimum", ["the minimum", "dem Minimum"]],
        "n": 1,
    }


def test_what_is_doubtful_or_missing_is_said_in_english():
    assert translate(message("the saddle"), "de") == "the saddle"
    assert translate(message("a maximum"), "de") == "a maximum"


def test_braces_that_are_no_arguments_stay():
    assert message(r"$\frac{1}{x}$ of {n}", n=3) == r"$\frac{1}{x}$ of 3"


def test_an_exception_keeps_its_message():
    assert translate(sentence_of(ValueError(message("the minimum"))), "de") == "dem Minimum"
    assert sentence_of(ValueError("plain")) == "plain"
    assert sentence_of(KeyError()) == ""


@pytest.mark.parametrize(
    ("cookies", "wishes", "code"),
    [
        ("", "", "en"),
        ("", "de-AT,de;q=0.9,en;q=0.8", "de"),
        ("", "ja, en;q=0.2, zh-CN;q=0.5", "zh"),
        ("", "fr;q=0, es;q=0.1", "es"),
        ("", "*", "en"),
        ("descent_lab_language=fr; a=b", "de", "fr"),
        ("descent_lab_language=xx", "de", "de"),
        ("descent_lab_language=fr", "en", "fr"),
        ('"; =;;descent_lab_language', "de;q=9,;;,es", "es"),
        ("", "de;" * 100_000, "en"),
    ],
)
def test_a_reader_s_language_is_the_chosen_one_or_the_browser_s(cookies: str, wishes: str, code: str):
    assert language_of(cookies, wishes) == code


@pytest.mark.parametrize(
    ("query", "goes", "keeps"),
    [
        ("to=de&back=/learn?lesson=2", "/learn?lesson=2", "de"),
        ("to=xx&back=/learn", "/learn", None),
        ("to=de&back=//elsewhere.example/", "/", "de"),
        ("to=de&back=https://elsewhere.example/", "/", "de"),
        ("to=de&back=/%5Celsewhere.example/", "/", "de"),
        ("to=de&back=/%09/elsewhere.example/", "/", "de"),
        ("to=de", "/", "de"),
    ],
)
def test_a_language_is_chosen_and_no_link_leads_away(query: str, goes: str, keeps: str | None):
    answer = chosen(query)
    assert (answer.status_code, answer.headers["location"]) == (303, goes)
    cookie = answer.headers.get("set-cookie", "")
    assert cookie.startswith(f"descent_lab_language={keeps};") if keeps else not cookie


@pytest.mark.parametrize(
    ("back", "came", "goes"),
    [
        ("/lab/race", "https://here.example/lab/race?v=1&lane=adam;rate=0.1", "/lab/race?v=1&lane=adam;rate=0.1"),
        ("/race", "https://here.example/terrain?v=1", "/race"),
        ("/race?v=2", "https://here.example/race?v=1", "/race?v=2"),
        ("/race", "https://[", "/race"),
        ("/race", "", "/race"),
        ("//elsewhere.example/", "https://elsewhere.example//elsewhere.example/?v=1", "/"),
    ],
)
def test_the_picture_comes_back_that_the_browser_s_address_has(back: str, came: str, goes: str):
    answer = chosen(urlencode({"to": "de", "back": back}), came)
    assert answer.headers["location"] == goes


def chosen(query: str, came: str = "") -> Response:
    """The answer to a link that chooses a language, on a page with the address `came`."""
    headers = [(b"referer", came.encode())]
    scope = {"type": "http", "method": "GET", "path": "/", "headers": headers, "query_string": query.encode()}
    return run(choose_language(Request(scope)))
