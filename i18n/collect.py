"""`python -m i18n.collect [de es ...]` brings the languages' PO files up to date with the messages in the sources.

New messages are added without a translation, those that are gone go, all others keep theirs. It needs no program but
Babel, which the app itself reads the files with.

Messages are the literals that are given to the functions of `CALLS`, in Python and in JavaScript; what the registries'
records say of themselves (`RECORDS`); and the texts of lessons, challenges and lectures (`TEXTS`).
"""

import ast
import io
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_javascript
from babel.messages.pofile import read_po, write_po

from i18n.message import PLACE
from i18n.translation import FOLDER, LANGUAGES, SOURCE

ROOT = Path(__file__).parents[1]
PARTS = {
    "lessons": ("lessons",),
    "engine": ("i18n", "landscapes", "engine", "live"),
    "pages": ("ui", "pages", "app.py"),
    "stage": ("stage",),
}
"""The files of a language, and the sources of each."""
CALLS = {"message": (0,), "t": (0,), "translate": (0,), "Message": (0,), "plural": (0, 1), "many": (0, 1)}
"""Functions, and which of their arguments are a message: one, or a message in singular and plural."""
RECORDS: dict[str, tuple[int | str, ...]] = {
    "Knob": (0,),
    "Schedule": ("name", "about"),
    "Optimizer": ("name", "about", "memory", "formula"),
    "Carried": (0,),
    "StateRow": (1,),
    "StepRow": (1,),
    **dict.fromkeys(("from_formula", "Landscape"), ("name", "lesson", "group")),
    "Parameter": ("title",),
    "TwoWeights": ("name", "weights", "lesson"),
    "whole": (2,),
    **dict.fromkeys(("Registry", "unknown", "one_of", "_one_of", "_switch", "_whole"), (0,)),
    **dict.fromkeys(("finite_number", "number_within", "whole_within", "positive", "not_negative", "pair"), (0,)),
}
"""Constructors of records, and functions that say what they are given in a sentence of theirs: which of their arguments
are shown to readers, by place or by name."""
TEXTS = {
    *("title", "about", "group", "unit", "name", "text", "after", "question", "option", "answer"),
    *("hints", "solved", "says", "notes"),
}
"""Keys of a lesson's, a challenge's or a lecture's file that hold texts."""
CHOICES = {"networks", "changes"}
"""Keys of tables whose own keys are words to choose by."""
WIDTH = 118

Found = Iterator[str | tuple[str, str]]


def main() -> None:
    """Bring all files up to date and say what is missing."""
    for code in sys.argv[1:] or [code for code in LANGUAGES if code != SOURCE]:
        (FOLDER / code).mkdir(exist_ok=True)
        for part in PARTS:
            file = FOLDER / code / f"{part}.po"
            new = brought_up_to_date(_catalogue(file, code), template(part))
            file.write_bytes(_written(new, code))
            missing = sum(1 for entry in new if entry.id and not all(_strings(entry.string)))
            print(f"{code}/{part}.po: {len(new)} messages, {missing} without a translation")


def template(part: str) -> Catalog:
    """Every message of a part of the product, with the files that say it."""
    found = Catalog(charset="utf-8")
    for name in PARTS[part]:
        top = ROOT / name
        for file in [top] if top.is_file() else sorted(top.rglob("*")):
            for one in messages_in(file):
                found.add(one, locations=[(str(file.relative_to(ROOT)), 1)])
    return found


def messages_in(file: Path) -> Found:
    """The messages of one file: Python, JavaScript or TOML."""
    if file.suffix == ".py":
        yield from _in_python(file.read_text(encoding="utf-8"))
    elif file.suffix == ".js" and "vendor" not in file.parts:
        yield from _in_javascript(file.read_bytes())
    elif file.suffix == ".toml":
        yield from _in_texts(tomllib.loads(file.read_text(encoding="utf-8")))


def brought_up_to_date(old: Catalog, new: Catalog) -> Catalog:
    """The new messages with the old translations of those that are still the same."""
    result = Catalog(locale=old.locale, charset="utf-8")
    for entry in new:
        if not entry.id:
            continue
        before = old.get(entry.id[0] if isinstance(entry.id, tuple) else entry.id)
        kept = before.string if before is not None and type(before.id) is type(entry.id) else ""
        result.add(entry.id, kept or ("" if isinstance(entry.id, str) else ("",) * result.num_plurals), entry.locations)
    return result


def _written(catalogue: Catalog, code: str) -> bytes:
    """The file of a catalogue, under a head without names and dates: the repository knows them."""
    body = io.BytesIO()
    write_po(body, catalogue, width=WIDTH, include_lineno=False, omit_header=True)
    head = {"Language": code, "Plural-Forms": catalogue.plural_forms, "Content-Type": "text/plain; charset=utf-8"}
    lines = "".join(f'"{name}: {value}\\n"\n' for name, value in head.items())
    return f'msgid ""\nmsgstr ""\n{lines}\n'.encode() + body.getvalue()


def _catalogue(file: Path, code: str) -> Catalog:
    if not file.exists():
        return Catalog(locale=code, charset="utf-8")
    with file.open("rb") as opened:
        return read_po(opened, locale=code)


def _strings(found: Any) -> tuple[str, ...]:
    return (found,) if isinstance(found, str) else tuple(found)


def _in_python(source: str) -> Found:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in CALLS:
            wanted = CALLS[name]
            texts = [list(_literals(node.args[at])) for at in wanted if at < len(node.args)]
            if len(wanted) == 2 and len(texts) == 2:
                yield from zip(*texts, strict=True)
            elif len(wanted) == 1 and texts:
                yield from texts[0]
        for at in RECORDS.get(name, ()):
            given = [word.value for word in node.keywords if word.arg == at]
            if isinstance(at, int) and at < len(node.args):
                given = [node.args[at]]
            for value in given:
                yield from filter(_has_words, _literals(value))


def _has_words(text: str) -> bool:
    """Whether there is more in it than signs and symbols: a formula needs no translation."""
    return re.search(r"[^\W\d_]{3}", PLACE.sub("", text)) is not None


def _literals(node: ast.AST) -> Iterator[str]:
    """The texts that an argument may be: a literal, or either side of a condition, or what a function makes of it."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)
    elif isinstance(node, ast.Lambda):
        yield from _literals(node.body)
    elif isinstance(node, ast.Tuple):
        for one in node.elts:
            yield from _literals(one)


def _in_javascript(source: bytes) -> Found:
    keywords = {name: tuple(at + 1 for at in places) for name, places in CALLS.items() if name != "Message"}
    for _, called, texts, _ in extract_javascript(io.BytesIO(source), keywords, (), {"parse_template_string": True}):
        name = str(called)
        given = texts if isinstance(texts, (list, tuple)) else (texts,)
        literals = [text for text in given if isinstance(text, str) and text]
        if len(CALLS[name]) == 2 and len(literals) >= 2:
            yield literals[0], literals[1]
        elif len(CALLS[name]) == 1 and isinstance(given[0], str) and given[0]:
            yield given[0]


def _in_texts(data: Any, key: str = "") -> Found:
    if isinstance(data, dict):
        for name, value in data.items():
            if key in CHOICES and isinstance(value, str):
                yield name
            yield from _in_texts(value, name)
    elif isinstance(data, list):
        for value in data:
            yield from _in_texts(value, key)
    elif isinstance(data, str) and key in TEXTS and data:
        yield data


if __name__ == "__main__":
    main()
