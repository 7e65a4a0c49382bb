"""A picture as a file: the link's own words as JSON, and beside them every run with all its numbers."""

from __future__ import annotations

import json
from typing import Any

from engine.runs.phase import Phase
from engine.tables import data_on
from i18n import message
from ui.scene.link import KEYS, decode, encode
from ui.scene.scene import Scene
from ui.shared.words_file import read_words

MARK = "descent_lab"
LARGEST = 128 * 1024
"""Bytes of a file that is read: a picture of twelve methods takes four thousand, 2,000 points of data fifty."""


def scene_json(scene: Scene) -> str:
    """The scene as indented JSON. What loads it again is `"descent_lab"`; `"runs"` is for other programs."""
    words: dict[str, list[str]] = {}
    for key, value in encode(scene):
        words.setdefault(key, []).append(value)
    data = data_on(scene.landscape)
    if data is not None:
        words["land"] = [data.whole_text]  # a link may only name them
    runs = [
        {
            "landscape": run.landscape.text,
            "formula": run.landscape.plain,
            "optimizer": run.optimizer,
            "start": list(run.start),
            "rate": run.rate,
            "knobs": dict(run.knobs),
            "schedule": run.schedule,
            "schedule_knobs": dict(run.schedule_knobs),
            "steps": run.steps,
            "gradient_tolerance": run.gradient_tolerance,
            "loss_tolerance": run.loss_tolerance,
            "noise": run.noise,
            "seed": run.seed,
            "clip_norm": run.clip_norm,
            "clip_value": run.clip_value,
            "batch_size": run.batch_size,
            **({"before": [_phase(phase) for phase in run.before]} if run.before else {}),
        }
        for run in scene.runs()
    ]
    return json.dumps({MARK: words, "runs": runs}, indent=2, ensure_ascii=False) + "\n"


def _phase(phase: Phase) -> dict[str, Any]:
    return {
        "until": phase.until,
        "optimizer": phase.optimizer,
        "rate": phase.rate,
        "knobs": dict(phase.knobs),
        "schedule": phase.schedule,
        "schedule_knobs": dict(phase.schedule_knobs),
    }


def read_scene(content: bytes) -> tuple[Scene, list[str]]:
    """The scene of such a file, and a notice for each value that could not be read.

    Raises ValueError, with a sentence, for a file that is none.
    """
    query = read_words(
        content,
        MARK,
        KEYS,
        LARGEST,
        message("a picture saved here is far smaller"),
        message(
            'This file is no picture of Descent Lab. Load one that "Save as a file" has written; the picture stays.'
        ),
    )
    return decode(query, longest=LARGEST)
