"""Marks of several runs on the rate's track: those of nearly one rate stand beside each other."""

import json
import math
import random
import subprocess
from itertools import combinations

from playwright._impl._driver import compute_driver_executable

from stage import assets

WIDE, THUMB = 12, 22
_SPREAD = """
const { readFileSync } = await import("node:fs");
const { spreadOver } = await import(`${process.argv[1]}/panels/thumbs.js`);
const asked = JSON.parse(readFileSync(0));
console.log(JSON.stringify(asked.map(({ places, taken, wide, thumb }) => spreadOver(places, taken, wide, thumb))));
"""


def spread(tracks: list[tuple[list[float], float]]) -> list[list[float]]:
    asked = [{"places": places, "taken": taken, "wide": WIDE, "thumb": THUMB} for places, taken in tracks]
    command = [compute_driver_executable()[0], "--input-type=module", "-e", _SPREAD, str(assets.FOLDER)]
    told = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=True, timeout=60)
    return json.loads(told.stdout)


def test_marks_are_on_the_track_where_they_have_room_and_beside_each_other_where_not():
    rng = random.Random(3)
    tracks = [
        (sorted(rng.choice([rng.uniform(0, 600), 300.0]) for _ in range(rng.randint(1, 5))), rng.uniform(0, 600))
        for _ in range(300)
    ]
    for (places, taken), over in zip(tracks, spread(tracks), strict=True):
        assert all(abs(y) <= (THUMB + WIDE) / 3 for y in over), "within the slider's own height"
        marks = list(zip(places, over, strict=True))
        for x, y in marks:
            near = [other for other, _ in marks if abs(other - x) < WIDE]
            if len(near) == 1 and abs(x - taken) >= (THUMB + WIDE) / 2:
                assert y == 0
            if abs(x - taken) < WIDE / 2:
                assert abs(y) >= (THUMB + WIDE) / 3 - 1e-9, "seen beside the thumb of the run in focus"
        for (x, y), (other_x, other_y) in combinations(marks, 2):
            crowd = sum(abs(x - other) < WIDE for other, _ in marks)
            if crowd <= 2:
                assert math.hypot(x - other_x, y - other_y) >= 0.75 * WIDE
