"""What the stage says can be said in another language: by translate.js, and no text of its own is left out."""

import json
import re
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from playwright._impl._driver import compute_driver_executable

from i18n.collect import CALLS, messages_in
from stage import assets
from tests.stage.javascript import Literal, literals

_SAID = """
const { t, many, lowered } = await import(`${process.argv[1]}/base/translate.js`);
const { readFileSync } = await import("node:fs");
const [mounted, calls] = JSON.parse(readFileSync(0));
if (mounted) globalThis.descentLab = mounted;
const functions = { t, many, lowered };
console.log(JSON.stringify(calls.map(([name, ...given]) => functions[name](...given))));
"""
STEPS = ("after {n} step", "after {n} steps")


def said(language: str | None, texts: dict[str, Any], *calls: list[Any]) -> list[str]:
    """What calls of translate.js give to a reader of a language, from a file with these texts."""
    node, _ = compute_driver_executable()
    told = json.dumps([language and {"language": language, "texts": texts}, calls])
    script = [str(node), "--input-type=module", "-e", _SAID, str(assets.FOLDER)]
    run = subprocess.run(script, capture_output=True, text=True, timeout=20, input=told)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


@pytest.mark.parametrize(
    ("language", "forms", "expected"),
    [
        ("de", ["nach {n} Schritt", "nach {n} Schritten"], ["nach 0 Schritten", "nach 1 Schritt", "nach 2 Schritten"]),
        ("fr", ["après {n} pas unique", "après {n} pas"], ["après 0 pas unique", "après 1 pas unique", "après 2 pas"]),
        ("es", ["tras {n} paso", "tras {n} pasos"], ["tras 0 pasos", "tras 1 paso", "tras 2 pasos"]),
        ("zh", ["{n} 步后"], ["0 步后", "1 步后", "2 步后"]),
        ("de", None, ["after 0 steps", "after 1 step", "after 2 steps"]),
        ("en", None, ["after 0 steps", "after 1 step", "after 2 steps"]),
        (None, None, ["after 0 steps", "after 1 step", "after 2 steps"]),
        ("en-XA", None, ["⁅after 0 steps⁆", "⁅after 1 step⁆", "⁅after 2 steps⁆"]),
    ],
)
def test_what_is_counted_has_the_language_s_own_plurals(language, forms, expected):
    texts = {STEPS[0]: forms} if forms else {}
    assert said(language, texts, *(["many", *STEPS, n, {"n": n}] for n in range(3))) == expected


def test_arguments_stand_where_the_translation_has_them():
    texts = {"{a} of {b}": "{b}: {a}"}
    assert said("de", texts, ["t", "{a} of {b}", {"a": "{b}", "b": 2}]) == ["2: {b}"]


def test_what_has_no_translation_is_said_in_english():
    calls = [["t", text] for text in ("none", "constructor", "toString", "__proto__")]
    assert said("de", {"one": "eins"}, *calls, ["t", "one"]) == [text for _, text in calls] + ["eins"]


def test_braces_that_are_no_arguments_stay():
    calls = [["t", "%{x:.3g} {y} \\frac{1}{2}", {"x": 1}], ["t", "{toString}"]]
    assert said("en", {}, *calls) == ["%{x:.3g} {y} \\frac{1}{2}", "{toString}"]


def test_a_test_s_language_shows_in_brackets_what_can_be_translated():
    assert said("en-XA", {}, ["t", "{a} of {b}", {"a": 1, "b": 2}], ["t", "{a} · {b}", {"a": 1, "b": 2}]) == [
        "⁅1 of 2⁆", "1 · 2",
    ]  # fmt: skip


def test_a_name_within_a_sentence_is_in_small_letters_in_english_alone():
    assert [said(code, {}, ["lowered", "Momentum β"])[0] for code in (None, "en", "de", "fr")] == [
        "momentum β", "momentum β", "Momentum β", "Momentum β",
    ]  # fmt: skip


# ------- in the sources

MARKUP = re.compile(r"<[a-z!]|Source S(?:ans|erif)|@font-face|\{ [a-z-]+: |^[a-z-]+: \{\}|::(?:before|after)")
"""SVG and HTML that is put together, fonts, and rules of style."""
SELECTORS = re.compile(
    r"""(?![A-Z])(?=.*(?:^|[\s,>(])[.#\[:][a-z]|.*[a-z][.:\[][a-z])[\w\s.#:\[\]()=~^*"'{},>-]+|button, input, a"""
)
CSS = re.compile(r"[a-zA-Z-]+\([^ ].*\)|only print|\(.*\)|[\d. {}]*(?:\{\}px|px)[\d. {}px]*")
DRAWN = re.compile(r"(?:[A-Z](?:\{\}|[\d hvZ])+)+")
"""Commands of a path."""
FORMULAS = {"f(x, y) =", "× λmax {} = {}", "{}   {}{}   ∇L {}"}
KINDS = {"global minimum", "lowest minimum", "local minimum"}
"""Of critical points, as the wire calls them."""
FUNCTIONS = {"sqrt exp log log2 log10 abs sin cos tan asin acos atan sinh cosh tanh floor ceil"}
"""Of the formula language."""
EVENTS = re.compile(
    "Arrow(?:Left|Right|Up|Down)?|Enter|Escape|Tab|Home|End|Page(?:Up|Down)?|Delete|Backspace|Insert|AbortError|NaN"
)
"""Keys, errors and numbers as browsers call them."""
NAMES = {"PyTorch", "WebM", "ReduceLROnPlateau"}


def is_no_text(text: str) -> bool:
    """Whether a literal is one that nobody reads."""
    return (
        bool(MARKUP.search(text))
        or any(form.fullmatch(text) for form in (SELECTORS, CSS, DRAWN, EVENTS))
        or text in FORMULAS | KINDS | FUNCTIONS | NAMES
    )


def reads_like_text(text: str) -> bool:
    """Whether a literal has two words or more, or a word with a capital."""
    words = re.sub(r"\{\}|\\.", " ", text)
    return bool(re.search(r"[^\W\d_]{2,}[^\w]* [^\w]*[^\W\d_]+|[^\W\d_]+[^\w]* [^\w]*[^\W\d_]{2,}", words)) or bool(
        re.match(r"\W*[A-Z][a-z]+", words)
    )


def sources() -> Iterator[tuple[str, list[Literal]]]:
    for file in sorted(assets.FOLDER.rglob("*.js")):
        yield file.relative_to(assets.FOLDER).as_posix(), list(literals(file.read_text()))


def test_no_text_is_left_untranslatable():
    left = [
        f"{name}:{one.line}: {one.text}"
        for name, found in sources()
        for one in found
        if one.call not in ("t", "many") and reads_like_text(one.text) and not is_no_text(one.text)
    ]
    assert left == []


def test_every_text_is_a_literal_that_is_collected():
    """Neither a sum nor a template with expressions; and what the collector does not see has no translation."""
    wrong = []
    for name, found in sources():
        messages = messages_in(assets.FOLDER / name)
        collected = {text for one in messages for text in ([one] if isinstance(one, str) else one)}
        called = [one for one in found if one.call in ("t", "many") and one.place in CALLS[one.call]]
        wrong += [f"{name}:{one.line}: {one.text}" for one in called if not (one.plain and one.text in collected)]
    assert wrong == []


def test_no_text_is_taken_for_something_else():
    """The exceptions above are narrow: of what is said they would leave out nothing but what is a key's name, too."""
    told = {one.text for _, found in sources() for one in found if one.call in ("t", "many") and one.place < 2}
    assert len(told) > 700
    assert {text for text in told if is_no_text(text)} <= KINDS | {"Home", "End", "Tab", "Delete"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Copy link", True), ("Loss", True), (" and beyond", True), ("step {}", False), ("in {} steps", True),
        ("lab-deck-row", False), ("{}px", False), ("arrowed", False),
    ],
)  # fmt: skip
def test_what_reads_like_a_text_is_found(text: str, shown: bool):
    assert reads_like_text(text) == shown
    assert not (shown and is_no_text(text))


def test_the_literals_of_a_file_are_found_with_their_calls():
    source = 'const a = x / 2; // "no"\nt("one"); make("b", {}, `two ${t("three", { n: "four" })} ${`five`}`, /"six"/);'
    source += 'f(t("7" + y));'
    assert [(one.text, one.call, one.place, one.plain) for one in literals(source)] == [
        ("one", "t", 0, True),
        ("b", "make", 0, True),
        ("two {} {}", "make", 2, False),
        ("three", "t", 0, True),
        ("four", "", 0, False),
        ("five", "", 0, True),
        ("7", "t", 0, False),
    ]
