"""The live picture as a Streamlit component: what is inlined here only fetches the real module, once."""

from collections.abc import Callable, Mapping
from typing import Any

from streamlit.components import v2

from stage.assets import SINGLY, VERSION
from stage.joined import ALONE

# Streamlit takes a one-line string that ends in ".js" for a path, and sends what is inlined with every rerun.
_STUB = """
const ours = (data, file) => new URL(`${data.base}/live/assets/${data.version}/${file}`, window.location.href).href;
// The texts that the modules say: asked for once a page, and there before a module that says one is run.
const words = (data) => {
  const asked = data.words ? fetch(ours(data, data.words)).then((file) => file.json()) : Promise.resolve({});
  return asked.catch(() => ({})).then((texts) => {
    globalThis.descentLab = { language: data.language ?? "en", texts };
  });
};

export default function (component) {
  const { parentElement, data } = component;
  globalThis.descentLabWords ??= words(data);
  const module = globalThis.descentLabWords.then(() => import(ours(data, "FILE.js"))).then((loaded) => EXPORT);
  module.then(({ show }) => show(component)).catch((fault) => {
    const lost = "The picture could not be loaded ({fault}). Reload the page.";
    parentElement.textContent = (globalThis.descentLab?.texts[lost] ?? lost).replace("{fault}", () => fault.message);
  });
  return () => { module.then(({ leave }) => leave(parentElement)).catch(() => {}); };
}
"""


def _stub(module: str) -> str:
    """The script that loads one of our modules: from the file that holds it with others, or from its own."""
    joined = f"{module}_all" if module in ALONE else "all"
    file, export = (module, "loaded") if SINGLY else (joined, f"loaded.{module}")
    return _STUB.replace("FILE", file).replace("EXPORT", export)


# Not isolated: Plotly's own style sheet lives in the document.
_STAGE = v2.component("descent_lab.stage", js=_stub("stage"), isolate_styles=False)
_LINK = v2.component("descent_lab.link", js=_stub("link_button"), isolate_styles=False)
_PAGE_RUN = v2.component("descent_lab.page_run", js=_stub("page_run"), isolate_styles=False)
_PROGRESS = v2.component("descent_lab.progress", js=_stub("progress"), isolate_styles=False)
_DECK = v2.component("descent_lab.deck", js=_stub("deck"), isolate_styles=False)
_POINTS = v2.component("descent_lab.points", js=_stub("point_board"), isolate_styles=False)
_FORMULA = v2.component("descent_lab.formula", js=_stub("formula_box"), isolate_styles=False)


def stage(data: Mapping[str, Any], *, key: str, on_hand: Callable[[], None]) -> None:
    """Mount the live picture, or bring the one that is mounted up to date.

    Args:
        data: plain JSON: `base` (the path that the app lies below), `scene`, `surface`, `optimizers`, `schedules`,
            `revision` (of the last hand that was heard), `session` (another one is told the whole scene) and `frame`
            (the wire's answer in base64, or None if the picture has a wire of its own).
        key: of the component's state; `st.session_state[key]["hand"]` is what the hand did last.
        on_hand: called at the start of the rerun that follows when the hand lets go.
    """
    _STAGE(key=key, data={**data, "version": VERSION}, on_hand_change=on_hand)


def page_run(data: Mapping[str, Any], *, key: str) -> None:
    """Let the stage ask for a run of the whole page; it shows nothing. Mounted outside the stage's fragment.

    Args:
        data: plain JSON: `base` (the path that the app lies below).
        key: of the component's state; `st.session_state[key]["asked"]` is when it was last asked (`at`), and what the
            stage had on it then (`hand`), which the session that it knew (`session`) has heard of otherwise.
    """
    _PAGE_RUN(key=key, data={**data, "version": VERSION}, height="content", on_asked_change=lambda: None)


def formula_box(data: Mapping[str, Any], *, key: str, on_formula: Callable[[], None]) -> None:
    """Mount the field for a formula, which is checked while it is typed.

    Args:
        data: plain JSON: `base` (the path that the app lies below), `text` (what stands in the field at first) and
            `revision` (a new one puts `text` into the field).
        key: of the component's state; `st.session_state[key]["formula"]["text"]` is what was entered last.
        on_formula: called at the start of the rerun that follows when a formula was entered.
    """
    _FORMULA(key=key, data={**data, "version": VERSION}, on_formula_change=on_formula)


def point_board(data: Mapping[str, Any], *, key: str, on_drawn: Callable[[], None]) -> None:
    """Mount the board on which points are drawn that networks learn.

    Args:
        data: plain JSON: `base` (the path that the app lies below), `name` (of what is learned: the points of another
            one replace those on the board), `kind` ("plane": two inputs and a class; "line": an input and a target),
            `classes` (whether a line's targets are two classes), `names` (of the two axes), `points` (x, y and class of
            each), `fewest` and `most` points, `colours` of the classes and `revision` (of the last drawing that was
            heard).
        key: of the component's state; `st.session_state[key]["drawn"]` is the last drawing that can be learned:
            `revision`, `kind` and `points`.
        on_drawn: called at the start of the rerun that follows.
    """
    _POINTS(key=key, data={**data, "version": VERSION}, on_drawn_change=on_drawn)


def link_button(data: Mapping[str, Any], *, key: str) -> None:
    """A button that copies the page's address, which is kept to what the page shows.

    Streamlit's own `st.query_params.from_dict` would put an entry into the browser's history for each setting that is
    touched, and Back would lead through them all.

    Args:
        data: plain JSON: `base` (the path that the app lies below) and `link` (the query, or "" for none).
        key: of the component's state.
    """
    _LINK(key=key, data={**data, "version": VERSION}, width="content", height="content")


def progress(data: Mapping[str, Any], *, key: str) -> None:
    """What a learner has done: kept in the browser, which tells nobody, and marked in the lists.

    Args:
        data: plain JSON: `base` (the path that the app lies below), `lessons` (all keys), `order` (kind,
            "lesson" or "challenge", and key of each row in the list that is shown), `done` (the key of one that is done
            now, or None), `challenges` (key, unit, better, par and bounds of each), `medal`
            (key, medal and score of one that is solved now, or None) and `go_on` (whether the lists are shown).
        key: of the component's state.
    """
    _PROGRESS(key=key, data={**data, "version": VERSION}, width="content", height="content")


def deck(data: Mapping[str, Any], *, key: str) -> None:
    """The lecture that the browser keeps: its scenes to edit, to save and to present, on a stage of its own.

    Args:
        data: plain JSON: `base` (the path that the app lies below), `prepared` (lectures to begin with, as files say
            them) and `answer`: the stage's data for each scene that was asked for, under the number of the question
            (`id`), or None.
        key: of the component's state; `st.session_state[key]["wanted"]` is the question: `id`, and for each scene its
            page and the query of its picture.
    """
    _DECK(key=key, data={**data, "version": VERSION}, on_wanted_change=lambda: None)
