"""The surface as a block: it stands where Plotly draws it, keeps its pose, and carries paths, marks and the start."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from engine import descend_many, summary
from tests.browser.conftest import Visit
from tests.browser.stage import Stage
from tests.browser.test_start import ground

MINIMA = ((3.0, 2.0), (-2.805118, 3.131312), (3.584428, -1.848126))
BOWL = "land=bowl&steps=60&lane=gradient_descent;rate=0.1&lane=momentum;rate=0.02"

POSE = """() => {
  const scene = document.querySelector(".lab-block")._fullLayout.scene._scene;
  return JSON.stringify([scene.getCamera(), scene.glplot.getAspectratio()]);
}"""
# A flat field with one ridge, seen along x from 30 degrees above: 1 high at x = 0, down to 0 at |x| = 0.5.
RIDGE = """
  const { href } = document.querySelector('link[href*="all.css"]');
  const names = ["surface3d/block_field", "surface3d/block_view", "surface3d/block_paths", "draw/paths"];
  const modules = names.map((name) => import(href.replace("all.css", `${name}.js`)));
  const [{ HeightField }, { blockView }, { layOnBlock }, kinds] = await Promise.all(modules);
  const count = 201;
  const data = new Float32Array(count * count);
  for (let at = 0; at < data.length; at += 1) data[at] = Math.max(0, 1 - Math.abs(-5 + (at % count) / 20) / 0.5);
  const losses = { data, rows: count, columns: count };
  const field = new HeightField({ losses, ground: [[-5, 5], [-5, 5]] }, (loss) => loss);
  const [low, high] = [Math.sin(Math.PI / 6), Math.cos(Math.PI / 6)];
  const affine = [[0, 40, 0, 200], [40 * low, 0, -40 * high, 200], [-high, 0, -low, 0]];
  const view = blockView(field, affine, 400, 400);
"""


def ridge(page: Page, answer: str) -> Any:
    """Evaluate JavaScript beside the ridge."""
    return page.evaluate(f"async () => {{ {RIDGE} return {answer}; }}")


def show_block(stage: Stage) -> Stage:
    stage.page.get_by_role("radio", name="Surface").click()
    return block_shown(stage)


def block_shown(stage: Stage) -> Stage:
    expect(stage.picture).to_have_attribute("data-mode", "surface")
    still(stage)
    return stage


def still(stage: Stage) -> str:
    """Wait until the camera stands still, and say where."""
    poses = ["", "once", "twice"]

    def unmoved() -> None:
        stage.page.wait_for_timeout(80)
        poses.append(stage.page.evaluate(POSE))
        assert poses[-1] == poses[-2] == poses[-3]

    stage.until(unmoved)
    return poses[-1]


def numbers(pose: str) -> list[float]:
    camera, aspect = json.loads(pose)
    return [value for part in (camera["eye"], camera["center"], aspect) for value in part.values()]


def colour(page: Page, x: float, y: float) -> list[int]:
    """Red, green and blue of one pixel of the page."""
    picture = page.screenshot(clip={"x": round(x), "y": round(y), "width": 1, "height": 1})
    return page.evaluate(
        """async (bytes) => {
          const picture = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
          const pen = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
          pen.drawImage(picture, 0, 0);
          return [...pen.getImageData(0, 0, 1, 1).data.slice(0, 3)];
        }""",
        list(picture),
    )


def test_the_switch_and_its_key_turn_the_map_into_a_block_and_back(page: Page):
    stage = Stage(page).open(BOWL).at_rest()
    flat, block = page.get_by_role("radio", name="Map"), page.get_by_role("radio", name="Surface")
    expect(flat).to_be_checked()
    page.evaluate("for (const node of document.querySelectorAll('.lab-picture *')) node.known = true")
    show_block(stage)
    expect(block).to_be_checked()
    expect(page.locator(".lab-map")).to_be_hidden()
    nodes = page.evaluate("document.querySelectorAll('.lab *').length")
    stage.handle.focus()
    for mode in ("map", "surface", "map", "surface"):
        page.keyboard.press("m")
        expect(stage.picture).to_have_attribute("data-mode", mode)
    expect(block).to_be_checked()
    assert page.evaluate("document.querySelectorAll('.lab *').length") == nodes
    kept = ".lab-plot, .lab-labels, .lab-ink, .lab-start, .lab-block"
    assert page.evaluate(f"[...document.querySelectorAll('{kept}')].every((node) => node.known)")
    # On another page nothing of it goes on: Plotly would ask for every frame, and keep a WebGL context.
    page.evaluate("window.plot = document.querySelector('.lab-block')._fullLayout.scene._scene.glplot")
    assert not page.evaluate("window.plot._stopped")
    page.get_by_role("link", name="Lecture", exact=True).click()
    page.wait_for_function("window.plot._stopped")


def test_without_motion_the_switch_does_not_fade(visit: Visit):
    stage = Stage(visit(reduced_motion="reduce")).open(BOWL).at_rest()
    show_block(stage)
    assert stage.page.locator(".lab-block").evaluate("node => getComputedStyle(node).transitionDuration") == "0s"


@pytest.mark.parametrize("place", MINIMA[:1])
def test_marks_stand_where_plotly_draws_the_surface(page: Page, place: tuple[float, float]):
    """Plotly's own annotations say where a point of its scene is: the oracle for ours, before and after a turn."""
    x, y = place
    stage = show_block(Stage(page).open(f"land=himmelblau&start={x},{y}&lane=gradient_descent;rate=0.01").at_rest())
    frame = stage.box(stage.picture)
    for way in (0, 90):
        if way:
            page.mouse.move(frame["x"] + 40, frame["y"] + 300)
            page.mouse.down()
            page.mouse.move(frame["x"] + 40 + way, frame["y"] + 280, steps=5)
            page.mouse.up()
        pose = still(stage)
        page.evaluate(
            """([x, y]) => Plotly.relayout(document.querySelector(".lab-block"), {
              // A camera that Plotly's layout has not heard of would be undone by a relayout.
              "scene.camera": document.querySelector(".lab-block")._fullLayout.scene._scene.getCamera(),
              "scene.annotations": [{ x, y, z: 0, text: "X", ax: 0, ay: 0, arrowhead: 0, borderpad: 0 }],
            })""",
            [x, y],
        )
        assert numbers(still(stage)) == pytest.approx(numbers(pose), abs=1e-9)
        box = stage.box(page.locator(".lab-block .annotation-text-g"))
        shown = stage.middle(stage.handle)
        # One pixel for the text's own box, and the grid's height at a place between its corners: 0.01 of the block.
        assert shown[0] == pytest.approx(box["x"] + box["width"] / 2, abs=1.5)
        assert shown[1] == pytest.approx(box["y"] + box["height"] / 2, abs=4)
        page.evaluate("Plotly.relayout(document.querySelector('.lab-block'), { 'scene.annotations': [] })")


def test_the_lowest_place_has_the_colour_of_the_lowest_band(visit: Visit):
    page = visit(fine=True)
    stage = show_block(Stage(page).open("land=himmelblau&start=3,2&lane=gradient_descent;rate=0.01").at_rest())
    x, y = stage.middle(stage.handle)
    page.add_style_tag(content=".lab-ink, .lab-start { visibility: hidden }")
    page.wait_for_timeout(400)
    low, high = colour(page, x, y), colour(page, x - 90, y - 20)
    # Deep is the palette's first stop, #58AAD0, under Plotly's light.
    assert sum(abs(a - b) for a, b in zip(low, (0x58, 0xAA, 0xD0), strict=True)) < 60
    assert high[0] > low[0] + 40


def zoom(page: Page, way: float) -> None:
    """Turn the wheel with the key that makes it the picture's."""
    page.keyboard.down("Control")
    page.mouse.wheel(0, way)
    page.keyboard.up("Control")


def test_the_camera_stays_through_twenty_changes(page: Page):
    stage = show_block(Stage(page).open(BOWL).at_rest())
    frame = stage.box(stage.picture)
    home = still(stage)
    page.mouse.move(frame["x"] + 60, frame["y"] + 380)
    page.mouse.down()
    page.mouse.move(frame["x"] + 160, frame["y"] + 340, steps=6)
    page.mouse.up()
    zoom(page, -240)
    stage.until(lambda: _same(numbers(still(stage))[-1] > 1.2 * numbers(home)[-1], True))
    pose = still(stage)
    expect(page.get_by_role("button", name="Reset view")).to_be_visible()
    for turn in range(4):
        stage.type_into(stage.rate, f"0.0{turn + 2}")
        stage.method("Momentum" if turn % 2 else "Gradient descent").click()
        stage.pill("Adam").click()
        stage.pick("Schedule", "Step decay" if turn % 2 else "Cosine")
        stage.type_into(page.get_by_label("Start x, number"), f"{turn - 2}.5")
        stage.link_says(
            lambda scene, turn=turn: (
                scene.start is not None and scene.start[0] == turn - 2 + (0.5 if turn > 1 else -0.5)
            )
        )
    assert still(stage) == pose
    for name in ("Map", "Surface"):
        page.get_by_role("radio", name=name).click()
    assert still(block_shown(stage)) == pose
    page.get_by_role("button", name="Reset view").click()
    stage.until(lambda: _same(still(stage), home))
    expect(page.get_by_role("button", name="Reset view")).to_be_hidden()


def test_a_drawing_that_comes_late_does_not_turn_the_camera_back(page: Page):
    """Plotly draws from where the block stood when it was asked; the hand may have gone on since."""
    stage = show_block(Stage(page).open(BOWL).at_rest())
    page.evaluate(
        """() => {
          const { react } = Plotly;
          Plotly.react = async (...all) => {
            window.late = (window.late ?? 0) + 1;
            await new Promise((resolve) => { window.letGo = resolve; });
            return react.apply(Plotly, all);
          };
        }"""
    )
    page.set_viewport_size({"width": 1400, "height": 880})
    page.wait_for_function("() => window.late")
    frame = stage.box(stage.picture)
    page.mouse.move(frame["x"] + 60, frame["y"] + 380)
    page.mouse.down()
    page.mouse.move(frame["x"] + 160, frame["y"] + 340, steps=6)
    page.mouse.up()
    eye = json.loads(still(stage))[0]["eye"]
    page.evaluate("async () => { window.letGo(); await new Promise(requestAnimationFrame); }")
    drawn = json.loads(still(stage))[0]["eye"]
    assert [drawn[axis] / eye[axis] for axis in "xyz"] == pytest.approx([drawn["x"] / eye["x"]] * 3, rel=1e-3)


def test_the_start_follows_the_pointer_over_the_hills(page: Page):
    stage = show_block(Stage(page).open().at_rest())
    pose = still(stage)
    x, y = stage.grab(stage.handle)
    for dx, dy in ((-60, 30), (-140, 90), (-200, 40)):
        page.mouse.move(x + dx, y + dy, steps=4)

        def there(dx: float = dx, dy: float = dy) -> None:
            shown = stage.middle(stage.handle)
            # The start snaps to a third of a pixel of flat ground, which a steep slope stretches.
            assert shown == pytest.approx((x + dx, y + dy), abs=2.5)

        stage.until(there)
    shown = stage.start
    page.mouse.up()
    scene = stage.link_says(lambda scene: scene.start == shown)
    stage.agrees_soon(scene)
    assert still(stage) == pose


def test_a_start_dragged_off_the_block_stays_on_its_edge(page: Page):
    stage = show_block(Stage(page).open(BOWL).at_rest())
    frame = stage.box(stage.picture)
    stage.grab(stage.handle)
    page.mouse.move(frame["x"] + 8, frame["y"] + frame["height"] - 8, steps=5)
    page.mouse.up()
    scene = stage.link_says(lambda scene: scene.start is not None)
    assert scene.start is not None
    assert max(map(abs, scene.start)) == pytest.approx(3, abs=1e-9)


def fingers(stage: Stage) -> Callable[..., None]:
    """`touch(kind, *points)`: fingers at these points of the picture."""
    session = stage.page.context.new_cdp_session(stage.page)
    frame = stage.box(stage.picture)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        places = [{"x": frame["x"] + x, "y": frame["y"] + y} for x, y in points]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    return touch


def test_one_finger_turns_the_block_and_two_bring_it_nearer(visit: Visit):
    page = visit(has_touch=True, is_mobile=True, viewport={"width": 390, "height": 844})
    stage = show_block(Stage(page).open(BOWL).at_rest())
    home, start = still(stage), stage.start
    touch = fingers(stage)
    touch("touchStart", (60, 250))
    touch("touchMove", (90, 240))
    touch("touchMove", (140, 230))
    touch("touchEnd")
    turned = still(stage)
    (camera, aspect), (first, size) = json.loads(turned), json.loads(home)
    assert camera["eye"] != first["eye"]
    assert aspect == size
    touch("touchStart", (150, 160))
    touch("touchStart", (150, 160), (240, 160))
    touch("touchMove", (120, 160), (240, 160))
    touch("touchMove", (60, 160), (240, 160))
    touch("touchEnd")
    aspect = json.loads(still(stage))[1]
    assert aspect["x"] == pytest.approx(2 * size["x"], rel=0.05)
    assert stage.start == start


def test_another_landscape_takes_the_block_s_place(page: Page):
    stage = show_block(Stage(page).open(BOWL).at_rest())
    home = still(stage)
    zoom(page, -300)
    stage.pick("Landscape", "Ravine")
    expect(page.locator('.lab[data-surface="ravine"]')).to_be_visible()
    stage.until(lambda: _spans(page, [-5, 5], [-2, 2]))
    pose = json.loads(still(stage))
    assert pose[1]["x"] / pose[1]["y"] == pytest.approx(2.4)
    assert pose[0]["up"] == json.loads(home)[0]["up"]
    expect(page.get_by_role("button", name="Reset view")).to_be_hidden()


def _spans(page: Page, across: list[float], up: list[float]) -> None:
    drawn = page.evaluate(
        """() => {
          const { x, y } = document.querySelector(".lab-block").data[0];
          return [x[0], x.at(-1), y[0], y.at(-1)];
        }"""
    )
    assert drawn == pytest.approx([*across, *up])


def test_plotly_rests_while_the_balls_run(page: Page):
    stage = show_block(
        Stage(page).open("land=himmelblau&steps=2000&gradient_tolerance=0&lane=momentum;rate=0.001").at_rest()
    )
    page.evaluate(
        """() => {
          const plot = document.querySelector(".lab-block")._fullLayout.scene._scene.glplot;
          const drawn = plot.onrender;
          window.redrawn = 0;
          plot.onrender = () => { window.redrawn += 1; drawn(); };
        }"""
    )
    before = stage.painted
    page.get_by_role("button", name="Play", exact=True).click()
    stage.until(lambda: _at_least(stage.painted, before + 20))
    page.get_by_role("button", name="Pause", exact=True).click()
    assert page.evaluate("window.redrawn") == 0


def _at_least(value: int, least: int) -> None:
    assert value >= least


def test_what_lies_behind_the_ridge_is_hidden_and_nothing_else(page: Page):
    Stage(page).open(BOWL)
    # At 30 degrees the ridge, 1 high, hides what lies up to 1 / tan(30) = 1.73 behind its crest.
    places = [-4.0, -2.0, -1.85, -1.6, -1.0, -0.3, 0.3, 1.0, 4.0]
    seen = ridge(page, f"{places}.map((x) => view.hidden(x, 0.7))")
    assert seen == [False, False, False, True, True, True, False, False, False]


def test_a_path_over_the_ridge_bends_over_it_and_is_pale_behind_it(page: Page):
    Stage(page).open(BOWL)
    laid = ridge(
        page,
        "(() => { const points = { data: Float32Array.of(4, 0, -4, 0), rows: 2, columns: 2 };"
        " const { xy, place, kind } = layOnBlock(points, view);"
        " return { xy: [...xy], place: [...place], kind: [...kind], ...kinds }; })()",
    )
    by_kind: dict[int, list[float]] = {}
    for place, kind in zip(laid["place"], laid["kind"], strict=True):
        by_kind.setdefault(kind, []).append(4 - 8 * place)
    hidden, shown = by_kind[laid["HIDDEN"]], by_kind[laid["SHOWN"]]
    # Pieces are 10 / 72 of the ground long, and a piece with one end hidden is hidden.
    assert max(hidden) == pytest.approx(0, abs=0.15)
    assert min(hidden) == pytest.approx(-1.73, abs=0.3)
    assert not any(min(hidden) < x < max(hidden) for x in shown)
    down = laid["xy"][1::2]
    crest = min(range(len(down)), key=lambda i: abs(4 - 8 * laid["place"][i]))
    assert down[crest] == pytest.approx(200 - 40 * 0.866, abs=6)
    assert down[0] == pytest.approx(200 + 40 * 0.5 * 4)


def test_a_path_that_leaves_the_block_is_marked_at_its_edge(page: Page):
    Stage(page).open(BOWL)
    answer = ridge(
        page,
        "(() => { const points = { data: Float32Array.of(2, 0, 2, 4, 2, 8, 2, Infinity), rows: 4, columns: 2 };"
        " const laid = layOnBlock(points, view); return { inside: laid.exit(1), out: laid.exit(2), far: laid.exit(3),"
        " ends: [...laid.xy].slice(-2), edge: view.project(2, 5) }; })()",
    )
    assert answer["inside"] is None
    for exit_ in (answer["out"], answer["far"]):
        assert [exit_["x"], exit_["y"]] == pytest.approx(answer["edge"])
        assert exit_["step"] == 2
        assert exit_["angle"] == pytest.approx(0)  # y runs to the right in this view
    assert answer["ends"] == pytest.approx(answer["edge"]), "the line ends where the mark stands"


def test_a_pixel_leads_back_to_the_place_that_is_seen_there(page: Page):
    Stage(page).open(BOWL)
    back = ridge(page, "[[3, 1], [0.4, -2], [0.05, 3], [-3, 2]].map(([x, y]) => view.unproject(...view.project(x, y)))")
    for found, place in zip(back, [(3, 1), (0.4, -2), (0.05, 3), (-3, 2)], strict=True):
        assert found == pytest.approx(place, abs=1e-3)
    # A place behind the ridge is not what one sees there: the front of the ridge is.
    assert ridge(page, "view.unproject(...view.project(-1, 0))")[0] > 0


def test_without_webgl_the_map_stays_and_a_sentence_says_why(visit: Visit):
    page = visit()
    page.add_init_script(
        """const context = HTMLCanvasElement.prototype.getContext;
        HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
          return /webgl/.test(kind) ? null : context.call(this, kind, ...rest);
        };"""
    )
    stage = Stage(page).open(BOWL).at_rest()
    page.get_by_role("radio", name="Surface").click()
    notice = "This browser offers no WebGL, so the surface cannot be drawn in 3D. The map shows the same."
    expect(stage.verdict).to_have_text(notice)
    expect(page.get_by_role("radio", name="Map")).to_be_checked()
    expect(stage.picture).to_have_attribute("data-mode", "map")
    # It goes when what it speaks of has gone: the surface is wanted no more, or lecture mode has no switch for it.
    ends = summary(descend_many(stage.scene.runs()))
    page.get_by_role("radio", name="Map").click()
    for heard in (stage.verdict, stage.spoken):
        expect(heard).to_have_text(ends)
    page.get_by_role("radio", name="Surface").click()
    expect(stage.verdict).to_have_text(notice)
    page.keyboard.press("l")
    expect(stage.verdict).to_have_text(ends)


# ------- the map, nearer and farther


def test_the_wheel_brings_nearer_what_is_under_the_cursor(page: Page):
    stage = Stage(page).open(BOWL).at_rest()
    frame = stage.box(stage.picture)
    left, top, unit = ground(stage)
    px, py = 150, 120
    page.mouse.move(frame["x"] + px, frame["y"] + py)
    for _ in range(4):
        zoom(page, -120)

    def nearer() -> tuple[float, float, float]:
        now = ground(stage)
        assert now[2] < 0.5 * unit
        return now

    now_left, now_top, now_unit = stage.until(nearer)
    # Three digits of the description's own numbers.
    assert now_left + px * now_unit == pytest.approx(left + px * unit, abs=0.02)
    assert now_top - py * now_unit == pytest.approx(top - py * unit, abs=0.02)


def test_the_zoom_stays_through_changes_and_goes_with_the_landscape(page: Page):
    stage = Stage(page).open(BOWL).at_rest()
    frame, home = stage.box(stage.picture), ground(stage)
    reset = page.get_by_role("button", name="Reset view")
    expect(reset).to_be_hidden()
    page.mouse.move(frame["x"] + 200, frame["y"] + 200)
    zoom(page, -200)
    page.keyboard.down("Shift")
    page.mouse.down()
    page.mouse.move(frame["x"] + 260, frame["y"] + 170, steps=4)
    page.mouse.up()
    page.keyboard.up("Shift")
    expect(reset).to_be_visible()
    start = stage.start
    page.wait_for_timeout(600)
    shown = ground(stage)
    assert shown[2] < 0.8 * home[2]
    stage.type_into(stage.rate, "0.05")
    stage.pill("Adam").click()
    stage.pick("Schedule", "Step decay")
    stage.link_says(lambda scene: len(scene.lanes) == 3 and scene.lanes[0].schedule == "step")
    show_block(stage)
    page.get_by_role("radio", name="Map").click()
    page.wait_for_timeout(600)
    assert ground(stage) == shown
    assert stage.start == start
    stage.pick("Landscape", "Ravine")
    expect(page.locator('.lab[data-surface="ravine"]')).to_be_visible()
    expect(reset).to_be_hidden()
    stage.pick("Landscape", "Bowl")
    expect(page.locator('.lab[data-surface="bowl"]')).to_be_visible()
    stage.until(lambda: _same(ground(stage), home))


def _same(one: object, other: object) -> None:
    assert one == other


def test_a_double_press_goes_home_and_leaves_the_start_alone(page: Page):
    stage = Stage(page).open(BOWL).at_rest()
    frame, home, start = stage.box(stage.picture), ground(stage), stage.start
    page.mouse.move(frame["x"] + 200, frame["y"] + 200)
    zoom(page, -300)
    stage.until(lambda: _nearer(stage, home[2]))
    page.mouse.dblclick(frame["x"] + 320, frame["y"] + 260)
    stage.until(lambda: _same(ground(stage), home))
    assert stage.start == start
    expect(page.get_by_role("button", name="Reset view")).to_be_hidden()


def _nearer(stage: Stage, unit: float) -> None:
    assert ground(stage)[2] < 0.9 * unit


def test_two_fingers_bring_the_map_nearer_and_leave_the_start_alone(visit: Visit):
    page = visit(has_touch=True, is_mobile=True, viewport={"width": 390, "height": 844})
    stage = Stage(page).open(BOWL).at_rest()
    home, start = ground(stage), stage.start
    touch = fingers(stage)
    touch("touchStart", (100, 150))
    touch("touchStart", (100, 150), (200, 150))
    for far in (20, 60, 100):
        touch("touchMove", (100, 150), (200 + far, 150))
    touch("touchEnd")

    def nearer() -> None:
        assert ground(stage)[2] == pytest.approx(home[2] / 2, rel=0.02)

    stage.until(nearer)
    assert stage.start == start
