"""The sidebar: what is chosen there changes the picture and the link, and keeps whatever else was set."""

from dataclasses import replace

from playwright.sync_api import Page, expect

from engine import OPTIMIZERS, SCHEDULES
from landscapes import LANDSCAPES
from tests.browser.stage import PATIENCE, PLAYGROUND, Stage

LINK = (
    "land=himmelblau&steps=90&seed=3&noise=0.1&lane=gradient_descent;rate=0.004&lane=adam;rate=0.05;beta1=0.8&focus=2"
)


def test_a_landscape_of_every_group_is_drawn_and_keeps_the_methods(page: Page):
    """The last of each group; that every landscape can be chosen is tests/ui's matter."""
    stage = Stage(page).open(LINK).at_rest()
    before = stage.scene
    for key, landscape in {one.group: (one.key, one) for one in LANDSCAPES.values()}.values():
        stage.pick("Landscape", landscape.name)
        scene = stage.link_says(lambda scene, key=key: scene.landscape.key == key)
        assert scene == replace(before, landscape=landscape)
        expect(stage.root).to_have_attribute("data-surface", key)
        expect(page.locator(".lab h1")).to_have_text(landscape.name)
        expect(stage.sidebar).to_contain_text(landscape.lesson)
        stage.agrees_soon(scene)
        assert stage.start == tuple(landscape.start)
        expect(stage.notices).to_have_count(0)


def test_a_moved_start_belongs_to_its_surface(page: Page):
    stage = Stage(page).open(LINK + "&start=-1,-1&step=5").at_rest()
    stage.pick("Landscape", "Bowl")
    scene = stage.link_says(lambda scene: scene.landscape.key == "bowl")
    assert (scene.start, scene.playhead) == (None, None)
    stage.agrees_soon(scene)
    assert stage.step == stage.length


def test_pills_add_and_remove_methods_and_the_others_keep_their_settings(page: Page):
    stage = Stage(page).open(LINK).at_rest()
    before = stage.scene
    stage.pill("RMSprop").click()
    scene = stage.link_says(lambda scene: len(scene.lanes) == 3)
    # The new one takes the rate of the one in focus, and stands in the menu's order.
    assert [(lane.optimizer, lane.rate) for lane in scene.lanes] == [
        ("gradient_descent", 0.004),
        ("rmsprop", 0.05),
        ("adam", 0.05),
    ]
    assert scene.lanes[2].knobs["beta1"] == 0.8
    assert scene.focus == 2
    stage.agrees_soon(scene)
    expect(stage.rows).to_have_count(3)
    stage.pill("Gradient descent").click()
    scene = stage.link_says(lambda scene: len(scene.lanes) == 2)
    assert scene.lanes[1] == before.lanes[1]
    assert scene.focus == 1
    stage.agrees_soon(scene)
    for key in ("bfgs", "newton", "gradient_descent", "lion"):
        stage.pill(OPTIMIZERS[key].name).click()
        stage.link_says(lambda scene, key=key: key in [lane.optimizer for lane in scene.lanes])
    scene = stage.scene
    assert [lane.optimizer for lane in scene.lanes] == [
        key for key in OPTIMIZERS if key in ("gradient_descent", "rmsprop", "adam", "bfgs", "lion", "newton")
    ]
    stage.agrees_soon(scene)


def test_the_last_method_stays_and_a_sentence_says_why(page: Page):
    stage = Stage(page).open("land=bowl&lane=adam;rate=0.2").at_rest()
    before = stage.scene
    stage.pill("Adam").click()
    expect(stage.notices).to_contain_text("A picture needs at least one optimizer: the last one stays.")
    expect(stage.pill("Adam")).to_have_attribute("aria-pressed", "true")
    assert stage.scene == before
    stage.agrees_soon(before)
    stage.pill("Momentum").click()
    stage.agrees_soon(stage.link_says(lambda scene: len(scene.lanes) == 2))


def test_every_schedule_is_run_and_keeps_the_rest(page: Page):
    stage = (
        Stage(page).open("land=bounce&steps=150&lane=gradient_descent;rate=1&lane=adam;rate=0.05;beta1=0.8").at_rest()
    )
    before = stage.scene
    for key in ["step", "multistep", "one_cycle", "plateau", "constant"]:
        schedule = SCHEDULES[key]
        stage.pick("Schedule", schedule.name)
        scene = stage.link_says(lambda scene, key=key: {lane.schedule for lane in scene.lanes} == {key})
        assert scene == before.with_schedule(key)
        stage.agrees_soon(scene)
        headings = page.get_by_role("heading", name=f"Schedule: {schedule.name}")
        expect(headings).to_have_count(1 if schedule.own else 0)


def test_a_link_with_two_schedules_says_so_and_keeps_them(page: Page):
    stage = (
        Stage(page)
        .open("land=bowl&lane=adam;rate=0.05;schedule=step&lane=gradient_descent;rate=0.1;schedule=cosine")
        .at_rest()
    )
    schedule = stage.sidebar.get_by_role("combobox", name="Schedule")
    expect(schedule).to_have_attribute("placeholder", "Different for each method")
    stage.type_into(page.get_by_label("Start x, number"), "1")
    scene = stage.link_says(lambda scene: scene.start == (1.0, 1.5))
    assert [lane.schedule for lane in scene.lanes] == ["step", "cosine"]


def test_conditions_reach_the_engine(page: Page):
    stage = Stage(page).open("land=bounce&lane=gradient_descent;rate=1").at_rest()
    page.get_by_text("Steps, stopping, noise, clipping").click()
    expected = stage.scene
    for label, text, change in (
        ("Steps", "260", {"steps": 260}),
        ("Stop at ‖∇L‖ < ε", "0.001", {"gradient_tolerance": 0.001}),
        ("Stop at |ΔL| < ε", "0.000001", {"loss_tolerance": 1e-6}),
        ("Clip to norm", "1.5", {"clip_norm": 1.5}),
        ("Clip each coordinate", "0.75", {"clip_value": 0.75}),
        ("Noise seed", "7", {"seed": 7}),
        ("Gradient noise σ", "0.125", {"noise": 0.125}),
    ):
        stage.type_into(stage.sidebar.get_by_role("textbox", name=label, exact=True), text)
        expected = replace(expected, **change)
        stage.link_says(lambda scene, expected=expected: scene == expected)
        stage.agrees_soon(expected)
    # Switched off again: empty.
    stage.type_into(stage.sidebar.get_by_role("textbox", name="Clip to norm", exact=True), "")
    stage.agrees_soon(stage.link_says(lambda scene: scene == replace(expected, clip_norm=None)))
    for label, text in (("Clip to norm", "0"), ("Clip to norm", "-1")):
        stage.type_into(stage.sidebar.get_by_role("textbox", name=label, exact=True), text)
        expect(stage.notices).to_contain_text("The norm to clip to must be above 0")
        stage.link_says(lambda scene: scene == replace(expected, clip_norm=None))


def test_the_sidebar_s_boxes_read_numbers_as_the_stage_s_do(page: Page):
    stage = Stage(page).open("land=bounce&lane=gradient_descent;rate=1").at_rest()
    page.get_by_text("Steps, stopping, noise, clipping").click()
    boxes = {
        name: stage.sidebar.get_by_role("textbox", name=name, exact=True) for name in ("Gradient noise σ", "Steps")
    }
    noise, steps = boxes.values()
    for text, value in {"0,02": 0.02, "1/50": 0.02, "10^-3": 0.001, "٠٫٠٣": 0.03, "1.2 × 10⁻³": 0.0012}.items():
        stage.type_into(noise, text)
        stage.link_says(lambda scene, value=value: scene.noise == value)
        expect(noise).to_have_value(f"{value:g}")
    stage.type_into(steps, "3*50")
    kept = stage.link_says(lambda scene: scene.steps == 150)
    for box, text, sentence in (
        (noise, "2(3)", "Gradient noise σ is a number from 0 up; got 2(3). It stays as it was."),
        (noise, "-1/2", "Gradient noise σ is a number from 0 up; got -1/2. It stays as it was."),
        (steps, "1/2", "Steps is a whole number between 1 and 10000; got 1/2. It stays as it was."),
        (steps, "", "Steps is a whole number between 1 and 10000; got nothing. It stays as it was."),
    ):
        stage.type_into(box, text)
        expect(stage.notices).to_contain_text(sentence)
        expect(steps).to_have_value("150")
        expect(noise).to_have_value("0.0012")
    stage.agrees_soon(stage.link_says(lambda scene: scene == kept))


def test_a_picker_used_while_the_stage_is_busy_loses_nothing(page: Page):
    """A hand that lets go and a pill that is pressed right after it: both count."""
    stage = Stage(page).open(LINK).at_rest()
    pill = stage.pill("Momentum")
    stage.picture.click(position={"x": 150, "y": 150})
    pill.click()
    scene = stage.link_says(lambda scene: len(scene.lanes) == 3 and scene.start is not None)
    assert scene.start == stage.start
    stage.agrees_soon(scene)


def test_a_hand_quicker_than_the_drawing_library(page: Page):
    """Plotly.js arrives late on a slow line; what was set before it came must stay."""
    page.route("**/plotly.min.js", lambda route: (page.wait_for_timeout(2500), route.continue_()))
    page.goto(f"{PLAYGROUND}?land=bowl&view=surface&lane=momentum;rate=0.02")
    page.wait_for_selector(".lab[data-surface][data-painted]")
    stage = Stage(page)
    assert page.locator(".lab-picture").get_attribute("data-mode") == "map"
    stage.picture.click(position={"x": 150, "y": 150})
    stage.until(lambda: _differ(stage.start, (2.5, 1.5)))
    set_start = stage.start
    page.wait_for_selector(".lab-picture[data-mode=surface]", timeout=1000 * PATIENCE)
    page.wait_for_timeout(500)
    assert stage.scene.start == set_start == stage.start
    stage.agrees_soon(stage.scene)


def _differ(one: object, other: object) -> None:
    assert one != other
