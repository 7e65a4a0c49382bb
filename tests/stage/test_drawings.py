"""What is drawn where: contour lines in a saddle's cell, scales of curves, the loss along a line, a path followed."""

import json
import subprocess
from itertools import pairwise

import numpy as np
import pytest
from playwright._impl._driver import compute_driver_executable

from stage import assets

_SAID = """
const { readFileSync } = await import("node:fs");
globalThis.fetch = async (url) => ({ json: async () => JSON.parse(readFileSync(url)) });
globalThis.document = { createElement: () => ({}) };
globalThis.ResizeObserver = class {};
globalThis.Path2D = class { constructor() { this.lineTo = () => {}; } };
const { isolines } = await import(`${process.argv[1]}/map/isolines.js`);
const { zoomOver } = await import(`${process.argv[1]}/map/zoom.js`);
const { rangeOf, countBeyond } = await import(`${process.argv[1]}/panels/scales.js`);
const { shapeOf, drawCurve } = await import(`${process.argv[1]}/panels/cut.js`);
const { drawCuts } = await import(`${process.argv[1]}/draw/painting.js`);
const { playPage } = await import(`${process.argv[1]}/share/page_script.js`);
const { bandOf } = await import(`${process.argv[1]}/map/cursor.js`);
const { Tags } = await import(`${process.argv[1]}/draw/tags.js`);
const { homePose, turned } = await import(`${process.argv[1]}/surface3d/block_camera.js`);
const { shareText } = await import(`${process.argv[1]}/studies/basins.js`);
const { spansOf } = await import(`${process.argv[1]}/studies/sweep.js`);
const { placed, standingOf } = await import(`${process.argv[1]}/studies/board.js`);
const number = (value) => value ?? NaN;
const functions = {
  rings: (data, columns, rows, last) => {
    const losses = Float64Array.from(data);
    return isolines({ data: losses, losses, climb: (loss) => loss, columns, rows, parts: 1 }, last);
  },
  range: (values) => rangeOf([{ values: values.map(number) }]),
  tilted: (by) => (180 / Math.PI) * turned(homePose(), 0, (by * Math.PI) / 180).elevation,
  tag: (at, path) => {
    const pen = { measureText: (text) => ({ width: 7 * text.length }), save() {}, restore() {} };
    const picture = { view: { width: 600, height: 400 }, tokens: {}, scale: 1 };
    const tags = new Tags(pen, picture, [{ laid: { xy: path.flat(), size: path.length } }], []);
    return tags.freeBox(["start"], at);
  },
  share: shareText,
  carets: (path, cuts, playhead) => {
    const tips = [];
    let last = null;
    const pen = new Proxy({}, {
      get: (_, name) => (...given) => {
        if (name === "lineTo") last = given;
        if (name === "closePath") tips.push(last);
      },
      set: () => true,
    });
    const laid = { count: path.length, ball: (step) => path[step], exit: (step) => (path[step][0] < 0 ? {} : null) };
    const result = cuts ? { cuts: cuts.map((step) => ({ step })) } : {};
    drawCuts(pen, {}, { laid, style: {}, result }, playhead, 1);
    return tips;
  },
  played: (lanes, steps) => {
    globalThis.document.getElementById = () => ({});
    const seen = {};
    const newPlot = async (_, traces) => Object.assign(seen, { traces });
    const addFrames = (_, frames) => Object.assign(seen, { frames });
    const says = { over: "", ball: "{name}, step {step}", begins: "", play: "", pause: "", step: ["Step ", ""] };
    const data = { lanes, steps, says, colours: { bands: ["a", "b"] }, ground: [[0, 1], [0, 1]], axes: ["x", "y"] };
    return playPage(data, { newPlot, addFrames }).then(() => [
      seen.traces.slice(1).map(({ x, y, mode }) => [mode, x, y]),
      seen.frames.map(({ data: some, traces }) => [traces, some.map(({ x }) => x)]),
    ]);
  },
  spans: spansOf,
  standings: (results, step) => {
    const run = ({ losses, outcome }) => ({ losses: { data: losses, rows: losses.length }, outcome });
    const now = results.map((result, lane) => standingOf(lane, run(result), step));
    return [now.map(({ arrived }) => arrived), placed(now)];
  },
  band: (levels, loss) => bandOf(levels, loss),
  beyond: (values, limits) => countBeyond(values, limits),
  heights: (told, losses) => {
    const shape = shapeOf(told, 300, 200, 1);
    return [shape.top, shape.bottom, ...losses.map((loss) => shape.y(loss))];
  },
  followed: (home, reach) => {
    const zoom = zoomOver(home, reach);
    const side = ([from, to], k) => [-0.5, 0.5].map((half) => zoom.middle[k] + (half * (to - from)) / zoom.nearer);
    return zoom && home.map(side);
  },
  cuts: (places, rises) => {
    const dashed = [];
    let dash = [];
    let at = 0;
    const pen = new Proxy({}, {
      get: (_, name) => (...given) => {
        if (name === "setLineDash") dash = given[0];
        if (name === "moveTo") at = given[0];
        if (name === "stroke" && dash.length) dashed.push(at);
      },
      set: () => true,
    });
    const flat = { bottom: 100, top: 0, x: (place) => place, y: (rise) => rise };
    drawCurve(pen, places, rises.map(number), flat, {}, 1);
    return dashed;
  },
};
const calls = JSON.parse(readFileSync(0));
console.log(JSON.stringify(await Promise.all(calls.map(([name, ...given]) => functions[name](...given)))));
"""


def said(calls: list[list]) -> list:
    """What the stage's functions return for these calls, each a name and what it is given; null stands for NaN."""
    command = [compute_driver_executable()[0], "--input-type=module", "-e", _SAID, str(assets.FOLDER)]
    done = subprocess.run(command, input=json.dumps(calls), capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr
    return json.loads(done.stdout)


def inside(rings: list[dict], u: float, v: float) -> bool:
    """Whether a point lies within rings, by the even-odd rule."""
    odd = False
    for ring in rings:
        corners = list(zip(ring["u"], ring["v"], strict=True))
        for (u0, v0), (u1, v1) in zip(corners, [*corners[1:], corners[0]], strict=True):
            if (v0 > v) != (v1 > v) and u < u0 + (v - v0) * (u1 - u0) / (v1 - v0):
                odd = not odd
    return odd


def test_a_saddle_s_cell_is_parted_as_its_middle_says():
    rng = np.random.default_rng(14)
    cells = []
    for turn in range(200):
        high, low = rng.uniform(1.02, 1.9, 2), rng.uniform(0.1, 0.98, 2)
        cells.append([high[0], low[0], low[1], high[1]] if turn % 2 else [low[0], high[0], high[1], low[1]])
    found = said([["rings", cell, 2, 2, 1] for cell in cells])
    for cell, rings in zip(cells, found, strict=True):
        assert inside(rings[1], 0.5, 0.5) == (sum(cell) >= 4), cell
        for corner, height in enumerate(cell):
            u, v = (0.02, 0.98)[corner % 2], (0.02, 0.98)[corner // 2]
            if abs(height - 1) > 0.1:
                assert inside(rings[1], u, v) == (height >= 1), (cell, corner)


@pytest.mark.parametrize(
    ("values", "log", "low", "high"),
    [
        ([1, 29], False, 0, 29),
        ([1, 30], True, 1, 100),
        ([0.02, 5], True, 0.01, 10),
        ([0, 0], False, 0, 1),
        ([-2, 100], False, -2, 100),
        ([3, None, 4], False, 0, 4),
    ],
)
def test_a_curve_is_on_a_log_scale_from_thirty_times_on(values, log, low, high):
    (found,) = said([["range", values]])
    assert (found["log"], found["low"], found["high"]) == pytest.approx((log, low, high))


def test_a_step_counts_as_beyond_its_limit_only_above_it():
    assert said([["beyond", [0.95, 1, 1.0001, 3], [1, 1, 1, 4]]]) == [1]


def test_a_wall_leaves_the_picture_of_the_loss_along_a_line():
    """Of walls an eighth is shown at least, and 1.6 times the ball's own height above the lowest loss."""
    places = np.linspace(-1, 1, 101)
    for wall, roof in ((1.2, 1.2), (10, 1.6), (1e3, 125), (1e6, 125_000)):
        rises = np.minimum(wall, np.where(places > 0.8, wall, -1 + 2 * (places - 0.3) ** 2))
        told = {"places": places.tolist(), "rises": rises.tolist(), "slope": None, "best": None, "loss": 5}
        told |= {"reach": None, "landing": None}
        ((top, bottom, ball, lowest, highest),) = said([["heights", told, [0, -1, roof]]])
        assert top < ball < lowest < bottom
        assert highest == pytest.approx(top, abs=1), wall


def test_a_dotted_line_stands_where_the_loss_ends_and_not_at_the_picture_s_edge():
    places = [0, 1, 2, 3, 4, 5]
    some = [["cuts", places, [1, 1, 1, 1, 1, 1]], ["cuts", places, [1, 1, None, None, 1, 1]]]
    assert said([*some, ["cuts", places, [None, 1, 1, 1, 1, None]]]) == [[], [1, 4], [1, 4]]


def test_a_path_that_is_followed_keeps_room_around_it():
    home = [[-5, 5], [-3, 3]]
    for reach in ([[-50, 5], [-3, 3]], [[-5, 5], [-3, 400]], [[-2000, 900], [-700, 800]]):
        (ground,) = said([["followed", home, reach]])
        for (low, high), (least, most) in zip(ground, reach, strict=True):
            assert min(least - low, high - most) >= 0.119 * (most - least)
    assert said([["followed", home, [[-5, 5], [-3, 3]]]]) == [None]


def test_a_reading_names_the_lines_that_its_loss_lies_between():
    levels = [1, 2, 5, 10]
    words = said([["band", levels, loss] for loss in (0.5, 1, 1.99, 2, 4, 9.99, 10, 80, None)])
    between = [f", between lines {low} and {high}" for low, high in ((1, 2), (1, 2), (2, 5), (2, 5), (5, 10))]
    assert words == [", below 1", *between, ", above 10", ", above 10", ""]


def test_a_tag_beside_the_start_leaves_the_path_to_be_seen():
    """It has eight places; where paths go right, left, up and down at once, it stands between them."""
    start = np.array([300.0, 200.0])
    rays = {"right": (1, 0), "left": (-1, 0), "up": (0, -1), "down": (0, 1)}
    for gone in (["right"], ["right", "left"], ["right", "left", "up"], list(rays)):
        path = [(start + reach * np.array(rays[way])).tolist() for way in gone for reach in range(0, 90, 6)]
        ((x, y, width, height),) = said([["tag", start.tolist(), path]])
        covered = [(px, py) for px, py in path if x < px < x + width and y < py < y + height]
        assert not covered, (gone, covered)
        assert np.hypot(*(np.clip(start, (x, y), (x + width, y + height)) - start)) < 25, "it stands beside the start"


def test_the_block_is_neither_laid_flat_nor_seen_from_straight_above():
    assert said([["tilted", by] for by in (-90, -5, 90)]) == pytest.approx([12, said([["tilted", 0]])[0] - 5, 89])


def test_a_share_of_starts_is_said_in_as_few_digits_as_it_needs():
    shares = said([["share", count, 10_000] for count in (0, 1, 9, 10, 55, 999, 1_000, 9_949, 10_000)])
    assert shares == ["0.0 %", "< 0.1 %", "< 0.1 %", "0.1 %", "0.6 %", "10.0 %", "10 %", "99 %", "100 %"]


def test_regimes_are_parted_where_neighbours_differ():
    rng = np.random.default_rng(27)
    for kinds in rng.integers(0, 3, (20, 15)).tolist():
        (spans,) = said([["spans", kinds]])
        assert [kind for span in spans for kind in [span["kind"]] * (span["last"] - span["first"] + 1)] == kinds
        assert all(one["kind"] != other["kind"] for one, other in pairwise(spans))


def test_a_run_has_arrived_from_its_last_step_on_and_stands_before_who_has_not():
    runs = [
        {"losses": [9, 4, 1, 0], "outcome": {"arrived": True, "step": 3}},
        {"losses": [9, 1, 0], "outcome": {"arrived": True, "step": 2}},
        {"losses": [9, 3, 2, -5, -6], "outcome": {"arrived": False, "step": 4}},
    ]
    found = said([["standings", runs, step] for step in (1, 2, 3, 4)])
    assert found == [
        [[False, False, False], [1, 2, 0]],
        [[False, True, False], [1, 0, 2]],
        [[True, True, False], [1, 0, 2]],
        [[True, True, False], [1, 0, 2]],
    ]


def test_a_cut_of_the_rate_is_marked_on_the_path_once_it_is_made():
    path = [[10 * step, 5] for step in range(20)]
    assert said([["carets", path, [3, 7, 12], 12], ["carets", path, [3, 7, 12], 8.5]]) == [
        [[30, 5], [70, 5], [120, 5]],
        [[30, 5], [70, 5]],
    ]
    crowd = [[0, 0], [1, 0], [2, 0], [30, 0], [-5, 0], [31, 0]]
    assert said([["carets", crowd, [0, 1, 2, 3, 4, 5], 9]]) == [[[0, 0], [30, 0]]], "none on another, none out of view"
    assert said([["carets", path, None, 9]]) == [[]]


def test_the_page_that_plays_has_a_branch_from_where_it_begins_and_a_ring_there():
    parent = {"name": "Adam", "begin": 0, "x": [0, 1, 2, 3], "y": [0, 0, 0, 0], "losses": [4, 3, 2, 1]}
    branch = {"name": "Lion", "begin": 2, "x": [0, 1, 2, 9], "y": [0, 0, 0, 7], "losses": [4, 3, 2, 0]}
    ((traces, frames),) = said([["played", [parent, branch], [0, 1, 2, 3]]])
    assert [x for mode, x, _ in traces if mode == "lines"] == [[0, 1, 2, 3], [0], [2, 9], []]
    assert traces[-1] == ["markers", [2], [0]], "behind those that move, which frames call by their places"
    assert len(traces) == 3 * 2 + 1
    moving, last = frames[-1]
    assert moving == [2, 3, 5, 6]
    assert last == [[0, 1, 2, 3], [3], [2, 9], [9]]
    assert frames[1][1] == [[0, 1], [1], [], [1]], "until it begins its ball is on its parent's path"
