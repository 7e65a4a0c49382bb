"""The live picture as a Streamlit component: what is inlined here only fetches the real module, once."""

from collections.abc import Callable, Mapping
from typing import Any

from streamlit.components import v2

from stage.assets import VERSION

# Streamlit takes a one-line string that ends in ".js" for a path, and sends what is inlined with every rerun.
_STUB = """
const address = (data) => new URL(`${data.base}/live/assets/${data.version}/stage.js`, window.location.href).href;

export default function (component) {
  const { parentElement, data } = component;
  const module = import(address(data));
  module.then(({ show }) => show(component)).catch((fault) => {
    parentElement.textContent = `The picture could not be loaded (${fault.message}). Reload the page.`;
  });
  return () => { module.then(({ leave }) => leave(parentElement)).catch(() => {}); };
}
"""

# Not isolated: Plotly's own style sheet lives in the document.
_MOUNT = v2.component("descent_lab.stage", js=_STUB, isolate_styles=False)


def stage(data: Mapping[str, Any], *, key: str, on_hand: Callable[[], None]) -> None:
    """Mount the live picture, or bring the one that is mounted up to date.

    Args:
        data: plain JSON: `base` (the path that the app lies below), `scene`, `surface`, `optimizers`, `schedules`,
            `revision` (of the last hand that was heard) and `frame` (the wire's answer in base64, or None if the
            picture has a wire of its own).
        key: of the component's state; `st.session_state[key]["hand"]` is what the hand did last.
        on_hand: called at the start of the rerun that follows when the hand lets go.
    """
    _MOUNT(key=key, data={**data, "version": VERSION}, on_hand_change=on_hand)
