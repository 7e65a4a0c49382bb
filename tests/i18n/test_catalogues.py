"""The catalogues have the messages of the sources, and a translation keeps all that is not language."""

import re
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from i18n import LANGUAGES, SOURCE
from i18n.collect import PARTS, template
from i18n.translation import FOLDER

COMPLETE: set[str] = {"de", "es", "fr", "zh"}
"""Languages that have a translation of every message."""
TRANSLATED = [code for code in LANGUAGES if code != SOURCE]
EVERY_FILE = [(code, part) for code in TRANSLATED for part in PARTS]
SPELLED = {("de", "Home"): "Pos1 is that key on German keyboards"}
"""Why a translation has other digits than its original, by language and English text."""

FORMULA = re.compile(r"\$\$.*?\$\$|\$[^$\n]+\$", re.DOTALL)
NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
PLACE = re.compile(r"\{\w+\}")
CODE = re.compile(r"`[^`]*`")
KEPT: dict[str, Callable[[str], object]] = {
    "places of arguments": lambda text: Counter(PLACE.findall(FORMULA.sub("", text))).keys(),
    "formulas": lambda text: Counter(re.sub(r"\\text\{[^}]*\}", "", formula) for formula in FORMULA.findall(text)),
    "code": lambda text: Counter(CODE.findall(text)),
    "targets of links": lambda text: Counter(re.findall(r"\]\(([^)]*)\)", text)),
    "tags": lambda text: Counter(re.findall(r"</?[a-z]+[ />]", text)),
    "bold": lambda text: prose(text).count("**"),
    "cells of tables": lambda text: [line.count("|") for line in prose(text).splitlines() if line.startswith("|")],
    "paragraphs": lambda text: len(text.split("\n\n")),
    "white space around it": lambda text: text.replace(text.strip(), "…", 1),
}
"""What a translation has as its original has it."""


def test_a_complete_language_is_one_of_the_app_s():
    assert set(TRANSLATED) >= COMPLETE


@pytest.mark.parametrize(("code", "part"), [(code, part) for code in sorted(COMPLETE) for part in PARTS])
def test_every_message_has_a_translation_and_every_translation_a_message(code: str, part: str):
    said = {entry.id for entry in template(part) if entry.id}
    found = {entry.id: entry for entry in catalogue(code, part) if entry.id}
    assert said == found.keys(), "python -m i18n.collect brings the files up to date"
    assert [key for key, entry in found.items() if entry.fuzzy or not all(forms(entry.string))] == []


@pytest.mark.parametrize(("code", "part"), EVERY_FILE)
def test_a_translation_keeps_what_is_not_language(code: str, part: str):
    for original, text in translations(code, part):
        for name, of in KEPT.items():
            assert of(text) == of(original), (name, original, text)
        if (code, original) not in SPELLED:
            assert numbers(text) == numbers(original), (original, text)


@pytest.mark.parametrize(("code", "part"), EVERY_FILE)
def test_a_translation_is_tidy(code: str, part: str):
    for original, text in translations(code, part):
        plain = prose(text)
        assert "  " not in text or "  " in original, text
        assert plain.count("*") % 2 == prose(original).count("*") % 2, text
        assert text.count("`") % 2 == original.count("`") % 2, text


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_text_of_two_parts_is_translated_alike(code: str):
    seen: dict[str, str] = {}
    for part in PARTS:
        for entry in catalogue(code, part):
            if isinstance(entry.id, str) and entry.id and entry.string:
                assert seen.setdefault(entry.id, str(entry.string)) == entry.string, (part, entry.id)


def catalogue(code: str, part: str) -> Catalog:
    with (FOLDER / code / f"{part}.po").open("rb") as opened:
        return read_po(opened, locale=code)


def translations(code: str, part: str) -> Iterator[tuple[str, str]]:
    """The pairs of an English text and its translation; of what is counted, every form with the English for many."""
    for entry in catalogue(code, part):
        if not entry.id or not all(forms(entry.string)):
            continue
        if isinstance(entry.id, str):
            yield entry.id, str(entry.string)
        else:
            # The first form is of one thing, where there are others: French has two for many, and Chinese only one.
            for at, text in enumerate(entry.string):
                yield entry.id[0 if at == 0 and len(entry.string) > 1 else 1], text


def forms(string: object) -> tuple[str, ...]:
    return tuple(string) if isinstance(string, (tuple, list)) else (str(string or ""),)


def prose(text: str) -> str:
    """A text without its formulas and code."""
    return CODE.sub("", FORMULA.sub("", text))


def numbers(text: str) -> Counter[str]:
    """How often each number stands in a text, spelled with digits."""
    return Counter(NUMBER.findall(PLACE.sub("", text)))


UNTIDY = {
    # A narrow no-break space before ; ! ?, a no-break space before : and within « », and no straight apostrophe.
    "fr": r"(?<![\u202f(])[;!?](?!\w)|(?<![\u00a0\"]):(?=\s|$)|«(?!\u00a0)|(?<!\u00a0)»|[A-Za-zÀ-ÿ]'[A-Za-zÀ-ÿ]",
    # Full-width punctuation after Chinese, no space beside it but a table's, one between Chinese and Latin letters.
    "zh": r"[一-鿿](?:[,:;!?]|\.(?!\w)|[A-Za-z0-9])|[A-Za-z0-9][一-鿿]"
    r"|[，。：；！？（）、“”] (?!\|)|(?<!\|) [，。：；！？（）、]",
}
"""What the typography of a language does not know."""


@pytest.mark.parametrize(("code", "part"), [(code, part) for code in UNTIDY for part in PARTS])
def test_a_translation_is_set_as_its_language_is(code: str, part: str):
    for _, text in translations(code, part):
        found = re.search(UNTIDY[code], CODE.sub("…", FORMULA.sub("…", text)))
        assert not found, (found[0], text)
