"""The lecture that a browser keeps, by the stage's own modules: read from any text, written in two tabs, drawn on."""

import json
import subprocess
from typing import Any

import pytest
from playwright._impl._driver import compute_driver_executable

from stage import assets

_SAID = """
const kept = new Map();
let full = false;
globalThis.localStorage = {
  getItem: (key) => kept.get(key) ?? null,
  removeItem: (key) => kept.delete(key),
  setItem: (key, value) => { if (full) throw new Error("quota"); kept.set(key, value); },
};
globalThis.window = { location: { pathname: "/race", search: "?embed=true&land=bowl&lecture=1" } };
const folder = process.argv[1];
const { Draft, addShown, asides } = await import(`${folder}/base/draft.js`);
const { merged, read, written } = await import(`${folder}/base/scenes.js`);
const { Strokes } = await import(`${folder}/lecture/strokes.js`);
const { Hand } = await import(`${folder}/input/hand.js`);
const KEY = "descent-lab-lecture";
const scene = (title) => ({ title, page: "playground", picture: "", notes: "", question: "", answer: "" });
const lecture = (...titles) => ({ title: "L", minutes: 45, scenes: titles.map(scene) });
const titles = ({ scenes }) => scenes.map(({ title }) => title).join("");
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const stored = () => titles(read(kept.get(KEY)).lecture);
let said;
const { readFileSync } = await import("node:fs");
const told = JSON.parse(readFileSync(0));
SCRIPT
console.log(JSON.stringify(said ?? null));
"""


def said(script: str, told: Any = None) -> Any:
    """What `script` leaves in the variable `said`; it finds `told` in a variable of that name."""
    node, _ = compute_driver_executable()
    command = [node, "--input-type=module", "-e", _SAID.replace("SCRIPT", script), str(assets.FOLDER)]
    done = subprocess.run(command, input=json.dumps(told), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def text(**parts: Any) -> str:
    return json.dumps({"descent_lab_lecture": 1, "scenes": [], **parts})


def taken(*texts: str) -> list[Any]:
    """What is read of each text, and again of what is then written; or the fault."""
    return said(
        """
        said = told.map((text) => {
          try {
            const found = read(text);
            return { ...found, again: read(written(found.lecture)) };
          } catch ({ message }) {
            return { fault: message };
          }
        });
        """,
        texts,
    )


# ------- two tabs


def test_undo_keeps_the_words_that_were_written_since():
    told = said("""
      const draft = new Draft();
      draft.replace(lecture("a", "b"));
      draft.edit(draft.lecture.scenes.slice(0, 1));
      draft.lecture.scenes[0].notes = "typed after the deletion";
      draft.lecture.title = "New";
      draft.keep();
      draft.putBack();
      said = { ...draft.lecture, stored: stored() };
    """)
    assert [one["title"] for one in told["scenes"]] == ["a", "b"]
    assert told["scenes"][0]["notes"] == "typed after the deletion"
    assert (told["title"], told["stored"]) == ("New", "ab")


def test_undo_of_another_lecture_can_be_undone_with_its_words():
    assert said("""
      const draft = new Draft();
      draft.replace(lecture("a"));
      draft.replace(lecture("b"));
      draft.lecture.scenes[0].title = "B";
      draft.keep();
      draft.putBack();
      const first = titles(draft.lecture);
      draft.putBack();
      said = [first, titles(draft.lecture), stored()];
    """) == ["a", "B", "B"]


def test_two_tabs_lose_none_of_each_other_s_scenes():
    assert said("""
      const one = new Draft();
      one.replace(lecture("a", "b"));
      const other = new Draft();
      const message = addShown("c");
      one.lecture.scenes[0].title = "A"; // before it has heard of c
      one.keep();
      other.edit([...other.lecture.scenes, scene("d")]);
      one.hear();
      said = [titles(one.lecture), titles(other.lecture), stored(), message, one.lecture.scenes[2].picture];
    """) == ["Abcd", "Abcd", "Abcd", "Scene 3 of “L”.", "land=bowl"]


MERGED = [
    ("ab", "ab", "abc", "abc"),
    ("ab", "ab", "cab", "cab"),
    ("ab", "ab", "ba", "ba"),
    ("ab", "ba", "abc", "bca"),
    ("ab", "a", "abc", "ac"),
    ("ab", "ab", "a", "a"),
    ("ab", "abx", "aby", "abyx"),
    ("abb", "abb", "abbb", "abbb"),
    ("ab", "", "ab", ""),
    ("ab", "abx", "", "x"),
    ("ab", "Ab", "ab", "Ab"),
    ("ab", "Ab", "Xb", "XAb"),
]
"""Scenes before, in one tab, in the other; and then."""


def test_what_either_tab_has_added_or_changed_is_there():
    lists = said("said = told.map((all) => titles(merged(...all.slice(0, 3).map((one) => lecture(...one)))));", MERGED)
    assert lists == [both for *_, both in MERGED]


def test_an_undo_keeps_what_another_tab_has_added():
    assert said("""
      const one = new Draft();
      one.replace(lecture("a", "b"));
      one.edit([]);
      addShown("c");
      one.hear();
      one.putBack();
      said = [titles(one.lecture), stored()];
    """) == ["cab", "cab"]


# ------- a memory that cannot be read


@pytest.mark.parametrize("damaged", ["{", "[]", "null", '{"descent_lab_lecture": 1, "scenes": 7}', "x" * 50])
def test_a_damaged_memory_is_kept_aside_and_told(damaged: str):
    told = said(f"""
      kept.set(KEY, {json.dumps(damaged)});
      const message = addShown("a");
      said = [message, stored(), asides().map(([, text]) => text)];
      new Draft().keep();
      said.push(asides().length);
    """)
    sentence, stored, asides, count = told
    assert sentence.startswith("Scene 1 of “My lecture”.")
    assert "cannot be read. It is kept aside" in sentence
    assert (stored, asides, count) == ("a", [damaged], 1)


def test_a_memory_without_room_for_it_is_not_written_over():
    assert said("""
      kept.set(KEY, "{");
      full = true;
      const message = addShown("a");
      full = false;
      said = [kept.get(KEY), message];
    """) == ["{", "This browser does not keep it: the scene was not added."]


# ------- a file of hostile values

DEEP = '{"descent_lab_lecture": 1, "scenes": [], "mine": ' + "[" * 100_000 + "]" * 100_000 + "}"
HOSTILE = [
    None,
    True,
    7,
    1e308,
    -0.5,
    "",
    "x" * 9000,
    "<img src=x onerror=alert(1)>",
    "\u202e\u0000\ud800",
    [],
    [[["a"]]],
    {"__proto__": {"page": 1}},
    {"title": "t", "scenes": [1]},
]


NO_LECTURES = ["", "null", "[]", "{", "3", '"x"', '{"descent_lab_lecture": 1}', '{"scenes": []}', DEEP]


def test_a_text_that_is_no_lecture_is_refused_with_a_sentence():
    for found in taken(*NO_LECTURES):
        assert "This is no lecture of Descent Lab" in found["fault"]


def test_a_lecture_beyond_all_measure_is_refused_with_its_size():
    many, long = taken(text(scenes=[{}] * 1001), "x" * 5_000_001)
    assert "1001 scenes" in many["fault"]
    assert "5000001 letters" in long["fault"]


def held(whole: Any, value: Any) -> bool:
    """Whether a value is somewhere in what was written."""
    if whole == value:
        return True
    parts = whole.values() if isinstance(whole, dict) else whole if isinstance(whole, list) else ()
    return any(held(part, value) for part in parts)


@pytest.mark.parametrize("part", ["title", "page", "picture", "notes", "question", "answer", "mine"])
def test_no_value_of_a_scene_is_lost(part: str):
    texts = [text(scenes=[{"title": "t", part: value}, {"title": "after"}]) for value in HOSTILE]
    for value, found in zip(HOSTILE, taken(*texts), strict=True):
        first, after = found["lecture"]["scenes"]
        assert after["title"] == "after"
        assert all(isinstance(first[name], str) for name in ("title", "page", "picture", "notes", "question", "answer"))
        assert held(found["again"]["lecture"], value) or value == ""
        is_taken = part == "mine" or value == "" or (part != "page" and isinstance(value, str) and len(value) <= 400)
        assert bool(found["notices"]) != is_taken, (value, found["notices"])
        # What was told of once is kept as it is in the file that is written.
        assert found["again"]["lecture"] == found["lecture"]


@pytest.mark.parametrize("part", ["title", "minutes", "descent_lab_lecture", "unread", "mine"])
def test_no_value_of_a_lecture_is_lost(part: str):
    for value, found in zip(HOSTILE, taken(*[text(**{part: value}) for value in HOSTILE]), strict=True):
        assert held(found["again"]["lecture"], value)
        assert isinstance(found["lecture"]["title"], str)
        assert 1 <= found["lecture"]["minutes"] <= 600


def test_what_is_no_scene_stands_there_as_a_note():
    values = [value for value in HOSTILE if not isinstance(value, dict)]
    for value, found in zip(values, taken(*[text(scenes=[value]) for value in values]), strict=True):
        note = found["lecture"]["scenes"][0]["notes"]
        assert note == value if isinstance(value, str) else json.loads(note) == value
        assert len(found["notices"]) == 1


def test_a_page_that_is_not_there_is_told():
    pages = ["constructor", "__proto__", "toString", "../etc", "learn"]
    for page, found in zip(pages, taken(*[text(scenes=[{"page": page}]) for page in pages]), strict=True):
        assert found["lecture"]["scenes"][0]["page"] == "playground"
        assert found["lecture"]["scenes"][0]["unread"] == {"page": page}
        assert page in found["notices"][0]


# ------- what a hand and a pen hold


def test_a_hand_that_another_scene_takes_the_place_of_holds_nothing_and_says_nothing():
    assert said("""
      const heard = [];
      const part = (name) => new Proxy({}, { get: (_, what) => () => heard.push(`${name}.${String(what)}`) });
      const hand = new Hand({ commit: () => heard.push("commit"), repaint: () => {},
        parameters: part("parameters"), asking: part("asking") });
      hand.press(() => {});
      hand.drop();
      said = [hand.busy];
      await wait(400);
      said.push(heard.length);
    """) == [False, 0]


@pytest.mark.parametrize("end", ["pointerup", "pointercancel", "lostpointercapture"])
def test_a_stroke_ends_with_its_pointer_however_that_goes(end: str):
    assert said(f"""
      const strokes = new Strokes();
      strokes.hear("pointerdown", 1, [0, 0], 0);
      strokes.hear("pointerdown", 2, [5, 5], 0); // another finger
      strokes.hear("pointermove", 1, [1, 1], 10);
      strokes.hear("{end}", 1, [1, 1], 20);
      strokes.hear("pointermove", 1, [9, 9], 30);
      const shown = strokes.shown(100).map(({{ points }}) => points.length);
      strokes.hear("{end}", 2, [5, 5], 200);
      said = [shown, strokes.shown(3500)[0].left < 1, strokes.shown(60000).length, strokes.fading];
    """) == [[2, 1], True, 0, False]
