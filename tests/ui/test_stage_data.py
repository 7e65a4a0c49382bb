"""What the stage is told with each run of a page stays small."""

import json

from engine import OPTIMIZERS
from landscapes import LANDSCAPES
from ui.scene.lane import Lane
from ui.scene.scene import MOST_LANES, Scene, opening
from ui.stage.data import stage_data

CACHED = 10_000
"""Bytes from which Streamlit sends a message once and then its hash: of one that a browser has dropped meanwhile, it
reports a fatal error."""


def test_a_rerun_s_message_is_one_that_streamlit_sends_whole():
    twins = tuple(Lane("adam", place / 100, name=f"run {place}") for place in range(1, MOST_LANES + 1))
    five = tuple(Lane(key) for key in list(OPTIMIZERS)[:5])
    for scene in (opening(), Scene(LANDSCAPES["himmelblau"], twins), Scene(LANDSCAPES["rosenbrock"], five)):
        assert len(json.dumps(stage_data(scene, None, 0))) < CACHED
